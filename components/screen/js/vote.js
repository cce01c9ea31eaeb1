// The vote on the public screen: what is asked, how many have answered, and once shown the bars.
//   vote = body of kind "vote" (scene.vote); while hidden it holds the number of ballots and nothing else.

function voteBody(vote, kit) {
  if (vote.result && vote.method === "commune" && !vote.result.too_few) return communeResult(vote, kit)
  if (vote.result) return barResult(vote, kit)
  return votePending(vote, kit)
}

function voteStateWords(vote, texts) {
  return { draft: texts.vote_draft, open: texts.vote_open, closed: texts.vote_closed, sealed: texts.vote_sealed }[vote.state] || ""
}

function votePending(vote, kit) {
  const { texts, lang } = kit
  const count = makeHtml("div", { class: "received" })
  const notes = makeHtml("div", { class: "vote-notes" })
  const element = makeHtml("div", { class: "vote-pending" },
    vote.options.length ? optionList(vote.options) : makeHtml("p", { class: "ask" }, vote.method === "commune" ? texts.commune_ask : texts.drawn_order),
    makeHtml("div", { class: "vote-now" }, count, notes))
  const update = (now) => {
    count.replaceChildren(now.state === "draft" ? makeHtml("p", { class: "big-count" }, texts.vote_draft)
      : bigCount(now.received, texts.received_one, texts.received_many, lang))
    const words = now.state === "draft" ? [now.order, texts.channels_all]
      : now.state === "open" ? [texts.vote_hidden] : [texts.vote_hidden_closed]
    notes.replaceChildren(...words.map((line) => makeHtml("p", {}, line)))
  }
  update(vote)
  return { element, update }
}

function optionList(options) {
  return makeHtml("ol", { class: `options ${options.length > 5 ? "many" : ""}` }, ...options.map((option, i) =>
    makeHtml("li", {}, makeHtml("span", { class: "letter", "aria-hidden": "true" }, letterOf(i)), makeHtml("span", {}, option.label))))
}

// Bars grow as ballots arrive: the rows are built once and only their widths and figures change.
function barResult(vote, kit) {
  const { texts } = kit
  const rows = vote.result.options.map((option, i) => barRow(option, i))
  const list = makeHtml("ol", { class: `bars ${rows.length > 5 ? "many" : ""}` }, ...rows.map((row) => row.element))
  const words = makeHtml("div", { class: "result-words" })
  const beside = makeHtml("div", { class: "beside" })
  const element = makeHtml("div", { class: "vote-result" }, makeHtml("div", { class: "result-main" }, list, beside), words)
  const update = (now) => {
    const result = now.result
    // Two distributions, each with its own base, when there is no table of who moved where.
    const before = now.before && !(result.paired && result.paired.n) && !now.before.result.too_few ? now.before.result : null
    rows.forEach((row, i) => row.paint(result.options[i], result.winners, texts, before && before.options[i]))
    list.classList.toggle("with-before", Boolean(before))
    const extra = result.paired && result.paired.n ? pairedParts(result.paired, kit) : []
    words.replaceChildren(...resultWords(now, texts))
    beside.replaceChildren(...extra)
    element.classList.toggle("with-beside", extra.length > 0)
  }
  update(vote)
  return { element, update }
}

function barRow(option, i) {
  const fill = makeHtml("span", { class: "bar-fill" })
  const figure = makeHtml("span", { class: "bar-figure" })
  const lead = makeHtml("span", { class: "bar-lead" })
  const earlier = makeHtml("span", { class: "bar-earlier" })
  const element = makeHtml("li", { class: option.role ? `bar ${option.role}` : "bar" },
    makeHtml("span", { class: "bar-label" }, makeHtml("span", { class: "letter" }, letterOf(i)), makeHtml("span", { class: "bar-words" }, option.label, lead)),
    makeHtml("span", { class: "bar-track", "aria-hidden": "true" }, fill, earlier), figure)
  const paint = (now, winners, texts, before) => {
    const value = now.percent === null ? 0 : now.percent
    fill.style.width = `${value}%` // the whole track is everybody
    earlier.hidden = !before
    if (before) earlier.style.left = `${before.percent || 0}%`
    figure.replaceChildren(makeHtml("strong", {}, now.count_text), now.percent_text ? makeHtml("span", {}, now.percent_text) : "",
      before ? makeHtml("span", { class: "bar-before" }, fillText(texts.before_was, { value: before.percent_text || before.count_text })) : "")
    const leads = winners.includes(now.id)
    setText(lead, leads ? (winners.length > 1 ? texts.leads_tie : texts.leads) : "")
    lead.hidden = !leads
  }
  return { element, paint }
}

function resultWords(vote, texts) {
  const result = vote.result
  if (result.too_few) return [makeHtml("p", { class: "too-few" }, result.sentence)]
  return [
    vote.before && !(result.paired && result.paired.n) ? makeHtml("p", {}, makeHtml("strong", {}, texts.before_title), ` ${vote.before.result.sentence}.`) : null,
    makeHtml("p", {}, makeHtml("strong", {}, result.sentence), `. ${[result.channels, result.base].filter(Boolean).join(". ")}.`),
    result.paired ? makeHtml("p", { class: "paired-words" }, result.paired.sentence) : null,
    makeHtml("p", { class: "indicative" }, result.indicative),
  ].filter(Boolean)
}

