// swipeMaps(el, setup, opts) — two scenarios on one map, a handle between them.
//   setup = {geometry, texts, lang}    opts = {below, sides(): [{value, label}], onChoose(), onSelect(code)}
// Returns {table, wanted(): {a, b}, refresh(), paint({a: {label, map, total}, b})}   wanted: the chosen values; refresh: the list of sides moved
// The handle is a slider: arrow keys, Home, End, or the pointer anywhere on the map.

function swipeMaps(el, setup, opts) {
  const { texts, lang } = setup
  const state = { share: 50, pair: null }
  const choose = (side) => makeHtml("select", { "aria-label": fillText(texts.pair_side, { side: side.toUpperCase() }), onchange: opts.onChoose })
  const selects = { a: choose("a"), b: choose("b") }
  const layers = { a: makeHtml("div", { class: "swipe-layer a" }), b: makeHtml("div", { class: "swipe-layer b" }) }
  const totals = { a: makeHtml("p", { class: "swipe-total a" }), b: makeHtml("p", { class: "swipe-total b" }) }
  const handle = makeHtml("div", { class: "swipe-handle", role: "slider", tabindex: "0", "aria-label": texts.pair_handle, "aria-valuemin": 0, "aria-valuemax": 100 }, makeHtml("span", { "aria-hidden": "true" }, "◂ ▸"))
  const stage = makeHtml("div", { class: "swipe-stage" }, layers.a, layers.b, makeHtml("span", { class: "swipe-name a", "aria-hidden": "true" }, "A"), makeHtml("span", { class: "swipe-name b", "aria-hidden": "true" }, "B"), handle)
  const title = makeHtml("p", { class: "map-title" })
  const legend = makeHtml("div", { class: "map-legend flat" })
  const note = makeHtml("p", { class: "map-note" })
  const table = foldedTable(texts.pair_table, () => pairTable(setup, state.pair), () => ({ lang, texts, onSelect: opts.onSelect }))
  table.element.hidden = true
  opts.below.append(table.element)
  el.replaceChildren(title, stage, makeHtml("div", { class: "swipe-side" },
    makeHtml("div", { class: "swipe-choice" }, makeHtml("strong", {}, "A"), selects.a, totals.a), makeHtml("div", { class: "swipe-choice" }, makeHtml("strong", {}, "B"), selects.b, totals.b),
    makeHtml("p", { class: "hint" }, texts.pair_hint), legend, note))
  const move = (share) => {
    state.share = Math.min(100, Math.max(0, Math.round(share)))
    stage.style.setProperty("--share", `${state.share}%`)
    handle.setAttribute("aria-valuenow", state.share)
    handle.setAttribute("aria-valuetext", fillText(texts.pair_handle_value, { n: state.share }))
  }
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -20, PageUp: 20, Home: -100, End: 100 }[event.key]
    if (!step) return
    event.preventDefault()
    move(state.share + step)
  })
  const follow = (event) => { const box = stage.getBoundingClientRect(); move((event.clientX - box.left) / box.width * 100) }
  stage.addEventListener("pointerdown", (event) => { stage.setPointerCapture(event.pointerId); follow(event); handle.focus({ preventScroll: true }) })
  stage.addEventListener("pointermove", (event) => { if (stage.hasPointerCapture(event.pointerId)) follow(event) })
  move(50)
  return {
    table: table.element,
    wanted: () => ({ a: selects.a.value, b: selects.b.value }),
    refresh: () => {
      const sides = opts.sides()
      for (const [side, first] of [["a", sides[0].value], ["b", sides[1].value]]) {
        const chosen = selects[side].value || first
        selects[side].replaceChildren(...sides.map(({ value, label }) => makeHtml("option", { value }, label)))
        selects[side].value = sides.some(({ value }) => value === chosen) ? chosen : first
      }
    },
    paint: (pair) => {
      state.pair = pair
      table.element.hidden = false
      setText(title, pair.a.map.title)
      setText(note, `${pair.a.map.unit}. ${pair.a.map.note}`)
      for (const side of ["a", "b"]) {
        drawMap(layers[side], setup.geometry, pair[side].map, { size: "small", lang, texts })
        setText(totals[side], `${texts.pair_total}${lang === "en" ? ": " : "\u202f: "}${pair[side].total === null ? texts.no_data : `${formatNumber(pair[side].total, lang, { significant: 3 })} ${pair[side].map.unit}`}`)
      }
      const classes = [...pair.a.map.classes, ...pair.b.map.classes]
      legend.replaceChildren(mapLegend({ ...pair.a.map, classes }, { texts, lang }))
      table.refresh()
    },
  }
}

function pairTable(setup, pair) {
  const { texts } = setup
  const gap = (a, b) => (a === null || b === null ? null : Number((b - a).toPrecision(6)))
  const row = (name, a, b) => [name, a, b, gap(a, b)]
  return {
    caption: `${pair.a.map.title}, ${pair.a.map.unit}`,
    unit: pair.a.map.unit,
    columns: [{ label: texts.commune }, { label: `A${setup.lang === "en" ? ": " : "\u202f: "}${pair.a.label}`, numeric: true }, { label: `B${setup.lang === "en" ? ": " : "\u202f: "}${pair.b.label}`, numeric: true }, { label: texts.pair_gap, numeric: true }],
    rows: [row(texts.pair_total, pair.a.total, pair.b.total), ...setup.geometry.regions.map(({ code, name }, i) => row({ value: name, open: code }, pair.a.map.values[i], pair.b.map.values[i]))],
  }
}
