// /layers: for whoever prepares. Import a layer: choose a file, look at it, say what it is, confirm; take one away and
// bring it back; read the comments, accept or refuse them, answer them.

const colon = SETUP.lang === "en" ? ": " : "\u202f: "
const ORDERS = `/layers/${SETUP.slug}`

start(document.getElementById("main"))

function start(main) {
  const stage = makeHtml("div", { class: "stage" })
  const page = { file: null, preview: null, removed: null, data: null }
  page.form = makeHtml("section", { class: "import", "aria-labelledby": "import-title" })
  page.list = makeHtml("section", { class: "list", "aria-labelledby": "list-title" })
  page.comments = makeHtml("section", { class: "comments", "aria-labelledby": "comments-title" })
  main.append(makeHtml("div", { class: "board" }, makeHtml("div", { class: "map-side" }, stage, page.legend = makeHtml("p", { class: "here" })),
    makeHtml("div", { class: "panel" }, page.form, page.list)), page.comments)
  page.map = communeMap(stage, { label: fillText(WORDS.map_label, { territory: SETUP.territory }), onTap: () => {}, onTrouble: () => {} })
  buildImport(page)
  load(page)
}

async function load(page) {
  const got = await ask(`${ORDERS}/state`)
  if (!got.ok) {
    page.list.replaceChildren(makeHtml("h2", { id: "list-title" }, WORDS.layers), makeHtml("p", { class: "warn" }, got.no || WORDS.away), button(WORDS.try_again, () => load(page)))
    return
  }
  page.data = got.ok
  showOnMap(page, page.data.layers)
  paintList(page)
  paintComments(page)
}

function showOnMap(page, layers) {
  page.drawn = drawLayers(page.map.overlay, layers)
  if (!page.follows) { page.follows = true; page.map.scaled((unit) => page.drawn.scale(unit)) }
  page.drawn.scale(page.map.zoom.unit())
  page.drawn.show(new Set(layers.map((layer) => layer.id)))
  page.map.avoid(page.drawn.taken)
  setText(page.legend, page.preview ? WORDS.preview_on_map : layers.length ? WORDS.all_on_map : WORDS.no_layers)
}

// --- importing --------------------------------------------------------------------------------------------

function field(id, label, control, hint) {
  control.id = id
  return makeHtml("div", { class: "field" }, makeHtml("label", { for: id }, label), control, hint ? makeHtml("p", { class: "hint" }, hint) : null)
}

function buildImport(page) {
  const file = makeHtml("input", { type: "file", accept: ".geojson,.json,application/geo+json", onchange: () => choose(page, file.files[0]) })
  page.after = makeHtml("div", { class: "after", "aria-live": "polite" })
  page.said = makeHtml("div", { class: "said", role: "status" })
  page.form.replaceChildren(makeHtml("h2", { id: "import-title" }, WORDS.import_title), makeHtml("p", { class: "hint" }, WORDS.import_how),
    field("i-file", WORDS.file, file), page.after, page.said)
}

function addressOf(page, what, values) {
  const query = new URLSearchParams(values)
  return `${ORDERS}/${what}?${query}`
}

async function choose(page, file, values = {}) {
  page.said.replaceChildren()
  page.file = file || null
  page.preview = null
  page.after.replaceChildren()
  if (!file) { if (page.data) showOnMap(page, page.data.layers); return }
  page.after.replaceChildren(makeHtml("p", {}, WORDS.reading))
  const got = await ask(addressOf(page, "preview", values), { body: new Blob([file]), type: "application/geo+json" })
  if (page.file !== file) return
  if (!got.ok) {
    page.after.replaceChildren(makeHtml("p", { class: "warn trouble" }, got.no || WORDS.away), makeHtml("p", {}, WORDS.nothing_imported))
    return
  }
  page.preview = got.ok
  showOnMap(page, [got.ok.layer])
  paintPreview(page, values)
}

