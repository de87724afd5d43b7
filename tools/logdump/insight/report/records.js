/* ---- records ---- */

const RECORD = {order: 0, where: 1, time: 2, kind: 3, level: 4, logger: 5, thread: 6, place: 7, text: 8, more: 9};
const pageRows = 300;
let searchFor = () => {};

function recordRow(r) {
  const cell = (name, text) => el('span', {class: name, role: 'cell', title: text}, text);
  const text = el('div', {class: 'text', role: 'cell'}, r[RECORD.text]);
  const more = r[RECORD.more].trim();
  const first = more.split('\n')[0];
  if (more === first && more.length <= 120)
    text.append(more && el('div', {class: 'quiet'}, more));
  else
    text.append(el('details', {}, el('summary', {}, first.slice(0, 80)), el('pre', {}, more)));
  return el('div', {class: `record ${classes[r[RECORD.kind]]}`, role: 'row'},
    cell('quiet', moment(r[RECORD.time], 3)), cell('level', r[RECORD.level]), cell('logger', r[RECORD.logger]),
    cell('quiet', r[RECORD.thread]), cell('quiet', r[RECORD.place]), text);
}

function titleRow() {
  return el('div', {class: 'record titles', role: 'row'}, ...['time', 'level', 'logger', 'thread', 'place', 'message']
    .map((name) => el('span', {role: 'columnheader'}, name)));
}

function initRecords() {
  const rows = data.kept.rows;
  const texts = rows.map((r) => [r[RECORD.level], r[RECORD.logger], r[RECORD.thread], r[RECORD.place], r[RECORD.text],
    r[RECORD.more]].join('\n').toLowerCase());
  let found = [], drawn = 0;

  function matching() {
    const words = at('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    const which = Number(at('which').value), least = Number(at('least').value);
    const zoomed = isZoomed();
    return rows.filter((r, i) => (r[RECORD.where] & which) && r[RECORD.kind] >= least &&
      !state.hidden.has(classes[r[RECORD.kind]]) &&
      (!zoomed || (r[RECORD.time] >= state.from && r[RECORD.time] < state.to)) &&
      words.every((word) => texts[i].includes(word)));
  }

  /* Between two rows may be records that are not in this page: that is said. */
  function drawMore() {
    const plain = found.length === rows.length;
    for (const r of found.slice(drawn, drawn + pageRows)) {
      const before = drawn > 0 ? found[drawn - 1] : null;
      if (plain && before && r[RECORD.order] > before[RECORD.order] + 1)
        at('rows').append(el('div', {class: 'record gap', role: 'row'},
          `${plural(r[RECORD.order] - before[RECORD.order] - 1, 'record', 'records')} not in this page`));
      at('rows').append(recordRow(r));
      drawn++;
    }
    at('more').hidden = drawn >= found.length;
    at('shown').textContent = `${grouped(drawn)} of ${plural(found.length, 'matching record', 'matching records')}` +
      (isZoomed() ? `, from ${moment(state.from, 3)} to ${moment(state.to, 3)}` : '') +
      (state.hidden.size ? `, without ${[...state.hidden].join(', ')}` : '');
  }

  function draw() {
    found = matching();
    drawn = 0;
    at('rows').replaceChildren(titleRow());
    drawMore();
  }

  at('kept').textContent = rows.length === data.records
    ? `All ${grouped(data.records)}.`
    : `${grouped(rows.length)} of ${grouped(data.records)} are in this page: the first and the last ` +
      `${grouped(data.kept.most)}, and the worst ${grouped(data.kept.worst)}.`;
  at('find').addEventListener('submit', (event) => event.preventDefault());
  at('search').addEventListener('input', draw);
  at('which').addEventListener('change', draw);
  at('least').addEventListener('change', draw);
  at('more').addEventListener('click', drawMore);
  searchFor = (text) => {
    at('search').value = text;
    draw();
    at('records').scrollIntoView();
    at('search').focus();
  };
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || /^(INPUT|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    at('search').focus();
  });
  state.listeners.push(draw);
  draw();
}

initOverview();
initLegend();
initTimeline();
initMeasures();
initTables();
initEvents();
initRecords();
document.documentElement.dataset.ready = 'yes';
