// What a table says, typed by its rapporteur. Everything is kept on this device first and leaves when it can: `items`
// holds what the urn has not confirmed, each under a name made here, so that sending it twice writes it once.

const table = keptValue(`cordee-table/${SETUP.code}`, { number: 0 })
const draft = keptValue(`cordee-table-draft/${SETUP.code}`, { kind: "", words: "", editing: "" })
const items = keptValue(`cordee-table-items/${SETUP.code}`, { kept: {} })

let told = null // what the urn said last
let link = ""

const main = document.getElementById("main")
const where = makeHtml("div")
const state = makeHtml("div", { class: "tell", role: "alert" })
const said = makeHtml("p", { class: "visually-hidden", role: "status" })
const form = makeHtml("form", { novalidate: true, hidden: true })
const list = makeHtml("section", { hidden: true })
main.append(where, state, form, list, said)

// --- the table's number --------------------------------------------------------------------------------

function paintWhere() {
  const { number } = table.get()
  paintPart(where, [number], () => (number ? [tableChosen(number)] : [tableForm()]))
  form.hidden = list.hidden = !number
}

function tableChosen(number) {
  const box = makeHtml("div", { class: "between" }, makeHtml("span", {}, fillText(WORDS.your_table, { n: number })),
    button(WORDS.change_table, async () => {
      if (await askHere(where, fillText(WORDS.change_sure, { n: number }), WORDS.change_yes, WORDS.cancel)) chooseTable(0)
    }, { class: "quiet" }))
  return box
}

function tableForm() {
  const input = makeHtml("input", { id: "number", type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 2, "aria-describedby": "number-hint" })
  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true }, WORDS.number_wrong)
  const ask = makeHtml("form", { novalidate: true }, makeHtml("div", { class: "field" }, makeHtml("label", { for: "number" }, WORDS.which_table),
    input, makeHtml("p", { class: "hint", id: "number-hint" }, WORDS.which_hint)), trouble, makeHtml("button", { type: "submit", class: "primary wide" }, WORDS.choose))
  ask.addEventListener("submit", (event) => {
    event.preventDefault()
    const number = /^\d+$/.test(input.value.trim()) ? Number(input.value.trim()) : 0
    trouble.hidden = number >= 1 && number <= SETUP.most_tables
    if (trouble.hidden) chooseTable(number)
    else input.focus()
  })
  return ask
}

function chooseTable(number) {
  table.change((kept) => { kept.number = number })
  told = told && { ...told, mine: [] }
  paint()
  if (number) words.focus()
  else where.querySelector("input").focus()
  ask()
}

// --- what is being written -----------------------------------------------------------------------------

const kinds = makeHtml("div", { class: "keys" })
const words = makeHtml("textarea", { id: "words", maxlength: SETUP.longest, rows: 4, "aria-describedby": "left", dir: "auto" })
const left = makeHtml("p", { class: "hint", id: "left" })
const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
const send = makeHtml("button", { type: "submit", class: "primary wide" })
const cancel = button(WORDS.cancel, () => { setDraft({ kind: "", words: "", editing: "" }); words.focus() }, { class: "wide", hidden: true })
form.append(makeHtml("fieldset", {}, makeHtml("legend", {}, WORDS.kind), kinds),
  makeHtml("div", { class: "field" }, makeHtml("label", { for: "words" }, WORDS.words), words, left), trouble, makeHtml("div", { class: "bottom" }, send, cancel))
words.addEventListener("input", () => { draft.change((kept) => { kept.words = words.value }); paintDraft() })
form.addEventListener("submit", (event) => { event.preventDefault(); add() })
form.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); add() } })

const KINDS = ["for", "against", "condition", "idea", "question"]
kinds.append(...KINDS.map((kind) => button(WORDS[`kind_${kind}`], () => { draft.change((kept) => { kept.kind = kind }); refuse(""); paintDraft() }, { "data-kind": kind, "aria-pressed": "false" })))

function setDraft(value) {
  draft.change((kept) => Object.assign(kept, value))
  words.value = draft.get().words
  refuse("")
  paintDraft()
}

function refuse(sentence) {
  trouble.hidden = !sentence
  setText(trouble, sentence)
}

function paintDraft() {
  const kept = draft.get()
  for (const key of kinds.children) key.setAttribute("aria-pressed", String(key.dataset.kind === kept.kind))
  setText(left, fillText(WORDS.left, { n: SETUP.longest - kept.words.length }))
  setText(send, kept.editing ? WORDS.save : WORDS.add)
  cancel.hidden = !kept.editing
}

function add() {
  const kept = draft.get()
  if (!kept.kind) { refuse(WORDS.kind_missing); kinds.firstElementChild.focus(); return }
  if (!kept.words.trim()) { refuse(WORDS.empty); words.focus(); return }
  const before = kept.editing ? listed().find((one) => one.id === kept.editing) : null
  const name = kept.editing || newName()
  items.change((all) => {
    all.kept[name] = { table: before ? before.table : table.get().number, kind: kept.kind, words: kept.words, edit: before ? before.edit + 1 : 0, at: before ? before.at : Date.now() / 1000, state: "waits", no: "" }
  })
  setDraft({ kind: "", words: "", editing: "" })
  setText(said, "")
  setText(said, WORDS.added)
  words.focus()
  paint()
  ask()
}

