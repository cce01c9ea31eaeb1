// drawCurves(el, curves, opts) — stacked areas over the years, the trend, the targets, labels beside what they name.
//   curves = {stack, variable, title, unit, year, years: [..], layers: [{id, variable, label, colour, values}],
//             total: [..], trend: {label, values}, compare: {label, values}|null, bottom, top, summary,
//             targets: [{id, year, value|null, label, scope: "local"|"national", status}]}   (curves_frame.curves_frame)
//   opts = {size: "page"|"screen", lang, texts, onWhy?({variable, year?}), viewportHeight?, below?,
//          bands?: {low: [..], high: [..], label}|null   where the total is nine times in ten     (asked.bands)
//          targets?: {id: {words, source}}}                                            (setup.targets_for_js)
//     page: a table and the list of targets below (in the element `below` if given); screen: title, drawing, the local targets only.
// The smallest sectors are drawn as one ("Autres") when their names would not fit beside the areas. What is not known
// is not drawn; a total that is not known says so in the drawing's place.

function drawCurves(el, curves, opts) {
  const drawn = el._curves || (el._curves = buildCurves(el, opts))
  drawn.curves = curves
  drawn.opts = opts
  const screen = opts.size === "screen"
  setText(drawn.title, screen ? curves.unit[0].toUpperCase() + curves.unit.slice(1) : curves.title)
  setText(drawn.unit, screen ? "" : curves.unit)
  drawn.svg.setAttribute("aria-label", curves.summary)
  paintCurves(drawn)
  if (drawn.table) drawn.table.refresh()
  if (drawn.targets) paintTargetList(drawn)
}

function buildCurves(el, opts) {
  const screen = opts.size === "screen"
  const title = makeHtml("span", { class: "curves-title" })
  const unit = makeHtml("span", { class: "curves-unit" })
  const svg = makeSvg("svg", { role: "img" })
  const unknown = makeHtml("p", { class: "curves-unknown", hidden: true }, opts.texts.no_data)
  const stage = makeHtml("div", { class: "curves-stage" }, svg, unknown)
  const drawn = { el, opts, title, unit, svg, stage, unknown, marks: null }
  const parts = [makeHtml("figcaption", {}, title, " ", unit), stage]
  if (!screen) {
    drawn.targets = makeHtml("ul", {})
    drawn.targetBox = makeHtml("details", { class: "targets" }, makeHtml("summary", {}, opts.texts.target_list), drawn.targets)
    drawn.table = foldedTable(opts.texts.curves_table, () => curvesTable(drawn), () => drawn.opts)
    if (opts.below) opts.below.append(drawn.targetBox, drawn.table.element)
    else parts.push(drawn.targetBox, drawn.table.element)
  }
  el.replaceChildren(makeHtml("figure", { class: `curves ${screen ? "screen" : "page"}` }, ...parts))
  new ResizeObserver(() => { if (drawn.curves) paintCurves(drawn) }).observe(stage)
  return drawn
}

// The layers as drawn: all of them, or the largest and "others", so that every name has its line. The choice rests on
// the first year, which no scenario changes: a slider never makes a sector appear or vanish.
function fittingLayers(curves, lines, texts) {
  const room = Math.max(2, lines)
  const known = curves.layers.filter((layer) => !layer.values.includes(null))
  if (known.length <= room) return known
  const ranked = [...known].sort((a, b) => b.values[0] - a.values[0])
  const kept = new Set(ranked.slice(0, room - 1).map((layer) => layer.id))
  const rest = known.filter((layer) => !kept.has(layer.id))
  const others = {
    id: "others", label: texts.other_sectors, colour: "#9a9a9a",
    values: curves.years.map((_, i) => rest.reduce((sum, layer) => sum + layer.values[i], 0)),
  }
  return [...known.filter((layer) => kept.has(layer.id)), others]
}

function curvesPlan(drawn) {
  const { curves, opts, stage } = drawn
  const [width, height] = [stage.clientWidth, stage.clientHeight]
  if (width < 60 || height < 60) return null
  const px = textSizes(opts).axis
  const lineHeight = px * 1.2
  const top = px * 1.6
  const bottom = height - px * 1.5
  const extra = 1 + (curves.compare ? 1 : 0) + (opts.bands ? 1 : 0)
  const layers = fittingLayers(curves, Math.floor((bottom - top + lineHeight) / lineHeight) - extra, opts.texts)
  const names = [...layers.map((layer) => layer.label), curves.trend.label, ...(curves.compare ? [curves.compare.label] : []), ...(opts.bands ? [opts.bands.label] : [])]
  const labelRoom = Math.min(width * 0.46, Math.max(...names.map((name) => textWidth(name, px))) + px * 1.9)
  const left = Math.max(...axisTicks(curves).map((tick) => textWidth(formatNumber(tick, opts.lang, {}), px))) + px * 0.6
  const right = width - labelRoom
  const first = curves.years[0]
  const last = curves.years[curves.years.length - 1]
  return {
    width, height, px, lineHeight, top, bottom, left, right, layers,
    x: (year) => left + (year - first) / (last - first) * (right - left),
    y: (value) => bottom - (value - curves.bottom) / (curves.top - curves.bottom) * (bottom - top),
  }
}

