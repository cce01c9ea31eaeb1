// --- a ballot in canonical form: ids, or 'id=value' ------------------------------------------------
const POINTS = ['dots', 'budget'], GRADES = ['grades', 'majority_judgment'];
const isOf = (methods, vote) => methods.indexOf(vote.method) >= 0;
const isMarked = (vote) => vote.method === 'score' || isOf(GRADES, vote);
const isValued = (vote) => isMarked(vote) || isOf(POINTS, vote);
// These are made in several touches and leave at the button; the others leave at the first touch.
const isMade = (vote) => vote.several || isValued(vote) || vote.method === 'ranking';
const isLong = (vote) => isMade(vote) && !vote.several;

function values(choice) {
  const found = {};
  choice.forEach((part) => { const at = part.lastIndexOf('='); found[part.slice(0, at)] = part.slice(at + 1); });
  return found;
}
function said(vote, choice) {
  if (!isValued(vote)) return choice;
  const found = values(choice);
  if (!isOf(GRADES, vote)) Object.keys(found).forEach((id) => { found[id] = Number(found[id]); });
  return found;
}
function marksOf(vote) {
  if (vote.method === 'score') {
    const found = [];
    for (let n = 0; n <= vote.scale; n += 1) found.push({ id: String(n), label: String(n) });
    return found.concat([{ id: '', label: T.no_score }]);
  }
  return vote.grades.concat(vote.method === 'grades' ? [{ id: '', label: T.no_opinion }] : []);
}
// The ballot as it is counted, in words.
function inWords(vote, choice) {
  const words = {}, options = vote.options;
  options.forEach((option) => { words[option.id] = option.label; });
  const label = (id) => words[id] || id;
  if (!choice.length) return [T.blank_ballot];
  if (vote.method === 'ranking') {
    const ranked = choice.map((id, i) => i + 1 + '. ' + label(id));
    return ranked.length < options.length ? ranked.concat([T.others_tied]) : ranked;
  }
  if (!isValued(vote)) return choice.map(label);
  const given = values(choice), marks = {};
  if (isMarked(vote)) marksOf(vote).forEach((mark) => { marks[mark.id] = mark.label; });
  // Here an unanswered line counts, and is named.
  const worst = vote.method === 'score' ? '0' : vote.method === 'majority_judgment' ? vote.grades[vote.grades.length - 1].id : '';
  return options.filter((option) => given[option.id] || worst).map((option) => {
    const value = given[option.id] || worst, text = isMarked(vote) ? marks[value] : amount(vote, value);
    return fill(T.one_answer, { option: option.label, value: given[option.id] ? text : fill(T.unfilled, { value: text }) });
  });
}
const amount = (vote, n) => fill(T['amount_' + vote.method + (Number(n) === 1 || (!Number(n) && lang === 'fr') ? '_one' : '')], { n: n });

