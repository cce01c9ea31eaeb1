// The control desk: orders go out, scenes come in and are drawn. The page decides nothing by itself.

const LETTER_KEYS = "cordee-letter-keys"

export function render({ model }) {
  const words = JSON.parse(model.words)
  const host = makeHtml("div", { class: "console" })
  const waiting = new Map()
  let count = 0
  let painted = 0
  const read = (text) => { try { return JSON.parse(text) } catch { return null } }

  const desk = {
    words, host, scene: null, setup: null, lang: document.documentElement.lang || "fr",
    elapsed: () => (Date.now() - painted) / 1000,
    tell: (order, more) => model.send_msg({ order, ...more }),
    // One order and its answer. The same order sent again before its answer is not sent twice.
    ask(order, more) {
      const key = JSON.stringify([order, more])
      if (waiting.has(key)) return waiting.get(key).promise
      const id = ++count
      const entry = { id }
      entry.promise = new Promise((resolve) => { entry.resolve = resolve })
      waiting.set(key, entry)
      host.setAttribute("aria-busy", "true")
      setTimeout(() => settle(key, entry, { ok: false, sentence: words.no_answer }), 15000)
      model.send_msg({ order, id, ...more })
      return entry.promise
    },
    async act(name, args = {}, { quiet } = {}) {
      const reply = await desk.ask("act", { name, args })
      if (!reply.ok && !quiet) desk.refuse(reply.sentence)
      else if (reply.ok) refusal.hidden = true
      return reply
    },
    refuse(sentence) { refusal.hidden = false; refusal.textContent = sentence },
    say(sentence) { status.textContent = sentence },
    repaint: () => paint(),
    link: (path, code) => `${path}?${new URLSearchParams({ ...(code ? { meeting: code } : {}), ...(desk.lang === "en" ? { lang: "en" } : {}) })}`,
    consoleHref: (code) => desk.link("console", code),
    screenHref: () => desk.link("screen", desk.scene.meeting.code),
    minutesHref: () => `minutes/${desk.scene.meeting.code}${desk.lang === "en" ? "?lang=en" : ""}`,
    undo: () => desk.scene.undo && desk.act("undo", { version: desk.scene.undo.version }),
    improvise: () => formDialog(host, words, {
      key: "improvise", title: words.improvise_title, text: words.improvise_text, action: words.improvise_send,
      fields: [{ name: "title", label: words.question_title, kind: "line" }, { name: "options", label: words.options_lines, kind: "lines", hint: words.options_hint, rows: 5 },
        { name: "method", label: words.method, kind: "choice", choices: [{ value: "single", label: words.method_single }, { value: "approval", label: words.method_approval }] }],
      send: ({ title, options, method }) => desk.act("improvise", { title, options: options.split("\n"), method }, { quiet: true }),
    }),
    contest: () => formDialog(host, words, {
      key: "contest", title: words.contest_title, text: words.contest_text, action: words.record,
      fields: [{ name: "what", label: words.contest_what, kind: "lines", rows: 3 }, { name: "who", label: words.who_answers, kind: "line" }, { name: "when", label: words.by_when, kind: "line" }],
      send: (values) => desk.act("contest", { words: joinedWords(values, words.answers_by, words) }, { quiet: true }),
    }),
    decide: () => formDialog(host, words, {
      key: "decide", title: words.decide_title, action: words.record,
      fields: [{ name: "what", label: words.decide_what, kind: "lines", rows: 3 }, { name: "who", label: words.decide_who, kind: "line" }, { name: "when", label: words.by_when, kind: "line" }],
      send: (values) => desk.act("decide", { words: joinedWords(values, words.decided_by, words) }, { quiet: true }),
    }),
    async seal() {
      const poll = desk.scene.poll
      if (poll && await askOnce(host, words, { title: words.seal_title, text: words.seal_text, yes: words.seal })) desk.act("seal", { poll: poll.poll })
    },
    async voteAgain() {
      if (await askOnce(host, words, { title: words.again_title, text: words.again_text, yes: words.vote_again })) desk.act("open")
    },
    async closeMeeting() {
      const hidden = desk.scene.never_shown
      if (await askOnce(host, words, { title: words.close_title, text: hidden.length ? words.close_hidden : words.close_text, lines: hidden, yes: words.close_meeting })) desk.act("close_meeting")
    },
    why: () => sliders.element.hidden || sliders.why.ask(),
    help: () => helpDialog(desk),
    openManager: () => openManager(desk),
    openEditor: () => openEditor(desk),
  }

  const settle = (key, entry, reply) => {
    if (waiting.get(key) !== entry) return
    waiting.delete(key)
    if (!waiting.size) host.removeAttribute("aria-busy")
    entry.resolve(reply)
  }

  const refusal = makeHtml("p", { class: "refusal", role: "alert", hidden: true })
  const status = makeHtml("p", { class: "visually-hidden", role: "status" })
  const nothing = makeHtml("div", { class: "nothing", hidden: true })
  const mirror = makeMirror(words)
  const sliders = makeSliderDesk(desk)
  const parts = {
    run: keepRegion("run", words.run_sheet), head: keepRegion("middle-head"), actions: keepRegion("actions", words.actions),
    notes: keepRegion("side-part"), presence: keepRegion("side-part"), channels: keepRegion("side-part"), hidden: keepRegion("side-part"),
    screen: keepRegion("side-part"), incidents: keepRegion("side-part"), end: keepRegion("side-part"),
  }
  const columns = makeHtml("div", { class: "columns" },
    parts.run.element,
    makeHtml("div", { class: "middle" }, parts.head.element, mirror.element, sliders.element, refusal, parts.actions.element),
    makeHtml("aside", { class: "side", "aria-label": words.side, tabindex: "0" }, ...["notes", "channels", "presence", "hidden", "screen", "incidents", "end"].map((name) => parts[name].element)))
  host.append(nothing, columns, status)

  const paint = () => {
    const { scene } = desk
    if (!scene || !desk.setup) return
    nothing.hidden = !scene.unknown
    columns.hidden = Boolean(scene.unknown)
    if (scene.unknown) {
      nothing.replaceChildren(makeHtml("p", {}, scene.unknown), makeHtml("button", { type: "button", class: "primary", onclick: desk.openManager }, words.meetings))
      return
    }
    paintRunList(parts.run, scene, desk)
    paintHead(parts.head, scene, desk)
    mirror.paint(scene.mirror, scene.screens)
    sliders.paint(scene)
    columns.classList.toggle("with-sliders", !sliders.element.hidden)
    paintActions(parts.actions, scene, desk)
    paintSeal(parts.actions.element, scene, desk)
    paintNotes(parts.notes, scene, desk)
    paintChannels(parts.channels, scene, desk)
    paintPresence(parts.presence, scene, desk)
    paintHidden(parts.hidden, scene, desk)
    paintScreenState(parts.screen, scene, desk)
    paintIncidents(parts.incidents, scene, desk)
    paintEnd(parts.end, scene, desk)
  }

  const onSetup = () => { const found = read(model.setup); if (found) { desk.setup = found; desk.lang = found.lang; mirror.setup(found); paint() } }
  const onScene = () => { const found = read(model.scene); if (found) { desk.scene = found; painted = Date.now(); paint() } }
  model.on("setup", onSetup)
  model.on("scene", onScene)
  model.on("msg:custom", (event) => {
    const reply = event.data ?? event
    for (const [key, entry] of waiting) if (entry.id === reply.id) settle(key, entry, reply)
  })

  const seconds = setInterval(() => {
    if (!desk.scene || desk.scene.unknown) return
    paintClock(parts.head.element, desk.scene, desk)
    paintSeal(parts.actions.element, desk.scene, desk)
    paintRunList(parts.run, desk.scene, desk)
  }, 500)
  const ticks = setInterval(() => desk.tell("tick", {}), 20000)
  const onKey = (event) => pressKey(event, desk)
  addEventListener("keydown", onKey)
  // Nothing big on the space bar: a clicker or an elbow must not open a vote. Enter does it.
  host.addEventListener("keyup", (event) => { if (event.key === " " && event.composedPath()[0].classList.contains("big")) event.preventDefault() })
  model.on("remove", () => { clearInterval(seconds); clearInterval(ticks); removeEventListener("keydown", onKey) })
  requestAnimationFrame(() => { onSetup(); onScene() })
  return host
}

