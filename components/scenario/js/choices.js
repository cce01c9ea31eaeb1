// What the map shows: variable, measure, values or change, year. Built once; the page listens.
//
// viewChoices(setup, opts) -> {element, play: {stop}}   opts = {onView(part of the view)}
//   setup = {texts, variables: [{id, label, group, group_label}], measures: [{id, label, reason}], view, years}

function groupedOptions(variables, chosen, texts) {
  const groups = new Map()
  for (const variable of variables) {
    if (!groups.has(variable.group)) groups.set(variable.group, makeHtml("optgroup", { label: variable.group_label }))
    groups.get(variable.group).append(makeHtml("option", { value: variable.id, selected: variable.id === chosen }, variable.known ? variable.label : `${variable.label} (${texts.no_data})`))
  }
  return [...groups.values()]
}

function labelled(text, ...controls) {
  return makeHtml("label", { class: "choice" }, makeHtml("span", {}, text), ...controls)
}

function viewChoices(setup, { onView }) {
  const { texts, view, years, measures } = setup
  const variable = makeHtml("select", { onchange: () => onView({ variable: variable.value }) }, ...groupedOptions(setup.variables, view.variable, texts))
  const measure = makeHtml("select", { onchange: () => onView({ measure: measure.value }) }, ...measures.map(({ id, label, reason }) =>
    makeHtml("option", { value: id, selected: id === view.measure, disabled: Boolean(reason), title: reason || null }, reason ? `${label} (${texts.no_data})` : label)))
  const change = makeHtml("select", { onchange: () => onView({ change: change.value }) }, ...["", "trend", "base"].map((id) =>
    makeHtml("option", { value: id, selected: id === view.change }, texts[`change_${id || "none"}`])))
  const year = makeHtml("input", { type: "range", min: years[0], max: years[1], step: 1, value: view.year })
  const yearText = makeHtml("output", { class: "year-output" }, String(view.year))
  const button = makeHtml("button", { type: "button", class: "play", "aria-label": texts.play }, "▶")
  const reasons = measures.filter(({ reason }) => reason).map(({ reason }) => reason)
  let playing = null
  const show = (wanted) => { year.value = wanted; setText(yearText, String(wanted)); onView({ year: wanted }) }
  const stop = () => { clearInterval(playing); playing = null; setText(button, "▶"); button.setAttribute("aria-label", texts.play) }
  year.addEventListener("input", () => { stop(); show(year.valueAsNumber) })
  button.addEventListener("click", () => {
    if (playing) { stop(); return }
    const [first, last] = years
    let now = year.valueAsNumber >= last ? first - 1 : year.valueAsNumber
    setText(button, "❚❚")
    button.setAttribute("aria-label", texts.pause)
    // Who asks for no motion sees a few still pictures instead of a film.
    playing = setInterval(() => {
      now = Math.min(last, now + (calmMotion() ? 5 : 1))
      show(now)
      if (now >= last) stop()
    }, calmMotion() ? 1000 : 250)
  })
  const what = labelled(texts.variable, variable)
  what.classList.add("variable")
  const element = makeHtml("div", { class: "choices", role: "group", "aria-label": texts.view },
    what, labelled(texts.measure, measure), labelled(texts.shown_change, change),
    makeHtml("div", { class: "choice year" }, makeHtml("label", {}, makeHtml("span", {}, texts.year, " ", yearText), year), button),
    reasons.length ? makeHtml("p", { class: "choice-reasons" }, reasons.join(" ")) : null)
  return { element, stop }
}
