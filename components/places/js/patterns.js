// What tells layers apart without colour. A pattern is transparent between its lines, so that two zones that lie over
// each other show both.
//   zonePattern(id, style) -> <pattern>; patterns keep their size on the page: patternScale(pattern, style, unitsPerPixel)
//   markPath(mark, radius) -> "d" of a point's outline around 0,0
//   layerSwatch(style) -> <svg> for the legend: the pattern, the line and the mark of a layer

function zonePattern(id, style) {
  const { gap, colour } = style
  const line = (attributes) => makeSvg("path", { fill: "none", stroke: colour, "stroke-width": 1.7, ...attributes })
  const [width, height, ...drawn] = {
    lines: () => [gap, gap, line({ d: `M0 ${gap / 2}H${gap}` })],
    grid: () => [gap, gap, line({ d: `M0 ${gap / 2}H${gap}M${gap / 2} 0V${gap}` })],
    dots: () => [gap, gap, makeSvg("circle", { cx: gap / 2, cy: gap / 2, r: 1.7, fill: colour })],
    crosses: () => [gap, gap, line({ d: `M${gap / 2} ${gap / 2 - 3.2}v6.4m-3.2 -3.2h6.4` })],
    waves: () => [gap * 2, gap, line({ d: `M0 ${gap / 2}q${gap / 2} ${-gap / 1.6} ${gap} 0t${gap} 0` })],
  }[style.shape]()
  return makeSvg("pattern", { id, width, height, patternUnits: "userSpaceOnUse" }, ...drawn)
}

function patternScale(pattern, style, unitsPerPixel) {
  pattern.setAttribute("patternTransform", `scale(${unitsPerPixel}) rotate(${style.shape === "lines" ? -style.angle : style.angle})`)
}

const CORNERS = { triangle: [3, -90], diamond: [4, -90], square: [4, -45], pentagon: [5, -90], hexagon: [6, 0] }

function markPath(mark, radius) {
  const round = (x) => x.toFixed(1)
  if (mark in CORNERS) {
    const [corners, start] = CORNERS[mark]
    const reach = radius * (corners === 3 ? 1.35 : corners === 4 ? 1.2 : 1.1)
    const points = Array.from({ length: corners }, (_, i) => {
      const angle = (start + i * 360 / corners) * Math.PI / 180
      return `${round(reach * Math.cos(angle))} ${round(reach * Math.sin(angle) + (corners === 3 ? radius * 0.2 : 0))}`
    })
    return `M${points.join("L")}Z`
  }
  const r = round(radius)
  if (mark === "drop") return `M0 ${round(-radius * 1.5)}C${r} ${round(-radius * 0.4)} ${r} ${r} 0 ${r}C-${r} ${r} -${r} ${round(-radius * 0.4)} 0 ${round(-radius * 1.5)}Z`
  if (mark === "cross") {
    const [a, b] = [round(radius * 0.5), round(radius * 1.15)]
    return `M-${a} -${b}H${a}V-${a}H${b}V${a}H${a}V${b}H-${a}V${a}H-${b}V-${a}H-${a}Z`
  }
  return `M-${r} 0a${r} ${r} 0 1 1 ${round(radius * 2)} 0a${r} ${r} 0 1 1 ${round(-radius * 2)} 0Z`
}

let swatchCount = 0

function layerSwatch(style, kinds) {
  const id = `swatch-${++swatchCount}`
  const pattern = zonePattern(id, style)
  patternScale(pattern, style, 1)
  const parts = []
  if (kinds.has("zone")) parts.push(makeSvg("rect", { x: 2, y: 3, width: 40, height: 24, fill: `url(#${id})`, stroke: style.colour, "stroke-width": 2, "stroke-dasharray": style.dash }))
  if (kinds.has("line")) parts.push(makeSvg("path", { d: "M2 24L16 8L28 20L42 6", fill: "none", stroke: style.colour, "stroke-width": style.width, "stroke-dasharray": style.dash }))
  if (kinds.has("point")) parts.push(makeSvg("path", { d: markPath(style.mark, 8), transform: "translate(22 16)", fill: "#fff", stroke: style.colour, "stroke-width": 2.4 }))
  return makeSvg("svg", { class: "swatch", viewBox: "0 0 44 30", width: 44, height: 30, "aria-hidden": "true" }, makeSvg("defs", {}, pattern), ...parts)
}