function joinedWords({ what, who, when }, template, words) {
  const about = [who.trim() && fillText(template, { who: who.trim() }), when.trim() && fillText(words.due, { when: when.trim() })].filter(Boolean)
  return [what.trim(), ...about].filter(Boolean).join(" — ")
}

// --- keys ---------------------------------------------------------------------------------------------------------

function keyActions(scene, desk) {
  const poll = scene.poll
  return {
    o: () => (poll && poll.state === "sealed" ? desk.voteAgain() : desk.act("open")),
    f: () => desk.act("close", poll ? { poll: poll.poll } : {}),
    m: () => desk.act(poll && poll.shown ? "hide" : "reveal", poll ? { poll: poll.poll } : {}),
    n: () => desk.act("neutral", { on: !scene.is_neutral }),
    p: () => desk.act("promise", { on: !scene.promise_on }),
    c: desk.contest, g: desk.decide, i: desk.improvise, z: desk.undo, s: desk.seal, q: desk.why, "?": desk.help,
  }
}

function pressKey(event, desk) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !desk.scene || desk.scene.unknown) return
  if (desk.host.querySelector("dialog[open]")) return
  const target = event.composedPath()[0]
  const tag = target && target.tagName
  const slider = tag === "INPUT" && target.type === "range"
  const typing = tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && !slider && target.type !== "checkbox")
  const { scene } = desk
  const turn = { PageDown: "next", PageUp: "previous", ...(slider || typing ? {} : { ArrowRight: "next", ArrowLeft: "previous" }) }[event.key]
  if (turn && tag !== "TEXTAREA") {
    event.preventDefault()
    if (!event.repeat) desk.act(turn, { from_step: scene.step.id })
    return
  }
  if (typing || event.repeat || !letterKeys()) return
  const run = keyActions(scene, desk)[event.key.toLowerCase()]
  if (!run) return
  event.preventDefault()
  run()
}