function paintCurves(drawn) {
  const plan = curvesPlan(drawn)
  if (!plan) return
  const { curves, opts, svg } = drawn
  const { x, y } = plan
  drawn.unknown.hidden = !curves.total.includes(null)
  svg.style.visibility = drawn.unknown.hidden ? "" : "hidden"
  if (!drawn.unknown.hidden) return
  const line = (values) => values.map((value, i) => `${i ? "L" : "M"}${x(curves.years[i]).toFixed(1)} ${y(value).toFixed(1)}`).join("")
  const sums = curves.years.map(() => 0)
  const wanted = []
  const areas = plan.layers.map((layer) => {
    const below = curves.years.map((year, i) => `L${x(year).toFixed(1)} ${y(sums[i]).toFixed(1)}`).reverse().join("")
    const middle = sums[sums.length - 1] + layer.values[layer.values.length - 1] / 2
    layer.values.forEach((value, i) => { sums[i] += value })
    wanted.push({ y: y(middle), at: y(middle), text: layer.label, colour: layer.colour })
    const ask = opts.onWhy && layer.variable ? () => opts.onWhy({ variable: layer.variable }) : null
    return makeSvg("path", { class: ask ? "area asked" : "area", fill: layer.colour, d: line(sums) + below + "Z", onclick: ask })
  })
  const lastOf = (values) => values[values.length - 1]
  const trend = makeSvg("path", { class: "trend", d: line(curves.trend.values) })
  wanted.push({ y: y(lastOf(curves.trend.values)), at: y(lastOf(curves.trend.values)), text: curves.trend.label, dash: "trend" })
  const lines = []
  if (opts.bands) {
    const back = curves.years.map((year, i) => `L${x(year).toFixed(1)} ${y(opts.bands.low[i]).toFixed(1)}`).reverse().join("")
    lines.push(makeSvg("path", { class: "band", d: line(opts.bands.high) + back + "Z" }), makeSvg("path", { class: "whole", d: line(curves.total) }))
    const middle = (opts.bands.low[opts.bands.low.length - 1] + opts.bands.high[opts.bands.high.length - 1]) / 2
    wanted.push({ y: y(middle), at: y(middle), text: opts.bands.label, dash: "band-key" })
  }
  lines.push(trend)
  if (curves.compare && !curves.compare.values.includes(null)) {
    lines.push(makeSvg("path", { class: "compared", d: line(curves.compare.values) }))
    wanted.push({ y: y(lastOf(curves.compare.values)), at: y(lastOf(curves.compare.values)), text: curves.compare.label, dash: "compared" })
  }
  svg.setAttribute("viewBox", `0 0 ${plan.width} ${plan.height}`)
  svg.setAttribute("font-size", plan.px)
  svg.replaceChildren(
    ...curveAxes(curves, plan, opts), ...areas, ...curveGrid(curves, plan), ...lines,
    ...yearMark(curves, plan), ...targetMarks(curves, plan, opts), ...sideLabels(wanted, plan))
}

function axisTicks({ bottom, top }) {
  const about = (top - bottom) / 4
  const scale = 10 ** Math.floor(Math.log10(about))
  const step = [1, 2, 2.5, 5, 10].map((n) => n * scale).find((candidate) => candidate >= about * 0.999)
  const ticks = []
  for (let value = Math.ceil(bottom / step) * step; value <= top * 1.0001; value += step) ticks.push(Number(value.toPrecision(6)))
  return ticks
}

function curveAxes(curves, plan, opts) {
  const close = plan.bottom - plan.top < plan.px * 7
  const ticks = axisTicks(curves).filter((_, i, all) => !close || i === 0 || i === all.length - 1 || all.length < 4)
  const years = [2020, 2030, 2040, 2050].filter((year) => year >= curves.years[0] && year <= curves.years[curves.years.length - 1])
  const gap = (plan.right - plan.left) / 3
  const shown = gap < textWidth("2030", plan.px) * 1.3 ? years.filter((_, i) => i % 2 === 1) : years
  return [
    ...ticks.map((value) => makeSvg("text", { class: "axis", x: plan.left - plan.px * 0.4, y: plan.y(value) + plan.px * 0.36, "text-anchor": "end" },
      formatNumber(value, opts.lang, {}))),
    ...shown.map((year) => makeSvg("text", { class: "axis", x: plan.x(year), y: plan.bottom + plan.px * 1.25, "text-anchor": "middle" }, String(year))),
  ]
}

function curveGrid(curves, plan) {
  return axisTicks(curves).map((value) => makeSvg("line", { class: "grid", x1: plan.left, x2: plan.right, y1: plan.y(value), y2: plan.y(value) }))
}

