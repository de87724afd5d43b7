/* What all of the page uses. Everything in `data` may come from anybody: it becomes text of nodes,
   never markup. */
const data = JSON.parse(document.getElementById('data').textContent);
const classes = ['debug', 'info', 'warning', 'error', 'critical'];
const at = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

/* ---- numbers ---- */

const whole = new Intl.NumberFormat('en-US');
const grouped = (number) => whole.format(number);

function measured(number) {
  const size = Math.abs(number);
  if (!Number.isFinite(number)) return String(number);
  if (size >= 1e9 || (size !== 0 && size < 1e-3)) return number.toExponential(2);
  if (size >= 1000) return grouped(Math.round(number));
  return String(Number(number.toPrecision(3)));
}

/* For an axis, where there is little room: 1.5M. */
function brief(number) {
  const size = Math.abs(number);
  if (size < 1e4 || size >= 1e15) return measured(number);
  const unit = size >= 1e12 ? 4 : size >= 1e9 ? 3 : size >= 1e6 ? 2 : 1;
  return Number((number / 1000 ** unit).toPrecision(3)) + ' kMGT'[unit];
}

function bytes(count) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  for (; count >= 1024 && unit < units.length - 1; unit++) count /= 1024;
  return `${unit === 0 || count >= 10 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`;
}

function span(ms) {
  const two = (unit, name, small, smallName) => {
    const rest = Math.floor((ms % unit) / small);
    return `${Math.floor(ms / unit)} ${name}${rest ? ` ${rest} ${smallName}` : ''}`;
  };
  if (ms >= 86400e3) return two(86400e3, 'd', 3600e3, 'h');
  if (ms >= 3600e3) return two(3600e3, 'h', 60e3, 'min');
  if (ms >= 60e3) return two(60e3, 'min', 1e3, 's');
  if (ms >= 1e3) return `${Number((ms / 1e3).toPrecision(3))} s`;
  if (ms >= 1) return `${Number(ms.toPrecision(3))} ms`;
  return `${Number((ms * 1e3).toPrecision(3))} µs`;
}

const plural = (count, one, many) => `${grouped(count)} ${count === 1 ? one : many}`;

/* ---- times ---- */

const two = (number) => String(number).padStart(2, '0');

function parts(ms) {
  const date = new Date(Math.floor(ms));
  if (Number.isNaN(date.getTime())) return null;
  return data.utc
    ? [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(),
       date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(),
       date.getMinutes(), date.getSeconds()];
}

const day = (ms) => {
  const p = parts(ms);
  return p ? `${p[0]}-${two(p[1])}-${two(p[2])}` : '?';
};

/* With so many digits of a second: 0, 3 or 6. */
function clock(ms, digits) {
  const p = parts(ms);
  if (!p) return '?';
  const micros = Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1000);
  const fraction = digits ? `.${String(micros).padStart(6, '0').slice(0, digits)}` : '';
  return `${two(p[3])}:${two(p[4])}:${two(p[5])}${fraction}`;
}

const moment = (ms, digits) => `${day(ms)} ${clock(ms, digits)}`;
const digitsFor = (width) => (width >= 1000 ? 0 : width >= 1 ? 3 : 6);

/* As little as tells one label from the next. */
function label(ms, width, several) {
  if (width >= 86400e3) return day(ms);
  const text = clock(ms, digitsFor(width));
  const short = width >= 60e3 ? text.slice(0, 5) : text;
  return several ? `${day(ms).slice(5)} ${short}` : short;
}

/* ---- pieces of time ---- */

const niceWidths = (() => {
  const list = [];
  for (let unit = 1e-3; unit < 1000; unit *= 10) list.push(unit, 2 * unit, 5 * unit);
  list.push(...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200]
    .map((s) => s * 1e3));
  for (let unit = 86400e3; unit < 1e16; unit *= 10) list.push(unit, 2 * unit, 5 * unit);
  return list.map((width) => Number(width.toPrecision(12)));
})();

/* The least nice width that makes at most `most` pieces, each a number of the grid's own. */
function coarser(grid, from, to, most) {
  const fits = (width) => {
    const times = width / grid.width;
    return times >= 0.999 && Math.abs(times - Math.round(times)) < 1e-6 && (to - from) / width <= most;
  };
  return niceWidths.find(fits) || grid.width * Math.max(1, Math.ceil((to - from) / grid.width / most));
}

const gridBegin = (grid) => grid.first * grid.width;
const gridEnd = (grid) => (grid.first + grid.count) * grid.width;

/* ---- what the pointer is on ---- */

const tip = at('tip');

function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.width - 4))}px`;
  tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 12) : y + 18}px`;
}

const hideTip = () => { tip.hidden = true; };
addEventListener('scroll', hideTip, {passive: true});

/* Draws now, and again whenever the width is another. */
function whenSized(node, draw) {
  let width = 0;
  new ResizeObserver(() => {
    const now = Math.round(node.clientWidth);
    if (now !== width && now > 0) {
      width = now;
      draw(now);
    }
  }).observe(node);
}

/* Round numbers from 0 to about `most`. */
function ticks(most, count) {
  const raw = most / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max([1, 2, 5, 10].find((n) => n * power >= raw) * power, 1);
  const list = [];
  for (let value = step; value <= most; value += step) list.push(value);
  return list;
}

/* What the page is about now; those who show it are told. */
const state = {
  hidden: new Set(),
  from: gridBegin(data.timeline),
  to: gridEnd(data.timeline),
  listeners: [],
  changed() { for (const listener of this.listeners) listener(); },
};
const isZoomed = () => state.from > gridBegin(data.timeline) || state.to < gridEnd(data.timeline);