function letterKeys() {
  try { return localStorage.getItem(LETTER_KEYS) !== "off" } catch { return true }
}

function helpDialog(desk) {
  const { words, host } = desk
  const keys = [["→ / Page ↓", "next"], ["← / Page ↑", "previous"], ["O", "open"], ["F", "close_vote"], ["M", "show_hide"], ["S", "seal"], ["N", "neutral"],
    ["P", "promise"], ["I", "improvise"], ["Q", "why_key"], ["C", "contest"], ["G", "decide"], ["Z", "undo_plain"], ["?", "help"]]
  const box = makeHtml("input", { type: "checkbox", onchange: (event) => { try { localStorage.setItem(LETTER_KEYS, event.target.checked ? "on" : "off") } catch { /* private window */ } } })
  box.checked = letterKeys()
  const dialog = openDialog(host, words.help_title, [
    makeHtml("table", {}, makeHtml("tbody", {}, ...keys.map(([key, name]) => makeHtml("tr", {}, makeHtml("th", { scope: "row" }, keyCap(key)), makeHtml("td", {}, words[name]))))),
    makeHtml("p", {}, words.help_text),
    makeHtml("label", { class: "check" }, box, words.letter_keys),
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", class: "primary", onclick: () => dialog.close() }, words.close))])
}
