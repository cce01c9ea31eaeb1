// The control desk: orders go out, scenes come in and are drawn. The page decides nothing by itself.

export function render({ model }) {
  const words = JSON.parse(model.words)
  const host = makeHtml("div", { class: "console" })
  const waiting = new Map()
  let count = 0
  let painted = 0
  const read = (text) => { try { return JSON.parse(text) } catch { return null } }

  const desk = {
    words, host, leads: model.leads, scene: null, setup: null, lang: document.documentElement.lang || "fr",
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
    improvise: () => improviseDialog(desk),
    objection: () => objectionDialog(desk),
    abandon: () => abandonConsent(desk),
    askToSpeak: () => queueDialog(desk),
    floorSettings: () => floorSettingsDialog(desk),
    keySlips: () => slipsDialog(desk),
    contest: () => formDialog(host, words, {
      key: "contest", title: words.contest_title, text: words.contest_text, action: words.record,
      fields: [{ name: "what", label: words.contest_what, kind: "lines", rows: 3 }, { name: "who", label: words.who_answers, kind: "line" }, { name: "when", label: words.by_when, kind: "line" }],
      send: (values) => desk.act("contest", { words: joinedWords(values, words.answers_by, words) }, { quiet: true }),
    }),
    decide: () => formDialog(host, words, {
      key: "decide", title: words.decide_title, action: words.record,
      fields: [{ name: "what", label: words.decide_what, kind: "lines", rows: 3 }, { name: "who", label: words.decide_who, kind: "line" }, { name: "when", label: words.by_when, kind: "line", hint: words.by_when_hint }],
      send: ({ what, who, when }) => desk.act("decide", { words: what, who, when }, { quiet: true }),
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
    async eraseText(text) {
      if (await askOnce(host, words, { title: words.erase_title, text: words.erase_text, yes: words.erase })) desk.act("erase", { text })
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
    asked: keepRegion("side-part"), objections: keepRegion("side-part"), floor: keepRegion("side-part"),
    run: keepRegion("desk-run", words.run_sheet), head: keepRegion("middle-head"), actions: keepRegion("actions", words.actions),
    notes: keepRegion("side-part"), presence: keepRegion("side-part"), channels: keepRegion("side-part"), hidden: keepRegion("side-part"),
    tables: keepRegion("side-part"), screen: keepRegion("side-part"), incidents: keepRegion("side-part"), end: keepRegion("side-part"),
  }
  const columns = makeHtml("div", { class: "desk-columns" },
    parts.run.element,
    makeHtml("div", { class: "middle" }, parts.head.element, mirror.element, sliders.element, refusal, parts.actions.element),
    makeHtml("aside", { class: "side", "aria-label": words.side, tabindex: "0" }, ...["notes", "floor", "asked", "objections", "channels", "presence", "hidden", "tables", "screen", "incidents", "end"].map((name) => parts[name].element)))
  host.append(nothing, columns, status)

  const drawn = [
    [parts.run, paintRunList], [parts.head, paintHead],
    [mirror, (part, scene) => part.paint(scene.mirror, scene.screens)],
    [sliders, (part, scene) => { part.paint(scene); columns.classList.toggle("with-sliders", !part.element.hidden) }],
    [parts.actions, paintActions], [parts.actions.element, paintSeal], [parts.notes, paintNotes], [parts.asked, paintAsked],
    [parts.objections, paintObjections], [parts.floor, paintFloor], [parts.tables, paintTables], [parts.channels, paintChannels],
    [parts.presence, paintPresence], [parts.hidden, paintHidden], [parts.screen, paintScreenState], [parts.incidents, paintIncidents],
    [parts.end, paintEnd],
  ]
  const paint = () => {
    const { scene } = desk
    if (!scene || !desk.setup) return
    nothing.hidden = !scene.unknown
    columns.hidden = Boolean(scene.unknown)
    if (scene.unknown) {
      nothing.replaceChildren(makeHtml("p", {}, scene.unknown), makeHtml("button", { type: "button", class: "primary", onclick: desk.openManager }, words.meetings))
      return
    }
    for (const [part, draw] of drawn) {
      // A part that cannot be drawn must not keep the others, and the facilitator, from what is true now.
      try { draw(part, scene, desk) } catch (error) { console.error(error) }
      if (!desk.leads && part !== mirror) onlyReads(part.element || part)
    }
  }

  const onSetup = () => { const found = read(model.setup); if (found) { desk.setup = found; desk.lang = found.lang; mirror.setup(found); paint() } }
  const onScene = () => { const found = read(model.scene); if (found) { if (desk.scene && desk.scene.step && found.step && desk.scene.step.id !== found.step.id) refusal.hidden = true; desk.scene = found; painted = Date.now(); paint(); settleSeen() } }
  model.on("setup", onSetup)
  model.on("scene", onScene)
  // An order is over once its scene is here, so that the next key speaks of what is on this screen. A scene that does
  // not come is asked for.
  const seen = () => (desk.scene ? desk.scene.number : 0)
  const settleSeen = () => { for (const [key, entry] of waiting) if (entry.reply && entry.reply.number <= seen()) settle(key, entry, entry.reply) }
  model.on("msg:custom", (event) => {
    const reply = event.data ?? event
    for (const [key, entry] of waiting) {
      if (entry.id !== reply.id) continue
      entry.reply = reply
      const late = (then) => () => { if (waiting.get(key) === entry) then() }
      setTimeout(late(() => desk.tell("tick", { seen: seen() })), 700)
      setTimeout(late(() => settle(key, entry, reply)), 3000)
    }
    settleSeen()
  })

  const seconds = setInterval(() => {
    if (!desk.scene || desk.scene.unknown) return
    paintClock(parts.head.element, desk.scene, desk)
    paintSeal(parts.actions.element, desk.scene, desk)
    paintFloorClock(parts.floor.element, desk.scene, desk)
    paintRunList(parts.run, desk.scene, desk)
    if (!desk.leads) onlyReads(parts.run.element)
  }, 500)
  const ticks = setInterval(() => desk.tell("tick", { seen: seen() }), 2000)
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
