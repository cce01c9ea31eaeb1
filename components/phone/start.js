// --- what is seen ----------------------------------------------------------------------------------
function asksCode() { return state.meeting.entitled && !person().entitled; }
// What the page shows: gone | other | code | college | barred | form | sent
function stage() {
  const vote = state.vote, open = vote && vote.state === 'open';
  if (isGone) return 'gone';
  if (state.meeting.closed || (vote && !open)) return 'other';
  if (asksCode()) return 'code';
  if (!open || !vote.phones_vote) return 'other';
  if (vote.college_needed) {
    if (!person().college) return 'college';
    if (vote.who.indexOf(person().college) < 0) return 'barred';
  }
  return isLong(vote) && mine() && mine().state === 'received' && !draft() ? 'sent' : 'form';
}
function draw() {
  const vote = state.vote, at = stage(), votes = ['gone', 'other', 'code'].indexOf(at) < 0;
  const wanted = votes ? [at, vote.poll, slot(), vote.shared_allowed, at === 'sent' && mine().choice].join('|')
    : JSON.stringify([at, state.step, state.meeting, vote, mine() && mine().choice, slot(), person().problem]);
  if (wanted !== drawn) {
    const had = face.contains(document.activeElement) || document.activeElement === send, before = document.title;
    const turned = drawn && at !== 'other';
    drawn = wanted;
    face.textContent = '';
    result.textContent = '';
    send.hidden = true;
    send.onclick = null;
    current = null;
    if (memory.remote) says(T.remote, 'note');
    if (votes && at !== 'sent') drawTurn(vote);
    DRAW[at](vote);
    document.title = face.querySelector('h1').textContent;
    byId('above').textContent = state.meeting.title + ' · ' + T.indicative_short;
    // Only a reader who was inside what has just gone is taken to the new title.
    if (had) toTitle();
    if (document.title !== before || turned) window.scrollTo(0, 0);
  }
  if (votes) {
    drawResult(vote);
    mark();
    shareLink();
  }
  drawLine(at);
}
function toTitle() {
  const h1 = face.querySelector('h1');
  h1.tabIndex = -1;
  h1.focus();
}
function title(text) { face.appendChild(make('h1', { dir: 'auto' }, [text])); }
function says(text, cls) { face.appendChild(make('p', cls ? { class: cls } : {}, [text])); }
const DRAW = {
  gone: () => {
    title(T.gone_title);
    says(T.gone);
    face.appendChild(make('p', {}, [make('a', { href: '/?lang=' + lang, class: 'again' }, [T.gone_link])]));
  },
  other: (vote) => {
    if (state.meeting.closed) { title(T.thanks_title); says(T.thanks); return; }
    if (!vote) { title(state.step.title); says(T['now_' + state.step.kind]); return; }
    title(vote.title);
    if (vote.state === 'open') { says(T.not_by_phone); return; }
    ['mine', 'second'].forEach((name) => { if (held(name) && held(name).state === 'received') drawOwn(vote, name); });
    if (!vote.result) says(T.hidden);
    drawResult(vote);
    face.appendChild(result);
  },
  code: () => {
    const who = person(), box = make('input', { id: 'entitlement', maxlength: '40', autocapitalize: 'characters', autocomplete: 'off', spellcheck: 'false' });
    const form = make('form', { class: 'code' }, [
      make('h1', {}, [make('label', { 'for': 'entitlement' }, [T.entitlement_label])]),
      make('p', { class: 'hint' }, [T.entitlement_hint])
    ]);
    if (who.problem) {
      form.appendChild(make('p', { class: 'problem', id: 'problem', role: 'alert' }, [who.problem]));
      box.setAttribute('aria-invalid', 'true');
      box.setAttribute('aria-describedby', 'problem');
      box.value = who.typed || '';
    }
    form.appendChild(box);
    form.appendChild(make('button', { class: 'send' }, [T.entitlement_go]));
    form.onsubmit = (event) => {
      event.preventDefault();
      if (box.value.trim()) entitle(who, box.value.trim(), slot() === 'second');
    };
    face.appendChild(form);
  },
  college: (vote) => {
    title(vote.title);
    const set = make('fieldset', {}, [make('legend', {}, [make('h2', {}, [T.you_are])])]), form = make('form', {}, [set]);
    set.appendChild(make('p', { class: 'hint' }, [T.you_are_hint]));
    vote.colleges.forEach((college) => {
      const made = option('radio', 'college', college.id, T['college_' + college.id]);
      set.appendChild(made.shown);
    });
    const go = () => {
      const picked = set.querySelector('input:checked');
      if (!picked) return;
      const m = mine();
      person().college = picked.value;
      save();
      // The ballot already received is counted where the person says to be.
      if (m && m.state === 'received' && vote.who.indexOf(picked.value) >= 0) cast(m.choice);
    };
    form.onchange = () => { if (!arrows) go(); };
    form.onkeydown = (event) => {
      if (event.key !== ' ' && event.key !== 'Enter') return;
      event.preventDefault();
      event.target.checked = true;
      go();
    };
    form.onsubmit = (event) => event.preventDefault();
    face.appendChild(form);
  },
  barred: (vote) => {
    title(vote.title);
    says(fill(T.open_to, { who: vote.colleges.filter((c) => vote.who.indexOf(c.id) >= 0).map((c) => c.label).join(', ') }), 'problem');
    drawCollege(vote);
    face.appendChild(result);
  },
  sent: (vote) => {
    title(vote.title);
    drawOwn(vote, slot());
    face.appendChild(button(T.change_ballot, () => { sketch(mine().choice); draw(); }));
    drawCollege(vote);
    face.appendChild(share);
    face.appendChild(result);
  },
  form: drawForm
};
function drawOwn(vote, name) {
  const items = inWords(vote, held(name).choice).map((words) => make('li', { dir: 'auto' }, [words]));
  const heading = held('second') ? (name === 'second' ? T.second_ballot : T.first_ballot) : T.your_ballot;
  face.appendChild(make('section', { class: 'own' }, [make('h2', {}, [heading]), make('ul', {}, items)]));
}
function drawCollege(vote) {
  if (!vote.college_needed) return;
  face.appendChild(make('p', { class: 'hint as' }, [
    make('span', {}, [fill(T.you_vote_as, { college: T['college_' + person().college] || '' })]), button(T.change, () => { person().college = ''; save(); }, 'link')
  ]));
}
// Which of the two persons who share this phone is voting, and the way to the other.
const share = make('div');
function drawTurn(vote) {
  if (slot() === 'second' || (vote.shared_allowed && held('second'))) {
    face.appendChild(make('p', { class: 'note' }, [make('b', {}, [slot() === 'second' ? T.second_ballot : T.first_ballot])]));
  }
}
function shareLink() {
  const vote = state.vote, first = held('mine'), offered = vote.shared_allowed && first && first.state === 'received';
  const wanted = slot() === 'second' ? T.to_first : !offered ? '' : held('second') ? T.back_to_second : T.to_second;
  tell(share, wanted);
  if (!wanted) return;
  share.textContent = '';
  share.appendChild(button(wanted, () => { memory.turn = slot() === 'second' ? '' : vote.poll; save(); }));
}

