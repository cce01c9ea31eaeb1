(function () {
'use strict';
// The page works without this script; with it, votes leave at a touch and the state comes by itself.
const data = JSON.parse(document.getElementById('data').textContent);
const T = data.texts, lang = data.lang, code = data.code;
const api = '/api/v1/meetings/' + code + '/';
const byId = function (id) { return document.getElementById(id); };
const main = byId('main'), footer = document.querySelector('footer'), line = byId('line'), small = byId('small');
const details = Array.prototype.slice.call(main.querySelectorAll('details'));
const face = document.createElement('div');
const result = document.createElement('div');
const send = make('button', { type: 'button', class: 'send', hidden: '' });
let state = data.state, digest = data.digest, drawn = '', notice = '', arrows = false, isGone = false;

function make(name, attributes, children) {
  const element = document.createElement(name);
  Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
  (children || []).forEach(function (child) {
    element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  });
  return element;
}
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, function (_, name) { return String(values[name]); });
}
function hour(at) {
  const date = new Date(at * 1000), minutes = ('0' + date.getMinutes()).slice(-2);
  return date.getHours() + (lang === 'fr' ? '\u00a0h\u00a0' : ':') + minutes;
}

// --- what this phone sent: kept across reloads, shared by its tabs ---------------------------------
// mine: {poll, choice, sequence, tries, at, receipt, before: an earlier one was received, state}
// state: pending | received | late (not before the close) | unsure | refused
const shelf = 'cordee.' + code;
let memory = null;
function load() {
  try { memory = JSON.parse(localStorage.getItem(shelf)); } catch (error) { /* no storage: this tab remembers alone */ }
  if (!memory || typeof memory !== 'object') memory = {};
  return memory;
}
function save() {
  try { localStorage.setItem(shelf, JSON.stringify(memory)); } catch (error) { /* see load */ }
  draw();
}
load();
function mine() {
  const vote = state.vote;
  return memory.mine && vote && memory.mine.poll === vote.poll ? memory.mine : null;
}
function pending() { return memory.mine && memory.mine.state === 'pending' ? memory.mine : null; }

function cast(choice) {
  const before = mine();
  // A clock that goes back or a cleared storage must not make a new choice look older than the last.
  const sequence = Math.max(Date.now(), (before ? before.sequence : 0) + 1);
  memory.mine = {
    poll: state.vote.poll, choice: choice, sequence: sequence, tries: 0, at: null, state: 'pending',
    receipt: before ? before.receipt : '', before: !!before && (before.state === 'received' || before.before)
  };
  notice = '';
  save();
  transmit();
}

// --- the line to the urn: a socket, or plain requests where sockets do not open --------------------
let socket = null, ready = false, online = true, failures = 0, neverOpened = 0, polling = false;
let key = '', answerBy = 0, ackTimer = 0, retryTimer = 0, pollTimer = 0;

function address() {
  const base = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host;
  return base + '/v/' + code + '/ws?lang=' + lang + '&have=' + digest;
}
function connect() {
  clearTimeout(retryTimer);
  if (isGone || socket) return;
  let opened = false, own;
  try { own = new WebSocket(address()); } catch (error) { neverOpened += 1; return later(); }
  socket = own;
  const tooLong = setTimeout(function () { if (!opened) drop(own); }, 8000);
  own.onopen = function () {
    opened = true;
    neverOpened = 0;
    clearTimeout(tooLong);
    if (key) own.send(JSON.stringify({ type: 'hello', token: key }));
  };
  own.onmessage = function (event) {
    clearTimeout(answerBy);
    answerBy = 0;
    hear(JSON.parse(event.data));
  };
  own.onclose = own.onerror = function () {
    clearTimeout(tooLong);
    if (!opened) neverOpened += 1;
    drop(own);
  };
}
// A half-open socket takes minutes to say so: we leave it as soon as it does not answer.
function drop(own) {
  if (own !== socket || !own) return;
  own.onopen = own.onmessage = own.onclose = own.onerror = null;
  try { own.close(); } catch (error) { /* already closed */ }
  socket = null;
  ready = false;
  clearTimeout(answerBy);
  clearTimeout(ackTimer);
  answerBy = 0;
  if (!polling) heard(false);
  later();
}
function later() {
  if (isGone) return;
  failures += 1;
  const most = Math.min(12000, 600 * Math.pow(1.7, Math.min(failures, 7)));
  clearTimeout(retryTimer);
  retryTimer = setTimeout(connect, polling ? 30000 : most * (0.4 + 0.6 * Math.random()));
  if (neverOpened >= 2 && !polling) { polling = true; ask(); }
}
function heard(good) {
  if (good === online) return;
  online = good;
  draw();
}
function check(wait) {
  if (!socket || answerBy) return;
  const own = socket;
  if (own.readyState !== 1) return;
  own.send('{"type":"ping"}');
  answerBy = setTimeout(function () { answerBy = 0; drop(own); }, wait);
}

