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
    known(message);
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
function known(told) {
  if (told.remote !== undefined) memory.remote = told.remote;
  [['mine', told.own, told.entitled], ['second', told.second, told.entitled_second]].forEach((one) => {
    const who = memory.people[one[0]], certified = (one[2] && one[2].college) || (one[1] && one[1].college);
    who.entitled = !!one[2];
    if (certified) who.college = certified;
    reconcile(one[0], one[1]);
  });
  draw();
}
function reconcile(name, own) {
  const vote = state.vote, m = held(name);
  if (!vote || vote.state === 'sealed') return;
  if (!own || own.poll !== vote.poll) {
    // A rehearsal was cleared, or an older copy of the store is back: it is not received.
    if (m && m.state === 'received') { memory[name] = null; drawn = ''; save(); }
    return;
  }
  if (!m) {
    memory[name] = { poll: own.poll, choice: own.choice, sequence: own.sequence, tries: 1, at: null, receipt: own.receipt, state: 'received' };
  } else if (same(m.choice, own.choice)) {
    if (m.state === 'pending') settled(m);
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
  if (held(name)) held(name).struck = !!own.struck;
  save();
}
// The draft has become a ballot; what was changed meanwhile stays a draft.
function settled(m) {
  const name = m === memory.second ? 'second' : 'mine', made = memory.draft && memory.draft.poll === m.poll && memory.draft[name];
  if (made && same(made, m.choice)) delete memory.draft[name];
}

function transmit() {
  const all = pending();
  if (!all.length || !(ready || polling)) return;
  clearTimeout(ackTimer);
  const own = socket, sent = all.map((m) => m.sequence);
  all.forEach((m) => {
    const who = memory.people[m === memory.second ? 'second' : 'mine'], second = m === memory.second;
    const ballot = { type: 'ballot', poll: m.poll, choice: m.said, sequence: m.sequence };
    if (second) ballot.second = true;
    if (who.college) ballot.college = who.college;
    m.tries += 1;
    if (ready) { own.send(JSON.stringify(ballot)); return; }
    request('ballot', ballot).then((answer) => {
      if (answer.ok) received(answer.body); else refused(answer.body, answer.status, m);
    }, () => heard(false));
  });
  if (ready) ackTimer = setTimeout(() => { if (pending().some((m) => sent.indexOf(m.sequence) >= 0)) drop(own); }, 12000);
}
function again(seconds) {
  clearTimeout(ackTimer);
  ackTimer = setTimeout(transmit, 1000 * (seconds || 2) * (0.7 + 0.6 * Math.random()));
}
function received(ack) {
  const m = [memory.mine, memory.second].filter((one) => one && ack.poll === one.poll && ack.sequence === one.sequence)[0];
  if (!m) return;
  if (!pending().some((one) => one !== m)) clearTimeout(ackTimer);
  m.state = 'received';
  m.choice = ack.choice || m.choice;
  m.at = ack.at;
  m.receipt = ack.receipt;
  m.struck = false;
  settled(m);
  save();
}
function refused(message, status, about) {
  const why = message.status || status || 0;
  if (message.error === 'no_key' || message.error === 'forged_key') {
    if (message.error === 'forged_key') notice = T.new_key;
    return join();
  }
  const m = pending().filter((one) => (about ? one === about : !message.sequence || message.sequence === one.sequence))[0];
  if (!m || (message.poll && message.poll !== m.poll)) return;
  if (why >= 500 || why === 429) return again(message.retry_after);
  clearTimeout(ackTimer);
  const who = memory.people[m === memory.second ? 'second' : 'mine'];
  // After the seal nobody can look whether an earlier, unanswered try arrived in time.
  if (message.error === 'vote_sealed' && m.tries > 1) m.state = 'unsure';
  else m.state = why === 409 && /^(vote_|no_vote|other_vote|meeting_)/.test(message.error) ? 'late' : 'refused';
  if (message.error === 'entitlement_needed') { who.entitled = false; who.problem = message.message; }
  if (message.error === 'college_needed') who.college = '';
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
// A single-use code is looked at as soon as it is typed, not at the first vote.
function entitle(who, typed, second) {
  who.typed = typed;
  request('join', { entitlement: typed, second: second }).then((answer) => {
    if (answer.ok) { who.entitled = true; who.problem = ''; key = answer.body.token; }
    else who.problem = answer.body.message;
    save();
  }, () => { who.problem = T.cut + ' ' + T.cut_rest; save(); });
}
function ask() {
  clearTimeout(pollTimer);
  if (!polling || isGone) return;
  const before = JSON.stringify([memory.mine, memory.second]);
  request('state').then(function (answer) {
    if (answer.status === 404) { isGone = true; draw(); return; }
    if (answer.ok) {
      heard(true);
      state = answer.body;
      digest = answer.body.digest;
      draw();
      if (JSON.stringify([memory.mine, memory.second]) === before) known(answer.body);
      if (pending().length && !ready) transmit();
    } else if (answer.status === 403) {
      join();
    }
  }, function () { heard(false); }).then(function () {
    pollTimer = setTimeout(ask, 2500 + 1500 * Math.random());
  });
}

