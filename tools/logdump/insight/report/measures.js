/* ---- numbers that were logged ---- */

/* Where a number is between two others: along a logarithm if they are far apart. */
function scaleOf(low, high, from, to) {
  const logarithmic = low > 0 && high / low > 20;
  const map = logarithmic ? Math.log : (n) => n;
  const length = map(high) - map(low) || 1;
  const scale = (number) => from + (to - from) * (map(number) - map(low)) / length;
  scale.marks = logarithmic ? powers(low, high) : evenly(low, high);
  return scale;
}

function powers(low, high) {
  const list = [];
  for (let p = Math.floor(Math.log10(low)); p <= Math.log10(high); p++)
    for (const n of Math.log10(high / low) < 3 ? [1, 2, 5] : [1])
      if (n * 10 ** p >= low && n * 10 ** p <= high) list.push(n * 10 ** p);
  const every = Math.ceil(list.length / 8);
  return list.filter((_, i) => i % every === 0);
}

function evenly(low, high) {
  if (low === high) return [low];
  return Array.from({length: 5}, (_, i) => low + (high - low) * i / 4);
}

function drawDistribution(box, one, width) {
  const height = 200, left = 46, right = 12, top = 18, bottom = 24;
  const bins = one.counts.length, most = Math.max(1, ...one.counts);
  const wide = (width - left - right) / bins;
  const chart = svg('svg', {viewBox: `0 0 ${width} ${height}`, height, role: 'img',
    'aria-label': `Distribution of ${grouped(one.count)} values`});
  for (const value of ticks(most, 3)) {
    const y = height - bottom - value / most * (height - top - bottom);
    chart.append(svg('line', {class: 'grid', x1: left, x2: width - right, y1: y, y2: y}),
      svg('text', {x: left - 6, y: y + 4, 'text-anchor': 'end'}, brief(value)));
  }
  one.counts.forEach((count, i) => {
    const high = count ? Math.max(1.5, count / most * (height - top - bottom)) : 0;
    chart.append(svg('rect', {class: 'bar', x: left + i * wide, y: height - bottom - high,
      width: Math.max(1, wide - 1), height: high}));
  });
  for (let i = 0; i <= bins; i += bins / 4)
    chart.append(svg('text', {x: left + i * wide, y: height - 6,
      'text-anchor': i === 0 ? 'start' : i === bins ? 'end' : 'middle'}, brief(one.bounds[i])));
  /* Percentiles, where they are on the axis of the bins; those that are near share a name. */
  let named = null;
  ['p50', 'p90', 'p99'].forEach((name, k) => {
    const value = one.quantiles[k];
    let bin = one.bounds.findIndex((bound) => bound > value) - 1;
    if (bin < 0) bin = bins - 1;
    const x = left + (bin + 0.5) * wide;
    chart.append(svg('line', {class: 'mark', x1: x, x2: x, y1: top, y2: height - bottom}));
    if (named && x - named.x < 40) {
      named.text.textContent += ` ${name}`;
      named.text.setAttribute('text-anchor', 'end');
      named.text.setAttribute('x', x + 12);
      return;
    }
    named = {x, text: svg('text', {x, y: 12, 'text-anchor': 'middle'}, name)};
    chart.append(named.text);
  });
  chart.addEventListener('pointermove', (event) => {
    const rect = chart.getBoundingClientRect();
    const i = Math.floor(((event.clientX - rect.left) * width / rect.width - left) / wide);
    if (i < 0 || i >= bins) return hideTip();
    showTip(`${measured(one.bounds[i])} to ${measured(one.bounds[i + 1])}\n` +
      `${plural(one.counts[i], 'value', 'values')}, ${(100 * one.counts[i] / one.count).toFixed(1)} %`,
      event.clientX, event.clientY);
  });
  chart.addEventListener('pointerleave', hideTip);
  box.replaceChildren(chart);
}

