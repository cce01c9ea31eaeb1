// Whole slips keyed by hand, fast: digits choose, Enter is the next slip, a batch of 40 at most, recorded at once.

function slipsDialog(desk) {
  const { words, host, scene } = desk
  const rules = scene.panel && scene.panel.slips
  if (!rules) return
  const poll = scene.panel.poll
  const drafts = draftsOf(scene)
  const draft = () => drafts.get()
  if (!rules.channels.includes(draft().channel)) draft().channel = rules.channels[0]

  const count = makeHtml("p", { class: "slip-count" })
  const said = makeHtml("p", { class: "visually-hidden", role: "status" })
  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
  const last = makeHtml("ol", { class: "slip-last" })
  const body = makeHtml("div", { class: "slip-rows" })
  const refuse = (sentence) => { trouble.hidden = !sentence; trouble.textContent = sentence || "" }

  const choose = (label, name, choices) => {
    const select = makeHtml("select", { onchange: (event) => { draft()[name] = event.target.value; drafts.save() } }, ...choices.map((one) => makeHtml("option", { value: one.id, selected: one.id === draft()[name] }, one.label)))
    return field(label, select)
  }
  const place = makeHtml("input", { type: "text", autocomplete: "off", maxlength: 120, oninput: (event) => { draft().place = event.target.value; drafts.save() } })
  place.value = draft().place
  const about = makeHtml("div", { class: "slip-about" },
    choose(words.slip_channel, "channel", rules.channels.map((name) => ({ id: name, label: words[`channel_${name}`] }))),
    field(words.slip_place, place), choose(words.slip_mode, "mode", rules.modes),
    rules.colleges.length ? choose(words.slip_college, "college", [{ id: "", label: words.slip_college_choose }, ...rules.colleges]) : null)

  const rows = slipRows(rules, words, {
    get: () => draft().current,
    set(values) { draft().current = values; drafts.save(); refuse("") },
    enter: () => add(),
  })
  body.append(rows.element)

  const paint = () => {
    const n = draft().slips.length
    setText(count, fillText(words.slip_running, { n, most: rules.batch }))
    const shown = draft().slips.slice(-3)
    last.replaceChildren(...shown.map((slip, i) => makeHtml("li", { value: n - shown.length + i + 1 }, slipWords(rules, slip.values, words))))
    last.start = n - shown.length + 1
    takeBack.disabled = !n
    send.disabled = !n
    next.disabled = n >= rules.batch
    send.classList.toggle("primary", n >= rules.batch)
    next.classList.toggle("primary", n < rules.batch)
  }
  const add = () => {
    if (draft().slips.length >= rules.batch) { refuse(words.slip_full); send.focus(); return }
    const read = slipChoice(rules, draft().current, words)
    if (read.trouble) { refuse(read.trouble); return }
    if (rules.colleges.length && !draft().college) { refuse(words.slip_college_missing); return }
    draft().slips.push({ values: draft().current, choice: read.choice, college: draft().college })
    setText(said, fillText(words.slip_added, { n: draft().slips.length, what: slipWords(rules, draft().current, words) }))
    draft().current = {}
    drafts.save()
    refuse(draft().slips.length >= rules.batch ? words.slip_full : "")
    rows.clear()
    paint()
    if (draft().slips.length >= rules.batch) send.focus()
    else rows.focus()
  }
  const undo = () => {
    const slip = draft().slips.pop()
    if (!slip) return
    draft().current = slip.values
    drafts.save()
    refuse("")
    rows.paint()
    rows.focus()
    setText(said, fillText(words.slip_taken_back, { n: draft().slips.length + 1 }))
    paint()
  }
  const record = async () => {
    if (!draft().slips.length || send.disabled) return
    if (Object.values(draft().current).some((value) => value !== "" && value !== "0")) { refuse(words.slip_unfinished); rows.focus(); return }
    send.disabled = true
    const { batch, channel, mode, slips } = draft()
    const args = { poll, batch, channel, mode, place: draft().place.trim(), choices: slips.map((slip) => slip.choice), ...(rules.colleges.length ? { colleges: slips.map((slip) => slip.college) } : {}) }
    const reply = await desk.act("slips", args, { quiet: true })
    send.disabled = false
    if (!reply.ok) {
      refuse(reply.sentence)
      if (reply.key === "batch_taken_back") drafts.rename()
      return
    }
    desk.say(fillText(words.slip_recorded, { n: slips.length }))
    setText(said, fillText(words.slip_recorded, { n: slips.length }))
    drafts.next()
    refuse("")
    rows.clear()
    paint()
    rows.focus()
  }
  const next = makeHtml("button", { type: "submit", class: "primary" }, words.slip_next, keyCap(words.key_enter))
  const takeBack = makeHtml("button", { type: "button", onclick: undo, "aria-keyshortcuts": "Control+Z" }, words.slip_undo, keyCap("Ctrl Z"))
  const send = makeHtml("button", { type: "button", onclick: record, "aria-keyshortcuts": "Control+Enter" }, words.slip_send, keyCap(words.key_ctrl_enter))
  const form = makeHtml("form", { class: "slip-form", novalidate: true }, about, count, body, trouble, makeHtml("div", { class: "row" }, next, takeBack), last, said,
    makeHtml("p", { class: "muted" }, rules.help),
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", onclick: () => dialog.close() }, words.slip_later), send))
  form.addEventListener("submit", (event) => { event.preventDefault(); add() })
  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return
    if (event.key === "Enter") { event.preventDefault(); record() }
    if (event.key.toLowerCase() === "z" && event.target !== place) { event.preventDefault(); undo() }
  })
  const dialog = openDialog(host, words.slip_title, [form], "wide")
  dialog.addEventListener("close", () => desk.repaint())
  rows.paint()
  paint()
  rows.focus()
}

