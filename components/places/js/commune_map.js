// communeMap(stage, {label, onTap, onTrouble}) — the outlines of the territory, to lay layers, comments and a finger's mark on.
// Returns {svg, overlay, pins, zoom, avoid(boxes), scaled(fn), selectCommune(code|null), under(event), degrees([x, y])}.

function communeMap(stage, { label, onTap, onTrouble }) {
  const [, , width, height] = SETUP.viewbox.split(" ").map(Number)
  const group = (name) => makeSvg("g", { class: name })
  const tiles = group("tiles")
  const communes = group("communes")
  const names = makeSvg("g", { class: "commune-names", "aria-hidden": "true" })
  const overlay = group("overlay")
  const pins = group("pins")
  const paths = new Map(SETUP.communes.map((one) => [one.code, makeSvg("path", { d: one.path, "data-commune": one.code, "vector-effect": "non-scaling-stroke" })]))
  communes.append(...paths.values())
  const svg = makeSvg("svg", { viewBox: SETUP.viewbox, role: "img", "aria-label": label, preserveAspectRatio: "xMidYMid meet", tabindex: "0" },
    tiles, communes, overlay, names, pins)
  if (SETUP.background.on) svg.classList.add("with-background")
  const background = SETUP.background.on ? drawBackground(tiles, SETUP.projection, onTrouble) : () => {}
  const listeners = []

  let avoided = () => []
  const placeNames = (unit) => {
    const taken = [...avoided()]
    const placed = []
    const px = 12
    for (const one of [...SETUP.communes].sort((a, b) => b.weight - a.weight)) {
      const [x, y] = one.at
      const half = textWidth(one.name, px) / 2 * unit + 3 * unit
      if (x - half < 0 || x + half > width) continue
      if (taken.some((box) => Math.abs(box.x - x) < box.half + half && Math.abs(box.y - y) < (box.rise || px * 0.75 * unit) + px * 0.75 * unit)) continue
      taken.push({ x, y, half })
      placed.push(makeSvg("text", { x, y: y + px * 0.36 * unit, "font-size": px * unit, "stroke-width": 3 * unit }, one.name))
    }
    names.replaceChildren(...placed)
  }
  const zoom = zoomable(svg, { width, height }, {
    onScale: (unit, view) => {
      background(unit, view)
      for (const listener of listeners) listener(unit)
      placeNames(unit)
    },
    onTap: (at, event) => onTap(at, event),
  })
  const keys = { "+": () => zoom.by(1.5), "-": () => zoom.by(1 / 1.5), 0: zoom.whole, ArrowLeft: () => zoom.move(-0.2, 0), ArrowRight: () => zoom.move(0.2, 0), ArrowUp: () => zoom.move(0, -0.2), ArrowDown: () => zoom.move(0, 0.2) }
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || !(event.key in keys)) return
    event.preventDefault()
    keys[event.key]()
  })
  stage.append(svg, makeHtml("div", { class: "zoom", role: "group", "aria-label": WORDS.zoom },
    button("+", () => zoom.by(1.8), { "aria-label": WORDS.zoom_in }),
    button("−", () => zoom.by(1 / 1.8), { "aria-label": WORDS.zoom_out }),
    button("⤢", zoom.whole, { "aria-label": WORDS.zoom_whole })))
  new ResizeObserver(() => zoom.apply()).observe(stage)

  return {
    svg, overlay, pins, zoom,
    // The names of communes leave room for what `boxes()` gives: the numbers of layers.
    avoid(boxes) { avoided = boxes; placeNames(zoom.unit()) },
    scaled(listener) { listeners.push(listener); listener(zoom.unit()) },
    selectCommune(code) {
      for (const [one, path] of paths) path.classList.toggle("selected", one === code)
      if (paths.has(code)) communes.append(paths.get(code))
    },
    // What lies under a finger: the commune and the objects of layers, all of them where they overlap.
    under(event) {
      const found = { commune: null, features: [] }
      for (const element of document.elementsFromPoint(event.clientX, event.clientY)) {
        const { commune, layer, number } = (element.closest("[data-layer], [data-commune]") || element).dataset || {}
        if (commune && !found.commune) found.commune = commune
        if (layer && !found.features.some((one) => one.layer === layer && one.number === Number(number))) found.features.push({ layer, number: Number(number) })
      }
      return found
    },
    degrees([x, y]) {
      const { west, north, dx, dy } = SETUP.projection
      return [Number((west + x * dx).toFixed(5)), Number((north + y * dy).toFixed(5))]
    },
  }
}

// A pin of its own shape, with a word in it; it keeps its size.
function pin(text, className, at) {
  const element = makeSvg("g", { class: `pin ${className}` }, makeSvg("path", { d: "M0 0L-7 -10A12 12 0 1 1 7 -10Z" }), makeSvg("text", { y: -15.5 }, text))
  return { element, scale: (unit) => element.setAttribute("transform", `translate(${at[0]} ${at[1]}) scale(${unit})`) }
}
