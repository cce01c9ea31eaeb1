// Dialogs: native <dialog>, so Escape closes them and the keyboard stays inside. What was typed is kept until it is sent.

function openDialog(host, title, parts, className) {
  const id = `dialog-${Math.random().toString(36).slice(2)}`
  const dialog = makeHtml("dialog", { class: className || "", "aria-labelledby": id }, makeHtml("h2", { id }, title), ...parts)
  host.append(dialog)
  dialog.addEventListener("close", () => dialog.remove())
  dialog.showModal()
  return dialog
}

// Asks once; gives true or false. The safe answer has the focus.
function askOnce(host, words, { title, text, yes, lines }) {
  return new Promise((resolve) => {
    let answer = false
    const no = makeHtml("button", { type: "button", onclick: () => dialog.close() }, words.cancel)
    const go = makeHtml("button", { type: "button", class: "primary", onclick: () => { answer = true; dialog.close() } }, yes)
    const list = lines && lines.length ? makeHtml("ul", {}, ...lines.map((line) => makeHtml("li", {}, line))) : null
    const dialog = openDialog(host, title, [text ? makeHtml("p", {}, text) : null, list, makeHtml("div", { class: "dialog-actions" }, no, go)])
    dialog.addEventListener("close", () => resolve(answer))
    no.focus()
  })
}

// A form in a dialog. `send(values)` gives {ok, sentence?}; refused, the sentence stands in the dialog and nothing is lost.
//   fields = [{name, label, kind: "line"|"lines"|"choice", hint?, choices?, value?, numeric?, shows?(values)}]
// A field whose `shows` says no is hidden, and its value is not sent.
const formDrafts = new Map()

function formDialog(host, words, { key, title, text, fields, action, send }) {
  const draft = formDrafts.get(key) || {}
  formDrafts.set(key, draft)
  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
  const rows = fields.map((one) => {
    const value = draft[one.name] ?? one.value ?? ""
    const remember = (event) => { draft[one.name] = event.target.value; show() }
    const input = one.kind === "lines" ? makeHtml("textarea", { rows: one.rows || 4, oninput: remember })
      : one.kind === "choice" ? makeHtml("select", { onchange: remember }, ...one.choices.map((choice) => makeHtml("option", { value: choice.value }, choice.label)))
        : makeHtml("input", { type: "text", oninput: remember, autocomplete: "off", inputmode: one.numeric ? "numeric" : null })
    input.value = value || (one.kind === "choice" ? one.choices[0].value : "")
    input.name = one.name
    return { one, input, row: field(one.label, input, one.hint) }
  })
  const written = () => Object.fromEntries(rows.map(({ one, input }) => [one.name, input.value]))
  const show = () => { for (const { one, row } of rows) row.hidden = Boolean(one.shows) && !one.shows(written()) }
  const submit = makeHtml("button", { type: "submit", class: "primary" }, action)
  const form = makeHtml("form", { class: "dialog-form", novalidate: true }, text ? makeHtml("p", {}, text) : null, ...rows.map((row) => row.row), trouble,
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", onclick: () => dialog.close() }, words.cancel), submit))
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (submit.disabled) return
    submit.disabled = true
    const values = Object.fromEntries(rows.filter(({ row }) => !row.hidden).map(({ one, input }) => [one.name, input.value]))
    const reply = await send(values)
    submit.disabled = false
    if (reply.ok) {
      formDrafts.delete(key)
      dialog.close()
    } else {
      trouble.hidden = false
      trouble.textContent = reply.sentence
    }
  })
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  const dialog = openDialog(host, title, [form])
  show()
  rows[0].input.focus()
  return dialog
}