// One line for each option. Numbers move on by themselves once no other digit could follow; a digit picks a line where
// a slip names options.
function slipRows(rules, words, current) {
  const pick = rules.kind === "pick"
  const lines = rules.options.map((option, i) => (pick ? pickLine(rules, option, i, current, () => paint()) : numberLine(rules, option, i, words, current, (step) => move(i + step))))
  const legend = rules.kind === "grade" ? makeHtml("p", { class: "grade-keys" }, ...rules.grades.map((grade, i) => makeHtml("span", { class: "grade-key" }, keyCap(String(i + 1)), ` ${grade.label}`))) : null
  const left = rules.total ? makeHtml("p", { class: "slip-left" }) : null
  const element = makeHtml("div", {}, legend, makeHtml("div", { class: "slip-lines", role: pick ? "group" : null, "aria-label": pick ? words.slip_options : null }, ...lines.map((line) => line.element)), left)
  const move = (to) => { const line = lines[Math.max(0, Math.min(lines.length - 1, to))]; line.input.focus(); if (line.input.select) line.input.select() }
  const paint = () => {
    for (const line of lines) line.paint()
    if (left) {
      const used = Object.values(current.get()).reduce((sum, value) => sum + (Number(value) || 0), 0)
      setText(left, fillText(words.slip_points_left, { n: rules.total - used, most: rules.total }))
      left.classList.toggle("warn", used > rules.total)
    }
  }
  element.addEventListener("input", paint)
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const at = lines.findIndex((line) => line.input === event.target)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && at >= 0) { event.preventDefault(); move(at + step); return }
    if (pick && /^[1-9]$/.test(event.key) && lines[Number(event.key) - 1]) { event.preventDefault(); lines[Number(event.key) - 1].pick(); return }
    if (pick && event.key === "Enter" && !event.repeat) { event.preventDefault(); current.enter() } // Space chooses, Enter is the next slip
    if (!pick && event.key === "Enter" && event.repeat) event.preventDefault()
  })
  return { element, paint, clear: paint, focus: () => move(0) }
}

function pickLine(rules, option, i, current, painted) {
  const input = makeHtml("button", { type: "button", class: "slip-pick", "aria-pressed": "false", onclick: () => pick() }, i < 9 ? keyCap(String(i + 1)) : null, " ", makeHtml("span", { "aria-hidden": "true", class: "slip-tick" }), option.label)
  const pick = () => {
    const values = current.get()
    const on = values[option.id] !== "1"
    current.set(rules.most === 1 ? (on ? { [option.id]: "1" } : {}) : { ...values, [option.id]: on ? "1" : "" })
    painted()
  }
  const paint = () => {
    const on = current.get()[option.id] === "1"
    input.setAttribute("aria-pressed", String(on))
    setText(input.querySelector(".slip-tick"), on ? "✓ " : "")
  }
  return { element: input, input, paint, pick }
}

function numberLine(rules, option, i, words, current, move) {
  const input = makeHtml("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 3 })
  const told = makeHtml("span", { class: "slip-told" })
  const element = makeHtml("label", { class: "slip-line" }, makeHtml("span", {}, makeHtml("b", { "aria-hidden": "true" }, letterOf(i)), " ", option.label), input, told)
  const paint = () => {
    const value = current.get()[option.id] ?? ""
    if (input.value !== value) input.value = value
    const over = Number(value) > rules.most
    setText(told, over ? fillText(words.slip_at_most, { most: rules.most }) : rules.kind === "grade" ? rules.grades[Number(value) - 1]?.label ?? "" : "")
    told.classList.toggle("warn", over)
  }
  input.addEventListener("input", () => {
    const digits = input.value.replace(/\D/g, "")
    current.set({ ...current.get(), [option.id]: digits })
    paint()
    if (digits !== "" && Number(digits) <= rules.most && (digits === "0" || Number(digits) * 10 > rules.most)) move(1)
  })
  input.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && input.value === "") { event.preventDefault(); move(-1) }
    if (event.key === " ") { event.preventDefault(); move(1) }
  })
  return { element, input, paint }
}
