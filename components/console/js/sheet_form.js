// The run sheet as a form, and the same as YAML for what the form does not show. Recording is one order for both.

const STEP_KINDS = ["welcome", "vote", "card", "scenario", "tables", "floor", "pause", "close"]
const PROMISE_LEVELS = ["information", "consultation", "concertation", "co-construction", "codécision"]

async function openEditor(desk) {
  const { words, host } = desk
  const found = await desk.ask("sheet", {})
  if (!found.ok) return
  const state = { form: found.form, source: found.source, base: found.revision, comments: found.comments, yaml: false, touched: false, edited: false, english: false, kept: new Map() }
  const body = makeHtml("div", { class: "sheet-body" })
  const trouble = makeHtml("div", { class: "trouble", role: "alert", hidden: true })
  const area = makeHtml("textarea", { class: "yaml", rows: 24, spellcheck: "false", "aria-label": words.yaml_text })
  area.addEventListener("input", () => { state.touched = true })
  const say = (answer) => {
    trouble.hidden = answer.ok
    const list = state.yaml || answer.ok || !answer.faults ? faultList(answer.faults, words) : faultsAtFields(body, answer.faults)
    if (answer.ok && !state.yaml) faultsAtFields(body, [])
    trouble.replaceChildren(...(answer.ok ? [] : [makeHtml("p", {}, answer.sentence), list].filter(Boolean)))
    if (!answer.ok) trouble.scrollIntoView({ block: "nearest" })
    return answer.ok
  }
  // A form that nobody touched is the file as it was, its comments with it.
  const present = () => (state.yaml ? { source: area.value } : state.edited ? { form: state.form } : { source: state.source })
  const paint = () => {
    if (state.yaml) {
      area.value = state.source
      body.replaceChildren(makeHtml("p", { class: "muted" }, words.yaml_hint), area)
    } else body.replaceChildren(...sheetForm(state, desk, repaint))
    change.textContent = state.yaml ? words.as_form : words.as_yaml
  }
  // Built again after a change of shape; the keyboard goes to the field named, where it was or which is new.
  const repaint = (path) => {
    const scrolled = dialog.scrollTop
    paint()
    dialog.scrollTop = scrolled
    const place = path && [...body.querySelectorAll("[data-path]")].find((one) => one.dataset.path === path)
    const input = place && (place.matches("button") ? place : place.querySelector("input, select, textarea, button"))
    if (input) input.focus({ preventScroll: true })
  }
  const change = makeHtml("button", { type: "button", onclick: async () => {
    const answer = await desk.ask("check", present())
    if (!say(answer)) return
    Object.assign(state, { form: answer.form, source: answer.source, comments: answer.comments, yaml: !state.yaml, edited: false })
    paint()
  } })
  const save = makeHtml("button", { type: "button", class: "primary", onclick: async () => {
    if (state.comments && !state.yaml && state.edited) {
      if (!await askOnce(host, words, { title: words.comments_title, text: words.comments_text, yes: words.save_sheet })) return
      state.comments = false // said once
    }
    save.disabled = true
    const answer = desk.leads ? await desk.ask("revise", { ...present(), base: state.base }) : await desk.ask("import", present())
    save.disabled = false
    if (!say(answer)) return
    if (desk.leads) { state.touched = false; dialog.close(); desk.say(words.sheet_saved) } else location.href = desk.consoleHref(answer.code)
  } }, desk.leads ? words.save_sheet : words.save_sheet_new)
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

function sheetForm(state, desk, repaint) {
  const { words } = desk
  const form = state.form
  const tools = sheetTools(state, words)
  const { touch, line, whole, choose, text } = tools
  const levels = Object.fromEntries((desk.scene.floor.colleges || []).map((one) => [one.id, one.label]))
  const more = { words, state, repaint, college: (id) => levels[id] || id }

  const meeting = form.meeting
  const promise = meeting.promise || (meeting.promise = { level: "consultation", decides: "", when: "" })
  const total = () => form.steps.reduce((sum, step) => sum + (Number.isInteger(step.minutes) ? step.minutes : 0), 0)
  const sum = makeHtml("p", { class: "muted" })
  const resum = () => setText(sum, fillText(words.total_minutes, { n: total() }))
  resum()
  const general = makeHtml("fieldset", { "data-path": "meeting" }, makeHtml("legend", {}, words.general), ...text("meeting", words.meeting_title, meeting, "title"),
    line("meeting.starts", words.starts, String(meeting.starts || "").slice(0, 16), (now) => { meeting.starts = now ? withOffset(now) : "" }, { type: "datetime-local" }), sum)
  const promiseWord = (key) => line(`meeting.promise.${key}`, words[`promise_${key}`], frenchOf(promise[key]), (now) => setText2(promise, key, "fr", now))
  const promised = makeHtml("fieldset", { "data-path": "meeting.promise" }, makeHtml("legend", {}, words.promise),
    choose("meeting.promise.level", words.promise_level, promise.level, PROMISE_LEVELS.map((level) => [level, words[`level_${level}`] || level]), (now) => { promise.level = now }),
    ...["decides", "when", "negotiable", "not_negotiable"].map(promiseWord))

  const move = (from, to) => { touch(); form.steps.splice(to, 0, form.steps.splice(from, 1)[0]); repaint() }
  const steps = form.steps.map((step, i) => {
    const path = `steps.${i}`
    const minutes = whole(path, words.step_minutes, step, "minutes")
    minutes.addEventListener("input", resum)
    const details = makeHtml("details", { class: "sheet-step", open: state.opened === step.id, "data-path": path },
      makeHtml("summary", {}, `${i + 1}. ${frenchOf(step.title) || questionTitle(form, step) || words[`kind_${step.kind}`]} · ${fillText(words.minutes, { n: step.minutes ?? 0 })}`),
      makeHtml("div", { class: "step-fields" }, choose(`${path}.kind`, words.kind, step.kind, STEP_KINDS.map((kind) => [kind, words[`kind_${kind}`]]), (now) => { changeKind(form, step, now); state.opened = step.id; repaint(`${path}.kind`) }),
        ...text(path, words.step_title, step, "title"), minutes, ...text(path, words.public_text, step, "text", "textarea"), ...text(path, words.private_notes, step, "notes", "textarea"),
        step.kind === "vote" ? questionForm(form, step, tools, more) : null,
        step.kind === "card" ? cardForm(form, step, tools, more) : null,
        step.kind === "scenario" ? leverChoice(step, path, tools, desk) : null,
        makeHtml("div", { class: "row" },
          makeHtml("button", { type: "button", disabled: i === 0, "aria-label": `${words.move_up} : ${i + 1}`, onclick: () => move(i, i - 1) }, "↑"),
          makeHtml("button", { type: "button", disabled: i + 1 === form.steps.length, "aria-label": `${words.move_down} : ${i + 1}`, onclick: () => move(i, i + 1) }, "↓"),
          makeHtml("button", { type: "button", "aria-label": `${words.insert_after} : ${i + 1}`, onclick: () => { touch(); const made = newStep(form); form.steps.splice(i + 1, 0, made); state.opened = made.id; repaint(`steps.${i + 1}.kind`) } }, words.insert_after),
          makeHtml("button", { type: "button", "aria-label": `${words.remove_step} : ${i + 1}`, onclick: () => { touch(); form.steps.splice(i, 1); repaint() } }, words.remove_step))))
    details.addEventListener("toggle", () => { if (details.open) state.opened = step.id })
    return details
  })
  const english = makeHtml("input", { type: "checkbox", onchange: (event) => { state.english = event.target.checked; repaint("english") } })
  english.checked = state.english
  return [makeHtml("p", { class: "muted" }, words.form_hint), state.comments ? makeHtml("p", { class: "note" }, words.comments_text) : null,
    makeHtml("label", { class: "check", "data-path": "english" }, english, words.show_english), general, promised,
    makeHtml("fieldset", { "data-path": "steps" }, makeHtml("legend", {}, words.steps), ...steps)].filter(Boolean)
}

// Sliders put first at a scenario step; none chosen, all are shown.
function leverChoice(step, path, tools, desk) {
  const levers = desk.setup.scenery ? desk.setup.scenery.levers : []
  if (!levers.length) return null
  const chosen = () => step.levers || []
  return makeHtml("fieldset", { class: "checks", "data-path": `${path}.levers` }, makeHtml("legend", {}, desk.words.step_sliders), ...levers.map((lever) => tools.check(`${path}.levers`, lever.label, chosen().includes(lever.id), (on) => {
    const now = on ? [...chosen(), lever.id] : chosen().filter((id) => id !== lever.id)
    if (now.length) step.levers = now
    else delete step.levers
  })))
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
    form.questions[id] = { method: "yes_no_blank", title: step.title || "" }
    step.question = id
  }
  if (kind === "card" && !step.card) step.card = Object.keys(form.cards || {})[0] || newCard(form)
}

// What the browser gives as local time, with this machine's offset from UTC on that day.
function withOffset(local) {
  const minutes = -new Date(local).getTimezoneOffset()
  if (Number.isNaN(minutes)) return local
  const sign = minutes < 0 ? "-" : "+"
  const two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0")
  return `${local}${sign}${two(minutes / 60)}:${two(minutes % 60)}`
}
