'use strict';
// Draws a report from the figures in #data. No library, no network; one function for each thing that is seen.
const data = JSON.parse(document.getElementById('data').textContent);
const page = document.getElementById('page');
const QUANTILES = ['p50', 'p90', 'p99', 'p99.9', 'max'];
const COLUMNS = ['p50', 'p90', 'p99', 'p999', 'max'];
const MARKS = { HELD: '\u2713', BROKEN: '\u2717', NOT_JUDGED: '?' };
const SAID = { HELD: 'held', BROKEN: 'broken', NOT_JUDGED: 'not judged' };

// ---- words and elements

function el(name, attributes, ...children) {
  const svg = ['svg', 'g', 'path', 'line', 'rect', 'text', 'circle', 'title', 'polygon'].includes(name);
  const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return node;
}
const number = value => Math.round(value).toLocaleString('en-US');
function micros(us) {
  if (us === null || us === undefined) return '\u2013';
  if (us >= 1e6) return trim(us / 1e6) + ' s';
  if (us >= 1e3) return trim(us / 1e3) + ' ms';
  return trim(us) + ' \u00b5s';
}
const trim = value => value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(2).replace(/\.?0+$/, '');
const seconds = ms => (ms / 1000).toFixed(1) + ' s';
function lasting(ms) {
  return ms < 1000 ? ms + ' ms' : ms < 60000 ? seconds(ms) : Math.floor(ms / 60000) + ' min ' + Math.round(ms % 60000 / 1000) + ' s';
}
const mark = state => el('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[state]);
const spoken = state => el('span', { style: 'position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden' }, SAID[state] + ': ');

// ---- the chart: what was done, requests a second, latency, on one axis

function chart(run, loads) {
  const box = el('div', { class: 'chart', tabindex: '0', role: 'group', 'aria-label': 'Timeline of faults, request rate and latency. Left and right arrow keys read it point by point.' });
  const readout = el('p', { class: 'readout', 'aria-live': 'polite' }, 'Point at the chart, or focus it and use the arrow keys, to read it.');
  const used = [...new Set(loads.flatMap(load => load.series.failures.map(f => f[1])))];
  const colour = outcome => `var(--f${used.indexOf(outcome) % 5})`;
  const compared = loads.length === 2 && data.mode === 'comparison';
  const points = loads.map(load => pointsOf(load));
  const honest = loads.every(load => load.honest);
  const endMs = Math.max(run.durationMs, ...points.flat().map(p => p.to), ...run.faults.map(f => f.to), 1);
  let cursor = -1, move = () => {};

  function draw() {
    const width = Math.max(280, box.clientWidth || 900);
    const left = 50, right = width < 560 ? 12 : 52, inner = width - left - right;
    const x = ms => left + Math.max(0, Math.min(1, ms / endMs)) * inner;
    const svg = el('svg', { role: 'img', 'aria-label': summary(run, loads) });
    let top = 4;

    // What was done: phases, bands packed into rows, changes.
    const rows = [], rowHeight = 21;
    const placed = run.faults.map(fault => {
      const text = [fault.kind, fault.target].filter(Boolean).join(' ');
      const from = x(fault.from), to = Math.max(from + 7, x(fault.to));
      const space = text.length * 6.7 + 12, inside = to - from > space;
      const toLeft = !inside && to + space > width;
      const begin = toLeft ? from - space : from, end = inside || toLeft ? to : to + space;
      let row = rows.findIndex(last => last <= begin);
      if (row < 0) row = rows.push(0) - 1;
      rows[row] = end + 4;
      return { fault, text, from, to, inside, toLeft, row };
    });
    if (run.phases.length) {
      run.phases.forEach((phase, i) => {
        const from = x(phase.from), to = x(phase.to);
        if (i) svg.append(el('line', { x1: from, x2: from, y1: top, y2: top + 18, stroke: 'var(--line)' }));
        if (to - from > phase.kind.length * 6 + 4) svg.append(el('text', { x: (from + to) / 2, y: top + 12, 'text-anchor': 'middle' }, phase.kind));
      });
      top += 22;
    }
    const bandTop = top;
    placed.forEach(p => {
      const y = bandTop + p.row * rowHeight;
      svg.append(el('g', {}, el('title', {}, `${p.text}, ${seconds(p.fault.from)}${p.fault.to > p.fault.from ? ' to ' + seconds(p.fault.to) : ''}${p.fault.detail ? ': ' + p.fault.detail : ''}`),
        p.fault.to > p.fault.from
          ? el('rect', { x: p.from, y, width: p.to - p.from, height: rowHeight - 4, rx: 4, fill: 'var(--band)', 'fill-opacity': .22 })
          : el('polygon', { points: `${p.from},${y + 2} ${p.from + 6},${y + 8.5} ${p.from},${y + 15} ${p.from - 6},${y + 8.5}`, fill: 'var(--band)' }),
        el('text', { x: p.inside ? p.from + 6 : p.toLeft ? p.from - 9 : p.to + 5, y: y + 12.5, class: 'bandtext', 'text-anchor': p.toLeft ? 'end' : 'start' }, p.text)));
    });
    top += rows.length * rowHeight;
    if (run.changes.steps.length) {
      svg.append(el('text', { x: left - 8, y: top + 11, 'text-anchor': 'end' }, 'config'));
      let at = 0;
      run.changes.steps.forEach((step, i) => {
        at += step;
        svg.append(el('line', { x1: x(at), x2: x(at), y1: top + 3, y2: top + 13, 'stroke-width': 1.5, stroke: run.changes.results[i] === 'a' ? 'var(--tick)' : 'var(--bad)' }));
      });
      top += 20;
    }
    top += 18;
    const shadeTop = top;

    // Requests a second: right ones, and failures on top of them, at least three pixels high so that one in a million is seen.
    const rateHeight = width < 560 ? 90 : 120, latencyHeight = width < 560 ? 170 : 230;
    const rateMax = niceMax(Math.max(1, ...points.flat().map(p => p.rate + p.failedRate)));
    const ry = value => top + rateHeight - value / rateMax * rateHeight;
    svg.append(el('text', { x: left, y: top - 6, class: 'title' }, 'Requests per second'));
    [0, rateMax / 2, rateMax].forEach(v => axis(svg, left, left + inner, ry(v), short(v)));
    if (compared) {
      points.forEach((list, i) => svg.append(path(list, p => x(p.mid), p => ry(p.rate + p.failedRate), i ? 'var(--q2)' : 'var(--before)', 1.6, i ? null : '5 3')));
    } else {
      points[0].forEach(p => {
        const from = x(p.from), w = Math.max(1, x(p.to) - from);
        svg.append(el('rect', { x: from, y: ry(p.rate), width: w, height: top + rateHeight - ry(p.rate), fill: 'var(--ok)' }));
      });
    }
    points.forEach(list => list.forEach(p => {
      let y = ry(compared ? 0 : p.rate);
      p.failures.forEach(([outcome, count]) => {
        const h = Math.max(3, count / (p.to - p.from) * 1000 / rateMax * rateHeight);
        svg.append(el('rect', { x: x(p.from), y: y - h, width: Math.max(2.5, x(p.to) - x(p.from)), height: h, fill: colour(outcome) }, el('title', {}, `${number(count)} ${outcome} at ${seconds(p.from)}`)));
        y -= h;
      });
    }));
    top += rateHeight + 34;

    // Latency from the planned start, on a logarithmic scale.
    svg.append(el('text', { x: left, y: top - 8, class: 'title' }, honest ? width < 560 ? 'Latency' : 'Latency, from when a request should have started'
      : compared ? 'Latency' : width < 560 ? 'Service time' : 'Service time, from when a request did start: loadgen was late, so there is no latency to report'));
    const values = points.flat().flatMap(p => (compared ? ['p99'] : COLUMNS).map(c => p[c])).filter(v => v > 0);
    if (!honest && compared) {
      svg.append(el('text', { x: left, y: top + 24 }, 'Not reported: loadgen itself did not keep its schedule.'));
      top += 40;
    } else if (values.length) {
      const low = Math.log10(Math.min(...values)) - .12, high = Math.max(Math.log10(Math.max(...values)), low + .5);
      const ly = v => top + latencyHeight - (Math.log10(v) - low) / (high - low) * (latencyHeight - 8);
      for (let d = Math.floor(low); d <= Math.ceil(high); d++) {
        for (const m of high - low < 2 ? [1, 2, 5] : [1]) {
          const v = m * 10 ** d;
          if (Math.log10(v) >= low - .02 && Math.log10(v) <= high + .02) axis(svg, left, left + inner, ly(v), micros(v));
        }
      }
      const ends = [];
      (compared ? [2] : [0, 1, 2, 3, 4]).forEach(q => points.forEach((list, i) => {
        const column = COLUMNS[q], stroke = compared ? (i ? 'var(--q2)' : 'var(--before)') : `var(--q${q})`;
        svg.append(path(list, p => x(p.mid), p => p[column] > 0 ? ly(p[column]) : null, stroke, q === 2 ? 2 : 1.4, compared && !i ? '5 3' : null));
        const last = list.filter(p => p[column] > 0).pop();
        if (last) ends.push({ y: ly(last[column]), text: compared ? (i ? 'after' : 'before') : QUANTILES[q], stroke });
      }));
      if (right > 20) apart(ends, 12).forEach(e => svg.append(el('text', { x: left + inner + 5, y: e.y + 4, style: `fill:${e.stroke};font-weight:600` }, e.text)));
      top += latencyHeight;
    }
    const shadeBottom = top;

    // The axis of time, and the shade of every fault over all of it.
    const step = niceStep(endMs / (width < 560 ? 4 : 9));
    for (let ms = 0; ms <= endMs; ms += step) {
      svg.append(el('text', { x: x(ms), y: top + 17, 'text-anchor': 'middle' }, trim(ms / 1000) + ' s'));
      svg.append(el('line', { x1: x(ms), x2: x(ms), y1: top, y2: top + 4, stroke: 'var(--soft)' }));
    }
    const shades = el('g', { 'aria-hidden': 'true' });
    run.faults.forEach(fault => {
      const from = x(fault.from), to = x(fault.to);
      shades.append(fault.to > fault.from
        ? el('rect', { x: from, y: shadeTop, width: Math.max(1, to - from), height: shadeBottom - shadeTop, fill: 'var(--band)', 'fill-opacity': .08 })
        : el('line', { x1: from, x2: from, y1: shadeTop, y2: shadeBottom, stroke: 'var(--band)', 'stroke-opacity': .5, 'stroke-dasharray': '2 3' }));
    });
    svg.prepend(shades);
    const hair = el('line', { y1: shadeTop, y2: shadeBottom, stroke: 'var(--ink)', 'stroke-opacity': .55, visibility: 'hidden' });
    svg.append(hair);
    const height = top + 24;
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.setAttribute('height', height);
    box.replaceChildren(svg);
    move = index => {
      cursor = Math.max(0, Math.min(points[0].length - 1, index));
      const p = points[0][cursor];
      if (!p) return;
      hair.setAttribute('x1', x(p.mid)); hair.setAttribute('x2', x(p.mid)); hair.setAttribute('visibility', 'visible');
      tell(p);
    };
    if (cursor >= 0) move(cursor);
    box.onpointermove = event => {
      const at = (event.clientX - box.getBoundingClientRect().left - left) / inner * endMs;
      let best = 0;
      points[0].forEach((p, i) => { if (Math.abs(p.mid - at) < Math.abs(points[0][best].mid - at)) best = i; });
      move(best);
    };
  }
  function tell(p) {
    const during = run.faults.filter(f => f.from < p.to && Math.max(f.to, f.from + 1) > p.from).map(f => f.kind + ' ' + f.target);
    const parts = [el('b', {}, seconds(p.from)), ` to ${seconds(p.to)}: `, el('b', {}, number(p.rate) + '/s'), compared ? ' right before' : ' right'];
    const other = compared && points[1].find(q => q.from <= p.mid && q.to > p.mid);
    if (other) parts.push(', ', el('b', {}, number(other.rate) + '/s'), ' after');
    if (other && honest) parts.push('; p99 ', el('b', {}, micros(p.p99)), ' before, ', el('b', {}, micros(other.p99)), ' after');
    p.failures.forEach(([outcome, count]) => parts.push(', ', el('b', { class: 'bad' }, `${number(count)} ${outcome}`)));
    if (!compared) parts.push(honest ? '. ' : '. Service time ', ...QUANTILES.flatMap((q, i) => [q + ' ', el('b', {}, micros(p[COLUMNS[i]])), i < 4 ? ', ' : '']));
    if (during.length) parts.push('. During: ' + during.join(', '));
    readout.replaceChildren(...parts);
  }
  box.addEventListener('keydown', event => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -1e9, End: 1e9 }[event.key];
    if (by !== undefined) { move(cursor + by); event.preventDefault(); }
  });
  new ResizeObserver(draw).observe(box);
  const legend = el('ul', { class: 'legend' },
    compared ? null : el('li', {}, el('i', { style: 'background:var(--ok)' }), 'answered right'),
    used.map(outcome => el('li', {}, el('i', { style: `background:${colour(outcome)}` }), outcome)),
    compared ? [['before', 'var(--before)'], ['after (p99 below)', 'var(--q2)']].map(([text, c]) => el('li', {}, el('i', { style: `background:${c}` }), text))
      : QUANTILES.map((q, i) => el('li', {}, el('i', { style: `background:var(--q${i})` }), q)),
    run.faults.length ? el('li', {}, el('i', { style: 'background:var(--band);opacity:.4' }), 'a fault') : null,
    run.changes.steps.length ? el('li', {}, el('i', { style: 'background:var(--tick);width:3px' }), 'a change of configuration', /[^a]/.test(run.changes.results) ? ', red if not acknowledged' : '') : null);
  return el('figure', {}, box, legend, readout);
}
function pointsOf(load) {
  const s = load.series;
  const points = s.start.map((start, i) => {
    const from = start + load.offsetMs, to = from + Math.max(1, s.length[i]);
    const point = { from, to, mid: (from + to) / 2, rate: s.ok[i] / (to - from) * 1000, failures: [], failedRate: 0 };
    COLUMNS.forEach(c => { point[c] = s[c][i]; });
    return point;
  });
  s.failures.forEach(([i, outcome, count]) => {
    points[i].failures.push([outcome, count]);
    points[i].failedRate += count / (points[i].to - points[i].from) * 1000;
  });
  return points;
}
function path(list, x, y, stroke, width, dash) {
  let d = '', pen = 'M';
  list.forEach(p => {
    const at = y(p);
    if (at === null) { pen = 'M'; return; }
    d += `${pen}${x(p).toFixed(1)},${at.toFixed(1)}`;
    pen = 'L';
  });
  return el('path', { d, fill: 'none', stroke, 'stroke-width': width, 'stroke-linejoin': 'round', 'stroke-linecap': 'round', 'stroke-dasharray': dash });
}
function axis(svg, from, to, y, label) {
  svg.append(el('line', { x1: from, x2: to, y1: y, y2: y, stroke: 'var(--grid)' }), el('text', { x: from - 8, y: y + 4, 'text-anchor': 'end' }, label));
}
const short = v => v >= 1e4 ? trim(v / 1e3) + 'k' : number(v);
const niceMax = v => { const d = 10 ** Math.floor(Math.log10(v)); return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find(m => m * d >= v) * d; };
const niceStep = ms => { const d = 10 ** Math.floor(Math.log10(Math.max(1, ms))); return [1, 2, 5, 10].find(m => m * d >= ms) * d; };
function apart(ends, space) {
  ends.sort((a, b) => a.y - b.y);
  for (let i = 1; i < ends.length; i++) ends[i].y = Math.max(ends[i].y, ends[i - 1].y + space);
  return ends;
}
function summary(run, loads) {
  return `${run.title}: ${run.lost} ` + loads.map(l => `${l.name}: ${number(l.completed)} requests, ${number(l.failed)} failed` + (l.honest ? `, p99 ${micros(l.latency[2])}` : '')).join('; ');
}
function sparkline(run) {
  const svg = el('svg', { viewBox: '0 0 150 30', 'aria-hidden': 'true' });
  const all = run.loads.flatMap(pointsOf);
  const endMs = Math.max(run.durationMs, 1), x = ms => ms / endMs * 150;
  run.faults.forEach(f => svg.append(el('rect', { x: x(f.from), y: 0, width: Math.max(1.5, x(f.to) - x(f.from)), height: 30, fill: 'var(--band)', 'fill-opacity': f.to > f.from ? .18 : .6 })));
  const first = run.loads[0] ? pointsOf(run.loads[0]) : [];
  const top = Math.max(1, ...first.map(p => p.rate + p.failedRate));
  svg.append(path(first, p => x(p.mid), p => 28 - p.rate / top * 24, 'var(--q2)', 1.3));
  all.filter(p => p.failures.length).forEach(p => svg.append(el('rect', { x: x(p.mid) - 1, y: 22, width: 2.5, height: 8, fill: 'var(--f0)' })));
  return svg;
}

