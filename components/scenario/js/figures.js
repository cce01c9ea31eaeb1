// drawFigures(el, figures, opts) — the key figures, grouped by stake. First call builds, the next ones only rewrite.
//   figures = [{id, stake, stake_label, label, known, value, unit, when, change, direction: -1|0|1, saved, variable, …}]
//                                                                                        (figures_frame.figures_frame)
//   opts = {size: "page"|"screen", lang, texts, only?: [ids], onWhy?(figure)}
//     with onWhy each figure that has a variable is a button to its "why"; on the screen only `emissions`, `water` and `nature` are
//     shown unless `only` says otherwise; there they stand in rows, in columns from 760 px of width on.

const SCREEN_FIGURES = ["emissions", "water", "nature"]

function drawFigures(el, figures, opts) {
  const only = opts.only || (opts.size === "screen" ? SCREEN_FIGURES : null)
  const shown = figures.filter((figure) => !only || only.includes(figure.id))
  const key = shown.map((figure) => figure.id).join("/")
  if (!el._figures || el._figures.key !== key) el._figures = buildFigures(el, shown, opts, key)
  const drawn = el._figures
  for (const figure of shown) {
    const part = drawn.parts[figure.id]
    part.figure = figure
    setText(part.label, figure.variable ? figure.label : "")
    setText(part.value, figure.value)
    setText(part.unit, figure.unit)
    setText(part.change, figure.change)
    setText(part.saved, figure.saved)
    part.change.dataset.direction = figure.direction
    if (figure.when) setText(drawn.stakes[figure.stake], `${figure.stake_label} ${figure.when}`)
  }
}

// A figure that answers "why?" carries a question mark, which is read as the question.
function whySign(texts) {
  return makeHtml("span", { class: "figure-why" }, makeHtml("span", { "aria-hidden": "true" }, "?"), makeHtml("span", { class: "visually-hidden" }, ` ${texts.why_short}`))
}

function buildFigures(el, figures, opts, key) {
  const parts = {}
  const stakes = new Map()
  for (const figure of figures) {
    const [label, value, unit, change, saved] = ["label", "value", "unit", "change", "saved"].map((name) => makeHtml("span", { class: `figure-${name}` }))
    const clickable = figure.variable && opts.onWhy
    const part = { label, value, unit, change, saved, figure }
    parts[figure.id] = part
    const box = makeHtml(clickable ? "button" : "div", {
      class: `figure ${figure.known ? "" : "unknown"} ${figure.minor ? "minor" : ""}`, type: clickable ? "button" : null,
      onclick: clickable ? () => opts.onWhy(part.figure) : null,
    }, makeHtml("span", { class: "figure-head" }, label, clickable ? whySign(opts.texts) : null), makeHtml("span", { class: "figure-line" }, value, " ", unit), change, saved)
    if (!stakes.has(figure.stake)) stakes.set(figure.stake, { name: makeHtml("p", { class: "stake-name" }, figure.stake_label), boxes: [] })
    stakes.get(figure.stake).boxes.push(box)
  }
  el.replaceChildren(makeHtml("div", { class: "figures-box" }, makeHtml("div", { class: `figures ${opts.size === "screen" ? "screen" : "page"}` },
    ...[...stakes].map(([stake, { name, boxes }]) => makeHtml("div", { class: `stake ${stake}`, style: `--boxes:${boxes.length};--main:${boxes.filter((box) => !box.classList.contains("minor")).length || 1}` },
      name, makeHtml("div", { class: "stake-figures" }, ...boxes))))))
  return { key, parts, stakes: Object.fromEntries([...stakes].map(([stake, { name }]) => [stake, name])) }
}
