// The page of scenarios: sliders left, map, curves and figures right, everything repainted by one message.
// The sliders live here; every message to the server brings all of them (see components/scenario/tab.py).

export function render({ model, el }) {
  const setup = model.setup
  const { texts, lang, levers } = setup
  const channel = scenarioChannel((message) => model.send_msg(message))
  const trend = Object.fromEntries(levers.map((lever) => [lever.id, lever.trend]))
  const overridesOf = (settings) => Object.fromEntries(Object.entries(settings).filter(([id, value]) => value !== trend[id]))
  const history = scenarioHistory(setup.overrides)
  const state = {
    overrides: setup.overrides, view: { ...setup.view }, compare: null, code: setup.frame.code, frame: setup.frame,
    lever: null, gesture: null, playing: null, replaying: false, moving: false, telling: false, addressTimer: null,
  }
  const parts = exploreParts(setup)
  const why = whyDialog(parts.root, { lang, texts })
  const common = { size: "page", lang, texts }
  const narrow = window.matchMedia("(max-width: 899px)")

  const askWhy = async ({ variable, region, per_inhabitant }) => {
    why.wait()
    const answer = await channel.ask({
      kind: "why", overrides: state.overrides, variable, region: region || "territory", year: state.view.year, per_inhabitant: Boolean(per_inhabitant),
    })
    if (answer.kind === "why") why.show(answer.why)
    else { why.close(); announce(answer.sentence) }
  }
  const announce = (sentence) => setText(parts.said, sentence)

  const paint = (answer) => {
    if (answer.kind !== "frame") { announce(answer.sentence); return }
    state.frame = answer
    state.code = answer.code
    drawMap(parts.map, setup.geometry, answer.map, {
      ...common, below: parts.below,
      onWhy: (region) => askWhy({ variable: answer.map.variable, region, per_inhabitant: answer.map.per_inhabitant }),
    })
    drawCurves(parts.curves, answer.curves, { ...common, below: parts.below, onWhy: askWhy, targets: setup.targets })
    drawFigures(parts.figures, answer.figures, { ...common, onWhy: askWhy })
    if (narrow.matches) {
      drawMap(parts.glanceMap, setup.geometry, answer.map, { ...common, size: "small" })
      drawFigures(parts.glanceFigure, answer.figures, { ...common, only: ["emissions"] })
    }
    setText(parts.change, answer.change || texts.change_start)
    if (state.telling) { state.telling = false; setText(parts.live, answer.change) }
    parts.root.dataset.painted = answer.n
    followAddress()
  }
  // The address follows the sliders once they rest, so that reloading or sending it opens the same ones.
  const followAddress = () => {
    if (!setup.url) return
    clearTimeout(state.addressTimer)
    state.addressTimer = setTimeout(() => window.history.replaceState(null, "", scenarioLink(state.code)), 400)
  }
  const request = () => channel.move({
    kind: "move", overrides: state.overrides, before: state.gesture, lever: state.lever, view: state.view, compare: state.compare,
  }, paint)
  channel.onSilence = () => announce(texts.server_away)

  const settle = (lever) => {
    history.settle(state.overrides, lever)
    state.gesture = history.before()
    refreshTools()
  }
  const onMove = (settings, lever, settled) => {
    stopReplay()
    if (!state.moving && !history.continues(lever)) state.gesture = history.now()
    state.moving = !settled
    state.lever = lever
    state.overrides = overridesOf(settings)
    state.telling = settled
    request()
    if (settled) settle(lever)
  }
  const sliders = drawSliders(parts.sliders, levers, { ...trend, ...state.overrides }, onMove, common)

  // Sliders put where a snapshot says, without a gesture of their own.
  const put = (overrides, lever) => {
    state.overrides = overrides
    state.lever = lever
    state.gesture = history.before()
    sliders.set({ ...trend, ...overrides })
    request()
    refreshTools()
  }
  const adopt = (overrides) => { history.settle(overrides, null); put(overrides, null) }

  const stopReplay = () => { state.replaying = false }
  const replay = async () => {
    const [before, after, lever] = [history.before(), history.now(), history.lastLever()]
    if (!before) return
    state.replaying = true
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    const full = [{ ...trend, ...before }, { ...trend, ...after }]
    const show = (share) => {
      const between = Object.fromEntries(levers.map(({ id }) => [id, share === 1 ? full[1][id] : full[0][id] + (full[1][id] - full[0][id]) * share]))
      state.overrides = overridesOf(between)
      state.lever = lever
      state.gesture = before
      sliders.set(between)
      request()
    }
    show(0)
    await pause(900)
    for (const share of calmMotion() ? [1] : [0.2, 0.4, 0.6, 0.8, 1]) {
      if (!state.replaying) return
      show(share)
      await pause(50)
    }
    state.replaying = false
    announce(state.frame.change)
  }

  const box = savedBox({
    texts,
    code: () => state.code,
    changed: () => refreshCompare(),
    open: async (text) => {
      const answer = await channel.ask({ kind: "open", code: text })
      if (answer.kind !== "opened") return { ok: false, sentence: answer.sentence }
      adopt(answer.overrides)
      return { ok: true, sentence: texts.opened }
    },
  })
  parts.savedDialog.insertBefore(box.element, parts.savedDialog.lastChild)

  const refreshTools = () => {
    parts.undo.disabled = !history.canUndo()
    parts.redo.disabled = !history.canRedo()
    parts.replay.disabled = !history.before()
    parts.reset.disabled = Object.keys(state.overrides).length === 0
  }
  const refreshCompare = () => {
    const chosen = parts.compare.value
    parts.compare.replaceChildren(makeHtml("option", { value: "" }, texts.compare_none),
      ...keptScenarios().filter((s) => s.code).map((s) => makeHtml("option", { value: s.code }, s.name)))
    parts.compare.value = [...parts.compare.options].some((option) => option.value === chosen) ? chosen : ""
    if (parts.compare.value !== chosen) parts.compare.dispatchEvent(new Event("change"))
  }

  parts.undo.addEventListener("click", () => { stopReplay(); const step = history.undo(); if (step) put(step.overrides, history.lastLever()) })
  parts.redo.addEventListener("click", () => { stopReplay(); const step = history.redo(); if (step) put(step.overrides, step.lever) })
  parts.reset.addEventListener("click", () => { stopReplay(); adopt({}); announce(texts.trend_code) })
  parts.replay.addEventListener("click", replay)
  parts.keep.addEventListener("click", () => { box.refresh(); parts.savedDialog.showModal() })
  parts.toBelow.addEventListener("click", () => { parts.below.scrollIntoView({ block: "start" }); parts.below.querySelector("summary").focus() })
  parts.variable.addEventListener("change", () => { state.view.variable = parts.variable.value; request() })
  parts.person.addEventListener("change", () => { state.view.per_inhabitant = parts.person.checked; request() })
  parts.curvesChoice.addEventListener("change", () => { state.view.curves = parts.curvesChoice.value; request() })
  parts.compare.addEventListener("change", () => {
    const option = parts.compare.selectedOptions[0]
    state.compare = parts.compare.value ? { name: option.textContent, code: parts.compare.value } : null
    request()
  })
  const showYear = (year) => {
    state.view.year = year
    parts.year.value = year
    setText(parts.yearText, String(year))
    request()
  }
  parts.year.addEventListener("input", () => { stopPlaying(); showYear(parts.year.valueAsNumber) })
  const stopPlaying = () => { clearInterval(state.playing); state.playing = null; setText(parts.play, "▶"); parts.play.setAttribute("aria-label", texts.play) }
  parts.play.addEventListener("click", () => {
    if (state.playing) { stopPlaying(); return }
    const [first, last] = setup.years
    let year = state.view.year >= last ? first - 1 : state.view.year
    setText(parts.play, "❚❚")
    parts.play.setAttribute("aria-label", texts.pause)
    state.playing = setInterval(() => {
      year = Math.min(last, year + (calmMotion() ? 5 : 1))
      showYear(year)
      if (year >= last) stopPlaying()
    }, calmMotion() ? 1000 : 250)
  })
  // A message arrives as the event's data, or as the data itself, depending on Panel's version.
  model.on("msg:custom", (event) => channel.receive(event && event.data !== undefined && event.kind === undefined ? event.data : event))
  narrow.addEventListener("change", () => paint(state.frame))
  model.on("remove", () => { clearInterval(state.playing); clearTimeout(state.addressTimer); stopReplay() })

  el.append(parts.root)
  refreshTools()
  refreshCompare()
  paint(setup.frame)
  if (setup.notice) announce(setup.notice)
}