function pairedParts(paired, kit) {
  const { texts, lang } = kit
  const letters = paired.labels.map((_, i) => letterOf(i))
  const table = makeHtml("table", { class: "paired" }, makeHtml("caption", {}, texts.paired_from),
    makeHtml("thead", {}, makeHtml("tr", {}, makeHtml("td", {}), ...paired.labels.map((label, i) =>
      makeHtml("th", { scope: "col" }, letters[i], makeHtml("span", { class: "visually-hidden" }, ` ${label}`))))),
    makeHtml("tbody", {}, ...paired.cells.map((row, i) => makeHtml("tr", {},
      makeHtml("th", { scope: "row" }, letters[i], makeHtml("span", { class: "visually-hidden" }, ` ${paired.labels[i]}`)),
      ...row.map((cell, j) => makeHtml("td", { class: `${i === j ? "same" : ""} ${cell === null ? "masked" : ""}` },
        cell === null ? makeHtml("span", {}, makeHtml("span", { "aria-hidden": "true" }, "·"), makeHtml("span", { class: "visually-hidden" }, texts.paired_hidden)) : formatNumber(cell, lang)))))))
  return [table]
}

// Communes by classes of answers: a map, and beside it the names with their figures, never fewer than five told.
const COMMUNE_CLASSES = [
  { key: "class_50", least: 50 }, { key: "class_20", least: 20 }, { key: "class_10", least: 10 },
  { key: "class_5", least: 5 },
]

function communeClass(count) {
  return count === null ? 4 : COMMUNE_CLASSES.findIndex((one) => count >= one.least)
}

function communeResult(vote, kit) {
  const { texts, lang, geometry } = kit
  const drawing = makeHtml("div", { class: "commune-drawing" })
  const list = makeHtml("dl", { class: "commune-list" })
  const words = makeHtml("div", { class: "result-words" })
  let placeNames = () => {}
  new ResizeObserver(() => placeNames()).observe(drawing)
  const element = makeHtml("div", { class: "commune-result" }, drawing, list, words)
  const update = (now) => {
    const counts = new Map(now.result.options.map((option) => [option.id, option.count]))
    if (geometry) {
      drawing.replaceChildren(communeMap(geometry, counts, texts))
      placeNames = () => nameCommunes(drawing, geometry, counts, kit.floor())
      placeNames()
    }
    const told = COMMUNE_CLASSES.slice(0, 4).map((one, level) => ({ words: texts[one.key], level, options: now.result.options.filter((option) => communeClass(option.count) === level) }))
    const untold = now.result.options.filter((option) => option.count === null)
    const kinds = [...new Set(untold.map((option) => option.count_text))]
    const groups = [...told, ...kinds.map((words) => ({ words, level: 4, options: untold.filter((option) => option.count_text === words) }))]
    list.replaceChildren(...groups.filter((group) => group.options.length).map((group) => makeHtml("div", {},
      makeHtml("dt", {}, makeHtml("span", { class: "swatch", style: `background:var(--level-${4 - group.level})` }), group.words), " ",
      communeNames(group, texts))))
    words.replaceChildren(...resultWords(now, texts))
  }
  update(vote)
  return { element, update }
}

// All names where there is room for them, else the first ones and how many more: the map shows which.
const SHORT_NAMES = 3

function communeNames(group, texts) {
  const names = group.options.map((option) => (option.count === null ? option.label : `${option.label}\u00a0${option.count_text}`))
  const count = fillText(names.length > 1 ? texts.commune_few : texts.commune_few_one, { n: names.length })
  const short = group.level === 4 ? count
    : names.length <= SHORT_NAMES + 1 ? names.join(", ") : `${names.slice(0, SHORT_NAMES).join(", ")}, ${fillText(texts.commune_others, { n: names.length - SHORT_NAMES })}`
  return makeHtml("dd", {}, makeHtml("span", { class: "all-names" }, names.join(", ")), makeHtml("span", { class: "short-names" }, short))
}

function communeMap(geometry, counts, texts) {
  const paths = geometry.regions.map((region) => makeSvg("path", {
    d: region.path, style: counts.has(region.code) ? `fill:var(--level-${4 - communeClass(counts.get(region.code))})` : "fill:var(--paper)",
  }))
  return makeSvg("svg", { viewBox: geometry.viewbox, role: "img", "aria-label": texts.commune_map, preserveAspectRatio: "xMidYMid meet" },
    makeSvg("g", { class: "communes" }, ...paths), makeSvg("g", { class: "map-labels", "aria-hidden": "true" }))
}

// Names of the communes most answered from, as many as stand apart, at the smallest size the room can read.
function nameCommunes(drawing, geometry, counts, floor) {
  const [, , width, height] = geometry.viewbox.split(" ").map(Number)
  const scale = Math.min(drawing.clientWidth / width, drawing.clientHeight / height)
  if (!(scale > 0)) return
  const px = floor / scale
  const named = [...geometry.regions].filter((region) => (counts.get(region.code) || 0) >= 5)
    .sort((a, b) => counts.get(b.code) - counts.get(a.code))
  const margin = (drawing.clientWidth / scale - width) / 2
  const taken = []
  for (const region of named) {
    const half = textWidth(region.name, px) / 2
    const x = Math.min(width + margin - half, Math.max(half - margin, region.x))
    if (taken.some((box) => Math.abs(box.x - x) < box.half + half && Math.abs(box.y - region.y) < px * 1.1)) continue
    if (taken.length < 8) taken.push({ x, y: region.y, half, name: region.name })
  }
  drawing.querySelector(".map-labels").replaceChildren(...taken.map((label) =>
    makeSvg("text", { x: label.x, y: label.y + px * 0.35, "font-size": px, "stroke-width": px * 0.24 }, label.name)))
}
