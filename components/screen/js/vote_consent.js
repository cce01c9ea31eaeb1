// Consent: three counts, and each recorded objection with how it was lifted; an open one keeps the decision from passing.
//   drawing = {consent, aside, objections, sentence}; vote.objections = [{id, words, lifted, how}]

function consentDrawing(vote, kit) {
  const { texts, lang } = kit
  const parts = ["consent", "aside", "objections"].map((name) => {
    const count = makeHtml("strong", {})
    const share = makeHtml("span", { class: "consent-fill" })
    return { name, count, share, element: makeHtml("div", { class: `consent-part ${name}` }, makeHtml("span", { class: "consent-sign", "aria-hidden": "true" }, { consent: "✓", aside: "–", objections: "!" }[name]),
      count, makeHtml("span", { class: "consent-word" }, texts[`consent_${name}`]), makeHtml("span", { class: "consent-track", "aria-hidden": "true" }, share)) }
  })
  const recorded = makeHtml("div", { class: "consent-objections" })
  const element = makeHtml("div", { class: "consent" }, makeHtml("div", { class: "consent-counts" }, ...parts.map((part) => part.element)), recorded)
  let most = Infinity
  let current = vote
  const paint = () => {
    const found = current.objections || []
    recorded.hidden = !found.length
    recorded.replaceChildren(...(found.length ? [objectionList(found, kit, most)] : []))
  }
  const update = (now) => {
    current = now
    const drawing = now.result.drawing
    const total = Math.max(1, drawing.consent + drawing.aside + drawing.objections)
    for (const part of parts) {
      setText(part.count, formatNumber(drawing[part.name], lang))
      part.share.style.width = `${(100 * drawing[part.name]) / total}%`
    }
    element.classList.toggle("refused", (now.objections || []).some((one) => !one.lifted))
    paint()
  }
  const table = (now) => ({
    caption: now.title, head: [texts.table_answer, texts.table_count],
    rows: now.result.options.map((option) => [option.label, option.count_text]),
  })
  return {
    element, update, table,
    reset: () => { most = Infinity; paint() },
    relax: () => {
      const now = Math.min(most, (current.objections || []).length)
      if (now <= 1) return false
      most = now - 1
      paint()
      return true
    },
  }
}

// Open objections first; those that do not fit are counted, and told in the minutes.
function objectionList(objections, kit, most) {
  const { texts, lang } = kit
  const colon = lang === "en" ? ": " : "\u202f: "
  const sorted = [...objections].sort((a, b) => a.lifted - b.lifted)
  const shown = sorted.slice(0, most)
  const left = sorted.length - shown.length
  return makeHtml("ul", { class: "objections" }, ...shown.map((one) => makeHtml("li", { class: one.lifted ? "lifted" : "open" },
    makeHtml("strong", {}, one.lifted ? texts.objection_lifted : texts.objection_open), makeHtml("span", {}, `${colon}${one.words}`),
    one.lifted && one.how ? makeHtml("span", { class: "how" }, ` ${texts.objection_how}${colon}${one.how}`) : "")),
  left > 0 ? makeHtml("li", { class: "others" }, fillText(left > 1 ? texts.objections_others : texts.objections_other, { n: left })) : null)
}