function hear(message) {
  heard(true);
  if (message.type === 'state') {
    state = message.state;
    digest = message.digest;
    draw();
  } else if (message.type === 'welcome') {
    failures = 0;
    ready = true;
    polling = false;
    clearTimeout(pollTimer);
    reconcile(message.own);
    transmit();
  } else if (message.type === 'ack') {
    received(message);
  } else if (message.type === 'refused') {
    refused(message);
  } else if (message.type === 'gone') {
    isGone = true;
    draw();
  }
}
// What the store holds of this phone decides, not what this page believes.
function reconcile(own) {
  const vote = state.vote, m = mine();
  if (!vote || vote.state === 'sealed') return;
  if (!own || own.poll !== vote.poll) {
    // A rehearsal was cleared, or an older copy of the store is back: it is not received.
    if (m && m.state === 'received') { memory.mine = null; drawn = ''; save(); }
    return;
  }
  if (!m) {
    memory.mine = { poll: own.poll, choice: own.choice, sequence: own.sequence, tries: 1, at: null, receipt: own.receipt, state: 'received' };
  } else if (same(m.choice, own.choice)) {
    m.state = 'received';
    m.receipt = own.receipt;
    m.sequence = Math.max(m.sequence, own.sequence);
  } else if (m.state === 'received') {
    m.choice = own.choice;
    drawn = '';
  } else {
    m.before = true;
    // This phone's clock went back: its newest choice must not pass for an old one.
    if (m.state === 'pending' && m.sequence <= own.sequence) m.sequence = own.sequence + 1;
  }
  save();
}
function same(one, other) { return one.slice().sort().join('\n') === other.slice().sort().join('\n'); }

