/* ---- records over time ---- */

function initTimeline() {
  const grid = data.timeline;
  const box = at('timeline');
  const height = 230, left = 52, right = 8, top = 10, bottom = 34;
  let width = 0, pieces = [], pieceWidth = 1, begin = 0, end = 0, cursor = -1, dragFrom = null;
  let cursorMark, selection;

  function bins() {
    const most = Math.max(20, Math.min(240, Math.floor((width - left - right) / 6)));
    pieceWidth = coarser(grid, state.from, state.to, most);
    const zone = data.utc ? 0 : -new Date(state.from).getTimezoneOffset() * 60e3 || 0;
    const shift = zone % grid.width === 0 ? zone : 0;
    const first = Math.floor((state.from + shift + 1e-6) / pieceWidth);
    const last = Math.ceil((state.to + shift - 1e-6) / pieceWidth);
    begin = first * pieceWidth - shift;
    end = last * pieceWidth - shift;
    pieces = Array.from({length: Math.max(1, last - first)}, () => [0, 0, 0, 0, 0, 0]);
    for (const [number, ...counts] of grid.pieces) {
      const time = (grid.first + number + 0.5) * grid.width;
      const piece = pieces[Math.floor((time + shift) / pieceWidth) - first];
      if (piece && time >= state.from && time < state.to) counts.forEach((n, i) => { piece[i] += n; });
    }
  }

  const x = (time) => left + (width - left - right) * (time - begin) / (end - begin);
  const shownOf = (piece) =>
    classes.reduce((sum, name, i) => sum + (state.hidden.has(name) ? 0 : piece[i]), 0);

  function describe(piece, i) {
    const from = begin + i * pieceWidth;
    const lines = [`${moment(from, digitsFor(pieceWidth))}  +${span(pieceWidth)}`,
      plural(piece.slice(0, 5).reduce((a, b) => a + b), 'record', 'records')];
    classes.forEach((name, k) => { if (piece[k]) lines.push(`  ${name} ${grouped(piece[k])}`); });
    if (piece[5]) lines.push(`  lost ${grouped(piece[5])}`);
    return lines.join('\n');
  }

  /* The worst at the bottom: that is where heights can be compared. */
  function addStack(chart, piece, i, scale) {
    const x0 = x(begin + i * pieceWidth), wide = Math.max(1, x(begin + (i + 1) * pieceWidth) - x0 - 1);
    let y = height - bottom;
    for (let k = classes.length - 1; k >= 0; k--) {
      if (state.hidden.has(classes[k]) || !piece[k]) continue;
      const high = Math.max(piece[k] * scale, k >= 2 ? 2 : 0.5);
      y -= high;
      chart.append(svg('rect', {class: classes[k], x: x0, y, width: wide, height: high}));
    }
    if (piece[5])
      chart.append(svg('path', {class: 'lost',
        d: `M${x0 + wide / 2} ${height - bottom + 2}l5 8h-10z`}));
  }

  function addAxes(chart, most, scale) {
    for (const value of ticks(most, 4)) {
      const y = height - bottom - value * scale;
      chart.append(svg('line', {class: 'grid', x1: left, x2: width - right, y1: y, y2: y}),
        svg('text', {x: left - 6, y: y + 4, 'text-anchor': 'end'}, measured(value)));
    }
    chart.append(svg('line', {class: 'axis', x1: left, x2: width - right,
      y1: height - bottom + 0.5, y2: height - bottom + 0.5}));
    const several = day(state.from) !== day(state.to);
    const every = coarser({width: pieceWidth}, begin, end, Math.max(2, (width - left) / (several ? 110 : 80)));
    const zone = data.utc ? 0 : -new Date(begin).getTimezoneOffset() * 60e3 || 0;
    for (let time = Math.ceil((begin + zone) / every) * every - zone; time <= end; time += every)
      chart.append(svg('text', {x: Math.min(x(time), width - right - 20), y: height - 8, 'text-anchor': 'middle'},
        label(time, every, several)));
  }

  function draw() {
    bins();
    const most = Math.max(1, ...pieces.map(shownOf));
    const scale = (height - top - bottom) / most;
    const chart = svg('svg', {viewBox: `0 0 ${width} ${height}`, height, tabindex: 0, role: 'img',
      'aria-label': `Records over time, a bar is ${span(pieceWidth)}`});
    addAxes(chart, most, scale);
    pieces.forEach((piece, i) => addStack(chart, piece, i, scale));
    cursorMark = svg('rect', {class: 'cursor', y: top, height: height - top - bottom, width: 0, x: 0});
    selection = svg('rect', {class: 'selection', y: top, height: height - top - bottom, width: 0, x: 0});
    chart.append(cursorMark, selection);
    listen(chart);
    const focused = box.contains(document.activeElement);
    box.replaceChildren(chart);
    if (focused) chart.focus();
    at('reset').hidden = !isZoomed();
    cursor = -1;
  }

  function timeAt(chart, clientX) {
    const rect = chart.getBoundingClientRect();
    const part = ((clientX - rect.left) * width / rect.width - left) / (width - left - right);
    return begin + Math.max(0, Math.min(1, part)) * (end - begin);
  }

  function point(chart, i, clientX, clientY) {
    cursor = Math.max(0, Math.min(pieces.length - 1, i));
    const x0 = x(begin + cursor * pieceWidth);
    cursorMark.setAttribute('x', x0);
    cursorMark.setAttribute('width', Math.max(1, x(begin + (cursor + 1) * pieceWidth) - x0));
    const rect = chart.getBoundingClientRect();
    showTip(describe(pieces[cursor], cursor),
      clientX === undefined ? rect.left + x0 * rect.width / width : clientX,
      clientY === undefined ? rect.top + 20 : clientY);
  }

  /* To whole pieces of the grid: there is nothing between them. */
  function zoom(from, to) {
    const low = Math.max(Math.floor(from / grid.width), grid.first);
    const high = Math.min(Math.max(Math.ceil(to / grid.width), low + 1), grid.first + grid.count);
    if (high <= low) return;
    state.from = low * grid.width;
    state.to = high * grid.width;
    hideTip();
    state.changed();
  }

  function zoomBy(factor) {
    const middle = cursor < 0 ? (state.from + state.to) / 2 : begin + (cursor + 0.5) * pieceWidth;
    const half = (state.to - state.from) * factor / 2;
    zoom(middle - half, middle + half);
  }

  function onKey(chart, event) {
    const actions = {
      ArrowRight: () => point(chart, cursor + 1),
      ArrowLeft: () => point(chart, cursor < 0 ? pieces.length - 1 : cursor - 1),
      Home: () => point(chart, 0),
      End: () => point(chart, pieces.length - 1),
      '+': () => zoomBy(0.5),
      '=': () => zoomBy(0.5),
      '-': () => zoomBy(2),
      Enter: () => zoomBy(0.25),
      Escape: () => zoom(gridBegin(grid), gridEnd(grid)),
    };
    if (!Object.hasOwn(actions, event.key) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    actions[event.key]();
  }

  function listen(chart) {
    chart.addEventListener('pointermove', (event) => {
      const time = timeAt(chart, event.clientX);
      point(chart, Math.floor((time - begin) / pieceWidth), event.clientX, event.clientY);
      if (dragFrom === null) return;
      selection.setAttribute('x', x(Math.min(time, dragFrom)));
      selection.setAttribute('width', Math.abs(x(time) - x(dragFrom)));
    });
    chart.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      dragFrom = timeAt(chart, event.clientX);
      chart.setPointerCapture(event.pointerId);
    });
    chart.addEventListener('pointerup', (event) => {
      const from = dragFrom, to = timeAt(chart, event.clientX);
      dragFrom = null;
      if (from !== null && Math.abs(x(to) - x(from)) > 6) zoom(Math.min(from, to), Math.max(from, to));
    });
    chart.addEventListener('pointercancel', () => { dragFrom = null; });
    chart.addEventListener('pointerleave', hideTip);
    chart.addEventListener('blur', hideTip);
    chart.addEventListener('dblclick', () => zoom(gridBegin(grid), gridEnd(grid)));
    chart.addEventListener('keydown', (event) => onKey(chart, event));
  }

  if (grid.count === 0) {
    box.append(el('p', {class: 'hint'}, 'There is no record.'));
    return;
  }
  at('reset').addEventListener('click', () => zoom(gridBegin(grid), gridEnd(grid)));
  state.listeners.push(draw);
  whenSized(box, (now) => { width = now; draw(); });
}

/* Levels can be switched off: so few errors among so many others are seen, and none are hidden. */
function initLegend() {
  const totals = [0, 0, 0, 0, 0];
  for (const [, ...counts] of data.timeline.pieces) totals.forEach((n, i) => { totals[i] = n + counts[i]; });
  [...classes].reverse().forEach((name) => {
    const count = totals[classes.indexOf(name)];
    if (count === 0) return;
    at('legend').append(el('button', {type: 'button', 'aria-pressed': 'true', onclick: (event) => {
      if (!state.hidden.delete(name)) state.hidden.add(name);
      event.currentTarget.setAttribute('aria-pressed', String(!state.hidden.has(name)));
      state.changed();
    }}, el('span', {class: `dot ${name}`}), `${name} ${grouped(count)}`));
  });
}