// --- filling it in: one maker for each kind --------------------------------------------------------
// A maker is given the vote, the choice to begin with, where to put the answers and whom to tell of a change.
// It returns { read: the canonical choice, count: what is left, in words }.
function whole(label, cost) {
  const text = make('span', { dir: 'auto' }, [label]);
  if (cost) text.appendChild(make('small', {}, [cost]));
  return text;
}
function option(type, name, value, label, extra) {
  const input = make('input', { type: type, name: name, value: value });
  const shown = make('label', { class: 'option' }, [input, make('span', { class: 'face' }, [
    whole(label, extra), make('span', { class: 'mark', 'aria-hidden': 'true' }, ['✓ ' + T.chosen])
  ])]);
  return { input: input, shown: shown };
}
function choices(vote, start, into) {
  const list = make('div'), type = vote.several ? 'checkbox' : 'radio';
  const inputs = vote.options.map((o) => {
    const made = option(type, 'choice', o.id, o.label, vote.method === 'consent' ? T['consent_' + o.id] : '');
    made.input.checked = start.indexOf(o.id) >= 0;
    list.appendChild(made.shown);
    return made.input;
  });
  if (vote.method === 'commune') into.appendChild(search(vote, list));
  into.appendChild(list);
  const read = () => inputs.filter((i) => i.checked).map((i) => i.value);
  return {
    read: read,
    count: !vote.several ? null : () => {
      const n = read().length, full = n >= vote.max_choices;
      inputs.forEach((input) => { input.disabled = full && !input.checked; });
      return fill(full && vote.max_choices < inputs.length ? T.full : T.at_most, { most: vote.max_choices }) +
        ' · ' + fill(T.counter, { n: n, most: vote.max_choices });
    }
  };
}
function plain(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();
}
function search(vote, list) {
  const box = make('input', { type: 'search', id: 'search', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  const found = make('p', { class: 'hint', role: 'status' });
  const words = vote.options.map((o) => ' ' + plain(o.label).replace(/\bst\b/g, 'saint'));
  box.oninput = () => {
    const wanted = plain(box.value).replace(/\bst\b/g, 'saint');
    let number = 0;
    words.forEach((word, i) => {
      const shows = !wanted || word.indexOf(' ' + wanted) >= 0 || vote.options[i].id === 'elsewhere';
      list.children[i].hidden = !shows;
      if (shows) number += 1;
    });
    found.textContent = !wanted ? '' : number <= 1 ? T.commune_nothing : fill(T.commune_found, { n: number });
  };
  box.onkeydown = (event) => { if (event.key === 'Enter') event.preventDefault(); };
  return make('div', {}, [make('label', { 'for': 'search' }, [T.commune_search]), box, found]);
}

// Dots and points: − and + beside each option. A button that can do no more stays in reach and says why.
function steppers(vote, start, into, changed) {
  const given = values(start), rows = [];
  let why = '';
  const left = () => vote.points - rows.reduce((sum, row) => sum + row.n, 0);
  function turn(row, by) {
    why = by < 0 ? (row.n ? '' : T.none_to_take) : row.n >= vote.cap ? fill(T['cap_' + vote.method], { cap: vote.cap }) : left() ? '' : T.take_first;
    if (!why) row.n += by;
    changed();
  }
  vote.options.forEach((o, i) => {
    const row = { id: o.id, n: Number(given[o.id] || 0), shown: make('output') };
    const what = whole(o.label, o.cost_text);
    what.id = 'o' + i;
    what.className = 'what';
    // The dots themselves, where they fit in sight.
    if (vote.method === 'dots' && vote.cap <= 8) what.appendChild(row.dots = make('small', { class: 'dots', 'aria-hidden': 'true' }));
    row.less = button('−', () => turn(row, -1), 'step', fill(T.take_from, { option: o.label }));
    row.more = button('+', () => turn(row, 1), 'step', fill(T.give_to, { option: o.label }));
    into.appendChild(make('div', { class: 'row', role: 'group', 'aria-labelledby': 'o' + i }, [
      what, make('span', { class: 'steps' }, [row.less, row.shown, row.more])
    ]));
    rows.push(row);
  });
  return {
    read: () => rows.filter((row) => row.n).map((row) => row.id + '=' + row.n),
    count: () => {
      const n = left(), said = T['left_' + vote.method + (n > 1 ? '' : n ? '_one' : '_none')];
      rows.forEach((row) => {
        tell(row.shown, String(row.n));
        row.shown.className = row.n ? 'some' : '';
        if (row.dots) row.dots.textContent = '●'.repeat(row.n) + '○'.repeat(vote.cap - row.n);
        row.less.setAttribute('aria-disabled', String(!row.n));
        row.more.setAttribute('aria-disabled', String(!n || row.n >= vote.cap));
      });
      return fill(said, { n: n }) + (why ? ' ' + why : '');
    }
  };
}

// Grades, mentions and scores: every mark written out beside its radio button.
function marks(vote, start, into) {
  const given = values(start), offered = marksOf(vote), all = [];
  vote.options.forEach((o, i) => {
    const list = make('div');
    offered.forEach((mark) => {
      const input = make('input', { type: 'radio', name: 'v' + i, value: mark.id });
      input.checked = (given[o.id] || '') === mark.id;
      all.push([o.id, input]);
      list.appendChild(make('label', {}, [input, make('span', {}, [mark.label])]));
    });
    const cls = 'marks' + (vote.method === 'score' ? ' scores' : '');
    into.appendChild(make('fieldset', { class: cls }, [make('legend', { dir: 'auto' }, [o.label]), list]));
  });
  const read = () => all.filter((pair) => pair[1].checked && pair[1].value).map((pair) => pair[0] + '=' + pair[1].value);
  return { read: read, count: () => fill(T.answered, { n: read().length, most: vote.options.length }) };
}

// Scores too many to show: a field for each option. One out of range stays, and is told when it is sent.
const MOST_SHOWN = 20; // as in components/voting/question.py
function numbers(vote, start, into, changed) {
  const given = values(start), fields = vote.options.map((o, i) => {
    const field = make('input', { id: 'o' + i, type: 'number', inputmode: 'numeric', min: '0', max: String(vote.scale), value: given[o.id] || '' });
    field.oninput = changed;
    into.appendChild(make('div', { class: 'row' }, [make('label', { class: 'what', 'for': 'o' + i, dir: 'auto' }, [o.label]), field]));
    return [o.id, field];
  });
  const read = () => fields.filter((pair) => pair[1].value).map((pair) => pair[0] + '=' + Number(pair[1].value));
  return { read: read, count: () => fill(T.answered, { n: read().length, most: vote.options.length }) };
}

// A ranking: touched in order, then moved up and down.
function ranking(vote, start, into, changed) {
  const order = start.slice(), box = make('div'), labels = {};
  let news = '';
  vote.options.forEach((o) => { labels[o.id] = o.label; });
  into.appendChild(box);
  function move(id, to, focus) {
    const at = order.indexOf(id);
    if (at >= 0) order.splice(at, 1);
    if (to >= 0) order.splice(to, 0, id);
    const label = labels[id].length > 40 ? labels[id].slice(0, 39) + '…' : labels[id];
    news = fill(to >= 0 ? T.ranked : T.unranked_now, { option: label, n: to + 1 });
    shown();
    focus = box.querySelector(focus + ':not([disabled])') || box.querySelectorAll('button')[0];
    if (focus) focus.focus();
    changed();
  }
  function shown() {
    const ranked = make('ol', { class: 'ranked' }), rest = make('ul', { class: 'ranked' });
    order.forEach((id, i) => {
      const label = { option: labels[id] };
      const up = button('↑', () => move(id, i - 1, i > 1 ? '.up' + (i - 1) : '.down0'), 'step up' + i, fill(T.move_up, label));
      const down = button('↓', () => move(id, i + 1, i < order.length - 2 ? '.down' + (i + 1) : '.up' + (i + 1)), 'step down' + i, fill(T.move_down, label));
      const out = button('✕', () => move(id, -1, '.pick'), 'step', fill(T.unrank, label));
      up.disabled = !i;
      down.disabled = i === order.length - 1;
      ranked.appendChild(make('li', { class: 'row' }, [
        make('b', { class: 'rank' }, [String(i + 1)]), make('span', { class: 'what', dir: 'auto' }, [labels[id]]),
        make('span', { class: 'steps' }, [up, down, out])
      ]));
    });
    let next = 0;
    vote.options.filter((o) => order.indexOf(o.id) < 0).forEach((o) => {
      const n = next;
      rest.appendChild(make('li', {}, [button(whole(o.label), () => {
        move(o.id, order.length, rest.children.length > n + 1 ? '.pick' + n : '.pick');
      }, 'face pick pick' + n)]));
      next += 1;
    });
    box.textContent = '';
    if (order.length) box.appendChild(ranked);
    if (next) {
      if (order.length) box.appendChild(make('p', { class: 'hint' }, [T.not_ranked]));
      box.appendChild(rest);
    }
  }
  shown();
  return {
    read: () => order.slice(),
    count: () => (news ? news + ' ' : '') + fill(T.counter_ranked, { n: order.length, most: vote.options.length })
  };
}
function hint(vote) {
  if (!isLong(vote)) return '';
  return fill(T['hint_' + vote.method + (isOf(POINTS, vote) && vote.cap >= vote.points ? '_free' : '')], {
    n: vote.points, cap: vote.cap, scale: vote.scale, budget: vote.budget_text,
    worst: vote.grades && vote.grades.length ? vote.grades[vote.grades.length - 1].label : ''
  });
}
