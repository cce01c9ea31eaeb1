// The run sheet as a form, and the same as YAML for what the form does not show. Recording is one order for both.

const STEP_KINDS = ["welcome", "vote", "card", "scenario", "tables", "floor", "pause", "close"]
const QUESTION_METHODS = ["single", "approval", "yes_no_blank", "commune"]
const PROMISE_LEVELS = ["information", "consultation", "concertation", "co-construction", "codécision"]

async function openEditor(desk) {
  const { words, host } = desk
  const found = await desk.ask("sheet", {})
  if (!found.ok) return
  const state = { form: found.form, source: found.source, base: found.revision, yaml: false, touched: false }
  const body = makeHtml("div", { class: "sheet-body" })
  const trouble = makeHtml("div", { class: "trouble", role: "alert", hidden: true })
  const area = makeHtml("textarea", { class: "yaml", rows: 24, spellcheck: "false", "aria-label": words.yaml_text })
  area.addEventListener("input", () => { state.touched = true })
  const say = (answer) => {
    trouble.hidden = answer.ok
    trouble.replaceChildren(...(answer.ok ? [] : [makeHtml("p", {}, answer.sentence), faultList(answer.faults, words)].filter(Boolean)))
    if (!answer.ok) trouble.scrollIntoView({ block: "nearest" })
    return answer.ok
  }
  const present = () => (state.yaml ? { source: area.value } : { form: state.form })
  const paint = () => {
    if (state.yaml) {
      area.value = state.source
      body.replaceChildren(makeHtml("p", { class: "muted" }, words.yaml_hint), area)
    } else body.replaceChildren(...sheetForm(state, desk, paint))
    change.textContent = state.yaml ? words.as_form : words.as_yaml
  }
  const change = makeHtml("button", { type: "button", onclick: async () => {
    const answer = await desk.ask("check", present())
    if (!say(answer)) return
    Object.assign(state, { form: answer.form, source: answer.source, yaml: !state.yaml })
    paint()
  } })
  const save = makeHtml("button", { type: "button", class: "primary", onclick: async () => {
    save.disabled = true
    const answer = await desk.ask("revise", { ...present(), base: state.base })
    save.disabled = false
    if (say(answer)) { state.touched = false; dialog.close(); desk.say(words.sheet_saved) }
  } }, words.save_sheet)
  const dialog = openDialog(host, words.edit_sheet, [makeHtml("div", { class: "row" }, change), body, trouble,
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", onclick: () => leave() }, words.cancel), save)], "wide")
  const leave = async () => {
    if (state.touched && !await askOnce(host, words, { title: words.leave_title, text: words.leave_text, yes: words.leave_yes })) return
    state.touched = false
    dialog.close()
  }
  dialog.addEventListener("cancel", (event) => { if (state.touched) { event.preventDefault(); leave() } })
  paint()
}

// A text of the YAML is a plain string or {fr, en}; the form edits the French and leaves the English.
function frenchOf(value) {
  return value && typeof value === "object" ? value.fr ?? "" : value ?? ""
}

function withFrench(value, text) {
  if (value && typeof value === "object") return { ...value, fr: text }
  return text
}

function sheetForm(state, desk, paint) {
  const { words } = desk
  const form = state.form
  const touch = () => { state.touched = true }
  const line = (label, value, set, kind = "input", more = {}) => {
    const input = makeHtml(kind, { ...(kind === "input" ? { type: "text", autocomplete: "off" } : {}), oninput: (event) => { touch(); set(event.target.value) }, ...more })
    input.value = value ?? ""
    return field(label, input)
  }
  const choose = (label, value, choices, set) => {
    const select = makeHtml("select", { onchange: (event) => { touch(); set(event.target.value) } }, ...choices.map(([id, text]) => makeHtml("option", { value: id, selected: id === value }, text)))
    return field(label, select)
  }
  const text = (label, holder, key, kind) => line(label, frenchOf(holder[key]), (now) => {
    if (now.trim()) holder[key] = withFrench(holder[key], now)
    else delete holder[key]
  }, kind, kind === "textarea" ? { rows: 3 } : {})

  const meeting = form.meeting
  const promise = meeting.promise || (meeting.promise = { level: "consultation", decides: "", when: "" })
  const total = () => form.steps.reduce((sum, step) => sum + (Number.isInteger(step.minutes) ? step.minutes : 0), 0)
  const sum = makeHtml("p", { class: "muted" })
  const resum = () => setText(sum, fillText(words.total_minutes, { n: total() }))
  resum()
  const general = makeHtml("fieldset", {}, makeHtml("legend", {}, words.general), text(words.meeting_title, meeting, "title"),
    line(words.starts, String(meeting.starts || "").slice(0, 16), (now) => { meeting.starts = now ? withOffset(now) : "" }, "input", { type: "datetime-local" }), sum)
  const promised = makeHtml("fieldset", {}, makeHtml("legend", {}, words.promise),
    choose(words.promise_level, promise.level, PROMISE_LEVELS.map((level) => [level, words[`level_${level}`] || level]), (now) => { promise.level = now }),
    text(words.promise_decides, promise, "decides"), text(words.promise_when, promise, "when"), text(words.promise_negotiable, promise, "negotiable"), text(words.promise_not_negotiable, promise, "not_negotiable"))

  const move = (from, to) => { touch(); form.steps.splice(to, 0, form.steps.splice(from, 1)[0]); paint() }
  const steps = form.steps.map((step, i) => {
    const kinds = STEP_KINDS.filter((kind) => kind !== "card" || Object.keys(form.cards || {}).length || step.kind === "card")
    const minutes = line(words.step_minutes, String(step.minutes ?? 0), (now) => { step.minutes = /^\d+$/.test(now.trim()) ? Number(now) : now; resum() }, "input", { inputmode: "numeric" })
    return makeHtml("details", { class: "sheet-step", open: state.opened === step.id },
      makeHtml("summary", {}, `${i + 1}. ${frenchOf(step.title) || questionTitle(form, step) || words[`kind_${step.kind}`]} · ${fillText(words.minutes, { n: step.minutes ?? 0 })}`),
      makeHtml("div", { class: "step-fields" }, choose(words.kind, step.kind, kinds.map((kind) => [kind, words[`kind_${kind}`]]), (now) => { changeKind(form, step, now); state.opened = step.id; paint() }),
        text(words.step_title, step, "title"), minutes, text(words.public_text, step, "text", "textarea"), text(words.private_notes, step, "notes", "textarea"),
        step.kind === "vote" ? questionForm(form, step, { words, line, choose, text, touch, paint, state }) : null,
        step.kind === "card" ? choose(words.card, step.card, Object.keys(form.cards || {}).map((id) => [id, id]), (now) => { step.card = now }) : null,
        makeHtml("div", { class: "row" },
          makeHtml("button", { type: "button", disabled: i === 0, "aria-label": `${words.move_up} : ${i + 1}`, onclick: () => move(i, i - 1) }, "↑"),
          makeHtml("button", { type: "button", disabled: i + 1 === form.steps.length, "aria-label": `${words.move_down} : ${i + 1}`, onclick: () => move(i, i + 1) }, "↓"),
          makeHtml("button", { type: "button", "aria-label": `${words.insert_after} : ${i + 1}`, onclick: () => { touch(); const made = newStep(form); form.steps.splice(i + 1, 0, made); state.opened = made.id; paint() } }, words.insert_after),
          makeHtml("button", { type: "button", "aria-label": `${words.remove_step} : ${i + 1}`, onclick: () => { touch(); form.steps.splice(i, 1); paint() } }, words.remove_step))))
  })
  return [makeHtml("p", { class: "muted" }, words.form_hint), general, promised, makeHtml("fieldset", {}, makeHtml("legend", {}, words.steps), ...steps)]
}

function questionTitle(form, step) {
  const question = (form.questions || {})[step.question]
  return question ? frenchOf(question.title) : ""
}

function freshName(taken, stem) {
  let n = 1
  while (taken.includes(`${stem}-${n}`)) n += 1
  return `${stem}-${n}`
}

function newStep(form) {
  return { id: freshName(form.steps.map((step) => step.id), "etape"), kind: "pause", minutes: 10 }
}

function changeKind(form, step, kind) {
  step.kind = kind
  for (const [key, of] of [["question", "vote"], ["card", "card"], ["levers", "scenario"], ["pairs_with", "vote"]]) if (kind !== of) delete step[key]
  if (kind === "vote" && !step.question) {
    form.questions = form.questions || {}
    const id = freshName(Object.keys(form.questions), "question")
    form.questions[id] = { method: "yes_no_blank", title: frenchOf(step.title) || "" }
    step.question = id
  }
  if (kind === "card" && !step.card) step.card = Object.keys(form.cards || {})[0] || ""
}

function questionForm(form, step, tools) {
  const { words, choose, text, touch, paint, state } = tools
  const question = (form.questions || {})[step.question]
  if (!question) return null
  const listed = question.method === "single" || question.method === "approval"
  const area = makeHtml("textarea", { rows: 6, oninput: (event) => { touch(); setOptions(question, event.target.value) } })
  area.value = (question.options || []).map((option) => frenchOf(option.fr)).join("\n")
  const most = tools.line(words.max_choices, question.max === undefined ? "" : String(question.max), (now) => {
    if (/^\d+$/.test(now.trim())) question.max = Number(now)
    else delete question.max
  }, "input", { inputmode: "numeric" })
  return makeHtml("fieldset", { class: "question" }, makeHtml("legend", {}, words.question), text(words.question_title, question, "title"),
    choose(words.method, question.method, QUESTION_METHODS.map((method) => [method, words[`method_${method}`]]), (now) => {
      question.method = now
      if (now !== "single" && now !== "approval") delete question.options
      if (now !== "approval") delete question.max
      if ((now === "single" || now === "approval") && !question.options) question.options = []
      state.opened = step.id
      paint()
    }),
    listed ? field(words.options_lines, area) : null, question.method === "approval" ? most : null,
    listed ? choose(words.order, question.order || "as_written", [["as_written", words.order_as_written], ["drawn", words.order_drawn]], (now) => { question.order = now }) : null)
}

// One line, one answer. An answer kept word for word keeps its name, its English and its role.
function setOptions(question, text) {
  const before = new Map((question.options || []).map((option) => [frenchOf(option.fr), option]))
  const taken = [...before.values()].map((option) => option.id)
  question.options = text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    if (before.has(line)) return before.get(line)
    const id = freshName(taken, "reponse")
    taken.push(id)
    return { id, fr: line }
  })
}

// What the browser gives as local time, with this machine's offset from UTC on that day.
function withOffset(local) {
  const minutes = -new Date(local).getTimezoneOffset()
  if (Number.isNaN(minutes)) return local
  const sign = minutes < 0 ? "-" : "+"
  const two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0")
  return `${local}${sign}${two(minutes / 60)}:${two(minutes % 60)}`
}
