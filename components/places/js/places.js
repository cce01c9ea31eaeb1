// /places: the map, its layers, a comment on a place, the comments already read, and the same as tables.

const DRAFT = keptValue(`cordee-place-${SETUP.slug}`, { id: "", commune: "", point: null, about: "", kind: "", words: "" })
const HIDDEN = keptValue(`cordee-layers-${SETUP.slug}`, { chosen: {} })
const communeName = (code) => (SETUP.communes.find((one) => one.code === code) || { name: "" }).name
const numbered = (layer, feature) => `${layer.style.letter}${feature.number}`
const colon = SETUP.lang === "en" ? ": " : "\u202f: "

start(document.getElementById("main"))

function start(main) {
  const stage = makeHtml("div", { class: "stage" })
  const here = makeHtml("div", { class: "here", "aria-live": "polite" })
  const legend = makeHtml("section", { class: "legend", "aria-labelledby": "legend-title" })
  const form = makeHtml("section", { class: "comment", id: "comment", "aria-labelledby": "comment-title" })
  const comments = makeHtml("section", { class: "comments", "aria-labelledby": "comments-title" })
  const tables = makeHtml("section", { class: "tables", "aria-labelledby": "tables-title" })
  const background = makeHtml("section", { class: "background", "aria-labelledby": "background-title" })
  main.append(makeHtml("p", { class: "lead" }, WORDS.lead),
    makeHtml("div", { class: "board" },
      makeHtml("div", { class: "map-side" }, stage, here),
      makeHtml("div", { class: "panel" }, form, legend, background)),
    comments, tables)
  const page = { data: { layers: [], overlaps: [], broken: [], comments: [] }, here, legend, form, comments, tables, selected: null }
  page.map = communeMap(stage, {
    label: fillText(WORDS.map_label, { territory: SETUP.territory }),
    onTap: (at, event) => tapped(page, at, event),
    onTrouble: (on) => { page.noTiles.hidden = !on },
  })
  page.finger = null
  const asked = new URLSearchParams(location.search).get("commune")
  if (communeName(asked)) DRAFT.change((draft) => { if (draft.commune !== asked) Object.assign(draft, { commune: asked, point: null }) })
  buildForm(page)
  buildBackground(page, background)
  paintHere(page, null, [])
  load(page)
  addEventListener("online", () => { if (!page.loaded) load(page) })
}

async function load(page) {
  const got = await ask(`/places/${SETUP.slug}/layers.json`)
  if (!got.ok) {
    page.legend.replaceChildren(makeHtml("h2", { id: "legend-title" }, WORDS.layers), makeHtml("p", { class: "warn" }, got.no || WORDS.away),
      button(WORDS.try_again, () => load(page)))
    return
  }
  page.loaded = true
  page.data = got.ok
  page.layers = drawLayers(page.map.overlay, page.data.layers)
  page.map.scaled(page.layers.scale)
  paintLegend(page)
  paintComments(page)
  paintTables(page)
  paintAbout(page)
}

// --- the map ----------------------------------------------------------------------------------------------

function tapped(page, at, event) {
  const { commune, features } = page.map.under(event)
  if (!commune) return
  DRAFT.change((draft) => { draft.commune = commune; draft.point = page.map.degrees(at) })
  const found = features.map((one) => findFeature(page, one.layer, one.number)).filter(Boolean)
  paintHere(page, commune, found)
  paintPlace(page)
}

function findFeature(page, layerId, number) {
  const layer = page.data.layers.find((one) => one.id === layerId)
  const feature = layer && layer.features.find((one) => one.number === number)
  return feature ? { layer, feature } : null
}

function paintHere(page, commune, found) {
  if (!commune) {
    page.here.replaceChildren(makeHtml("p", {}, WORDS.tap_or_choose))
    return
  }
  page.here.replaceChildren(makeHtml("p", {}, makeHtml("strong", {}, communeName(commune)), found.length ? "" : ` – ${WORDS.nothing_here}`),
    found.length ? makeHtml("ul", {}, ...found.map(({ layer, feature }) => makeHtml("li", {},
      makeHtml("strong", {}, `${numbered(layer, feature)} ${feature.name}`), ` – ${layer.label}`,
      feature.note ? makeHtml("span", { class: "note-of" }, feature.note) : null))) : "")
}

