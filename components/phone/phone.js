// The page works without this script; with it, votes leave at a touch and the state comes by itself.
const data = JSON.parse(document.getElementById('data').textContent);
const T = data.texts, lang = data.lang, code = data.code;
const api = '/api/v1/meetings/' + code + '/';
const byId = (id) => document.getElementById(id);
const main = byId('main'), footer = document.querySelector('footer'), line = byId('line'), small = byId('small');
const details = Array.from(main.children).filter((element) => element.tagName === 'DETAILS');
const face = make('div'), result = make('div');
const send = make('button', { type: 'button', class: 'send', hidden: '' });
let state = data.state, digest = data.digest, drawn = '', notice = '', arrows = false, isGone = false;

function make(name, attributes, children) {
  const element = document.createElement(name);
  Object.keys(attributes || {}).forEach((key) => element.setAttribute(key, attributes[key]));
  (children || []).forEach((child) => element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child));
  return element;
}
function button(text, act, cls, label) {
  const made = make('button', { type: 'button', class: cls || 'quiet' }, [text]);
  if (label) made.setAttribute('aria-label', label);
  made.onclick = act;
  return made;
}
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
// Unchanged text is left alone, or a screen reader would say it again.
function tell(element, text) { if (element.textContent !== text) element.textContent = text; }
function hour(at) {
  const date = new Date(at * 1000), minutes = ('0' + date.getMinutes()).slice(-2);
  return date.getHours() + (lang === 'fr' ? '\u00a0h\u00a0' : ':') + minutes;
}

// --- what this phone sent: kept across reloads, shared by its tabs ---------------------------------
// mine, second: {poll, choice (canonical), said (as sent), sequence, tries, at, receipt, before: an earlier one
//   was received, state}; state: pending | received | late (not before the close) | unsure | refused
// turn: the poll in which the second person's ballot is on screen; draft: {poll, mine, second} not yet sent
// people: {mine, second}, each {college, entitled: a single-use code is kept, typed and problem: of that code}
const shelf = 'cordee.' + code;
let memory = null;
function load() {
  try { memory = JSON.parse(localStorage.getItem(shelf)); } catch (error) { /* no storage: this tab remembers alone */ }
  if (!memory || typeof memory !== 'object') memory = {};
  if (!memory.people) memory.people = { mine: {}, second: {} };
  return memory;
}
function keep() {
  try { localStorage.setItem(shelf, JSON.stringify(memory)); } catch (error) { /* see load */ }
}
function save() { keep(); draw(); }
load();
const slot = () => (state.vote && memory.turn === state.vote.poll ? 'second' : 'mine');
const person = () => memory.people[slot()];
function held(name) {
  const vote = state.vote;
  return memory[name] && vote && memory[name].poll === vote.poll ? memory[name] : null;
}
const mine = () => held(slot());
const pending = () => ['mine', 'second'].map((name) => memory[name]).filter((m) => m && m.state === 'pending');
function draft() {
  const vote = state.vote;
  return vote && memory.draft && memory.draft.poll === vote.poll ? memory.draft[slot()] : null;
}
function sketch(choice) {
  if (!memory.draft || memory.draft.poll !== state.vote.poll) memory.draft = { poll: state.vote.poll };
  memory.draft[slot()] = choice;
  keep();
}

function cast(choice) {
  const before = mine();
  // A clock that goes back or a cleared storage must not make a new choice look older than the last.
  const sequence = Math.max.apply(null, [Date.now()].concat(['mine', 'second'].map((name) => (memory[name] ? memory[name].sequence + 1 : 0))));
  memory[slot()] = {
    poll: state.vote.poll, choice: choice, said: said(state.vote, choice), sequence: sequence, tries: 0, at: null,
    state: 'pending', receipt: before ? before.receipt : '', before: !!before && (before.state === 'received' || before.before)
  };
  notice = '';
  save();
  transmit();
}
const same = (one, other) => one.join('\n') === other.join('\n');