/* [from, number of values, p50, p90, p99, largest] of pieces as wide as the chart has room for. */
function drawOverTime(box, one, width) {
  const height = 200, left = 52, right = 12, top = 10, bottom = 24;
  const grid = one.over, pieces = grid.pieces;
  const begin = gridBegin(grid), end = gridEnd(grid);
  const values = pieces.flatMap((piece) => piece.slice(2));
  const y = scaleOf(Math.min(...values), Math.max(...values), height - bottom, top);
  const x = (time) => left + (width - left - right) * (time - begin) / (end - begin);
  const middle = (piece) => x((grid.first + piece[0] + 0.5) * grid.width);
  const chart = svg('svg', {viewBox: `0 0 ${width} ${height}`, height, role: 'img',
    'aria-label': `Percentiles over time, a point is ${span(grid.width)}`});
  for (const value of y.marks)
    chart.append(svg('line', {class: 'grid', x1: left, x2: width - right, y1: y(value), y2: y(value)}),
      svg('text', {x: left - 6, y: y(value) + 4, 'text-anchor': 'end'}, brief(value)));
  const several = day(begin) !== day(end);
  const every = coarser(grid, begin, end, Math.max(2, (width - left) / (several ? 110 : 80)));
  const zone = data.utc ? 0 : -new Date(begin).getTimezoneOffset() * 60e3 || 0;
  for (let time = Math.ceil((begin + zone) / every) * every - zone; time <= end; time += every)
    chart.append(svg('text', {x: Math.min(x(time), width - right - 18), y: height - 6, 'text-anchor': 'middle'},
      label(time, every, several)));
  [['largest', 5], ['p99', 4], ['p90', 3], ['p50', 2]].forEach(([name, k]) => {
    const path = pieces.map((piece, i) => `${i ? 'L' : 'M'}${middle(piece).toFixed(1)} ${y(piece[k]).toFixed(1)}`);
    if (path.length === 1) path.push('h0.1');
    chart.append(svg('path', {class: `series ${name}`, d: path.join('')}));
  });
  chart.addEventListener('pointermove', (event) => {
    const rect = chart.getBoundingClientRect();
    const near = (event.clientX - rect.left) * width / rect.width;
    const piece = pieces.reduce((a, b) => (Math.abs(middle(b) - near) < Math.abs(middle(a) - near) ? b : a));
    showTip(`${moment((grid.first + piece[0]) * grid.width, digitsFor(grid.width))}  +${span(grid.width)}\n` +
      `${plural(piece[1], 'value', 'values')}\n  p50 ${measured(piece[2])}\n  p90 ${measured(piece[3])}\n` +
      `  p99 ${measured(piece[4])}\n  largest ${measured(piece[5])}`, event.clientX, event.clientY);
  });
  chart.addEventListener('pointerleave', hideTip);
  box.replaceChildren(chart);
}

function showMeasured(place, one, argument) {
  place.replaceChildren();
  const besides = [];
  if (one.not_finite) besides.push(`${grouped(one.not_finite)} not a number or infinite`);
  if (one.others) besides.push(`${grouped(one.others)} that are text`);
  if (one.unplaced) besides.push(`${grouped(one.unplaced)} in no percentile, for want of memory`);
  if (one.count) {
    const names = ['p50', 'p90', 'p99', 'p99.9'];
    const items = [['count', grouped(one.count)], ['min', measured(one.min)],
      ...names.map((name, i) => [name, measured(one.quantiles[i])]),
      ['max', measured(one.max)], ['mean', measured(one.mean)]];
    place.append(el('dl', {class: 'quantiles'}, ...items.map(([name, value]) =>
      el('div', {}, el('dt', {}, name), el('dd', {}, value)))));
    const distribution = el('div', {class: 'chart'}), over = el('div', {class: 'chart'});
    const pair = el('div', {class: 'pair'},
      el('div', {}, el('h3', {}, `Distribution of ${argument.name}, along a logarithmic axis`), distribution));
    place.append(pair);
    whenSized(distribution, (width) => drawDistribution(distribution, one, width));
    if (one.over) {
      pair.append(el('div', {}, el('h3', {}, `Percentiles over time, each of ${span(one.over.width)}`), over,
        el('div', {class: 'key'}, ...['p50', 'p90', 'p99', 'largest'].map((name) =>
          el('span', {}, el('i', {class: name}), name)))));
      whenSized(over, (width) => drawOverTime(over, one, width));
    }
  }
  if (besides.length) place.append(el('p', {class: 'hint'}, `Besides: ${besides.join(', ')}.`));
}

function initMeasures() {
  for (const argument of data.arguments) {
    const place = el('div');
    const card = el('section', {class: 'card measure'}, el('div', {class: 'head'}, el('h2', {}, argument.name),
      el('p', {class: 'hint'}, argument.sites === 0 ? 'No record has it.'
        : `of ${plural(argument.sites, 'call site', 'call sites')}; percentiles to within ${(data.error * 100).toFixed(1)} %`)));
    at('measures').append(card);
    if (argument.list.length === 0) continue;
    const choice = el('select', {'aria-label': `Call site of ${argument.name}`,
      onchange: (event) => showMeasured(place, argument.list[event.currentTarget.value], argument)},
      ...argument.list.map((one, i) => el('option', {value: i}, `${one.site} (${grouped(one.count)})`)));
    card.append(choice, place);
    showMeasured(place, argument.list[0], argument);
  }
}