let current = null, counter = null, blank = null;
function drawForm(vote) {
  const form = make('form'), set = make('fieldset', {}, [make('legend', {}, [make('h1', { dir: 'auto' }, [vote.title])])]);
  const m = mine(), explained = hint(vote), start = draft() || (m ? m.choice : []);
  [vote.rule, explained].forEach((said) => { if (said) set.appendChild(make('p', { class: 'hint' }, [said])); });
  counter = isMade(vote) ? make('p', { class: isLong(vote) ? 'hint counter' : 'hint', role: 'status' }) : null;
  if (counter) set.appendChild(counter);
  const maker = isOf(POINTS, vote) ? steppers : vote.method === 'score' && vote.scale > MOST_SHOWN ? numbers : isMarked(vote) ? marks : vote.method === 'ranking' ? ranking : choices;
  current = maker(vote, start, set, changed);
  form.appendChild(set);
  function changed() {
    if (isMade(vote)) sketch(current.read());
    mark();
    drawLine('form');
  }
  function go() {
    const choice = current.read();
    if (!form.reportValidity() || (!isMade(vote) && !choice.length)) return;
    if (vote.several && choice.length > vote.max_choices) return;
    cast(choice);
  }
  form.onsubmit = (event) => { event.preventDefault(); if (!isLong(vote)) go(); };
  form.onchange = () => {
    changed();
    // A touch votes at once. Arrow keys only look around: Enter, Space or the button sends.
    if (!isMade(vote) && !arrows) go();
  };
  form.onkeydown = (event) => {
    if (isLong(vote)) return;
    if (event.target.type === 'radio' && (event.key === ' ' || event.key === 'Enter')) {
      event.preventDefault();
      event.target.checked = true;
      mark();
      go();
    } else if (event.target.type === 'checkbox' && event.key === 'Enter') {
      event.preventDefault();
      go();
    }
  };
  send.onclick = go;
  blank = isMade(vote) ? button(T.send_blank, () => { sketch([]); cast([]); }) : null;
  if (blank) form.appendChild(blank);
  face.appendChild(form);
  if (isLong(vote) && m && m.state === 'received') {
    face.appendChild(button(T.keep_ballot, () => { delete memory.draft[slot()]; drawn = ''; save(); }));
  }
  drawCollege(vote);
  face.appendChild(share);
  face.appendChild(result);
}
function unsent() {
  const m = mine();
  if (!current) return false;
  const choice = current.read();
  if (m && m.state !== 'refused') return !same(m.choice, choice);
  return choice.length > 0;
}
function mark() {
  if (!current) return;
  const vote = state.vote, choice = current.read(), differs = unsent();
  face.querySelector('form').className = differs ? 'unsent' : '';
  if (!differs && document.activeElement === send) toTitle();
  send.hidden = !differs;
  send.textContent = !isMade(vote) || (isLong(vote) && choice.length) ? T.send
    : choice.length ? fill(T.send_n, { n: choice.length }) : T.send_blank;
  if (blank) blank.hidden = !choice.length && (differs || !!mine());
  if (counter) tell(counter, current.count());
}

