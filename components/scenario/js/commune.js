// communeSheet(el, sheet, opts) — one commune: what it has, its figures stake by stake, a small curve each.
//   sheet = {code, name, year, years, notice, facts: [{label, value, source}], ratios: {variable, label, rows},
//            stakes: [{id, label, figures: [{variable, label, value, unit, known, change, raw, raw_unit, values, trend, summary}]}]}
//                                                                                              (commune.commune_sheet)
//   opts = {lang, texts, onWhy({variable, region, measure}), onClose()}
// The first call for a commune builds, the next ones only rewrite what changed, so that the keyboard stays where it is.

function communeSheet(el, sheet, opts) {
  const key = `${sheet.code}/${sheet.ratios.variable}/${sheet.stakes.map((stake) => stake.figures.map((figure) => figure.variable + figure.known)).join()}`
  if (!el._sheet || el._sheet.key !== key) el._sheet = buildSheet(el, sheet, opts, key)
  const drawn = el._sheet
  setText(drawn.when, fillText(opts.texts.commune_figures, sheet))
  for (const figure of sheet.stakes.flatMap((stake) => stake.figures)) {
    const part = drawn.figures.get(figure.variable)
    setText(part.value, figure.value)
    setText(part.unit, figure.unit)
    setText(part.change, figure.change)
    if (figure.known) paintSpark(part.spark, figure, sheet)
  }
  sheet.ratios.rows.forEach((row, index) => setText(drawn.ratios[index], `${row.value} ${row.unit}`.trim()))
}

function buildSheet(el, sheet, opts, key) {
  const { texts } = opts
  const figures = new Map()
  const when = makeHtml("h3", {})
  const heading = makeHtml("h2", { tabindex: "-1" }, sheet.name)
  const figureRow = (figure) => {
    const [value, unit, change] = ["value", "unit", "change"].map((name) => makeHtml("span", { class: `figure-${name}` }))
    const spark = makeSvg("svg", { class: "spark", role: "img", viewBox: "0 0 100 32", preserveAspectRatio: "none" })
    figures.set(figure.variable, { value, unit, change, spark })
    return makeHtml("div", { class: "sheet-row" },
      makeHtml("button", { type: "button", class: `figure ${figure.known ? "" : "unknown"}`, onclick: () => opts.onWhy({ variable: figure.variable, region: sheet.code, measure: "total" }) },
        makeHtml("span", { class: "figure-head" }, figure.label, whySign(texts)), makeHtml("span", { class: "figure-line" }, value, " ", unit), change),
      figure.known ? spark : "")
  }
  const ratios = []
  const ratioRow = (row) => {
    const value = makeHtml("strong", {})
    ratios.push(value)
    return makeHtml("li", {}, makeHtml("button", { type: "button", class: "quiet", onclick: () => opts.onWhy({ variable: sheet.ratios.variable, region: sheet.code, measure: row.measure }) },
      makeHtml("span", {}, row.label), value), row.reason ? makeHtml("small", {}, row.reason) : null)
  }
  el.replaceChildren(makeHtml("div", { class: "sheet" },
    makeHtml("div", { class: "sheet-head" }, heading, makeHtml("button", { type: "button", class: "quiet", onclick: opts.onClose }, texts.commune_close)),
    sheet.notice ? makeHtml("p", { class: "note" }, sheet.notice) : null,
    when, makeHtml("p", { class: "sheet-scale" }, texts.commune_scale),
    ...sheet.stakes.map((stake) => makeHtml("section", { class: "sheet-stake", "aria-label": stake.label }, makeHtml("p", { class: "stake-name" }, stake.label),
      ...(stake.figures.length ? stake.figures.map(figureRow) : [makeHtml("p", { class: "sheet-unknown" }, makeHtml("strong", {}, texts.unknown), " ", texts.stake_unknown)]))),
    makeHtml("h3", {}, sheet.ratios.label), makeHtml("ul", { class: "sheet-ratios" }, ...sheet.ratios.rows.map(ratioRow)),
    makeHtml("h3", {}, texts.commune_facts),
    makeHtml("dl", { class: "sheet-facts" }, ...sheet.facts.map((fact) => makeHtml("div", {}, makeHtml("dt", {}, fact.label), makeHtml("dd", {}, fact.value, makeHtml("small", {}, ` ${fact.source}`)))))))
  return { key, figures, ratios, when, heading }
}

// A small curve from zero; the trend in dashes, the year looked at as a line.
function paintSpark(svg, figure, sheet) {
  svg.setAttribute("aria-label", figure.summary)
  const all = [...figure.values, ...figure.trend, 0]
  const [low, high] = [Math.min(...all), Math.max(...all) || 1]
  const last = sheet.years.length - 1
  const x = (i) => (i / last * 100).toFixed(1)
  const y = (value) => (30 - (value - low) / (high - low || 1) * 28).toFixed(1)
  const line = (values) => values.map((value, i) => `${i ? "L" : "M"}${x(i)} ${y(value)}`).join("")
  const at = x(sheet.years.indexOf(sheet.year))
  svg.replaceChildren(makeSvg("path", { class: "spark-area", d: `${line(figure.values)}L100 ${y(0)}L0 ${y(0)}Z` }), makeSvg("path", { class: "spark-year", d: `M${at} 0V32` }),
    makeSvg("path", { class: "spark-trend", d: line(figure.trend) }), makeSvg("path", { class: "spark-line", d: line(figure.values) }))
}