function transmit() {
  const m = pending();
  if (!m) return;
  clearTimeout(ackTimer);
  if (ready) {
    const own = socket;
    m.tries += 1;
    own.send(JSON.stringify({ type: 'ballot', poll: m.poll, choice: m.choice, sequence: m.sequence }));
    ackTimer = setTimeout(function () { if (pending() === m) drop(own); }, 12000);
  } else if (polling) {
    m.tries += 1;
    request('ballot', { poll: m.poll, choice: m.choice, sequence: m.sequence }).then(function (answer) {
      if (answer.ok) received(answer.body); else refused(answer.body, answer.status);
    }, function () { heard(false); });
  }
}
function again(seconds) {
  clearTimeout(ackTimer);
  ackTimer = setTimeout(transmit, 1000 * (seconds || 2) * (0.7 + 0.6 * Math.random()));
}
function received(ack) {
  const m = memory.mine;
  if (!m || ack.poll !== m.poll || ack.sequence !== m.sequence) return;
  clearTimeout(ackTimer);
  m.state = 'received';
  m.at = ack.at;
  m.receipt = ack.receipt;
  save();
}
function refused(message, status) {
  const m = pending(), why = message.status || status || 0;
  if (message.error === 'no_key' || message.error === 'forged_key') {
    if (message.error === 'forged_key') notice = T.new_key;
    return join();
  }
  if (!m || (message.poll && message.poll !== m.poll) || (message.sequence && message.sequence !== m.sequence)) return;
  if (why >= 500 || why === 429) return again(message.retry_after);
  clearTimeout(ackTimer);
  // After the seal nobody can look whether an earlier, unanswered try arrived in time.
  if (message.error === 'vote_sealed' && m.tries > 1) m.state = 'unsure';
  else m.state = why === 409 ? 'late' : 'refused';
  m.why = message.message;
  save();
}
function request(what, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (key) headers.Authorization = 'Bearer ' + key;
  const options = { method: body ? 'POST' : 'GET', headers: headers, credentials: 'same-origin' };
  if (body) options.body = JSON.stringify(body);
  const asked = fetch(api + what + '?lang=' + lang, options).then(function (answer) {
    return answer.json().then(function (json) { return { ok: answer.ok, status: answer.status, body: json }; });
  });
  const timeout = new Promise(function (_, fail) { setTimeout(fail, 15000, new Error('no answer')); });
  return Promise.race([asked, timeout]);
}
function join() {
  key = '';
  request('join', {}).then(function (answer) {
    if (!answer.ok) return;
    key = answer.body.token;
    if (socket && socket.readyState === 1) socket.send(JSON.stringify({ type: 'hello', token: key }));
    else transmit();
    draw();
  }, function () { if (polling) heard(false); });
}
function ask() {
  clearTimeout(pollTimer);
  if (!polling || isGone) return;
  const before = JSON.stringify(memory.mine);
  request('state').then(function (answer) {
    if (answer.status === 404) { isGone = true; draw(); return; }
    if (answer.ok) {
      heard(true);
      state = answer.body;
      digest = answer.body.digest;
      draw();
      if (JSON.stringify(memory.mine) === before) reconcile(answer.body.own);
      if (pending() && !ready) transmit();
    } else if (answer.status === 403) {
      join();
    }
  }, function () { heard(false); }).then(function () {
    pollTimer = setTimeout(ask, 2500 + 1500 * Math.random());
  });
}

// --- what is seen ----------------------------------------------------------------------------------
function draw() {
  const vote = state.vote;
  const votes = !isGone && !state.meeting.closed && vote && vote.state === 'open' && vote.phones_vote;
  const wanted = isGone ? 'gone' : votes ? 'vote ' + vote.poll : JSON.stringify([state.step, state.meeting, vote, mine() && mine().choice]);
  if (wanted !== drawn) {
    const held = face.contains(document.activeElement), before = document.title;
    drawn = wanted;
    face.textContent = '';
    result.textContent = '';
    send.hidden = true;
    send.onclick = null;
    if (isGone) drawGone(); else if (votes) drawVote(vote); else drawOther(vote);
    document.title = face.querySelector('h1').textContent;
    byId('above').textContent = state.meeting.title + ' · ' + T.indicative_short;
    // Only a reader who was inside what has just gone is taken to the new title.
    if (held) { const title = face.querySelector('h1'); title.tabIndex = -1; title.focus(); }
    if (document.title !== before) window.scrollTo(0, 0);
  }
  if (votes) { drawResult(vote); mark(); }
  drawLine(votes);
}
function title(text) { const h1 = make('h1', { dir: 'auto' }, [text]); face.appendChild(h1); return h1; }
function says(text, cls) { face.appendChild(make('p', cls ? { class: cls } : {}, [text])); }
function drawGone() {
  title(T.gone_title);
  says(T.gone);
  face.appendChild(make('p', {}, [make('a', { href: '/?lang=' + lang, class: 'again' }, [T.gone_link])]));
}
function drawOther(vote) {
  if (state.meeting.closed) { title(T.thanks_title); says(T.thanks); return; }
  if (!vote) { title(state.step.title); says(T['now_' + state.step.kind]); return; }
  title(vote.title);
  if (vote.state === 'open') { says(T.not_by_phone); return; }
  if (!vote.result) says(T.hidden);
  drawResult(vote);
  face.appendChild(result);
}

