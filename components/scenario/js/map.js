// drawMap(el, geometry, map, opts) — the communes, one colour a class. First call builds, the next ones only recolour.
//   geometry = {viewbox: "0 0 w h", regions: [{code, name, path: "M…Z", x, y, population}]}   in the order of map.values
//   map = {variable, year, measure, change, title, short_title, unit, note, short_note, values: [number|null],
//          reference: [number|null], reference_label, classes: [-1..4], breaks: [4 numbers], limits: [4 strings],
//          summary}                                                                                (map_frame.map_frame)
//   opts = {size: "page"|"screen"|"small", lang, texts, onSelect?(code), onWhy?({variable, region, measure, trend?}),
//           viewportHeight?, below?, table?: false}
//     page: hover and click, the sortable table (in the element `below` if given, none with table: false);
//     screen: title, map, legend, note only; small: the map alone, without names.
// Returns {select(code|null), svg, overlay}: `overlay` is an empty group between the communes and their names.
// The element needs a height of its own or from its parent's grid.
// A change is never told by colour alone: its classes are strewn with + or −.
// mapLegend(map, {texts, lang}) -> element

const MAP_LABELS = { page: 7, screen: 8, small: 0 }

function drawMap(el, geometry, map, opts) {
  const drawn = el._map || (el._map = buildMap(el, geometry, opts))
  drawn.map = map
  drawn.opts = opts
  const screen = opts.size === "screen"
  setText(drawn.title, screen ? map.short_title : map.title)
  drawn.svg.setAttribute("aria-label", map.summary)
  const kind = map.change ? "change" : "level"
  map.classes.forEach((level, index) => {
    const wanted = `${kind}${level}`
    if (drawn.levels[index] === wanted) return
    drawn.levels[index] = wanted
    drawn.paths[index].style.fill = classFill(drawn.id, map.change, level)
  })
  paintLegend(drawn)
  setText(drawn.note, `${map.unit}. ${screen ? map.short_note : map.note}`)
  if (drawn.table) drawn.table.refresh()
  return drawn
}

// What is shown of a commune: its value, or its difference from the reference.
function shownValue(map, index) {
  const [value, reference] = [map.values[index], map.reference[index]]
  if (!map.change) return value
  return value === null || reference === null ? null : Number((value - reference).toPrecision(6))
}

// A territory wider than tall leaves its room's width to the map, the legend lies under it.
function isWide({ viewbox }) {
  const [, , width, height] = viewbox.split(" ").map(Number)
  return width > height * 1.15
}

let mapCount = 0

function classFill(id, change, level) {
  if (level < 0) return `url(#${id}-unknown)`
  if (!change) return `var(--level-${level})`
  return level === 2 ? "var(--change-2)" : `url(#${id}-change-${level})`
}

