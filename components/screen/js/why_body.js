// whyOnScreen(body, kit) — where a figure comes from, on the public screen.
//   body.why = {title, value, unit, where, words, inputs: [{label, value, level}], same_unit, sources: [line], assumptions} | {unavailable}
// What does not fit is told by its number: text is not made smaller while a line can still be left out.

const WHY_LEAST = { inputs: 3, sources: 2 }

function whyOnScreen(body, kit) {
  const { texts } = kit
  const why = body.why || {}
  if (!why.title) return { element: makeHtml("div", { class: "words centred" }, makeHtml("p", { class: "lead" }, why.unavailable || texts.why_unknown)) }
  const inputs = why.inputs.map((one) => makeHtml("li", { class: one.level ? "within" : "" }, makeHtml("span", {}, one.label), " ", makeHtml("strong", {}, one.value)))
  const sources = why.sources.map((line) => makeHtml("li", {}, line))
  const more = { inputs: makeHtml("li", { class: "others" }), sources: makeHtml("li", { class: "others" }) }
  const part = (name, title, ...children) => makeHtml("section", { class: `why-${name}` }, makeHtml("h2", {}, title), ...children)
  const element = makeHtml("div", { class: "why-screen" },
    makeHtml("div", { class: "why-figure" }, 
      makeHtml("p", { class: "why-name" }, why.title), makeHtml("p", { class: "why-number" }, makeHtml("strong", {}, why.value), " ", why.unit), makeHtml("p", { class: "why-where" }, why.where)),
    part("rule", texts.why_rule, makeHtml("p", {}, why.words)),
    inputs.length ? part("from", why.same_unit ? fillText(texts.why_inputs_unit, { unit: why.same_unit }) : texts.why_inputs, makeHtml("ul", {}, ...inputs, more.inputs)) : null,
    sources.length || why.assumptions ? part("sources", texts.why_sources, makeHtml("ul", {}, ...sources, more.sources, why.assumptions ? makeHtml("li", {}, why.assumptions) : null)) : null)

  const show = (lines, most, rest, one, many) => {
    lines.forEach((line, i) => { line.hidden = i >= most })
    const left = lines.length - most
    rest.hidden = left <= 0
    setText(rest, left === 1 ? one : fillText(many, { n: left }))
  }
  const fit = (box) => {
    const most = { inputs: inputs.length, sources: sources.length }
    const lines = { inputs, sources }
    const paint = () => {
      show(inputs, most.inputs, more.inputs, texts.why_other, texts.why_others)
      show(sources, most.sources, more.sources, texts.why_other_source, texts.why_other_sources)
      fitText(box)
    }
    paint()
    const tight = () => ["fit-tight", "fit-small", "fit-cut"].some((name) => box.classList.contains(name))
    while (tight()) {
      // The longer list gives first; never one line for "and one more".
      const open = ["sources", "inputs"].filter((name) => most[name] > Math.min(WHY_LEAST[name], lines[name].length))
      if (!open.length) break
      const column = (name) => (lines[name][0] ? lines[name][0].parentElement.scrollHeight : 0)
      const name = open.reduce((a, b) => (column(b) > column(a) ? b : a))
      most[name] -= most[name] === lines[name].length && most[name] > WHY_LEAST[name] + 1 ? 2 : 1
      paint()
    }
  }
  return { element, fit }
}