function exploreParts(setup) {
  const { texts, view, years } = setup
  const button = (text, className, label) => makeHtml("button", { type: "button", class: className, "aria-label": label }, text)
  const p = {
    live: makeHtml("p", { role: "status", class: "visually-hidden" }),
    said: makeHtml("p", { role: "status", class: "said explore-said" }),
    glanceMap: makeHtml("div", { class: "glance-map", "aria-hidden": "true" }),
    glanceFigure: makeHtml("div", { class: "glance-figure" }),
    sliders: makeHtml("div", {}), map: makeHtml("div", { class: "result-map" }), curves: makeHtml("div", { class: "result-curves" }),
    figures: makeHtml("div", { class: "result-figures" }), change: makeHtml("p", { class: "result-change" }),
    below: makeHtml("section", { class: "explore-below", "aria-label": texts.tables }),
    undo: button(texts.undo), redo: button(texts.redo), replay: button(texts.replay_short, "", texts.replay), reset: button(texts.reset_all),
    keep: button(texts.keep, "primary"), toBelow: button(texts.to_tables, "quiet"),
    variable: makeHtml("select", {}, ...setup.variables.map(({ id, label }) => makeHtml("option", { value: id, selected: id === view.variable }, label))),
    person: makeHtml("input", { type: "checkbox", checked: view.per_inhabitant }),
    year: makeHtml("input", { type: "range", min: years[0], max: years[1], step: 1, value: view.year }),
    yearText: makeHtml("output", { class: "year-output" }, String(view.year)),
    play: button("▶", "play", texts.play),
    curvesChoice: makeHtml("select", {}, ...["emissions", "energy", "carriers"].map((id) => makeHtml("option", { value: id, selected: id === view.curves }, texts[`curves_${id}`]))),
    compare: makeHtml("select", {}),
  }
  const choice = (text, ...controls) => makeHtml("label", { class: "choice" }, makeHtml("span", {}, text), ...controls)
  const closeSaved = button(texts.close)
  p.savedDialog = makeHtml("dialog", { class: "saved-dialog", "aria-labelledby": "saved-title" }, makeHtml("h2", { id: "saved-title" }, texts.save_title), closeSaved)
  closeSaved.addEventListener("click", () => p.savedDialog.close())
  p.root = makeHtml("div", { class: "explore" },
    makeHtml("div", { class: "explore-glance" }, p.glanceMap, p.glanceFigure),
    makeHtml("div", { class: "explore-desk" }, makeHtml("section", { class: "explore-sliders", "aria-label": texts.settings },
      makeHtml("div", { class: "tools", role: "group", "aria-label": texts.tools }, p.undo, p.redo, p.replay, p.reset, p.keep),
      choice(texts.compare, p.compare), p.said, p.sliders),
    makeHtml("section", { class: "explore-result", "aria-label": texts.result },
      makeHtml("div", { class: "choices", role: "group", "aria-label": texts.view },
        choice(texts.variable, p.variable), makeHtml("label", { class: "choice check" }, p.person, makeHtml("span", {}, texts.per_inhabitant)),
        makeHtml("div", { class: "choice year" }, makeHtml("label", {}, makeHtml("span", {}, texts.year, " ", p.yearText), p.year), p.play),
        choice(texts.choose_curves, p.curvesChoice)),
      p.map, p.curves, p.change, p.toBelow, p.figures)),
    p.below, p.live, p.savedDialog)
  return p
}