function yearMark(curves, plan) {
  const x = plan.x(curves.year)
  const anchor = x > plan.right - plan.px * 2 ? "end" : "middle"
  return [
    makeSvg("line", { class: "year-mark", x1: x, x2: x, y1: plan.top - plan.px * 0.3, y2: plan.bottom }),
    makeSvg("text", { class: "year-text", x, y: plan.top - plan.px * 0.5, "text-anchor": anchor }, String(curves.year)),
  ]
}

function targetMarks(curves, plan, opts) {
  const shown = curves.targets.filter((target) => target.value !== null && (opts.size !== "screen" || target.scope === "local"))
  const size = plan.px * 0.42
  const taken = []
  return shown.flatMap((target) => {
    const [x, y] = [plan.x(target.year), plan.y(target.value)]
    const local = target.scope === "local"
    const shape = local ? makeSvg("circle", { class: "target local", cx: x, cy: y, r: size })
      : makeSvg("path", { class: "target national", d: `M${x} ${y - size * 1.25}L${x + size * 1.25} ${y}L${x} ${y + size * 1.25}L${x - size * 1.25} ${y}Z` })
    const text = fillText(opts.size === "screen" ? opts.texts.target_screen : opts.texts.target_short, target)
    const place = targetPlace({ x, y, width: textWidth(text, plan.px, true), size, taken }, plan)
    taken.push(place)
    return [shape, makeSvg("text", { class: "target-text", x: place.x, y: place.y, "stroke-width": plan.px * 0.26 }, text)]
  })
}

// Beside its mark, else above or below it, the first place where no other target's name stands.
function targetPlace({ x, y, width, size, taken }, plan) {
  const left = Math.max(plan.left + 2, Math.min(x - width / 2, plan.right - width - 2))
  const places = [{ x: x + size * 1.9, y: y + plan.px * 0.36, width }, { x: left, y: y - size * 1.7, width }, { x: left, y: y + size * 1.7 + plan.px * 0.8, width }]
  const fits = (place) => place.x + width <= plan.right
    && !taken.some((other) => Math.abs(other.y - place.y) < plan.px && place.x < other.x + other.width && other.x < place.x + width)
  return places.find(fits) || places[1]
}

// Names right of the areas, each as near its own height as the others allow, tied to it by a thin line.
function sideLabels(wanted, plan) {
  wanted.sort((a, b) => a.y - b.y)
  let low = plan.top
  for (const label of wanted) { label.y = Math.max(label.y, low); low = label.y + plan.lineHeight }
  let high = plan.bottom
  for (const label of [...wanted].reverse()) { label.y = Math.min(label.y, high); high = label.y - plan.lineHeight }
  const from = plan.right + 2
  const to = plan.right + plan.px * 0.75
  return wanted.flatMap((label) => {
    const link = makeSvg("path", { class: "link", d: `M${from} ${label.at.toFixed(1)}L${to} ${label.y.toFixed(1)}` })
    const key = label.colour
      ? makeSvg("rect", { class: "key", x: to, y: label.y - plan.px * 0.35, width: plan.px * 0.6, height: plan.px * 0.7, fill: label.colour })
      : makeSvg("path", { class: label.dash, d: `M${to - plan.px * 0.1} ${label.y}h${plan.px * 0.9}` })
    return [link, key, makeSvg("text", { class: "side", x: to + plan.px, y: label.y + plan.px * 0.36 }, label.text)]
  })
}

function paintTargetList(drawn) {
  const { curves, opts } = drawn
  const key = opts.lang + curves.targets.map((target) => target.label + target.year).join("/")
  const about = opts.targets || {}
  const known = curves.targets.filter((target) => about[target.id])
  drawn.targetBox.hidden = known.length === 0
  if (drawn.targetKey === key) return
  drawn.targetKey = key
  const status = { "to verify": opts.texts.target_to_verify, deduced: opts.texts.target_deduced }
  drawn.targets.replaceChildren(...known.map((target) => makeHtml("li", {},
    makeHtml("strong", {}, `${fillText(opts.texts.target_short, target)} (${opts.texts[`scope_${target.scope}`]}${status[target.status] ? `, ${status[target.status]}` : ""})`),
    " ", about[target.id].words, " ", makeHtml("small", {}, about[target.id].source))))
}

function curvesTable(drawn) {
  const { curves, opts } = drawn
  const { texts } = opts
  return {
    caption: `${curves.title}, ${curves.unit}`,
    unit: curves.unit,
    columns: [
      { label: texts.year }, ...curves.layers.map((layer) => ({ label: layer.label, numeric: true })),
      { label: texts.total, numeric: true }, { label: curves.trend.label, numeric: true },
      ...(curves.compare ? [{ label: curves.compare.label, numeric: true }] : []),
    ],
    rows: curves.years.map((year, i) => [
      year, ...curves.layers.map((layer) => ({ value: layer.values[i], why: { variable: layer.variable, year }, about: `${layer.label}, ${year}` })),
      { value: curves.total[i], why: { variable: curves.variable, year }, about: `${texts.total}, ${year}` }, curves.trend.values[i], ...(curves.compare ? [curves.compare.values[i]] : []),
    ]),
  }
}
