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
