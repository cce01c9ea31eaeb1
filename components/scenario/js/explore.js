// The page of scenarios: sliders left, map, curves and figures right, everything repainted by one message.
// The sliders live here; every message to the server brings all of them (see components/scenario/tab.py). The map, the
// curves and the figures follow each move; what is heavier (a commune's sheet, the stakes, A | B) is asked for only
// while it is seen, and what is heaviest (uncertainty, contributions) once the sliders rest.

const REST = 350
const USUAL_MODE = "map"
const MODES = ["map", "stakes", "pair", "parts"]

export function render({ model, el }) {
  const setup = model.setup
  const { texts, lang, levers } = setup
  const channel = scenarioChannel((message) => model.send_msg(message))
  const movable = levers.filter((lever) => lever.available)
  const trend = { ...setup.defaults, ...Object.fromEntries(movable.flatMap(({ id, trend: value, ramp: [start, end] }) => [[id, value], [`${id}.start`, start], [`${id}.end`, end]])) }
  const overridesOf = (settings) => Object.fromEntries(Object.entries(settings).filter(([id, value]) => value !== trend[id]))
  const history = scenarioHistory(setup.overrides)
  const held = frameMemory()
  const state = {
    overrides: setup.overrides, view: { ...setup.view }, compare: null, code: setup.frame.code, frame: held.whole(setup.frame),
    lever: null, gesture: null, replaying: false, moving: false, telling: false, addressTimer: null, restTimer: null,
    mode: MODES.includes(setup.mode) ? setup.mode : USUAL_MODE, commune: null, bands: null, sources: {},
  }
  const parts = exploreParts(setup)
  const why = whyDialog(parts.root, { lang, texts })
  const common = { size: "page", lang, texts }
  const narrow = window.matchMedia("(max-width: 899px)")
  const announce = (sentence) => setText(parts.said, sentence)
  const names = Object.fromEntries(setup.geometry.regions.map((region) => [region.code, region.name]))

  const askWhy = async ({ variable, region, measure, year, trend: ofTrend, base }) => {
    why.wait()
    const answer = await channel.ask({
      kind: "why", overrides: ofTrend ? {} : state.overrides, variable, region: region || "territory", measure: measure || "total",
      year: base ? setup.years[0] : year || state.view.year,
    })
    if (answer.kind === "why") why.show(answer.why)
    else { why.close(); announce(answer.sentence) }
  }

  const paint = (answer) => {
    if (answer.kind !== "frame") { announce(answer.sentence); return }
    state.frame = held.whole(answer)
    state.code = answer.code
    const { map, curves, figures, change, alerts } = state.frame
    state.drawn = drawMap(parts.map, setup.geometry, map, { ...common, below: parts.below, onSelect: openCommune, onWhy: askWhy })
    parts.root.dataset.mapped = answer.n
    const bands = state.bands && state.bands.variable === curves.variable ? state.bands : null
    drawCurves(parts.curves, curves, { ...common, below: parts.below, onWhy: askWhy, targets: setup.targets, bands })
    drawFigures(parts.figures, figures, { ...common, onWhy: askWhy })
    if (narrow.matches) {
      drawMap(parts.glanceMap, setup.geometry, map, { ...common, size: "small" })
      drawFigures(parts.glanceFigure, figures, { ...common, only: ["emissions"] })
    }
    setText(parts.change, change || texts.change_start)
    setText(parts.alert, alerts.join(" "))
    parts.alert.hidden = alerts.length === 0
    if (state.telling) { state.telling = false; setText(parts.live, change) }
    parts.root.dataset.painted = answer.n
    followAddress()
    askBeside()
  }

  // The address follows what is seen once it rests, so that reloading or sending it opens the same.
  const followAddress = () => {
    if (!setup.url) return
    clearTimeout(state.addressTimer)
    state.addressTimer = setTimeout(() => {
      const url = new URL(scenarioLink(state.code))
      const seen = { ...Object.fromEntries(["variable", "year", "measure", "change"].map((name) => [name, state.view[name]])), commune: state.commune, mode: state.mode }
      for (const [name, value] of Object.entries(seen)) {
        if (value === null || value === "" || value === setup.usual[name]) url.searchParams.delete(name)
        else url.searchParams.set(name, value)
      }
      window.history.replaceState(null, "", url.href)
    }, 400)
  }
  const request = () => {
    forgetBands()
    channel.move({
      kind: "move", overrides: state.overrides, before: state.gesture, lever: state.lever, view: state.view, compare: state.compare, held: held.keys,
    }, paint)
    clearTimeout(state.restTimer)
    state.restTimer = setTimeout(atRest, REST)
  }
  channel.onSilence = () => announce(texts.server_away)

  // What is open beside the map follows it, one question at a time, the newest next.
  const askCommune = latestAsk(channel, (answer) => {
    if (answer.kind !== "commune" || answer.sheet.code !== state.commune) return
    communeSheet(parts.sheet, answer.sheet, { lang, texts, onWhy: askWhy, onClose: () => openCommune(null) })
  })
  const askStakes = latestAsk(channel, (answer) => { if (answer.kind === "stakes") stakes.paint(answer.maps) })
  const askPair = latestAsk(channel, (answer) => { if (answer.kind === "pair") swipe.paint(answer); else announce(answer.sentence) })
  const askBeside = () => {
    if (state.commune) askCommune({ kind: "commune", overrides: state.overrides, region: state.commune, view: state.view })
    if (state.mode === "stakes") askStakes({ kind: "stakes", overrides: state.overrides, view: state.view, variables: stakes.wanted() })
    if (state.mode === "pair") askPair({ kind: "pair", view: state.view, ...pairSides() })
  }
  const atRest = () => { askBands(); if (state.mode === "parts") askParts() }
  const rested = (message) => ({ ...message, overrides: state.overrides, year: state.view.year })
  const askBands = async () => {
    if (state.mode !== "map" || state.commune) return
    const asked = rested({ kind: "bands", variable: state.frame.curves.variable })
    const answer = await channel.ask(asked)
    if (answer.kind !== "bands" || asked.overrides !== state.overrides || asked.variable !== state.frame.curves.variable) return
    state.bands = answer.bands
    setText(parts.band, answer.bands ? answer.bands.sentence : "")
    if (answer.bands) drawCurves(parts.curves, state.frame.curves, { ...common, below: parts.below, onWhy: askWhy, targets: setup.targets, bands: answer.bands })
  }
  const forgetBands = () => { state.bands = null; setText(parts.band, "") }
  const askParts = async () => {
    levels.wait()
    const asked = rested({ kind: "parts", variable: levels.wanted() })
    const answer = await channel.ask(asked)
    if (asked.overrides !== state.overrides) return
    levels.paint(answer.kind === "parts" ? answer.parts : null, answer.sentence)
  }

  const openCommune = (code) => {
    state.commune = code
    if (state.drawn) state.drawn.select(code)
    parts.root.dataset.commune = code ? "open" : ""
    search.show(code ? names[code] : "")
    if (!code) { parts.sheet.replaceChildren(); parts.sheet._sheet = null; if (state.drawn) search.element.querySelector("input").focus(); followAddress(); return }
    if (state.mode === "stakes" || state.mode === "pair") setMode("map")
    askBeside()
    followAddress()
    if (narrow.matches) parts.sheet.scrollIntoView({ block: "start" })
  }
  const setMode = (mode) => {
    state.mode = mode
    parts.root.dataset.mode = mode
    for (const [id, button] of Object.entries(parts.modes)) button.setAttribute("aria-pressed", String(id === mode))
    if (mode === "pair") swipe.refresh()
    if (mode !== "pair") swipe.table.hidden = true
    levels.table.hidden = mode !== "parts"
    askBeside()
    if (mode === "parts") askParts()
    followAddress()
  }

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
    state.overrides = overridesOf({ ...hypothesesOf(state.overrides), ...settings })
    state.telling = settled
    request()
    if (settled) settle(lever)
  }
  const hypothesesOf = (settings) => Object.fromEntries(Object.entries(settings).filter(([id]) => id.startsWith("hypothesis.")))
  const sliders = drawSliders(parts.sliders, levers, { ...trend, ...state.overrides }, onMove, { ...common, gate: true, years: setup.years })

  // Sliders put where a snapshot says, without a gesture of their own.
  const put = (overrides, lever) => {
    state.overrides = overrides
    state.lever = lever
    state.gesture = history.before()
    sliders.set({ ...trend, ...overrides })
    hypotheses.set(overrides)
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
    const lone = Object.fromEntries(movable.map((one) => [one.id, true])) // years and assumptions do not slide
    const full = [{ ...trend, ...before }, { ...trend, ...after }]
    const show = (share) => {
      const between = Object.fromEntries(Object.keys(full[1]).map((id) => [id, share === 1 || !(id in lone) ? full[1][id] : full[0][id] + (full[1][id] - full[0][id]) * share]))
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
    changed: () => { refreshCompare(); if (state.mode === "pair") { swipe.refresh(); askBeside() } },
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
  // A and B are chosen among the trend, the sliders, what this device kept and what is ready-made.
  const sides = () => [{ value: "trend", label: texts.pair_trend }, { value: "now", label: texts.pair_now },
    ...keptScenarios().filter((s) => s.code).map((s) => ({ value: `code:${s.code}`, label: s.name })), ...setup.presets.map((preset) => ({ value: `preset:${preset.id}`, label: preset.label }))]
  const pairSides = () => Object.fromEntries(Object.entries(swipe.wanted()).map(([side, value]) => {
    const { label } = sides().find((one) => one.value === value) || sides()[0]
    if (value.startsWith("code:")) return [side, { label, code: value.slice(5) }]
    if (value.startsWith("preset:")) return [side, { label, overrides: setup.presets.find((preset) => `preset:${preset.id}` === value).settings }]
    return [side, { label, overrides: value === "now" ? state.overrides : {} }]
  }))

  const choices = viewChoices(setup, { onView: (part) => { Object.assign(state.view, part); request() } })
  parts.choices.replaceWith(choices.element)
  const search = communeSearch(setup.geometry.regions, { texts, id: "commune-search", onSelect: openCommune })
  choices.element.append(search.element)
  const stakes = stakeMaps(parts.stakes, setup, { table: false, onChoose: () => askBeside(), onSelect: openCommune })
  const swipe = swipeMaps(parts.pair, setup, { below: parts.below, sides, onChoose: () => askBeside(), onSelect: openCommune })
  const levels = leverParts(parts.parts, { texts, lang, below: parts.below, variables: setup.variables, variable: state.view.variable, onChoose: () => askParts() })
  const hypotheses = hypothesisList(setup.hypotheses, { ...trend, ...state.overrides }, {
    texts, onChoose: (id, number) => adopt(overridesOf({ ...trend, ...state.overrides, [id]: number })),
  })
  const places = territoryChooser(setup)
  const toPlaces = setup.to_places ? makeHtml("p", { class: "start-link" }, makeHtml("a", { href: setup.to_places.href }, setup.to_places.text)) : null
  const homes = setup.second_homes ? makeHtml("p", { class: "note start-homes" }, setup.second_homes) : null
  parts.starts.append(...[places, homes, toPlaces, setup.presets.length ? presetList(setup.presets, { texts, onOpen: (preset) => { stopReplay(); adopt(overridesOf({ ...trend, ...preset.settings })); announce(fillText(texts.preset_opened, { name: preset.label })) } }) : null,
    setup.hypotheses.length ? hypotheses.element : null].filter(Boolean))

  parts.undo.addEventListener("click", () => { stopReplay(); const step = history.undo(); if (step) put(step.overrides, history.lastLever()) })
  parts.redo.addEventListener("click", () => { stopReplay(); const step = history.redo(); if (step) put(step.overrides, step.lever) })
  parts.reset.addEventListener("click", () => { stopReplay(); adopt({}); announce(texts.trend_code) })
  parts.replay.addEventListener("click", replay)
  parts.keep.addEventListener("click", () => { box.refresh(); parts.savedDialog.showModal() })
  parts.toBelow.addEventListener("click", () => { parts.below.scrollIntoView({ block: "start" }); parts.below.querySelector("summary").focus() })
  for (const [mode, button] of Object.entries(parts.modes)) button.addEventListener("click", () => setMode(mode))
  for (const [name, button] of Object.entries(parts.jumps)) {
    button.addEventListener("click", () => { const place = { sliders: parts.desk, map: parts.result, tables: parts.below }[name]; place.scrollIntoView({ block: "start" }); place.focus({ preventScroll: true }) })
  }
  parts.curvesChoice.addEventListener("change", () => { state.view.curves = parts.curvesChoice.value; request() })
  parts.compare.addEventListener("change", () => {
    const option = parts.compare.selectedOptions[0]
    state.compare = parts.compare.value ? { name: option.textContent, code: parts.compare.value } : null
    request()
  })

  // Paper and files.
  const settingsWords = () => {
    const colon = lang === "en" ? ": " : "\u202f: "
    const moved = movable.filter((lever) => lever.id in state.overrides).map((lever) => `${lever.label}${colon}${valueWords(lever, state.overrides[lever.id], lang)}`)
    const assumed = setup.hypotheses.filter((group) => state.overrides[group.id]).map((group) => `${group.label}${colon}${group.options[state.overrides[group.id]].label}`)
    return [...moved, ...assumed].join(", ") || texts.print_trend
  }
  const date = () => new Date().toLocaleDateString(lang === "en" ? "en-GB" : "fr-FR", { day: "numeric", month: "long", year: "numeric" })
  const sourcesOf = async () => {
    const variables = [...new Set([state.frame.map.variable, state.frame.curves.variable])]
    const key = variables.join("/")
    if (!state.sources[key]) state.sources[key] = (await channel.ask({ kind: "sources", variables })).sources || []
    return state.sources[key].join(", ")
  }
  const picture = async () => {
    const source = fillText(texts.export_source, { sources: await sourcesOf(), date: date() })
    const { map, curves } = state.frame
    return scenePicture({
      title: `${setup.name}, ${state.view.year}`, map: { drawn: state.drawn, data: map },
      curves: state.mode === "map" && !state.commune && !curves.total.includes(null) ? parts.curves.querySelector(".curves-stage svg") : null,
      curvesTitle: `${curves.title}, ${curves.unit}`, settings: `${texts.print_settings}${lang === "en" ? ": " : "\u202f: "}${settingsWords()}`, source,
    })
  }
  const save = async (type) => {
    const name = fileWords(`cordee ${setup.slug} ${state.frame.map.title}`)
    const done = await savePicture(await picture(), name, type)
    announce(done ? fillText(texts.export_done, { name: `${name}.${type}` }) : texts.export_failed)
  }
  parts.png.addEventListener("click", () => save("png"))
  parts.svg.addEventListener("click", () => save("svg"))
  parts.csv.addEventListener("click", () => {
    const table = communeTable(state.drawn)
    const name = `${fileWords(`cordee ${setup.slug} ${table.caption}`)}.csv`
    saveText(name, "text/csv", tableCsv(table, lang))
    announce(fillText(texts.export_done, { name }))
  })
  // The paper has three columns of communes: the value and its gap, not what they are compared with.
  const paperTable = () => {
    const { caption, columns, rows } = communeTable(state.drawn)
    return { caption, columns: columns.filter((_, i) => i !== 2), rows: rows.map((row) => row.filter((_, i) => i !== 2)) }
  }
  const prepareSheet = (sources) => fillPrintSheet(parts.paper, {
    texts, lang, table: paperTable(), lines: [
      { text: state.frame.change }, ...state.frame.alerts.map((text) => ({ text })), { text: state.bands ? state.bands.sentence : "" },
      { title: texts.print_settings, text: settingsWords() }, { title: texts.print_sources, text: sources },
      { text: fillText(texts.print_made, { date: date(), address: location.href }) },
    ].filter(({ text }) => text),
  })
  parts.print.addEventListener("click", async () => { prepareSheet(await sourcesOf()); window.print() })
  const onPrint = () => prepareSheet(Object.values(state.sources)[0]?.join(", ") || "")
  window.addEventListener("beforeprint", onPrint)

  // A message arrives as the event's data, or as the data itself, depending on Panel's version.
  model.on("msg:custom", (event) => channel.receive(event && event.data !== undefined && event.kind === undefined ? event.data : event))
  const repaint = () => paint({ ...setup.frame, ...state.frame, kind: "frame", code: state.code, map: state.frame.map, curves: state.frame.curves })
  narrow.addEventListener("change", repaint)
  model.on("remove", () => { choices.stop(); clearTimeout(state.addressTimer); clearTimeout(state.restTimer); stopReplay(); window.removeEventListener("beforeprint", onPrint) })

  el.append(parts.root)
  refreshTools()
  refreshCompare()
  setMode(state.mode)
  paint(setup.frame)
  if (setup.commune) openCommune(setup.commune)
  if (setup.notice) announce(setup.notice)
  state.restTimer = setTimeout(atRest, REST)
}

// What does not move with a slider is sent once and kept here: see frame.lean.
function frameMemory() {
  const memory = { keys: {}, still: {} }
  memory.whole = (answer) => {
    const whole = { ...answer }
    for (const part of ["map", "curves"]) {
      if (!answer[part] || answer[part].moving === undefined) continue
      const { key, moving, still } = answer[part]
      if (still) { memory.still[part] = still; memory.keys[part] = key }
      whole[part] = { ...memory.still[part], ...moving }
      if (part === "curves") whole.curves.layers = memory.still.curves.layers.map((layer, index) => ({ ...layer, values: moving.layers[index] }))
    }
    return whole
  }
  return memory
}

function exploreParts(setup) {
  const { texts, view } = setup
  const button = (text, className, label) => makeHtml("button", { type: "button", class: className, "aria-label": label }, text)
  const box = (name, attributes) => makeHtml("div", { class: name, ...attributes })
  const p = {
    live: makeHtml("p", { role: "status", class: "visually-hidden" }),
    said: makeHtml("p", { role: "status", class: "said explore-said" }),
    alert: makeHtml("p", { role: "alert", class: "explore-alert warn", hidden: true }),
    glanceMap: makeHtml("div", { class: "glance-map", "aria-hidden": "true" }),
    glanceFigure: box("glance-figure"), starts: box("explore-starts"), sliders: box(""), map: box("result-map"), curves: box("curves-box"),
    sheet: makeHtml("section", { class: "result-sheet", "aria-label": texts.commune_of }), stakes: box("result-stakes"), pair: box("result-pair"), parts: box("result-parts"),
    figures: box("result-figures"), change: makeHtml("p", { class: "result-change" }), band: makeHtml("p", { class: "result-band", role: "status" }),
    below: makeHtml("section", { class: "explore-below", tabindex: "-1", "aria-label": texts.tables }), choices: box(""), paper: makeHtml("div", { class: "paper-sheet", "aria-hidden": "true" }),
    undo: button(texts.undo), redo: button(texts.redo), replay: button(texts.replay_short, "", texts.replay), reset: button(texts.reset_all),
    keep: button(texts.keep, "primary"), toBelow: button(texts.to_tables, "quiet"),
    print: button(texts.export_print), png: button(texts.export_png), svg: button(texts.export_svg), csv: button(texts.export_csv),
    modes: Object.fromEntries(MODES.map((mode) => [mode, makeHtml("button", { type: "button", class: "mode", "aria-pressed": "false" }, texts[`mode_${mode}`])])),
    jumps: Object.fromEntries([["sliders", texts.settings], ["map", texts.result], ["tables", texts.jump_tables]].map(([name, text]) => [name, button(text, "quiet")])),
    curvesChoice: makeHtml("select", {}, ...["emissions", "energy", "carriers", "map"].map((id) => makeHtml("option", { value: id, selected: id === view.curves }, texts[`curves_${id}`]))),
    compare: makeHtml("select", {}),
  }
  const closeSaved = button(texts.close)
  p.savedDialog = makeHtml("dialog", { class: "saved-dialog", "aria-labelledby": "saved-title" }, makeHtml("h2", { id: "saved-title" }, texts.save_title), closeSaved)
  closeSaved.addEventListener("click", () => p.savedDialog.close())
  p.desk = makeHtml("section", { class: "explore-sliders", tabindex: "-1", "aria-label": texts.settings },
    makeHtml("div", { class: "tools", role: "group", "aria-label": texts.tools }, p.undo, p.redo, p.replay, p.reset, p.keep),
    p.said, p.starts, labelled(texts.compare, p.compare), p.sliders)
  p.result = makeHtml("section", { class: "explore-result", tabindex: "-1", "aria-label": texts.result },
    makeHtml("div", { class: "result-bar" }, makeHtml("div", { class: "modes", role: "group", "aria-label": texts.mode }, ...Object.values(p.modes)),
      makeHtml("details", { class: "exports" }, makeHtml("summary", {}, texts.export), makeHtml("div", { class: "export-list" }, p.print, p.png, p.svg, p.csv))),
    p.choices, p.map, makeHtml("div", { class: "result-curves" }, labelled(texts.choose_curves, p.curvesChoice), p.curves), p.sheet, p.parts, p.stakes, p.pair,
    makeHtml("div", { class: "result-words" }, p.alert, p.change, p.band, p.toBelow), p.figures)
  p.root = makeHtml("div", { class: "explore" },
    makeHtml("div", { class: "explore-glance" }, p.glanceMap, p.glanceFigure),
    makeHtml("div", { class: "explore-desk" }, p.desk, p.result),
    p.below, p.paper, makeHtml("nav", { class: "jumps", "aria-label": texts.jumps }, ...Object.values(p.jumps)), p.live, p.savedDialog)
  return p
}