// --- what is written -----------------------------------------------------------------------------------

// The urn's list with what is on its way laid over it, latest first.
function listed() {
  const { number } = table.get()
  const rows = new Map(((told && told.mine) || []).map((one) => [one.id, { ...one, table: number, state: "saved", no: "" }]))
  for (const [id, one] of Object.entries(items.get().kept)) {
    const known = rows.get(id)
    if (one.table === number && !(known && known.edit >= one.edit && one.state !== "refused")) rows.set(id, { id, locked: false, ...one })
  }
  return [...rows.values()].filter((one) => !one.remove || one.no).sort((a, b) => b.at - a.at)
}

function paintList() {
  const { number } = table.get()
  const rows = listed()
  paintPart(list, [number, rows], () => [makeHtml("h2", {}, fillText(WORDS.mine, { n: number })),
    rows.length ? makeHtml("ul", {}, ...rows.map(row)) : makeHtml("p", { class: "hint" }, WORDS.none_yet)])
}

function row(one) {
  const actions = one.locked ? null : makeHtml("div", { class: "row" },
    button(WORDS.correct, () => { setDraft({ kind: one.kind, words: one.words, editing: one.id }); words.focus() }, { "data-keep": `correct-${one.id}`, "aria-label": `${WORDS.correct} : ${one.words}` }),
    button(WORDS.remove, async (event) => {
      if (await askHere(event.target.closest("li"), WORDS.remove_sure, WORDS.remove_yes, WORDS.cancel)) takeBack(one)
    }, { "data-keep": `remove-${one.id}`, "aria-label": `${WORDS.remove} : ${one.words}` }))
  return makeHtml("li", { "data-id": one.id }, makeHtml("p", {}, makeHtml("strong", {}, WORDS[`kind_${one.kind}`])), makeHtml("p", { class: "words", dir: "auto" }, one.words),
    one.no ? makeHtml("p", { class: "trouble" }, one.no) : makeHtml("p", { class: `state ${one.state === "waits" ? "waits" : ""}` }, one.locked ? WORDS.locked : one.state === "waits" ? WORDS.waiting : WORDS.saved), actions)
}

function takeBack(one) {
  items.change((all) => { all.kept[one.id] = { table: one.table, kind: one.kind, words: one.words, edit: one.edit + 1, at: one.at, state: "waits", no: "", remove: true } })
  if (draft.get().editing === one.id) setDraft({ kind: "", words: "", editing: "" })
  setText(said, "")
  setText(said, WORDS.taken_back)
  paint()
  ask()
}

// --- to and from the urn -------------------------------------------------------------------------------

async function sendAll() {
  for (const [id, one] of Object.entries(items.get().kept)) {
    if (one.state !== "waits") continue
    const body = { id, table: one.table, edit: one.edit, ...(one.remove ? { remove: true } : { kind: one.kind, words: one.words }) }
    const reply = await talk(SETUP.address, body)
    if (reply.away || reply.door) { link = reply.door ? "door" : "away"; return }
    if (["tables_closed", "no_tables_yet", "meeting_closed"].includes(reply.error)) return // it waits
    items.change((all) => {
      const now = all.kept[id]
      if (!now || now.edit !== one.edit) return // corrected meanwhile
      if (reply.ok) now.state = "sent"
      else Object.assign(now, { state: "refused", no: reply.no })
    })
  }
}

// What the urn lists (or, taken back, no longer lists) need not be kept here.
function drop() {
  const known = new Map(told.mine.map((one) => [one.id, one]))
  const { number } = table.get()
  items.change((all) => {
    for (const [id, one] of Object.entries(all.kept)) {
      const there = known.get(id)
      if (one.state === "sent" && one.table === number && (one.remove ? !there : there && there.edit >= one.edit)) delete all.kept[id]
    }
  })
}

async function turn() {
  const { number } = table.get()
  link = ""
  await sendAll()
  if (!link) {
    const reply = await talk(`${SETUP.address}${number ? `?table=${number}` : ""}`)
    if (!reply.ok) link = reply.door ? "door" : "away"
    else if (number === table.get().number) { told = reply.ok; drop() }
  }
  paint()
}
let ask = () => {}

function waiting() { return Object.values(items.get().kept).filter((one) => one.state === "waits").length }

function paint() {
  paintWhere()
  paintDraft()
  if (table.get().number) paintList()
  if (told) setText(document.getElementById("meeting"), [told.meeting.title, told.step && told.step.title].filter(Boolean).join(" · "))
  const n = waiting()
  const why = told && told.why ? WORDS[told.why] : n > 1 && link === "away" ? fillText(WORDS.waiting_many, { n }) : ""
  tellState(state, { link, state: why })
}

addEventListener("storage", () => { words.value = draft.get().words; paint() })
words.value = draft.get().words
paint()
ask = keepAsking(turn, 3)