function sentences(title, list, className) {
  if (!list.length) return null
  return makeHtml("details", { class: className, open: list.length < 7 }, makeHtml("summary", {}, title), makeHtml("ul", {}, ...list.map((one) => makeHtml("li", {}, one))))
}

function paintPreview(page, values) {
  const { kept, dropped, left_out, warnings, fields, name_field } = page.preview
  const kind = makeHtml("select", { onchange: () => choose(page, page.file, { ...read(), kind: kind.value }) }, ...SETUP.kinds.map((one) => makeHtml("option", { value: one, selected: one === (values.kind || "project") }, WORDS[`layer_${one}`])))
  const named = makeHtml("select", { onchange: () => choose(page, page.file, { ...read(), name_field: named.value }) }, ...fields.map((one) => makeHtml("option", { value: one, selected: one === name_field }, one)))
  const text = (name, more) => makeHtml("input", { value: values[name] || "", autocomplete: "off", ...more })
  const controls = { label: text("label", { maxlength: 80 }), label_en: text("label_en", { maxlength: 80 }), producer: text("producer", { maxlength: 120 }), year: text("year", { inputmode: "numeric", maxlength: 4 }), licence: text("licence", { maxlength: 120 }) }
  const note = makeHtml("textarea", { rows: 2, maxlength: 600 })
  note.value = values.note || ""
  const shown = makeHtml("input", { type: "checkbox", checked: values.shown !== "0" })
  function read() {
    return { ...Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.value])), note: note.value, shown: shown.checked ? "1" : "0", kind: kind.value, name_field: named.value }
  }
  const confirm = button(fillText(dropped ? WORDS.confirm_without : WORDS.confirm, { n: formatNumber(kept, SETUP.lang), out: formatNumber(dropped, SETUP.lang) }), () => keep(page, read()), { class: "primary" })
  page.after.replaceChildren(...[
    makeHtml("p", { class: "done" }, fillText(WORDS.found, { n: formatNumber(kept, SETUP.lang) })),
    sentences(fillText(WORDS.left_out, { n: left_out.length }), left_out, "faults"),
    sentences(fillText(WORDS.warnings, { n: warnings.length }), warnings, "warnings"),
    field("i-named", WORDS.name_field, named),
    field("i-kind", WORDS.layer_kind, kind, WORDS.layer_kind_hint),
    field("i-label", WORDS.label, controls.label),
    field("i-label-en", WORDS.label_en, controls.label_en),
    field("i-producer", WORDS.producer, controls.producer),
    makeHtml("div", { class: "two" }, field("i-year", WORDS.year, controls.year), field("i-licence", WORDS.licence, controls.licence)),
    field("i-note", WORDS.note, note, WORDS.note_hint),
    makeHtml("label", { class: "tick" }, shown, WORDS.shown_first),
    makeHtml("div", { class: "row" }, confirm, button(WORDS.cancel, () => { buildImport(page); page.preview = null; showOnMap(page, page.data ? page.data.layers : []) })),
  ].filter(Boolean))
}

async function keep(page, values) {
  const got = await ask(addressOf(page, "import", values), { body: new Blob([page.file]), type: "application/geo+json" })
  if (!got.ok) { page.said.replaceChildren(makeHtml("p", { class: "warn trouble" }, got.no || WORDS.away)); return }
  page.preview = null
  buildImport(page)
  page.said.replaceChildren(makeHtml("p", { class: "done" }, fillText(WORDS.imported, { label: values.label })))
  await load(page)
}

// --- the list ---------------------------------------------------------------------------------------------