// --- the layers -------------------------------------------------------------------------------------------

function isShown(layer) {
  const { chosen } = HIDDEN.get()
  return layer.id in chosen ? chosen[layer.id] : layer.shown
}

function paintLegend(page) {
  const { layers, broken } = page.data
  const show = () => {
    page.layers.show(new Set(layers.filter(isShown).map((layer) => layer.id)))
    page.map.avoid(page.layers.taken)
  }
  const rows = layers.map((layer) => {
    const box = makeHtml("input", { type: "checkbox", checked: isShown(layer), onchange: () => {
      HIDDEN.change((kept) => { kept.chosen = { ...kept.chosen, [layer.id]: box.checked } })
      show()
    } })
    const kinds = new Set(layer.features.map((feature) => feature.kind))
    const source = [layer.producer, layer.year || WORDS.year_unknown, layer.licence].filter(Boolean).join(", ")
    return makeHtml("li", {},
      makeHtml("label", {}, box, layerSwatch(layer.style, kinds), makeHtml("span", { class: "letter" }, layer.style.letter), makeHtml("span", { class: "name" }, layer.label)),
      makeHtml("p", { class: "about" }, `${WORDS[`layer_${layer.kind}`]}, ${countWords(layer.features.length)}`),
      layer.note ? makeHtml("p", { class: "argument" }, layer.note) : null,
      makeHtml("p", { class: "source" }, `${WORDS.source}${colon}${source}`))
  })
  page.legend.replaceChildren(makeHtml("h2", { id: "legend-title" }, WORDS.layers),
    layers.length ? makeHtml("ul", {}, ...rows) : makeHtml("p", { class: "empty" }, WORDS.no_layers),
    ...broken.map((one) => makeHtml("p", { class: "warn" }, fillText(WORDS.broken_layer, { id: one.id }), " ", one.why)))
  show()
}

const countWords = (n) => fillText(n > 1 ? WORDS.objects : WORDS.object, { n: formatNumber(n, SETUP.lang) })

// --- a comment --------------------------------------------------------------------------------------------

function buildForm(page) {
  const draft = DRAFT.get()
  const commune = makeHtml("select", { id: "c-commune", onchange: () => {
    DRAFT.change((kept) => { kept.commune = commune.value; kept.point = null })
    const found = page.data.layers.filter(isShown).flatMap((layer) => layer.features.filter((one) => one.communes.includes(communeName(commune.value))).map((feature) => ({ layer, feature })))
    paintHere(page, commune.value || null, found.slice(0, 12))
    paintPlace(page)
  } }, makeHtml("option", { value: "" }, WORDS.choose_commune),
  ...[...SETUP.communes].sort((a, b) => a.name.localeCompare(b.name, "fr")).map((one) => makeHtml("option", { value: one.code }, one.name)))
  const about = makeHtml("select", { id: "c-about", onchange: () => DRAFT.change((kept) => { kept.about = about.value }) })
  const kinds = makeHtml("fieldset", { class: "kinds" }, makeHtml("legend", {}, WORDS.kind),
    ...SETUP.comment_kinds.map((kind) => makeHtml("label", {}, makeHtml("input", { type: "radio", name: "kind", value: kind, checked: draft.kind === kind,
      onchange: () => DRAFT.change((kept) => { kept.kind = kind }) }), WORDS[`kind_${kind}`])))
  const left = makeHtml("span", { class: "left", id: "c-left" })
  const count = () => setText(left, fillText(WORDS.signs_left, { n: formatNumber(SETUP.most_signs - [...words.value].length, SETUP.lang) }))
  const words = makeHtml("textarea", { id: "c-words", rows: 4, dir: "auto", "aria-describedby": "c-left c-public", oninput: () => {
    DRAFT.change((kept) => { kept.words = words.value })
    count()
  } })
  words.value = draft.words
  const place = makeHtml("p", { class: "place", "aria-live": "polite" })
  const said = makeHtml("div", { class: "said", role: "status" })
  const send = makeHtml("button", { type: "submit", class: "primary" }, WORDS.send)
  const form = makeHtml("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); submit(page) } },
    makeHtml("div", { class: "field" }, makeHtml("label", { for: "c-commune" }, WORDS.commune), commune),
    place,
    makeHtml("div", { class: "field" }, makeHtml("label", { for: "c-about" }, WORDS.about), about),
    kinds,
    makeHtml("div", { class: "field" }, makeHtml("label", { for: "c-words" }, WORDS.words), words, left),
    makeHtml("p", { class: "hint", id: "c-public" }, WORDS.read_first),
    send, said)
  page.form.replaceChildren(makeHtml("h2", { id: "comment-title" }, WORDS.comment_title), makeHtml("p", {}, WORDS.comment_how), form)
  Object.assign(page, { commune, about, place, said, send, words, kinds, count })
  count()
  paintAbout(page)
  paintPlace(page)
}

