// Small pieces of the public screen. Built with makeHtml/makeSvg of the scenario's common.js: text is never parsed.

// A QR code from Python's {size, path}: black on white in every theme, or phones cannot read it.
function qrDrawing(code, label) {
  return makeSvg("svg", { class: "qr", viewBox: `0 0 ${code.size} ${code.size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    makeSvg("rect", { width: code.size, height: code.size, fill: "#fff" }),
    makeSvg("path", { d: code.path, fill: "#000" }))
}

// "reste 12 min", never a clock; what is over is said in words.
function timerWords(timer, elapsed, texts) {
  if (!timer.planned && timer.left <= 0) return ""
  const left = timer.left - (timer.running ? elapsed : 0)
  const minutes = Math.ceil((left - 1) / 60) // a step of five minutes begins with five
  const over = Math.floor(-left / 60)
  const words = left >= 60 ? fillText(texts.left_minutes, { n: minutes })
    : left > 0 ? texts.left_less
      : over >= 1 ? fillText(texts.left_over_minutes, { n: over }) : texts.left_over
  return timer.running || left <= 0 ? words : `${words}, ${texts.paused}`
}

function countWords(n, one, many, lang) {
  const plural = lang === "en" ? n !== 1 : n > 1
  return plural ? many : one
}

function bigCount(n, one, many, lang) {
  return makeHtml("p", { class: "big-count" }, makeHtml("strong", {}, formatNumber(n, lang)), " ", countWords(n, one, many, lang))
}

// A text of ours with a slot shown in bold: "Wi-Fi {name}, puis visez le carré".
function boldSlots(text, values) {
  const parts = []
  let from = 0
  for (const found of text.matchAll(/\{(\w+)\}/g)) {
    parts.push(text.slice(from, found.index), makeHtml("strong", {}, String(values[found[1]] ?? "")))
    from = found.index + found[0].length
  }
  parts.push(text.slice(from))
  return parts.filter((part) => part !== "")
}

function letterOf(index) {
  return index < 26 ? String.fromCharCode(65 + index) : String(index + 1)
}

function paragraphs(text, className) {
  return String(text || "").split(/\n+/).filter((line) => line.trim()).map((line) => makeHtml("p", { class: className || "" }, line))
}
