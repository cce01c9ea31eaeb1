// "Pourquoi ce chiffre ?" at a step with sliders: the key figures are buttons, the dialog asks for any other one, and one
// more press puts its origin on the room's screen.

function makeWhyDesk(desk) {
  const row = keepRegion("row why-row", desk.words.why)
  const state = { dialog: null, lang: "", asked: null, turn: 0 }
  const { words } = desk
  const select = (keep) => makeHtml("select", { "data-keep": keep, onchange: () => again() })
  const variable = select("ask-variable")
  const place = select("ask-place")
  const year = select("ask-year")
  const person = makeHtml("input", { type: "checkbox", "data-keep": "ask-person", onchange: () => again() })
  const show = makeHtml("button", { type: "button", class: "primary", "data-keep": "ask-show", hidden: !desk.leads, onclick: () => send() })
  const choices = makeHtml("div", { class: "view-choices why-choices" }, field(words.why_figure, variable), field(words.why_place, place), field(words.map_year, year),
    makeHtml("label", { class: "check" }, person, words.per_inhabitant), show)

  const chosen = () => ({ variable: variable.value, region: place.value, year: Number(year.value), per_inhabitant: person.checked })
  const same = (a, b) => ["variable", "region", "year", "per_inhabitant"].every((name) => a[name] === b[name])
  const onScreen = (figure) => { const { body } = desk.scene; return body.kind === "why" && same(body, figure) }
  const label = () => setText(show, onScreen(chosen()) ? words.why_hide : words.why_show)

  const fill = (scene) => {
    const { variables, years } = scene.controls
    const option = (value, text) => makeHtml("option", { value }, text)
    variable.replaceChildren(...variables.map((one) => option(one.id, one.label)))
    place.replaceChildren(option("territory", words.why_whole), ...[...desk.setup.scenery.geometry.regions]
      .sort((a, b) => a.name.localeCompare(b.name, "fr")).map((one) => option(one.code, one.name)))
    year.replaceChildren(...Array.from({ length: years[1] - years[0] + 1 }, (_, i) => option(years[0] + i, String(years[0] + i))))
  }
  const again = async () => {
    const turn = ++state.turn
    label()
    state.dialog.wait()
    const reply = await desk.ask("why", chosen())
    if (turn !== state.turn || !state.dialog.isOpen()) return
    if (reply.ok) state.dialog.show(reply.why)
    else state.dialog.trouble(reply.sentence)
  }
  // Without a figure: the one the map shows, for the whole territory.
  const ask = (figure = {}) => {
    const { scene } = desk
    if (!state.dialog || state.lang !== desk.lang) {
      state.lang = desk.lang
      state.dialog = whyDialog(desk.host, { lang: desk.lang, texts: desk.setup.scenario_texts, more: [choices] })
    }
    fill(scene)
    const { view } = scene.scenario
    variable.value = figure.variable ?? view.variable
    place.value = figure.region ?? "territory"
    year.value = String(view.year)
    person.checked = figure.per_inhabitant ?? view.per_inhabitant
    again()
    if (desk.leads) show.focus()
    else variable.focus()
  }
  const off = () => desk.act("explain", { on: false })
  const send = async () => {
    const figure = chosen()
    const reply = await desk.ask("act", { name: "explain", args: onScreen(figure) ? { on: false } : { ...figure, on: true } })
    if (reply.ok) state.dialog.close()
    else state.dialog.trouble(reply.sentence)
  }

  const paint = (scene) => {
    const shown = scene.body.kind === "why"
    row.paint([scene.controls.figures, shown], () => [
      makeHtml("span", { class: "why-ask", "aria-hidden": "true" }, words.why_short),
      ...scene.controls.figures.map((one) => makeHtml("button", { type: "button", class: "why-one", "data-keep": `why-${one.id}`, onclick: () => ask(one) },
        makeHtml("span", {}, one.label), " ", makeHtml("strong", {}, one.value), makeHtml("span", { class: "visually-hidden" }, ` ${words.why_short}`))),
      actionButton({ label: words.why_another, key: "Q", keep: "why-another", onclick: () => ask() }),
      shown && desk.leads ? actionButton({ label: words.why_hide, keep: "why-off", primary: true, onclick: off }) : null,
    ].filter(Boolean))
    if (state.dialog && state.dialog.isOpen()) label()
  }
  row.element.dataset.reads = ""
  return { element: row.element, paint, ask }
}