function paintAbout(page) {
  const draft = DRAFT.get()
  const groups = page.data.layers.map((layer) => makeHtml("optgroup", { label: `${layer.style.letter} – ${layer.label}` },
    makeHtml("option", { value: JSON.stringify([layer.id, ""]) }, fillText(WORDS.whole_layer, { label: layer.label })),
    ...layer.features.slice(0, 300).map((feature) => makeHtml("option", { value: JSON.stringify([layer.id, feature.name]) }, `${numbered(layer, feature)} ${feature.name}`))))
  page.about.replaceChildren(makeHtml("option", { value: "" }, WORDS.about_none), ...groups)
  page.about.value = draft.about
  if (page.about.selectedIndex < 0) page.about.value = ""
  page.about.disabled = !page.data.layers.length
}

function paintPlace(page) {
  const { commune, point } = DRAFT.get()
  page.commune.value = commune
  page.map.selectCommune(commune)
  if (page.finger) page.finger.element.remove()
  page.finger = null
  if (point) {
    const { west, north, dx, dy } = SETUP.projection
    page.finger = pin("●", "mine", [(point[0] - west) / dx, (point[1] - north) / dy])
    page.map.pins.append(page.finger.element)
    page.finger.scale(page.map.zoom.unit())
    if (!page.follows) { page.follows = true; page.map.scaled((unit) => { if (page.finger) page.finger.scale(unit) }) }
  }
  page.place.replaceChildren(...(point
    ? [fillText(WORDS.point_at, { commune: communeName(commune) }), " ", button(WORDS.point_remove, () => { DRAFT.change((kept) => { kept.point = null }); paintPlace(page); page.commune.focus() }, { class: "quiet" })]
    : [commune ? WORDS.commune_only : ""]))
}

async function submit(page) {
  const draft = DRAFT.change((kept) => { kept.id = kept.id || newName() })
  const lacks = !draft.commune ? ["comment_nowhere", page.commune] : !draft.kind ? ["comment_kind", page.kinds.querySelector("input")]
    : !draft.words.trim() ? ["comment_empty", page.words] : null
  if (lacks) {
    page.said.replaceChildren(makeHtml("p", { class: "warn" }, WORDS[lacks[0]]))
    lacks[1].focus()
    return
  }
  const [layer, feature] = draft.about ? JSON.parse(draft.about) : ["", ""]
  page.send.disabled = true
  const { id, commune, point, kind, words } = draft
  const answer = await ask(`/places/${SETUP.slug}/comment`, { body: { id, commune, point, kind, words, layer, feature } })
  page.send.disabled = false
  if (answer.ok) {
    DRAFT.change((kept) => Object.assign(kept, { id: "", point: null, about: "", kind: "", words: "" }))
    buildForm(page)
    page.said.replaceChildren(makeHtml("p", { class: "done" }, WORDS.sent))
  } else {
    page.said.replaceChildren(makeHtml("p", { class: "warn" }, answer.no || WORDS.not_sent))
  }
}

// --- comments read ----------------------------------------------------------------------------------------