// ---- tables: every figure that is drawn

function table(caption, heads, rows) {
  if (!rows.length) return null;
  const numeric = heads.map(h => h.startsWith('#'));
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption }, el('table', {}, el('caption', {}, caption),
    el('thead', {}, el('tr', {}, heads.map((h, i) => el('th', { scope: 'col', class: numeric[i] ? 'num' : null }, h.replace(/^#/, ''))))),
    el('tbody', {}, rows.map(row => el('tr', {}, row.map((cell, i) => i === 0
      ? el('th', { scope: 'row', class: numeric[0] ? 'num' : null }, cell)
      : el('td', { class: numeric[i] ? 'num' : String(cell).length > 28 ? 'wide' : null }, cell)))))));
}
const failuresOf = outcomes => Object.entries(outcomes).filter(([o]) => o !== 'ok').map(([o, n]) => `${number(n)} ${o}`).join(', ') || 'none';
function figures(load) {
  const times = [['from the planned start', load.latency], ['from the actual start', load.service], ['loadgen\u2019s own lag', load.lag]];
  return el('div', {},
    el('p', { class: 'meta' }, load.description.replace(/\.?$/, '.'), ` ${number(load.planned)} planned, ${number(load.started)} sent, ${number(load.completed)} with an outcome, over ${number(load.connections)} connections.`),
    load.honest ? null : el('p', { class: 'warn' }, `Latency is not reported: loadgen itself was late (p99 of its lag ${micros(load.lag[2])}). What became of the requests is not affected by that.`),
    table(load.honest ? 'Latency' : 'Times', ['time', ...QUANTILES.map(q => '#' + q)], (load.honest ? times : times.slice(1)).map(([name, t]) => [name, ...t.map(micros)])),
    el('div', { class: 'tables' },
      table('What became of the requests', ['outcome', '#requests', '#share'], Object.entries(load.outcomes).map(([o, n]) => [o, number(n), (n / Math.max(1, load.completed) * 100).toFixed(n === load.completed ? 0 : 3) + ' %'])),
      table('By target', ['target', '#requests', '#right', 'failed'], Object.entries(load.targets).map(([t, o]) => [t, number(Object.values(o).reduce((a, b) => a + b, 0)), number(o.ok || 0), failuresOf(o)])),
      table('By upstream', ['answered by', '#right answers', '#share'], Object.entries(load.upstreams).map(([u, n], _, all) => [u, number(n), (n / Math.max(1, all.reduce((a, [, b]) => a + b, 0)) * 100).toFixed(1) + ' %']))),
    load.samples.length ? el('details', { class: 'more' }, el('summary', {}, 'The first failures'), el('ul', {}, load.samples.map(s => el('li', {}, s)))) : null,
    lazily('Over time, as a table', () => table(load.name + ' over time' + (load.honest ? '' : ', service times'), ['#from', '#right/s', 'failed', ...QUANTILES.map(q => '#' + q)],
      pointsOf(load).map(p => [seconds(p.from), number(p.rate), p.failures.map(([o, n]) => `${number(n)} ${o}`).join(', ') || '\u2013', ...COLUMNS.map(c => micros(p[c]))]))));
}
function lazily(title, make) {
  const details = el('details', { class: 'more' }, el('summary', {}, title));
  details.addEventListener('toggle', () => { if (details.open && details.children.length === 1) { const made = make(); if (made) details.append(made); } });
  return details;
}

// ---- a run

function verdict(run) {
  return el('div', { class: 'verdict ' + run.verdict }, mark(run.verdict), el('div', {}, el('p', { class: 'big' }, spoken(run.verdict), run.lost), el('p', {}, run.seen)));
}
function findings(run) {
  return el('ul', { class: 'findings' }, run.findings.map(f => el('li', { class: f.state }, mark(f.state), el('div', {},
    spoken(f.state), f.promise, el('div', { class: 'seen' }, f.seen),
    f.evidence.length ? el('details', { class: 'more', open: f.state === 'BROKEN' ? '' : null }, el('summary', {}, 'Evidence'), el('ul', {}, f.evidence.map(e => el('li', {}, e)))) : null))));
}
function body(run) {
  const parts = [];
  if (run.promise) parts.push(el('h3', {}, 'What is promised'), el('p', {}, run.promise));
  const promises = () => { if (run.findings.length) parts.push(el('h3', {}, 'Promise by promise'), findings(run)); };
  if (run.loads.length) {
    parts.push(el('h3', {}, 'What happened'));
    const place = el('div', {});
    const more = el('div', {});
    const show = load => {
      place.replaceChildren(chart(run, [load]));
      more.replaceChildren(el('h3', {}, 'The figures of ' + load.name), figures(load));
    };
    if (run.loads.length > 1) {
      const buttons = run.loads.map((load, i) => el('button', { type: 'button', 'aria-pressed': String(i === 0), onclick: () => {
        buttons.forEach((b, k) => b.setAttribute('aria-pressed', String(k === i)));
        show(load);
      } }, load.name));
      parts.push(el('div', { class: 'tools', role: 'group', 'aria-label': 'Which load' }, buttons), el('p', {}));
    }
    show(run.loads[0]);
    parts.push(place);
    promises();
    parts.push(more);
  } else {
    promises();
  }
  parts.push(el('div', { class: 'tables' },
    table('What was done to it', ['#from', '#to', 'fault', 'to what', 'more'], run.faults.map(f => [seconds(f.from), f.to > f.from ? seconds(f.to) : '\u2013', f.kind, f.target, f.detail]))));
  const { rows, steps } = run.changes;
  if (steps.length) parts.push(lazily(`${steps.length} changes of configuration`, () => table(rows.length < steps.length ? `The first ${rows.length} of ${steps.length} changes of configuration` : 'Changes of configuration', ['#at', '#took', 'node', 'result', 'what'],
    rows.map(([at, took, node, result, what]) => [seconds(at), lasting(took), node, result, what]))));
  if (run.replay) {
    const copy = el('button', { type: 'button', onclick: () => navigator.clipboard && navigator.clipboard.writeText(run.replay).then(() => { copy.textContent = 'Copied'; }) }, 'Copy');
    parts.push(el('h3', {}, 'Do it again'), el('pre', { tabindex: '0' }, run.replay), el('p', { class: 'meta', style: 'margin-top:.5rem' }, copy, run.seed ? ` Seed ${run.seed}.` : ''));
  }
  const facts = Object.entries(run.environment);
  if (facts.length) parts.push(el('h3', {}, 'Where it ran'), el('dl', { class: 'three' }, facts.map(([k, v]) => el('div', {}, el('dt', {}, k), el('dd', {}, v)))));
  return parts;
}
const when = run => new Date(run.begun).toISOString().replace('T', ' ').slice(0, 16) + ' UTC';

// ---- pages

function single(run) {
  page.append(el('h1', {}, run.title), el('p', { class: 'meta' }, `${when(run)}, ${lasting(run.durationMs)}`), verdict(run), ...body(run));
}
function many(runs) {
  const by = state => runs.filter(r => r.verdict === state).length;
  const worst = by('BROKEN') ? 'BROKEN' : by('HELD') === runs.length ? 'HELD' : 'NOT_JUDGED';
  const requests = runs.reduce((a, r) => a + r.loads.reduce((b, l) => b + l.completed, 0), 0);
  const failed = runs.reduce((a, r) => a + r.loads.reduce((b, l) => b + l.failed, 0), 0);
  const big = worst === 'BROKEN' ? `${by('BROKEN')} of ${runs.length} scenarios broke a promise.` : worst === 'HELD' ? `All ${runs.length} scenarios kept their promises.` : `${by('HELD')} of ${runs.length} scenarios kept their promises; ${by('NOT_JUDGED')} could not be judged.`;
  page.append(el('h1', {}, data.title), el('p', { class: 'meta' }, `${when(runs[0])}. ${runs.length} scenarios, ${lasting(runs.reduce((a, r) => a + r.durationMs, 0))} of load and faults.`),
    el('div', { class: 'verdict ' + worst }, mark(worst), el('div', {}, el('p', { class: 'big' }, spoken(worst), big),
      el('p', {}, `${number(requests)} requests; ${failed ? number(failed) + ' failed' : 'none failed'}${failed && worst !== 'BROKEN' ? ', no more than was said beforehand' : ''}. Each scenario says what is promised, then does its worst.`))));
  const sections = [];
  page.append(el('ol', { class: 'card board' }, runs.map((run, i) => el('li', { class: run.verdict }, el('a', { href: '#' + run.name, onclick: () => { sections[i].open = true; } },
    mark(run.verdict), el('b', {}, spoken(run.verdict), run.title), el('span', { class: 'what' }, run.lost), sparkline(run))))));
  const all = open => sections.forEach(s => { s.open = open; });
  page.append(el('div', { class: 'tools' }, el('button', { type: 'button', onclick: () => all(true) }, 'Open all'), el('button', { type: 'button', onclick: () => all(false) }, 'Close all')));
  runs.forEach(run => {
    const inside = el('div', {});
    const section = el('details', { class: 'run card ' + run.verdict, id: run.name }, el('summary', {}, mark(run.verdict), el('h2', {}, spoken(run.verdict), run.title)), inside);
    section.addEventListener('toggle', () => { if (section.open && !inside.children.length) inside.append(verdict(run), ...body(run)); });
    sections.push(section);
    page.append(section);
  });
  const open = () => { const at = runs.findIndex(r => '#' + r.name === location.hash); if (at >= 0) sections[at].open = true; };
  addEventListener('hashchange', open);
  open();
  runs.forEach((r, i) => { if (r.verdict === 'BROKEN') sections[i].open = true; });
}
function comparison([before, after]) {
  page.append(el('h1', {}, 'Before and after: ' + data.title), el('p', { class: 'meta' }, `Before: ${when(before)}, ${lasting(before.durationMs)}. After: ${when(after)}, ${lasting(after.durationMs)}.`));
  page.append(el('dl', { class: 'three' }, [['Before', before], ['After', after]].map(([name, run]) => el('div', {}, el('dt', {}, name), el('dd', {}, run.lost + ' ' + run.seen)))));
  after.loads.forEach(load => {
    const other = before.loads.find(l => l.name === load.name) || (before.loads.length === 1 && after.loads.length === 1 ? before.loads[0] : null);
    if (!other) return;
    page.append(el('h3', {}, load.name), chart({ ...after, durationMs: Math.max(before.durationMs, after.durationMs) }, [other, load]));
    const change = (a, b) => a ? (b >= a ? '+' : '\u2212') + Math.abs((b - a) / a * 100).toFixed(1) + ' %' : '\u2013';
    const rate = l => l.completed / Math.max(1, l.durationMs) * 1000;
    const honest = load.honest && other.honest;
    if (!honest) page.append(el('p', { class: 'warn' }, 'Latency is not compared: in one of the runs loadgen itself was late.'));
    page.append(table('Before and after', ['figure', '#before', '#after', '#change'], [
        ['requests/s', number(rate(other)), number(rate(load)), change(rate(other), rate(load))],
        ['failed', number(other.failed), number(load.failed), change(other.failed, load.failed)],
        ...(honest ? QUANTILES.map((q, i) => [q, micros(other.latency[i]), micros(load.latency[i]), change(other.latency[i], load.latency[i])]) : [])]));
  });
  [['Before', before], ['After', after]].forEach(([name, run]) => {
    const inside = el('div', {});
    const section = el('details', { class: 'run card ' + run.verdict }, el('summary', {}, mark(run.verdict), el('h2', {}, name)), inside);
    section.addEventListener('toggle', () => { if (section.open && !inside.children.length) inside.append(...body(run)); });
    page.append(section);
  });
}
page.replaceChildren();
if (data.mode === 'comparison') comparison(data.runs);
else if (data.runs.length === 1) single(data.runs[0]);
else many(data.runs);
page.append(el('footer', {}, 'Made by Convergate\u2019s loadgen. Latency counts from when a request should have started, so a stalled system cannot hide it.'));
