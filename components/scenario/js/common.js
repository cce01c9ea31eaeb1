// Helpers of the scenario drawings. Plain functions, no imports: Python joins the files of a component into one module.
//
//   makeHtml(tag, attributes?, ...children) -> Element     text children become text nodes: nothing is ever parsed
//   makeSvg(tag, attributes?, ...children) -> SVGElement
//   fillText("de {a} à {b}", {a, b}) -> string
//   formatNumber(x, lang, {significant?, decimals?}) -> string    "–" when x is null
//   textSizes(opts) -> {text, axis}     px; opts.size "screen" | "page", opts.viewportHeight? for a mirror
//   textWidth(text, px, bold?) -> px
//   calmMotion() -> true when the reader asks for no motion

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? "" : value)
  }
  return element
}

function makeHtml(tag, attributes, ...children) {
  const element = setAttributes(document.createElement(tag), attributes)
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

function makeSvg(tag, attributes, ...children) {
  const element = setAttributes(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes)
  element.append(...children)
  return element
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function fillText(text, values) {
  return text.replace(/\{(\w+)\}/g, (slot, name) => (name in values ? String(values[name]) : slot))
}

const NUMBER_FORMATS = new Map()

function formatNumber(x, lang, { significant, decimals, sign } = {}) {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–"
  const key = `${lang}/${significant}/${decimals}/${sign}`
  if (!NUMBER_FORMATS.has(key)) {
    const options = { useGrouping: true }
    if (significant) options.maximumSignificantDigits = significant
    else options.maximumFractionDigits = decimals ?? 6
    if (sign) options.signDisplay = "exceptZero"
    NUMBER_FORMATS.set(key, new Intl.NumberFormat(lang === "en" ? "en-GB" : "fr-FR", options))
  }
  return NUMBER_FORMATS.get(key).format(x).replace("-", "−")
}

function textSizes(opts) {
  if (opts.size !== "screen") return { text: 15, axis: 13 }
  const height = opts.viewportHeight || window.innerHeight
  // 24 px on a 768-line projector; a screen opened on a phone is read in the hand, and scales.
  const floor = Math.min(24, height * 0.03125)
  return { text: Math.max(floor, height * 0.035), axis: Math.max(floor, height * 0.025) }
}

const MEASURE = { context: null, widths: new Map() }

function textWidth(text, px, bold = false) {
  const key = `${px}/${bold}/${text}`
  if (MEASURE.widths.has(key)) return MEASURE.widths.get(key)
  if (!MEASURE.context) MEASURE.context = document.createElement("canvas").getContext("2d")
  MEASURE.context.font = `${bold ? "bold " : ""}${px}px "DejaVu Sans", Verdana, system-ui, sans-serif`
  const { width } = MEASURE.context.measureText(text)
  if (MEASURE.widths.size < 500) MEASURE.widths.set(key, width)
  return width
}

function calmMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches
}