function paintComments(page) {
  const found = page.data.comments
  const located = found.filter((one) => one.at).length
  const pins = found.map((one, index) => one.at ? pin(String(found.length - index), "read", one.at) : null)
  for (const one of pins) if (one) page.map.pins.append(one.element)
  page.map.scaled((unit) => { for (const one of pins) if (one) one.scale(unit) })
  page.comments.replaceChildren(...[makeHtml("h2", { id: "comments-title" }, fillText(WORDS.comments_title, { n: found.length })),
    found.length ? null : makeHtml("p", { class: "empty" }, WORDS.no_comments),
    located ? makeHtml("p", { class: "hint" }, located > 1 ? fillText(WORDS.comments_about, { n: located }) : WORDS.comments_about_one) : null,
    makeHtml("ol", {}, ...found.map((one, index) => makeHtml("li", {},
      makeHtml("p", { class: "head" }, makeHtml("strong", {}, `${found.length - index}. ${one.kind_label}`), ` – ${one.place}`, one.about ? ` – ${one.about}` : "", makeHtml("span", { class: "date" }, dateWords(one.date)),
        one.at ? button(WORDS.see_on_map, () => { page.map.zoom.to(one.at, 5); page.map.svg.focus() }, { class: "quiet" }) : null),
      makeHtml("p", { class: "words", dir: "auto" }, one.words),
      one.answer ? makeHtml("p", { class: "answer", dir: "auto" }, makeHtml("strong", {}, WORDS.answer), colon, one.answer) : null)))].filter(Boolean))
}

function dateWords(iso) {
  return new Date(`${iso}T12:00:00`).toLocaleDateString(SETUP.lang === "en" ? "en-GB" : "fr-FR", { day: "numeric", month: "long", year: "numeric" })
}

// --- tables -----------------------------------------------------------------------------------------------

function paintTables(page) {
  const { layers, overlaps } = page.data
  const opts = { lang: SETUP.lang, texts: SETUP.table_words }
  const size = (feature) => feature.ha !== undefined ? `${formatNumber(feature.ha, SETUP.lang, { significant: 3 })} ha`
    : feature.km !== undefined ? `${formatNumber(feature.km, SETUP.lang, { significant: 3 })} km` : WORDS.point
  const rows = () => layers.flatMap((layer) => layer.features.map((feature) => [numbered(layer, feature), feature.name, layer.label, size(feature), feature.communes.join(", "), feature.note || "–"]))
  const name = ([id, number]) => { const found = findFeature(page, id, number); return found ? `${numbered(found.layer, found.feature)} ${found.feature.name}` : "" }
  const all = foldedTable(WORDS.table_features, () => ({
    caption: WORDS.table_features,
    columns: [WORDS.number, WORDS.object_name, WORDS.layer, WORDS.size, WORDS.communes, WORDS.use].map((label) => ({ label })), rows: rows(),
  }), () => opts)
  const shared = foldedTable(fillText(WORDS.table_overlaps, { n: overlaps.length }), () => ({
    caption: WORDS.overlaps_caption,
    columns: [{ label: WORDS.one }, { label: WORDS.other_one }, { label: WORDS.shared }],
    rows: overlaps.map((one) => [name(one.a), name(one.b), one.size === null ? WORDS.point_in : `${formatNumber(one.size, SETUP.lang, { significant: 3 })} ${one.unit}`]),
  }), () => opts)
  page.tables.replaceChildren(makeHtml("h2", { id: "tables-title" }, WORDS.tables), ...(layers.length ? [all.element, shared.element] : [makeHtml("p", { class: "empty" }, WORDS.no_layers)]))
}

// --- the background ---------------------------------------------------------------------------------------

function buildBackground(page, element) {
  const { on } = SETUP.background
  page.noTiles = makeHtml("p", { class: "warn", role: "status", hidden: true }, WORDS.background_missing)
  element.append(makeHtml("h2", { id: "background-title" }, WORDS.background),
    makeHtml("p", { class: "hint" }, on ? WORDS.background_is_on : WORDS.background_asks),
    button(on ? WORDS.background_off : WORDS.background_on, () => chooseBackground(!on)), page.noTiles)
}
