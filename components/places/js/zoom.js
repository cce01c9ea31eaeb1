// zoomable(svg, full, {onScale}) — one finger taps, or moves the map once it is enlarged; two fingers, the buttons and the
// keys + − 0 enlarge; the arrows move. full = {width, height} of the drawing.
//   onScale(unitsPerPixel, {x, y, width, height} in sight); onTap([x, y], event)
// Returns {by(factor), whole(), move(dx, dy), to([x, y], zoom), apply(), unit()}.

const MOST_ZOOM = 24

function zoomable(svg, full, { onScale, onTap }) {
  let view = { x: 0, y: 0, zoom: 1 }
  const size = () => ({ width: full.width / view.zoom, height: full.height / view.zoom })
  // Units of the drawing for one pixel of the page; the drawing keeps its shape inside its box.
  const unit = () => {
    const box = svg.getBoundingClientRect()
    const { width, height } = size()
    return box.width && box.height ? Math.max(width / box.width, height / box.height) : 1
  }
  const apply = () => {
    const { width, height } = size()
    view.x = Math.min(Math.max(view.x, 0), full.width - width)
    view.y = Math.min(Math.max(view.y, 0), full.height - height)
    svg.setAttribute("viewBox", `${view.x.toFixed(2)} ${view.y.toFixed(2)} ${width.toFixed(2)} ${height.toFixed(2)}`)
    // Until it is enlarged, a finger that slides scrolls the page.
    svg.style.touchAction = view.zoom > 1 ? "none" : "pan-y"
    const [box, scale] = [svg.getBoundingClientRect(), unit()]
    const seen = { width: Math.max(width, box.width * scale), height: Math.max(height, box.height * scale) }
    onScale(scale, { x: view.x - (seen.width - width) / 2, y: view.y - (seen.height - height) / 2, ...seen })
  }
  const toDrawing = (clientX, clientY) => {
    const point = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse())
    return [point.x, point.y]
  }
  const zoomAt = (factor, [x, y]) => {
    const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor))
    const ratio = view.zoom / zoom
    view = { zoom, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio }
    apply()
  }
  const centre = () => [view.x + size().width / 2, view.y + size().height / 2]

  const fingers = new Map()
  let moved = 0
  svg.addEventListener("pointerdown", (event) => {
    if (!fingers.size) moved = 0
    fingers.set(event.pointerId, [event.clientX, event.clientY])
  })
  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return
    if (event.type === "pointerup" && !fingers.size && moved < 8 && event.button === 0) onTap(toDrawing(event.clientX, event.clientY), event)
  }
  svg.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId)
    if (!before) return
    const now = [event.clientX, event.clientY]
    moved += Math.hypot(now[0] - before[0], now[1] - before[1])
    const other = [...fingers].find(([id]) => id !== event.pointerId)
    fingers.set(event.pointerId, now)
    if (other) {
      const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1
      const middle = [(now[0] + other[1][0]) / 2, (now[1] + other[1][1]) / 2]
      moved += 20
      zoomAt(far(now, other[1]) / far(before, other[1]), toDrawing(...middle))
    } else if (view.zoom > 1 && moved >= 8) {
      if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId)
      view = { ...view, x: view.x - (now[0] - before[0]) * unit(), y: view.y - (now[1] - before[1]) * unit() }
      apply()
    }
  })
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) svg.addEventListener(name, lift)
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return // the wheel alone scrolls the page
    event.preventDefault()
    zoomAt(Math.exp(-event.deltaY / 200), toDrawing(event.clientX, event.clientY))
  }, { passive: false })
  const api = {
    by: (factor) => zoomAt(factor, centre()),
    whole: () => { view = { x: 0, y: 0, zoom: 1 }; apply() },
    move: (dx, dy) => { const { width, height } = size(); view = { ...view, x: view.x + dx * width, y: view.y + dy * height }; apply() },
    to: ([x, y], zoom) => { view = { zoom, x: x - full.width / zoom / 2, y: y - full.height / zoom / 2 }; apply() },
    apply,
    unit,
  }
  return api
}
