// Bars: one answer, several, dots, yes or no. They grow as ballots arrive: rows are built once, only figures change.

const FEW_BARS = 5
const DOTS_DRAWN = 120

function barsDrawing(vote, kit) {
  const { texts } = kit
  const rows = vote.result.options.map((option, i) => barRow(option, i, kit))
  const more = makeHtml("li", { class: "others" })
  const list = makeHtml("ol", { class: `bars ${rows.length > FEW_BARS ? "many" : ""} ${rows.length > MANY_OPTIONS ? "columns" : ""}` }, ...rows.map((row) => row.element), more)
  const beside = makeHtml("div", { class: "beside" })
  const element = makeHtml("div", { class: "result-main" }, list, beside)
  let current = vote
  const update = (now) => {
    const result = now.result
    current = now
    // Two distributions, each with its own base, when there is no table of who moved where.
    const before = now.before && !(result.paired && result.paired.n) && !now.before.result.too_few ? now.before.result : null
    const most = Math.max(1, ...result.options.map((option) => option.count || 0))
    rows.forEach((row, i) => row.paint(result.options[i], result, most, before && before.options[i]))
    list.classList.toggle("with-before", Boolean(before))
    const extra = result.paired && result.paired.n ? pairedParts(result.paired, kit) : []
    beside.replaceChildren(...extra)
    element.classList.toggle("with-beside", extra.length > 0)
  }
  // Only when they cannot all be shown: those named most stay, still in the order announced.
  let shown = rows.length
  const show = () => {
    const kept = new Set(current.result.options.map((option, i) => [option.count || 0, i]).sort((a, b) => b[0] - a[0]).slice(0, shown).map(([, i]) => i))
    rows.forEach((row, i) => { row.element.hidden = !kept.has(i) })
    more.hidden = shown === rows.length
    setText(more, fillText(texts.bars_others, { n: rows.length - shown }))
  }
  more.hidden = true
  const table = (now) => ({
    caption: now.title, head: [texts.table_answer, texts.table_count, "%"],
    rows: now.result.options.map((option) => [option.label, option.count_text, option.percent_text]),
  })
  return {
    element, update, table,
    reset: () => { shown = rows.length; show() },
    relax: () => {
      if (shown <= FEW_BARS) return false
      shown -= shown === rows.length ? 2 : 1
      show()
      return true
    },
  }
}

function barRow(option, i, kit) {
  const { texts, lang } = kit
  const fill = makeHtml("span", { class: "bar-fill" })
  const figure = makeHtml("span", { class: "bar-figure" })
  const lead = makeHtml("span", { class: "bar-lead" })
  const earlier = makeHtml("span", { class: "bar-earlier" })
  const track = makeHtml("span", { class: "bar-track", "aria-hidden": "true" }, fill, earlier)
  const element = makeHtml("li", { class: option.role ? `bar ${option.role}` : "bar" },
    makeHtml("span", { class: "bar-label" }, makeHtml("span", { class: "letter" }, letterOf(i)), makeHtml("span", { class: "bar-words" }, makeHtml("span", { class: "bar-text" }, option.label), " ", lead)),
    track, figure)
  const paint = (now, result, most, before) => {
    const dots = Boolean(result.drawing && result.drawing.unit)
    const value = dots ? (100 * (now.count || 0)) / most : now.percent === null ? 0 : now.percent
    fill.style.width = `${value}%` // the whole track is everybody; for dots, the answer that has most
    if (dots && most <= DOTS_DRAWN) {
      element.classList.add("dotted")
      dotsIn(track, now.count || 0, most)
    } else if (element.classList.contains("dotted")) {
      element.classList.remove("dotted")
      track.replaceChildren(fill, earlier)
    }
    earlier.hidden = !before
    if (before) earlier.style.left = `${before.percent || 0}%`
    const unit = dots ? ` ${countWords(now.count, texts.dots_one, texts.dots_many, lang)}` : ""
    figure.replaceChildren(makeHtml("strong", {}, now.count_text, unit ? makeHtml("span", { class: "bar-unit" }, unit) : ""), now.percent_text && !dots ? makeHtml("span", {}, now.percent_text) : "",
      before ? makeHtml("span", { class: "bar-before" }, fillText(texts.before_was, { value: before.percent_text || before.count_text })) : "")
    const leads = result.winners.includes(now.id)
    setText(lead, leads ? (result.winners.length > 1 ? texts.leads_tie : texts.leads) : "")
    lead.hidden = !leads
  }
  return { element, paint }
}

// One disc a dot, in columns of one, two or three: as on the sheet on the wall.
function dotsIn(track, count, most) {
  const high = most > 80 ? 3 : most > 24 ? 2 : 1
  const wide = Math.max(8, Math.ceil(most / high))
  const discs = Array.from({ length: count }, (_, n) => makeSvg("circle", { cx: Math.floor(n / high) + 0.5, cy: (n % high) + 0.5, r: 0.4 }))
  track.replaceChildren(makeSvg("svg", { viewBox: `0 0 ${wide} ${high}`, preserveAspectRatio: "xMinYMid meet" }, ...discs))
}

function pairedParts(paired, kit) {
  const { texts, lang } = kit
  const marks = paired.labels.map((_, i) => letterOf(i))
  const table = makeHtml("table", { class: "paired" }, makeHtml("caption", {}, texts.paired_from),
    makeHtml("thead", {}, makeHtml("tr", {}, makeHtml("td", {}), ...paired.labels.map((label, i) =>
      makeHtml("th", { scope: "col" }, marks[i], makeHtml("span", { class: "visually-hidden" }, ` ${label}`))))),
    makeHtml("tbody", {}, ...paired.cells.map((row, i) => makeHtml("tr", {},
      makeHtml("th", { scope: "row" }, marks[i], makeHtml("span", { class: "visually-hidden" }, ` ${paired.labels[i]}`)),
      ...row.map((cell, j) => makeHtml("td", { class: `${i === j ? "same" : ""} ${cell === null ? "masked" : ""}` },
        cell === null ? makeHtml("span", {}, makeHtml("span", { "aria-hidden": "true" }, "·"), makeHtml("span", { class: "visually-hidden" }, texts.paired_hidden)) : formatNumber(cell, lang)))))))
  return [table]
}
