// The sliders at a scenario step. A drag goes to the screens at most ten times a second and is written nowhere; the
// settled position is logged.

const DRAG_MS = 100

function makeSliderDesk(desk) {
  const element = makeHtml("section", { class: "slider-desk", hidden: true })
  const why = makeWhyDesk(desk)
  const state = { key: "", handle: null, settled: {}, moving: false, waiting: 0, next: null, all: false }

  const differences = (settings) => Object.fromEntries(Object.entries(settings).filter(([id, value]) => state.settled[id] !== value))
  const drag = () => {
    if (state.waiting || !state.next) return
    desk.tell("drag", { changes: differences(state.next) })
    state.next = null
    state.waiting = setTimeout(() => { state.waiting = 0; drag() }, DRAG_MS)
  }
  const onMove = async (settings, id, settled) => {
    if (!settled) {
      state.moving = true
      state.next = settings
      drag()
      return
    }
    state.next = null
    const changes = differences(settings)
    if (!Object.keys(changes).length) { state.moving = false; return }
    const before = state.settled
    state.settled = { ...settings }
    const reply = await desk.act("levers", { changes })
    state.moving = false
    if (!reply.ok) { state.settled = before; state.handle.set(before) }
  }

  const build = (scene) => {
    const { words, setup } = desk
    const levers = setup.scenery.levers
    const only = state.all ? null : scene.controls.step_levers
    const sliders = makeHtml("div", { class: "slider-list" })
    state.handle = drawSliders(sliders, levers, scene.controls.settings, onMove, {
      size: "page", lang: setup.lang, texts: setup.scenario_texts, ...(only && only.length ? { only } : {}),
    })
    const all = makeHtml("button", { type: "button", "aria-expanded": String(state.all), "data-keep": "all-sliders", onclick: () => { state.all = !state.all; state.key = ""; paint(desk.scene) } },
      state.all ? words.step_sliders : words.all_sliders)
    const tools = makeHtml("div", { class: "row" }, all,
      actionButton({ label: words.replay, keep: "replay", onclick: () => desk.ask("replay", {}) }),
      actionButton({ label: words.save_scenario, keep: "save", onclick: () => desk.act("save_scenario") }),
      ...Object.keys(scene.scenario.scenarios).map((letter) => actionButton({ label: fillText(words.recall, { letter }), keep: `recall-${letter}`, onclick: () => desk.act("recall_scenario", { letter }) })),
      actionButton({ label: words.reset_levers, keep: "reset", onclick: () => desk.act("reset_levers") }))
    element.replaceChildren(makeHtml("h2", { class: "visually-hidden" }, words.sliders), sliders, why.element, tools, viewChoices(scene, desk))
  }

  const paint = (scene) => {
    const usable = scene.controls && desk.setup.scenery && !scene.meeting.closed
    element.hidden = !usable
    if (!usable) { state.key = ""; return }
    why.paint(scene)
    const key = JSON.stringify([scene.step.id, state.all, Object.keys(scene.scenario.scenarios), scene.scenario.view, desk.setup.lang])
    if (key !== state.key) {
      state.key = key
      const active = element.getRootNode().activeElement
      const held = active && element.contains(active) ? active.dataset.keep || active.id : null
      state.settled = { ...scene.controls.settings }
      build(scene)
      const again = held && [...element.querySelectorAll("[data-keep],[id]")].find((one) => (one.dataset.keep || one.id) === held)
      if (again) again.focus({ preventScroll: true })
    } else if (!state.moving) {
      state.settled = { ...scene.controls.settings }
      state.handle.set(scene.controls.settings)
    }
  }
  return { element, paint, why }
}

function viewChoices(scene, desk) {
  const { words } = desk
  const { view } = scene.scenario
  const { variables, years } = scene.controls
  const change = (part) => desk.act("view", { ...view, ...part })
  const variable = makeHtml("select", { "data-keep": "view-variable", onchange: (event) => change({ variable: event.target.value }) },
    ...variables.map((one) => makeHtml("option", { value: one.id, selected: one.id === view.variable }, one.label)))
  const shown = []
  for (let year = years[0]; year <= years[1]; year += 1) shown.push(year)
  const year = makeHtml("select", { "data-keep": "view-year", onchange: (event) => change({ year: Number(event.target.value) }) },
    ...shown.map((one) => makeHtml("option", { value: one, selected: one === view.year }, String(one))))
  const person = makeHtml("input", { type: "checkbox", "data-keep": "view-person", checked: view.per_inhabitant, onchange: (event) => change({ per_inhabitant: event.target.checked }) })
  return makeHtml("div", { class: "view-choices" }, field(words.map_variable, variable), field(words.map_year, year),
    makeHtml("label", { class: "check" }, person, words.per_inhabitant))
}
