// --- a shown result: the same short lists as the page without script -------------------------------
const SVG = 'http://www.w3.org/2000/svg';
function row(label, figures, bars, extra, own) {
  const text = make('span', { dir: 'auto' }, [label]), item = make('li', {}, [text, make('b', {}, [figures])]);
  if (own) text.appendChild(make('span', { class: 'mine' }, ['✓ ' + T.your_choice]));
  if (bars) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('aria-hidden', 'true');
    bars.forEach((bar) => {
      const rect = document.createElementNS(SVG, 'rect');
      rect.setAttribute('x', bar[0] + '%');
      rect.setAttribute('width', bar[1] + '%');
      rect.setAttribute('height', '100%');
      if (bar[2]) rect.setAttribute('class', bar[2]);
      svg.appendChild(rect);
    });
    item.appendChild(svg);
  }
  if (extra) item.appendChild(make('small', {}, [extra]));
  return item;
}
const list = (items) => make('ul', {}, items);
const steps = (items, cls) => make('ol', { class: 'list' + (cls || '') }, items);
const DRAWN = {
  bars: (d, vote, own) => {
    // Dots are no share of anything: their bars are compared with the longest.
    const most = d.unit ? Math.max.apply(null, vote.result.options.map((o) => o.count || 0).concat([1])) : 0;
    return [list(vote.result.options.map((o) => row(
      o.label, most ? amount(vote, o.count) : o.count_text + (o.percent_text ? ' · ' + o.percent_text : ''),
      [[0, most ? 100 * o.count / most : o.percent || 0]], '', own.indexOf(o.id) >= 0
    )))];
  },
  profile: (d) => [list(d.rows.map((r) => {
    let x = 0;
    const bars = r.shares.map((share, i) => {
      x += share;
      return [x - share, share, 'g' + Math.round(i * 5 / Math.max(1, r.shares.length - 1))];
    });
    const counted = d.grades.map((grade, i) => grade.label + ' ' + r.counts[i]).join(' · ');
    return row((r.rank ? r.rank + '. ' : '') + r.label, r.median_label || '', bars, counted);
  }))],
  scores: (d) => [list(d.rows.map((r) => row(r.label, r.mean_text, [[0, 100 * (r.mean || 0) / d.scale]])))],
  transfers: (d) => [steps(d.rounds.map((turn) => make('li', {}, [
    make('span', {}, [turn.sentence]),
    make('small', {}, [turn.rows.filter((r) => r.state !== 'out').map((r) => r.label + ' ' + r.votes).join(' · ')])
  ])), ' rounds')],
  duels: (d) => {
    const labels = {}, ids = d.options.map((o) => { labels[o.id] = o.label; return o.id; });
    let place = 1;
    const places = steps(d.ranking.map((tied) => {
      const item = make('li', { dir: 'auto', value: place }, [tied.map((id) => labels[id]).join(' = ')]);
      place += tied.length;
      return item;
    }));
    const first = d.ranking.length ? d.ranking[0][0] : '', a = ids.indexOf(first);
    if (a < 0) return [places];
    return [places, make('p', {}, [fill(T.duels_of, { one: labels[first] })]), list(ids.map((id, b) => (
      b === a ? null : row(labels[id], d.matrix[a][b] + ' – ' + d.matrix[b][a])
    )).filter(Boolean))];
  },
  budget: (d) => {
    const most = Math.max.apply(null, d.rows.map((r) => r.points).concat([1]));
    return [list(d.rows.map((r) => row(
      r.label, r.funded ? T.funded : T.not_funded, [[0, 100 * r.points / most, r.funded ? '' : 'g2']],
      fill(T.budget_row, { cost: r.cost_text, n: r.points })
    )))];
  }
};
let resultDrawn = '';
function drawResult(vote) {
  const r = vote.result, m = mine(), own = vote.state !== 'open' && m && m.state === 'received' ? m.choice : [];
  const wanted = JSON.stringify([vote.poll, r, vote.objections, own]);
  if (wanted === resultDrawn && result.firstChild) return;
  const unfolded = [T.by_college, T.how_counted].map((title) => (
    Array.from(result.querySelectorAll('details[open]')).some((d) => d.firstChild.textContent === title)
  ));
  resultDrawn = wanted;
  result.textContent = '';
  result.className = 'result';
  if (vote.objections && vote.objections.length) {
    result.appendChild(make('h2', {}, [T.objections]));
    result.appendChild(make('ul', { class: 'list' }, vote.objections.map((o) => make('li', { dir: 'auto' }, [
      o.words + ' ', make('small', {}, [o.lifted ? fill(T.lifted, { how: o.how }) : T.not_lifted])
    ]))));
  }
  if (!r) return;
  const add = (name, attributes, text) => result.appendChild(make(name, attributes, [text]));
  add('h2', {}, T.result);
  if (r.too_few) { add('p', {}, r.sentence); return; }
  const d = r.drawing || { kind: 'bars' };
  if (d.sentence) add('p', {}, make('b', {}, [d.sentence]));
  (DRAWN[d.kind] || DRAWN.bars)(d, vote, own).forEach((part) => result.appendChild(part));
  (r.verdict || []).forEach((said) => add('p', { dir: 'auto' }, said));
  add('p', { class: 'hint' }, [r.sentence, r.base, r.struck].filter(Boolean).join('. ') + '.');
  const fold = (title, parts, i) => {
    if (!parts.length) return;
    const folded = make('details', {}, [make('summary', {}, [title])].concat(parts));
    folded.open = unfolded[i];
    result.appendChild(folded);
  };
  fold(T.by_college, (r.colleges || []).map((college) => make('p', { dir: 'auto' }, [make('b', {}, [college.label]), ' ' + (
    college.sentence || college.rows.map((o) => o.label + ' ' + o.count_text).join(' · ')
  )])), 0);
  fold(T.how_counted, [r.rule].concat(r.explanation || []).filter(Boolean).map((said) => make('p', { dir: 'auto' }, [said])), 1);
}