let inputs = [], counter = null;
function picked() { return inputs.filter(function (i) { return i.checked; }).map(function (i) { return i.value; }); }
function drawVote(vote) {
  const form = make('form', {}), set = make('fieldset', {});
  const legend = make('legend', {}, [make('h1', { dir: 'auto' }, [vote.title])]);
  const type = vote.several ? 'checkbox' : 'radio', chosen = mine() ? mine().choice : [];
  set.appendChild(legend);
  counter = null;
  if (vote.several) {
    counter = make('p', { class: 'hint' });
    set.appendChild(counter);
  }
  const list = make('div', {});
  inputs = vote.options.map(function (option) {
    const input = make('input', { type: type, name: 'choice', value: option.id });
    input.checked = chosen.indexOf(option.id) >= 0;
    list.appendChild(make('label', { class: 'option' }, [input, make('span', { class: 'face' }, [
      make('span', { dir: 'auto' }, [option.label]),
      make('span', { class: 'mark', 'aria-hidden': 'true' }, ['✓ ' + T.chosen])
    ])]));
    return input;
  });
  if (vote.method === 'commune') set.appendChild(search(vote, list));
  set.appendChild(list);
  form.appendChild(set);
  form.onsubmit = function (event) { event.preventDefault(); go(); };
  form.onchange = function () {
    mark();
    // A touch votes at once. Arrow keys only look around: Enter, Space or the button sends.
    if (!vote.several && !arrows) go(); else drawLine(true);
  };
  form.onkeydown = function (event) {
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
  function go() {
    const choice = picked();
    if (!vote.several && !choice.length) return;
    if (choice.length > vote.max_choices) return;
    cast(choice);
  }
  face.appendChild(form);
  face.appendChild(result);
}
function unsent() {
  const vote = state.vote, m = mine(), choice = picked();
  if (!vote) return false;
  if (m && m.state !== 'refused') return !same(m.choice, choice);
  return choice.length > 0;
}
function mark() {
  const vote = state.vote, choice = picked();
  const form = face.querySelector('form');
  if (!form) return;
  form.className = unsent() ? 'unsent' : '';
  send.hidden = !(vote.several || unsent());
  send.textContent = !vote.several ? T.send : choice.length ? fill(T.send_n, { n: choice.length }) : T.send_blank;
  if (counter) {
    const full = choice.length >= vote.max_choices;
    counter.textContent = fill(full && vote.max_choices < inputs.length ? T.full : T.at_most, { most: vote.max_choices }) +
      ' · ' + fill(T.counter, { n: choice.length, most: vote.max_choices });
    inputs.forEach(function (input) { input.disabled = full && !input.checked; });
  }
  if (vote.several && !unsent()) send.hidden = true;
}
function plain(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();
}
function search(vote, list) {
  const box = make('input', { type: 'search', id: 'search', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' });
  const found = make('p', { class: 'hint', role: 'status' });
  const words = vote.options.map(function (option) { return ' ' + plain(option.label).replace(/\bst\b/g, 'saint'); });
  box.oninput = function () {
    const wanted = plain(box.value).replace(/\bst\b/g, 'saint');
    let number = 0;
    words.forEach(function (word, i) {
      const shows = !wanted || word.indexOf(' ' + wanted) >= 0 || vote.options[i].id === 'elsewhere';
      list.children[i].hidden = !shows;
      if (shows) number += 1;
    });
    found.textContent = !wanted ? '' : number <= 1 ? T.commune_nothing : fill(T.commune_found, { n: number });
  };
  box.onkeydown = function (event) { if (event.key === 'Enter') event.preventDefault(); };
  return make('div', {}, [make('label', { 'for': 'search' }, [T.commune_search]), box, found]);
}
function drawResult(vote) {
  const r = vote.result, own = mine();
  result.textContent = '';
  result.className = 'result';
  if (!r) return;
  result.appendChild(make('h2', {}, [T.result]));
  if (r.too_few) { result.appendChild(make('p', {}, [r.sentence])); return; }
  const list = make('ul', {});
  r.options.forEach(function (o) {
    const label = make('span', { dir: 'auto' }, [o.label]);
    if (vote.state !== 'open' && own && own.state === 'received' && own.choice.indexOf(o.id) >= 0) {
      label.appendChild(make('span', { class: 'mine' }, ['✓ ' + T.your_choice]));
    }
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    svg.setAttribute('aria-hidden', 'true');
    bar.setAttribute('width', (o.percent || 0) + '%');
    bar.setAttribute('height', '100%');
    svg.appendChild(bar);
    const figures = o.count_text + (o.percent_text ? ' · ' + o.percent_text : '');
    list.appendChild(make('li', {}, [label, make('b', {}, [figures]), svg]));
  });
  result.appendChild(list);
  result.appendChild(make('p', { class: 'hint' }, [r.sentence + '. ' + r.base + '.']));
}
// The line always tells the truth about this phone's ballot.
function truth(votes) {
  const vote = state.vote, m = mine() || pending(), r = m && m.receipt ? fill(T.receipt, { receipt: m.receipt }) + ' · ' : '';
  const quiet = T.no_name, cut = online ? '' : T.cut_small;
  if (isGone || state.meeting.closed) return ['', '', quiet];
  if (m && m.state === 'pending') return online ? [T.sending, T.not_yet, quiet] : [T.not_yet, T.not_yet_rest, cut];
  if (votes) {
    if (m && m.state === 'refused') return [m.why, '', quiet];
    if (unsent()) return [T.confirm, vote.several ? '' : T.confirm_rest, cut || quiet];
    if (m && m.state === 'received') {
      return [m.at ? fill(T.received_at, { time: hour(m.at) }) : T.received, T.may_change, r + (cut || quiet)];
    }
    if (!online) return [T.cut, T.cut_rest, quiet];
    return [notice, vote.several ? T.choose_several : T.choose, quiet];
  }
  if (vote && vote.phones_vote && vote.state !== 'open') {
    let what = T.nothing_sent;
    if (m && m.state === 'received') what = m.at ? fill(T.was_received_at, { time: hour(m.at) }) : T.was_received;
    else if (m && m.state === 'late') what = m.before ? T.change_too_late : T.too_late;
    else if (m && m.state === 'unsure') what = T.unsure;
    return [T.vote_is_closed, what, m && m.state === 'received' ? r + (cut || quiet) : cut || quiet];
  }
  if (!online) return [T.cut, T.cut_rest, quiet];
  return [notice, '', quiet];
}
function drawLine(votes) {
  const words = truth(votes), spot = [line.querySelector('b'), line.querySelector('span'), small];
  // Unchanged text is left alone, or a screen reader would say it again.
  spot.forEach(function (element, i) { if (element.textContent !== words[i]) element.textContent = words[i]; });
}

// --- start -----------------------------------------------------------------------------------------
while (main.firstChild) main.removeChild(main.firstChild);
main.appendChild(face);
details.forEach(function (element) { main.appendChild(element); });
footer.insertBefore(send, line);
document.addEventListener('keydown', function (event) { arrows = /^Arrow/.test(event.key); }, true);
['pointerdown', 'mousedown', 'touchstart'].forEach(function (name) {
  document.addEventListener(name, function () { arrows = false; }, { capture: true, passive: true });
});
window.addEventListener('storage', function (event) { if (event.key === shelf) { load(); drawn = ''; draw(); } });
window.addEventListener('online', function () { failures = 0; if (socket) check(4000); else connect(); });
window.addEventListener('offline', function () { check(2500); });
window.addEventListener('pageshow', function (event) { if (event.persisted) { drop(socket); connect(); } });
document.addEventListener('visibilitychange', function () {
  if (document.hidden) return;
  failures = 0;
  if (socket) check(4000); else connect();
});
setInterval(function () { check(8000); }, 20000);
draw();
connect();
}());
