// drawLayers(group, layers) — the layers of a territory over its map.
//   layers = [{id, label, style: {letter, shape, angle, gap, dash, width, mark, colour}, features: [{number, name, kind,
//             path | points, at, …}]}]                                                     (drawing.layers_for_js)
// Returns {show(ids: Set), scale(unitsPerPixel), taken(): boxes of the numbers in sight}.
// Zones lie lowest, then lines, then points, then numbers: nothing small is hidden by something large.

function drawLayers(group, layers) {
  const defs = makeSvg("defs")
  const floors = Object.fromEntries(["zone", "line", "point", "words"].map((name) => [name, makeSvg("g", { class: `floor-${name}` })]))
  group.replaceChildren(defs, ...Object.values(floors))
  const prefix = `layer-${++swatchCount}-`
  const drawn = layers.map((layer, index) => drawLayer(layer, `${prefix}${index}`, defs, floors))
  let shown = new Set()
  let unit = 1
  let taken = []

  const words = () => {
    taken = []
    for (const one of drawn) {
      for (const label of one.labels) {
        const [x, y] = label.at
        const half = (label.text.length * 5 + 9) * unit
        const rise = 10 * unit
        const hidden = !shown.has(one.layer.id)
          || taken.some((box) => Math.abs(box.x - x) < box.half + half && Math.abs(box.y - y) < box.rise + rise)
        label.element.style.display = hidden ? "none" : ""
        if (!hidden) taken.push({ x, y, half, rise })
      }
    }
  }
  const scale = (unitsPerPixel) => {
    unit = unitsPerPixel
    for (const one of drawn) {
      patternScale(one.pattern, one.layer.style, unit)
      for (const { element, at } of [...one.marks, ...one.labels]) element.setAttribute("transform", `translate(${at[0]} ${at[1]}) scale(${unit})`)
    }
    words()
  }
  return {
    scale,
    taken: () => taken,
    show(ids) {
      shown = ids
      for (const one of drawn) for (const part of one.parts) part.style.display = ids.has(one.layer.id) ? "" : "none"
      words()
    },
  }
}

function drawLayer(layer, id, defs, floors) {
  const { style } = layer
  const pattern = zonePattern(id, style)
  defs.append(pattern)
  const one = { layer, pattern, parts: [], marks: [], labels: [] }
  const put = (floor, element) => { floors[floor].append(element); one.parts.push(element); return element }
  for (const feature of layer.features) {
    const data = { "data-layer": layer.id, "data-number": feature.number }
    const stroke = { fill: "none", "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round" }
    if (feature.kind === "point") {
      for (const at of feature.points) {
        const element = put("point", makeSvg("g", { class: "mark", ...data }, makeSvg("path", { d: markPath(style.mark, 7), fill: "#fff", stroke: style.colour, "stroke-width": 2.4 })))
        one.marks.push({ element, at })
      }
    } else {
      const floor = feature.kind
      put(floor, makeSvg("path", { ...stroke, d: feature.path, class: "casing", stroke: "#fff", "stroke-width": style.width + 3 }))
      put(floor, makeSvg("path", { ...stroke, d: feature.path, class: feature.kind, ...data, stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": style.dash,
        "fill-rule": "evenodd", fill: feature.kind === "zone" ? `url(#${id})` : "none" }))
    }
    const text = `${style.letter}${feature.number}`
    const below = feature.kind === "point" ? 19 : 0
    const element = put("words", makeSvg("g", { class: "number", ...data }, makeSvg("text", { y: 5 + below, stroke: "#fff", "stroke-width": 5, fill: style.colour }, text)))
    one.labels.push({ element, at: feature.at, text })
  }
  return one
}
