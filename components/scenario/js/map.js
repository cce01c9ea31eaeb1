// drawMap(el, geometry, map, opts) — the communes, one colour a class. First call builds, the next ones only recolour.
//   geometry = {viewbox: "0 0 w h", regions: [{code, name, path: "M…Z", x, y, population}]}   in the order of map.values
//   map = {variable, year, title, short_title, unit, note, short_note, values: [number|null], trend: [number|null], classes: [-1..4],
//          breaks: [4 numbers], limits: [4 strings], summary}                     (frame.map)
//   opts = {size: "page"|"screen"|"small", lang, texts, onSelect?(code|null), onWhy?(region code), viewportHeight?, below?}
//     page: hover and click, a chooser for the keyboard, the sortable table (in the element `below` if given);
//     screen: title, map, legend, note only; small: the map alone, without names.
// Returns {select(code)}. The element needs a height of its own or from its parent's grid.

const MAP_LABELS = { page: 7, screen: 8, small: 0 }

function drawMap(el, geometry, map, opts) {
  const drawn = el._map || (el._map = buildMap(el, geometry, opts))
  drawn.map = map
  drawn.opts = opts
  const screen = opts.size === "screen"
  setText(drawn.title, screen ? map.short_title : map.title)
  drawn.svg.setAttribute("aria-label", map.summary)
  map.classes.forEach((level, index) => {
    if (drawn.levels[index] === level) return
    drawn.levels[index] = level
    drawn.paths[index].style.fill = level < 0 ? `url(#${drawn.hatch})` : `var(--level-${level})`
  })
  paintLegend(drawn)
  setText(drawn.note, `${map.unit}. ${screen ? map.short_note : map.note}`)
  paintReadout(drawn)
  if (drawn.table) drawn.table.refresh()
  return drawn
}

let mapCount = 0

function buildMap(el, geometry, opts) {
  const { texts } = opts
  const hatch = `hatch-${++mapCount}`
  const title = makeHtml("figcaption", { class: "map-title" })
  const paths = geometry.regions.map((region, index) => makeSvg("path", { d: region.path, "data-index": index }))
  const communes = makeSvg("g", { class: "communes" }, ...paths)
  const labels = makeSvg("g", { class: "map-labels", "aria-hidden": "true" })
  const pattern = makeSvg("pattern", { id: hatch, width: 14, height: 14, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    makeSvg("rect", { width: 14, height: 14, fill: "#e3e3e0" }), makeSvg("rect", { width: 4, height: 14, fill: "#8a908e" }))
  const svg = makeSvg("svg", { viewBox: geometry.viewbox, role: "img", preserveAspectRatio: "xMidYMid meet" },
    makeSvg("defs", {}, pattern), communes, labels)
  const tip = makeHtml("div", { class: "map-tip", "aria-hidden": "true", hidden: true })
  const stage = makeHtml("div", { class: "map-stage" }, svg, tip)
  const legend = makeHtml("div", { class: "map-legend" })
  const note = makeHtml("p", { class: "map-note" })
  const drawn = { el, geometry, opts, hatch, title, paths, labels, svg, tip, stage, legend, note, levels: [], selected: null }
  const side = makeHtml("div", { class: "map-side" }, legend, note)
  const parts = opts.size === "small" ? [stage] : [title, stage, side]
  drawn.select = (code) => selectCommune(drawn, code)
  if (opts.size === "page") {
    drawn.chooser = makeHtml("select", { "aria-label": texts.choose_commune, onchange: (event) => selectCommune(drawn, event.target.value || null) },
      makeHtml("option", { value: "" }, texts.choose_commune_none),
      ...[...geometry.regions].sort((a, b) => a.name.localeCompare(b.name, "fr"))
        .map((region) => makeHtml("option", { value: region.code }, region.name)))
    drawn.readout = makeHtml("output", { class: "map-readout", "aria-live": "polite" })
    drawn.why = makeHtml("button", { type: "button", class: "quiet", hidden: true, onclick: () => drawn.opts.onWhy(drawn.selected) }, texts.why)
    drawn.table = foldedTable(texts.map_table, (box) => drawTable(box, communeTable(drawn), drawn.opts))
    side.append(makeHtml("div", { class: "map-read" }, drawn.chooser, drawn.readout, drawn.why))
    if (opts.below) opts.below.append(drawn.table.element)
    else parts.push(drawn.table.element)
    listenToPointer(drawn, communes)
  }
  el.replaceChildren(makeHtml("div", { class: "map-box" }, makeHtml("figure", { class: `map ${opts.size}` }, ...parts)))
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
    if (index !== undefined) selectCommune(drawn, drawn.geometry.regions[Number(index)].code)
  })
}

function selectCommune(drawn, code) {
  drawn.selected = code
  drawn.geometry.regions.forEach((region, index) => {
    const chosen = region.code === code
    drawn.paths[index].classList.toggle("selected", chosen)
    if (chosen) drawn.paths[index].parentNode.append(drawn.paths[index])
  })
  if (drawn.chooser) drawn.chooser.value = code || ""
  paintReadout(drawn)
  if (drawn.opts.onSelect) drawn.opts.onSelect(code)
}

function communeWords(drawn, index) {
  const { lang, texts } = drawn.opts
  const value = drawn.map.values[index]
  const words = value === null ? texts.no_data : `${formatNumber(value, lang, { significant: 2 })} ${drawn.map.unit}`
  return `${drawn.geometry.regions[index].name}${lang === "en" ? ": " : "\u202f: "}${words}`
}

function paintReadout(drawn) {
  if (!drawn.readout) return
  const index = drawn.geometry.regions.findIndex((region) => region.code === drawn.selected)
  setText(drawn.readout, index < 0 || !drawn.map ? "" : communeWords(drawn, index))
  drawn.why.hidden = index < 0 || !drawn.opts.onWhy
}

function paintLegend(drawn) {
  const { texts, lang } = drawn.opts
  const { limits, classes } = drawn.map
  const missing = classes.includes(-1)
  const key = limits.join("/") + missing
  if (drawn.legendKey === key) return
  drawn.legendKey = key
  // The swatches are read as a list of classes; on sight each limit stands under the border between two of them.
  const words = (level) => level === 0 ? fillText(texts.below, { x: limits[0] })
    : level === 4 ? fillText(texts.from, { x: limits[3] })
      : fillText(texts.between, { x: limits[level - 1], y: limits[level] })
  const swatches = [0, 1, 2, 3, 4].map((level) => makeHtml("li", {},
    makeHtml("span", { class: "swatch", style: `background:var(--level-${level})` }),
    makeHtml("span", { class: "words" }, words(level)),
    level < 4 ? makeHtml("span", { class: "limit", "aria-hidden": "true" }, limits[level]) : null))
  drawn.legend.replaceChildren(makeHtml("ul", { class: "classes", "aria-label": texts.legend, lang }, ...swatches))
  if (missing) drawn.legend.append(makeHtml("p", { class: "missing" }, makeHtml("span", { class: "swatch hatched" }), texts.no_data))
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
  const { values, trend, title, unit } = drawn.map
  return {
    caption: `${title}, ${unit}`,
    columns: [{ label: texts.commune }, { label: texts.value, numeric: true }, { label: texts.trend_value, numeric: true }, { label: texts.gap, numeric: true }],
    rows: drawn.geometry.regions.map((region, i) => [
      region.name, values[i], trend[i], values[i] === null || trend[i] === null ? null : Number((values[i] - trend[i]).toPrecision(6)),
    ]),
  }
}
