/* ---- overview ---- */

function initOverview() {
  const title = data.files.map((name) => name.split('/').pop()).join(', ');
  document.title = `${title}: log report`;
  at('title').textContent = title;
  const length = data.last - data.first;
  const zone = data.utc ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
  at('subtitle').textContent = data.records === 0 ? 'No records.'
    : `${moment(data.first, 3)} to ${moment(data.last, 3)} (${zone}), ${span(length)}; ` +
      `${bytes(data.bytes)} read`;
  at('made').textContent = `Made by logdump ${data.version}, ${moment(data.made, 0)}. ` +
    'This page loads nothing from anywhere.';
  const byClass = [0, 0, 0, 0, 0];
  for (const [, ...counts] of data.timeline.pieces) byClass.forEach((n, i) => { byClass[i] = n + counts[i]; });
  const add = (id, number, name, kind) => at('cards').append(
    el('div', {class: `card number ${kind || ''}`, id}, el('b', {}, number), el('span', {}, name)));
  const errors = byClass[3] + byClass[4];
  add('n-records', grouped(data.records), length > 0
    ? `records, ${measured(data.records / length * 1000)}/s` : 'records');
  add('n-errors', grouped(errors), 'errors and worse', errors && 'error');
  add('n-warnings', grouped(byClass[2]), 'warnings', byClass[2] && 'warning');
  add('n-lost', grouped(data.lost + data.missing), 'lost or missing', data.lost + data.missing && 'error');
  add('n-threads', grouped(data.threads.count), data.threads.count === 1 ? 'thread' : 'threads');
  add('n-sites', grouped(data.sites.count), data.sites.count === 1 ? 'call site' : 'call sites');
}

/* ---- tables of counts ---- */

const base = (path) => path.slice(path.lastIndexOf('/') + 1) || path;

const tableKinds = [
  {id: 'sites', title: 'Call sites', wide: true, name: (r) => `${base(r[2])}:${r[3]} "${r[4]}"`,
    search: (r) => `${base(r[2])}:${r[3]}`},
  {id: 'levels', title: 'Levels', name: (r) => r[2], search: (r) => r[2]},
  {id: 'loggers', title: 'Loggers', name: (r) => r[2], search: (r) => r[2]},
  {id: 'threads', title: 'Threads', name: (r) => `${r[2]} (${r[3]})`, search: (r) => r[2]},
  {id: 'processes', title: 'Processes', name: (r) => `${r[2]} (${r[3]}) on ${r[4]}`},
];

function addTable(kind) {
  const table = data[kind.id];
  const seconds = (data.last - data.first) / 1000;
  const most = Math.max(1, ...table.rows.map((row) => row[0]));
  const body = el('tbody');
  const few = 10;
  const row = (r) => {
    const bar = el('div', {class: kind.id === 'levels' || kind.id === 'sites' ? classes[r[1]] : ''});
    bar.style.width = `${100 * r[0] / most}%`;
    const text = kind.name(r) || '(no name)';
    const name = kind.search && kind.search(r)
      ? el('button', {type: 'button', title: 'Search the records for it',
          onclick: () => searchFor(kind.search(r))}, text)
      : text;
    return el('tr', {}, el('td', {class: 'right'}, grouped(r[0])),
      el('td', {class: 'right share'}, `${(100 * r[0] / Math.max(1, data.records)).toFixed(1)} %`),
      el('td', {class: 'right rate'}, seconds > 0 ? `${measured(r[0] / seconds)}/s` : '–'),
      el('td', {class: 'name'}, name, el('div', {class: 'track'}, bar)));
  };
  body.append(...table.rows.slice(0, few).map(row));
  const card = el('section', {class: `card ${kind.wide ? 'wide' : ''}`, id: `t-${kind.id}`},
    el('div', {class: 'head'}, el('h2', {}, kind.title),
      el('p', {class: 'hint'}, table.count > few ? `the ${few} most frequent of ${grouped(table.count)}` : '')),
    el('table', {class: 'counts'},
      el('thead', {}, el('tr', {}, el('th', {class: 'right count'}, 'records'),
        el('th', {class: 'right share'}, 'share'), el('th', {class: 'right rate'}, 'rate'),
        el('th', {}, ''))), body));
  if (table.rows.length > few)
    card.append(el('button', {type: 'button', class: 'fold', onclick: (event) => {
      body.append(...table.rows.slice(few).map(row));
      event.currentTarget.remove();
    }}, `Show ${grouped(table.rows.length)} of ${grouped(table.count)}`));
  at('tables').append(card);
}

function initTables() {
  for (const kind of tableKinds) addTable(kind);
}

/* ---- losses and gaps ---- */

function initEvents() {
  const lines = [];
  if (data.lost)
    lines.push(`${plural(data.lost, 'record was', 'records were')} lost before they were written: ` +
      data.reasons.rows.map((r) => `${r[2]} ${grouped(r[0])}`).join(', ') + '.');
  if (data.gaps)
    lines.push(`${plural(data.gaps, 'gap', 'gaps')} of ${bytes(data.gap_bytes)}, ` +
      `${plural(data.missing, 'record', 'records')} missing as far as is known.`);
  if (data.backwards)
    lines.push(`${plural(data.backwards, 'record is', 'records are')} earlier than the one before.`);
  if (data.event_count === 0) lines.unshift('Nothing was lost, and nothing is missing.');
  at('events-body').append(...lines.map((line) => el('p', {}, line)));
  if (data.event_count === 0) return;
  at('events-body').append(el('ul', {class: 'events', tabindex: 0}, ...data.events.map(([time, file, text]) =>
    el('li', {}, `${time ? moment(time, 3) : ''} ${base(file)}: ${text}`))));
  if (data.event_count > data.events.length)
    at('events-body').append(el('p', {class: 'hint'},
      `The first ${grouped(data.events.length)} of ${grouped(data.event_count)}.`));
}