function mapPatterns(id) {
  const unknown = makeSvg("pattern", { id: `${id}-unknown`, width: 14, height: 14, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    makeSvg("rect", { width: 14, height: 14, fill: "#e3e3e0" }), makeSvg("rect", { width: 4, height: 14, fill: "#8a908e" }))
  return [unknown, ...[0, 1, 3, 4].map((level) => makeSvg("pattern", { id: `${id}-change-${level}`, width: 34, height: 34, patternUnits: "userSpaceOnUse" },
    makeSvg("rect", { width: 34, height: 34, style: `fill:var(--change-${level})` }),
    makeSvg("path", { class: "strewn", d: level < 2 ? "M10 17h14" : "M10 17h14M17 10v14", style: `stroke:var(--change-sign-${level})` })))]
}

function buildMap(el, geometry, opts) {
  const id = `map-${++mapCount}`
  const title = makeHtml("figcaption", { class: "map-title" })
  const paths = geometry.regions.map((region, index) => makeSvg("path", { d: region.path, "data-index": index }))
  const communes = makeSvg("g", { class: "communes" }, ...paths)
  const overlay = makeSvg("g", { class: "overlay" })
  const labels = makeSvg("g", { class: "map-labels", "aria-hidden": "true" })
  const svg = makeSvg("svg", { viewBox: geometry.viewbox, role: "img", preserveAspectRatio: "xMidYMid meet" },
    makeSvg("defs", {}, ...mapPatterns(id)), communes, overlay, labels)
  const tip = makeHtml("div", { class: "map-tip", "aria-hidden": "true", hidden: true })
  const stage = makeHtml("div", { class: "map-stage" }, svg, tip)
  const legend = makeHtml("div", { class: "map-legend" })
  const note = makeHtml("p", { class: "map-note" })
  const drawn = { el, geometry, opts, id, title, paths, overlay, labels, svg, tip, stage, legend, note, levels: [], selected: null }
  const parts = opts.size === "small" ? [stage] : [title, stage, makeHtml("div", { class: "map-side" }, legend, note)]
  drawn.select = (code) => selectCommune(drawn, code)
  if (opts.size === "page") {
    listenToPointer(drawn, communes)
    if (opts.table !== false) {
      drawn.table = foldedTable(opts.texts.map_table, () => communeTable(drawn), () => drawn.opts)
      if (opts.below) opts.below.append(drawn.table.element)
      else parts.push(drawn.table.element)
    }
  }
  el.replaceChildren(makeHtml("div", { class: "map-box" }, makeHtml("figure", { class: `map ${opts.size} ${isWide(geometry) ? "wide" : ""}` }, ...parts)))
  new ResizeObserver(() => placeMapLabels(drawn)).observe(stage)
  return drawn
}

function listenToPointer(drawn, communes) {
  const indexOf = (event) => event.target.dataset && event.target.dataset.index
  communes.addEventListener("pointermove", (event) => {
    const index = indexOf(event)
    if (index === undefined) return
    const box = drawn.stage.getBoundingClientRect()
    setText(drawn.tip, communeWords(drawn, Number(index)))
    drawn.tip.hidden = false
    const left = Math.min(event.clientX - box.left + 14, box.width - drawn.tip.offsetWidth - 4)
    drawn.tip.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, event.clientY - box.top - 40)}px)`
  })
  communes.addEventListener("pointerleave", () => { drawn.tip.hidden = true })
  communes.addEventListener("click", (event) => {
    const index = indexOf(event)
    if (index !== undefined && drawn.opts.onSelect) drawn.opts.onSelect(drawn.geometry.regions[Number(index)].code)
  })
}

function selectCommune(drawn, code) {
  drawn.selected = code
  drawn.geometry.regions.forEach((region, index) => {
    const chosen = region.code === code
    drawn.paths[index].classList.toggle("selected", chosen)
    if (chosen) drawn.paths[index].parentNode.append(drawn.paths[index])
  })
}

function communeWords(drawn, index) {
  const { lang, texts } = drawn.opts
  const value = shownValue(drawn.map, index)
  const words = value === null ? texts.no_data : `${formatNumber(value, lang, { significant: 2, sign: Boolean(drawn.map.change) })} ${drawn.map.unit}`
  return `${drawn.geometry.regions[index].name}${lang === "en" ? ": " : "\u202f: "}${words}`
}

function paintLegend(drawn) {
  const { limits, classes, change } = drawn.map
  const key = change + limits.join("/") + classes.includes(-1) + classes.some((level) => level >= 0)
  if (drawn.legendKey === key) return
  drawn.legendKey = key
  drawn.legend.replaceChildren(mapLegend(drawn.map, drawn.opts))
}

// What each class holds, lowest first.
function classWords({ limits, change }, texts) {
  if (change) {
    return [fillText(texts.change_below, { x: limits[0] }), fillText(texts.change_between, { x: limits[0], y: limits[1] }), texts.change_same,
      fillText(texts.change_between, { x: limits[2], y: limits[3] }), fillText(texts.change_above, { x: limits[3] })]
  }
  return [fillText(texts.below, { x: limits[0] }), ...[1, 2, 3].map((level) => fillText(texts.between, { x: limits[level - 1], y: limits[level] })),
    fillText(texts.from, { x: limits[3] })]
}

function mapLegend(map, { texts, lang }) {
  const signs = map.change ? ["−", "−", "", "+", "+"] : ["", "", "", "", ""]
  const kind = map.change ? "change" : "level"
  // The swatches are read as a list of classes; on sight each limit stands under the border between two of them.
  const swatches = classWords(map, texts).map((words, level) => makeHtml("li", {},
    makeHtml("span", { class: "swatch", "aria-hidden": "true", style: `background:var(--${kind}-${level});color:var(--change-sign-${level}, inherit)` }, signs[level]),
    makeHtml("span", { class: "words" }, words),
    level < 4 ? makeHtml("span", { class: "limit", "aria-hidden": "true" }, map.limits[level]) : null))
  const box = makeHtml("div", { class: map.change ? "legend-change" : "" })
  if (map.classes.some((level) => level >= 0)) box.append(makeHtml("ul", { class: "classes", "aria-label": texts.legend, lang }, ...swatches))
  if (map.classes.includes(-1)) box.append(makeHtml("p", { class: "missing" }, makeHtml("span", { class: "swatch hatched" }), texts.no_data))
  return box
}

function placeMapLabels(drawn) {
  const [, , width, height] = drawn.geometry.viewbox.split(" ").map(Number)
  const scale = Math.min(drawn.stage.clientWidth / width, drawn.stage.clientHeight / height)
  if (!(scale > 0)) return
  const { size } = drawn.opts
  const px = size === "screen" ? textSizes(drawn.opts).axis : 12
  const small = drawn.stage.clientWidth < (size === "screen" ? 480 : 180)
  const wanted = !small ? MAP_LABELS[size] : size === "screen" ? 5 : 0
  const taken = []
  const placed = []
  for (const region of [...drawn.geometry.regions].sort((a, b) => b.population - a.population)) {
    if (placed.length >= wanted) break
    const half = textWidth(region.name, px) / 2 / scale
    const [x, y, rise] = [region.x, region.y, px * 0.62 / scale]
    const outside = (drawn.stage.clientWidth / scale - width) / 2
    if (x - half < -outside || x + half > width + outside) continue
    if (taken.some((box) => Math.abs(box.x - x) < box.half + half && Math.abs(box.y - y) < 2 * rise)) continue
    taken.push({ x, y, half })
    placed.push(makeSvg("text", { x, y: y + rise * 0.6, "font-size": px / scale, "stroke-width": px / scale * 0.24 }, region.name))
  }
  drawn.labels.replaceChildren(...placed)
}

function communeTable(drawn) {
  const { texts } = drawn.opts
  const { values, reference, reference_label: referenceLabel, title, unit, variable, measure, change } = drawn.map
  return {
    caption: `${title}, ${unit}`,
    unit,
    columns: [{ label: texts.commune }, { label: texts.value, numeric: true }, { label: referenceLabel, numeric: true },
      { label: change === "base" ? texts.gap_base : texts.gap, numeric: true }],
    rows: drawn.geometry.regions.map(({ code, name }, i) => {
      const gap = values[i] === null || reference[i] === null ? null : Number((values[i] - reference[i]).toPrecision(6))
      const why = { variable, region: code, measure }
      return [{ value: name, open: code }, { value: values[i], why, about: name },
        { value: reference[i], why: change === "base" ? { ...why, base: true } : { ...why, trend: true }, about: `${name}, ${referenceLabel}` }, gap]
    }),
  }
}