function paintList(page) {
  const { layers, broken } = page.data
  const row = (one, words) => makeHtml("li", {}, ...words, one.origin === "imported" ? button(WORDS.remove, () => change(page, "remove", one), { "aria-label": fillText(WORDS.remove_this, { label: one.label || one.id }) }) : makeHtml("span", { class: "hint" }, WORDS.of_pack))
  const undo = page.removed && makeHtml("p", { class: "note undo" }, fillText(WORDS.removed, { label: page.removed.label || page.removed.id }), " ", button(WORDS.undo, () => change(page, "restore", page.removed)))
  page.list.replaceChildren(...[makeHtml("h2", { id: "list-title" }, WORDS.layers), undo,
    layers.length || broken.length ? makeHtml("ul", {},
      ...layers.map((one) => row(one, [layerSwatch(one.style, new Set(one.features.map((feature) => feature.kind))), makeHtml("span", { class: "letter" }, one.style.letter), makeHtml("span", { class: "name" }, one.label, makeHtml("span", { class: "about" }, `${WORDS[`layer_${one.kind}`]}, ${fillText(one.features.length > 1 ? WORDS.objects : WORDS.object, { n: one.features.length })}`))])),
      ...broken.map((one) => row(one, [makeHtml("span", { class: "name warn" }, one.id, makeHtml("span", { class: "about" }, one.why))])))
      : makeHtml("p", { class: "empty" }, WORDS.no_layers)].filter(Boolean))
  if (undo) undo.querySelector("button").focus()
}

async function change(page, what, layer) {
  const got = await ask(`${ORDERS}/${what}`, { body: { id: layer.id } })
  page.removed = got.ok && what === "remove" ? layer : null
  page.said.replaceChildren()
  if (!got.ok) { page.said.replaceChildren(makeHtml("p", { class: "warn trouble" }, got.no || WORDS.away)); return }
  await load(page)
}

// --- comments ---------------------------------------------------------------------------------------------

function paintComments(page) {
  const found = page.data.comments
  const of = (state) => found.filter((one) => one.state === state)
  const waiting = of("waiting")
  const part = (title, list, open) => makeHtml("details", { open }, makeHtml("summary", {}, `${title} (${list.length})`), makeHtml("ul", {}, ...list.map((one) => comment(page, one))))
  page.comments.replaceChildren(makeHtml("h2", { id: "comments-title" }, WORDS.to_read),
    makeHtml("p", { class: "hint" }, WORDS.moderate_how),
    part(WORDS.state_waiting_many, waiting, true), part(WORDS.state_accepted_many, of("accepted"), false), part(WORDS.state_refused_many, of("refused"), false),
    makeHtml("p", {}, makeHtml("a", { class: "button", href: `${ORDERS}/comments.csv?lang=${SETUP.lang}`, download: "" }, WORDS.export_csv)))
}

function comment(page, one) {
  const answer = makeHtml("textarea", { rows: 2, maxlength: 1000, "aria-label": WORDS.answer_this, dir: "auto" })
  answer.value = one.answer
  const said = makeHtml("span", { role: "status" })
  const decide = async (body) => {
    const got = await ask(`${ORDERS}/decide`, { body: { id: one.id, ...body } })
    if (!got.ok) { setText(said, got.no || WORDS.away); return }
    await load(page)
  }
  const to = (state, label, className) => button(label, () => decide({ state, answer: answer.value }), { class: className })
  const row = makeHtml("div", { class: "row" },
    one.state === "accepted" ? to("accepted", WORDS.save_answer, "") : to("accepted", WORDS.accept, "primary"),
    one.state === "refused" ? button(WORDS.erase, async () => { if (await askHere(element, WORDS.erase_sure, WORDS.erase_yes, WORDS.cancel)) decide({ erase: true }) }) : to("refused", WORDS.refuse, ""),
    one.state === "waiting" ? null : to("waiting", WORDS.set_back, "quiet"), said)
  const element = makeHtml("li", {},
    makeHtml("p", { class: "head" }, makeHtml("strong", {}, one.kind_label), ` – ${one.place}`, one.about ? ` – ${one.about}` : "", makeHtml("span", { class: "date" }, one.date)),
    makeHtml("p", { class: "words", dir: "auto" }, one.words), answer, row)
  return element
}