// The line always tells the truth about this phone's ballot.
function truth(at) {
  const vote = state.vote, m = mine() || pending()[0], quiet = T.no_name, cut = online ? '' : T.cut_small;
  const one = held('mine') && held('mine').receipt, two = held('second') && held('second').receipt;
  const r = one && two ? fill(T.receipts, { first: one, second: two }) + ' · '
    : m && m.receipt ? fill(T.receipt, { receipt: m.receipt }) + ' · ' : '';
  if (at === 'gone' || state.meeting.closed) return ['', '', quiet];
  if (m && m.state === 'pending') return online ? [T.sending, T.not_yet, quiet] : [T.not_yet, T.not_yet_rest, cut];
  if (at === 'form' || at === 'sent') {
    if (m && m.state === 'refused') return [m.why, '', quiet];
    if (m && m.struck) return [T.ballot_struck, '', r + quiet];
    if (unsent()) return [T.confirm, isMade(vote) ? '' : T.confirm_rest, cut || quiet];
    if (m && m.state === 'received') {
      return [m.at ? fill(T.received_at, { time: hour(m.at) }) : T.received, T.may_change, r + (cut || quiet)];
    }
    if (!online) return [T.cut, T.cut_rest, quiet];
    return [notice, vote.several ? T.choose_several : isMade(vote) ? T.choose_send : T.choose, quiet];
  }
  if (vote && vote.phones_vote && vote.state !== 'open') {
    let what = T.nothing_sent;
    if (m && m.state === 'received') what = m.struck ? T.ballot_struck : m.at ? fill(T.was_received_at, { time: hour(m.at) }) : T.was_received;
    else if (m && m.state === 'late') what = m.before ? T.change_too_late : T.too_late;
    else if (m && m.state === 'unsure') what = T.unsure;
    else if (m && m.state === 'refused') what = m.why;
    return [T.vote_is_closed, what, m && m.state === 'received' ? r + (cut || quiet) : cut || quiet];
  }
  if (!online) return [T.cut, T.cut_rest, quiet];
  return [notice, '', quiet];
}
function drawLine(at) {
  const words = truth(at);
  [line.querySelector('b'), line.querySelector('span'), small].forEach((element, i) => tell(element, words[i]));
}

// --- start -----------------------------------------------------------------------------------------
while (main.firstChild) main.removeChild(main.firstChild);
main.appendChild(face);
details.forEach((element) => main.appendChild(element));
footer.insertBefore(send, line);
document.addEventListener('keydown', (event) => { arrows = /^Arrow/.test(event.key); }, true);
['pointerdown', 'mousedown', 'touchstart'].forEach((name) => {
  document.addEventListener(name, () => { arrows = false; }, { capture: true, passive: true });
});
window.addEventListener('storage', (event) => { if (event.key === shelf) { load(); drawn = ''; draw(); } });
window.addEventListener('online', () => { failures = 0; if (socket) check(4000); else connect(); });
window.addEventListener('offline', () => check(2500));
window.addEventListener('pageshow', (event) => { if (event.persisted) { drop(socket); connect(); } });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  failures = 0;
  if (socket) check(4000); else connect();
});
setInterval(() => check(8000), 20000);
if (data.remote || /[?&]place=remote/.test(location.search)) memory.remote = true;
if (data.entitled) memory.people.mine.entitled = true;
if (data.college && !memory.people.mine.college) memory.people.mine.college = data.college;
draw();
connect();
