// The page on paper and as files, without any server: a picture of the map and the curves, an A4 sheet.
//
// scenePicture(scene) -> SVG text        scene = {title, map: {drawn, data}|null, curves: svg|null, curvesTitle, settings, source}
//   drawn: what drawMap returned; curves: the drawing's <svg>; each text stands inside the picture.
// savePicture(svgText, name, type) -> Promise(ok)   type "svg" | "png"
// fillPrintSheet(el, scene)                         scene + {tables: [table], lang, texts, lines: [string]}

const INLINED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "fill-opacity", "opacity",
  "font-family", "font-size", "font-weight", "text-anchor", "paint-order", "visibility", "display", "vector-effect"]
const PICTURE = { width: 1600, height: 960, margin: 40 }

// The drawing with its colours written into it: a file has no style sheet.
function inlined(svg, box) {
  const copy = svg.cloneNode(true)
  const [from, to] = [[svg, ...svg.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]]
  from.forEach((element, index) => {
    const style = getComputedStyle(element)
    for (const name of INLINED) {
      const value = style.getPropertyValue(name)
      if (value) to[index].style.setProperty(name, value.replace(/url\("[^"#]*#/, 'url("#'))
    }
  })
  for (const [name, value] of Object.entries(box)) copy.setAttribute(name, value)
  copy.removeAttribute("style")
  return copy
}

function wrappedText(text, px, width, bold) {
  const lines = [""]
  for (const word of text.split(/ +/)) {
    const longer = lines[lines.length - 1] ? `${lines[lines.length - 1]} ${word}` : word
    if (textWidth(longer, px, bold) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function pictureText(text, x, y, px, { width = Infinity, bold = false } = {}) {
  const lines = wrappedText(text, px, width, bold)
  return {
    bottom: y + (lines.length - 1) * px * 1.3,
    elements: lines.map((line, index) => makeSvg("text", { x, y: y + index * px * 1.3, "font-size": px, "font-weight": bold ? "bold" : "normal", fill: "#17211f" }, line)),
  }
}

// The classes as a column of swatches with their words.
function pictureLegend(drawn, data, x, y) {
  const style = getComputedStyle(drawn.svg)
  const kind = data.change ? "change" : "level"
  const signs = data.change ? ["−", "−", "", "+", "+"] : ["", "", "", "", ""]
  const rows = classWords(data, drawn.opts.texts).map((words, level) => ({ words, sign: signs[level], fill: style.getPropertyValue(`--${kind}-${level}`).trim(), ink: style.getPropertyValue(`--change-sign-${level}`).trim() })).reverse()
  if (data.classes.includes(-1)) rows.push({ words: drawn.opts.texts.no_data, sign: "/", fill: "#e3e3e0", ink: "#4d5957" })
  return rows.flatMap(({ words, sign, fill, ink }, index) => [
    makeSvg("rect", { x, y: y + index * 30, width: 36, height: 26, fill, stroke: "#17211f" }),
    makeSvg("text", { x: x + 18, y: y + index * 30 + 20, "font-size": 20, "text-anchor": "middle", fill: ink || "#17211f", "font-weight": "bold" }, sign),
    makeSvg("text", { x: x + 48, y: y + index * 30 + 20, "font-size": 18, fill: "#17211f" }, words)])
}

function scenePicture(scene) {
  const { width, height, margin } = PICTURE
  const parts = [makeSvg("rect", { width, height, fill: "#fcfaf6" })]
  const head = pictureText(scene.title, margin, 60, 32, { width: width - 2 * margin, bold: true })
  parts.push(...head.elements)
  const top = head.bottom + 34
  const foot = pictureText(scene.source, margin, 0, 16, { width: width - 2 * margin })
  const settings = pictureText(scene.settings, margin, 0, 16, { width: width - 2 * margin })
  const footTop = height - margin - foot.bottom - settings.bottom - 30
  const room = footTop - top - 60
  const half = scene.curves ? 740 : width - 2 * margin
  const legend = 200
  if (scene.map) {
    const { drawn, data } = scene.map
    const caption = pictureText(data.title, margin, top, 22, { width: half, bold: true })
    const unit = pictureText(`${data.unit}. ${data.note}`, margin, caption.bottom + 26, 16, { width: half })
    parts.push(...caption.elements, ...unit.elements,
      inlined(drawn.svg, { x: margin + 250, y: unit.bottom + 14, width: half - 250, height: room - (unit.bottom - top) + 26 }),
      ...pictureLegend(drawn, data, margin, footTop - legend))
  }
  if (scene.curves) {
    const x = margin + half + 40
    const view = scene.curves.viewBox.baseVal
    const wide = width - margin - x
    const tall = Math.min(room, wide * view.height / view.width)
    const caption = pictureText(scene.curvesTitle, x, top, 22, { width: wide, bold: true })
    parts.push(...caption.elements, inlined(scene.curves, { x, y: caption.bottom + 20, width: wide, height: tall, viewBox: `0 0 ${view.width} ${view.height}` }))
  }
  const low = pictureText(scene.settings, margin, footTop + 30, 16, { width: width - 2 * margin })
  parts.push(...low.elements, ...pictureText(scene.source, margin, low.bottom + 26, 16, { width: width - 2 * margin }).elements)
  const svg = makeSvg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, "font-family": '"DejaVu Sans", Verdana, sans-serif', role: "img", "aria-label": scene.title }, ...parts)
  return new XMLSerializer().serializeToString(svg)
}

async function savePicture(svgText, name, type) {
  const drawing = new Blob([svgText], { type: "image/svg+xml;charset=utf-8" })
  if (type === "svg") { saveBlob(`${name}.svg`, drawing); return true }
  const address = URL.createObjectURL(drawing)
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = makeHtml("canvas", { width: PICTURE.width * 2, height: PICTURE.height * 2 })
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"))
    if (!blob) return false
    saveBlob(`${name}.png`, blob)
    return true
  } catch { return false } finally { URL.revokeObjectURL(address) }
}

// What the paper has besides the drawings: the settings, a compact table in three columns, the sources, the date.
function fillPrintSheet(el, { table, lines, texts, lang }) {
  const third = Math.ceil(table.rows.length / 3)
  const columns = [0, 1, 2].map((n) => table.rows.slice(n * third, (n + 1) * third)).filter((rows) => rows.length)
  const cell = (value, index) => makeHtml(index ? "td" : "th", { class: index ? "number" : "" }, index && typeof cellValue(value) === "number" ? formatNumber(cellValue(value), lang, { significant: 3 }) : cellText(value, index, { texts, lang }))
  el.replaceChildren(...lines.map(({ title, text }) => makeHtml("p", {}, title ? makeHtml("strong", {}, `${title}${lang === "en" ? ": " : "\u202f: "}`) : null, text)),
    makeHtml("p", { class: "print-caption" }, makeHtml("strong", {}, table.caption)),
    makeHtml("div", { class: "print-columns" }, ...columns.map((rows) => makeHtml("table", {},
      makeHtml("thead", {}, makeHtml("tr", {}, ...table.columns.map((column) => makeHtml("th", { scope: "col" }, column.label)))),
      makeHtml("tbody", {}, ...rows.map((row) => makeHtml("tr", {}, ...row.map(cell))))))))
}
