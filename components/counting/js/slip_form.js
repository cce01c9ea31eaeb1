// One slip after the other, by touch or keyboard: a button for each answer, and the draft of the batch kept on this
// device (slips_draft.js). `values` of a slip are those of the console's form: option → number, grade's number, rank, "1".

function slipForm(vote, recorded) {
  const rules = vote.slips
  const drafts = slipsDrafts(SETUP.code, vote.poll)
  const draft = () => drafts.get()
  if (!rules.channels.includes(draft().channel)) draft().channel = rules.channels[0]

  const said = makeHtml("p", { class: "visually-hidden", role: "status" })
  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
  const count = makeHtml("p", { class: "count" })
  const last = makeHtml("p", { class: "state", dir: "auto" })
  const refuse = (sentence) => { trouble.hidden = !sentence; setText(trouble, sentence || "") }

  const lines = rules.options.map((option, i) => slipLine(rules, option, i, {
    get: () => draft().current,
    set(values) { draft().current = values; drafts.save(); refuse(""); paint() },
  }))
  const hint = rules.kind === "rank" ? makeHtml("p", { class: "hint" }, WORDS.rank_none) : null
  const left = rules.total ? makeHtml("p", { class: "count" }) : null
  const slip = makeHtml("div", { role: "group", "aria-label": WORDS.slip_options }, hint, left, ...lines.map((line) => line.element))

  const next = makeHtml("button", { type: "submit" })
  const takeBack = button(WORDS.undo, () => undo(), { "aria-keyshortcuts": "Control+Z", "aria-label": WORDS.slip_undo })
  const send = button("", () => record(), { class: "wide", "aria-keyshortcuts": "Control+Enter" })
  const bottom = makeHtml("div", { class: "row" }, takeBack, next)
  const form = makeHtml("form", { novalidate: true }, pileForm(rules, draft, drafts), slip, trouble,
    makeHtml("div", { class: "bottom" }, count, bottom), makeHtml("div", { class: "after" }, last, send), said)
  form.addEventListener("submit", (event) => { event.preventDefault(); add() })
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter") { event.preventDefault(); record() }
      if (event.key.toLowerCase() === "z" && event.target.tagName !== "INPUT") { event.preventDefault(); undo() }
    } else digitKey(event)
  })

  // A digit answers the line that holds the keyboard, or picks a line where a slip names options; Enter is the next slip.
  const digitKey = (event) => {
    const at = lines.findIndex((line) => line.element.contains(event.target))
    if (event.altKey || at < 0) return
    if (event.key === "Enter") { event.preventDefault(); if (!event.repeat) add(); return }
    if (event.target.tagName === "INPUT" || !/^[0-9]$/.test(event.key)) return
    event.preventDefault()
    if (rules.kind === "pick" || rules.kind === "rank") { if (lines[Number(event.key) - 1]) lines[Number(event.key) - 1].press() }
    else if (lines[at].digit(Number(event.key)) && lines[at + 1]) lines[at + 1].focus()
  }

  const paint = () => {
    const { slips, current } = draft()
    const n = slips.length
    for (const line of lines) line.paint()
    if (left) {
      const used = Object.values(current).reduce((sum, value) => sum + (Number(value) || 0), 0)
      setText(left, fillText(WORDS.slip_points_left, { n: rules.total - used, most: rules.total }))
      left.classList.toggle("warn", used > rules.total)
    }
    setText(count, fillText(n > 1 ? WORDS.running_many : WORDS.running_one, { n, most: rules.batch }))
    const empty = !Object.values(current).some((value) => value !== "")
    setText(next, empty && !(rules.kind === "pick" && rules.most === 1) ? WORDS.next_blank : WORDS.next)
    setText(last, n ? fillText(WORDS.slip_added, { n, what: slipWords(rules, slips[n - 1].values, WORDS) }) : "")
    setText(send, n ? fillText(WORDS.send_n, { n }) : WORDS.send)
    takeBack.disabled = send.disabled = !n
    const full = n >= rules.batch // then recording is the one thing to do, and stands where the next slip stood
    next.hidden = full
    next.classList.toggle("primary", !full)
    send.classList.toggle("primary", full)
    const place = full ? bottom : form.querySelector(".after")
    if (send.parentElement !== place) place.append(send)
  }
  let addedAt = 0
  const add = () => {
    // A finger that touches twice must not add a blank ballot.
    if (Date.now() - addedAt < 600 && !Object.keys(draft().current).length) return
    if (draft().slips.length >= rules.batch) { refuse(WORDS.slip_full); send.focus(); return }
    const read = slipChoice(rules, draft().current, WORDS)
    if (read.trouble) { refuse(read.trouble); return }
    if (rules.colleges.length && !draft().college) { refuse(WORDS.slip_college_missing); return }
    draft().slips.push({ values: draft().current, choice: read.choice, college: draft().college })
    setText(said, fillText(WORDS.slip_added, { n: draft().slips.length, what: slipWords(rules, draft().current, WORDS) }))
    draft().current = {}
    addedAt = Date.now()
    drafts.save()
    const full = draft().slips.length >= rules.batch
    refuse(full ? WORDS.slip_full : "")
    paint()
    if (full) send.focus()
    else { lines[0].focus(); slip.scrollIntoView({ block: "start" }) }
  }
  const undo = () => {
    const taken = draft().slips.pop()
    if (!taken) return
    draft().current = taken.values
    drafts.save()
    refuse("")
    setText(said, fillText(WORDS.slip_taken_back, { n: draft().slips.length + 1 }))
    paint()
    lines[0].focus()
  }
  // The batch leaves under its own name; the next one can be keyed while it does.
  const record = () => {
    const { batch, channel, mode, place, slips, current } = draft()
    if (!slips.length) return
    if (Object.values(current).some((value) => value !== "")) { refuse(WORDS.slip_unfinished); return }
    recorded({
      do: "slips", poll: vote.poll, batch, channel, mode, place: place.trim(), choices: slips.map((one) => one.choice),
      ...(rules.colleges.length ? { colleges: slips.map((one) => one.college) } : {}),
    }, slips)
    drafts.next()
    refuse("")
    paint()
    lines[0].focus()
  }
  paint()
  // Slips of a batch that could not be recorded come back into an empty form.
  const takeUp = (order, slips) => {
    if (draft().slips.length) return false
    Object.assign(draft(), { batch: newName(), channel: order.channel, mode: order.mode, place: order.place, slips, current: {} })
    drafts.save()
    return true
  }
  return { element: form, takeUp, kept: () => draft().slips.length }
}

// What the whole pile has in common.
function pileForm(rules, draft, drafts) {
  const choose = (id, label, name, choices) => {
    const select = makeHtml("select", { id, onchange: (event) => { draft()[name] = event.target.value; drafts.save(); tell() } },
      ...choices.map((one) => makeHtml("option", { value: one.id, selected: one.id === draft()[name] }, one.label)))
    return makeHtml("div", { class: "field" }, makeHtml("label", { for: id }, label), select)
  }
  const place = makeHtml("input", { id: "place", type: "text", autocomplete: "off", maxlength: 120, dir: "auto", oninput: (event) => { draft().place = event.target.value; drafts.save(); tell() } })
  place.value = draft().place
  const summary = makeHtml("summary")
  const tell = () => {
    const mode = rules.modes.find((one) => one.id === draft().mode)
    setText(summary, [WORDS.about, WORDS[`channel_${draft().channel}`], mode && mode.label, draft().place].filter(Boolean).join(" · "))
  }
  tell()
  return makeHtml("div", {}, makeHtml("details", {}, summary,
    choose("channel", WORDS.channel, "channel", rules.channels.map((name) => ({ id: name, label: WORDS[`channel_${name}`] }))),
    makeHtml("div", { class: "field" }, makeHtml("label", { for: "place" }, WORDS.place), place), choose("mode", WORDS.mode, "mode", rules.modes)),
  rules.colleges.length ? choose("college", WORDS.college, "college", [{ id: "", label: WORDS.slip_college_choose }, ...rules.colleges]) : null)
}

// One option of the slip: {element, paint(), focus(), press?(), digit?(n) → whether the line is answered}.
function slipLine(rules, option, i, current) {
  if (rules.kind === "pick" || rules.kind === "rank") return pickLine(rules, option, i, current)
  if (rules.kind === "points") return pointsLine(rules, option, current)
  return rules.written ? writtenLine(option, current) : marksLine(rules, option, current)
}

function changed(current, id, value) {
  const values = { ...current.get(), [id]: value }
  if (value === "") delete values[id]
  current.set(values)
}

function pickLine(rules, option, i, current) {
  const mark = makeHtml("strong")
  const press = () => {
    const values = current.get()
    if (rules.kind === "rank") { current.set(ranked(values, option.id)); return }
    const on = values[option.id] === "1"
    current.set(rules.most === 1 ? (on ? {} : { [option.id]: "1" }) : on ? without(values, option.id) : { ...values, [option.id]: "1" })
  }
  const key = makeHtml("button", { type: "button", class: "pick", onclick: press, "aria-pressed": "false", "data-option": option.id }, mark, makeHtml("span", { dir: "auto" }, option.label))
  const paint = () => {
    const value = current.get()[option.id] || ""
    key.setAttribute("aria-pressed", String(value !== ""))
    setText(mark, rules.kind === "rank" && value ? (value === "1" ? WORDS.rank_first : fillText(WORDS.rank, { n: value })) : "")
  }
  return { element: key, paint, press, focus: () => key.focus() }
}

function without(values, id) {
  const left = { ...values }
  delete left[id]
  return left
}

// Touched in the order of the ballot; touched again, an answer leaves and those after it move up.
function ranked(values, id) {
  const order = Object.keys(values).sort((a, b) => Number(values[a]) - Number(values[b]))
  const next = order.includes(id) ? order.filter((one) => one !== id) : [...order, id]
  return Object.fromEntries(next.map((one, rank) => [one, String(rank + 1)]))
}

function marksLine(rules, option, current) {
  const grades = rules.kind === "grade"
  const marks = grades ? rules.grades.map((grade, n) => ({ value: String(n + 1), label: grade.label })) : [...Array(rules.most + 1).keys()].map((n) => ({ value: String(n), label: String(n) }))
  const keys = marks.map((mark) => button(mark.label, () => choose(mark.value), { "aria-pressed": "false", "data-value": mark.value }))
  const choose = (value) => changed(current, option.id, current.get()[option.id] === value ? "" : value)
  const element = makeHtml("div", { class: "line", role: "group", "aria-label": option.label, "data-option": option.id },
    makeHtml("p", { dir: "auto" }, option.label), makeHtml("div", { class: grades ? "marks" : "marks small" }, ...keys))
  const paint = () => { for (const key of keys) key.setAttribute("aria-pressed", String(key.dataset.value === current.get()[option.id])) }
  // 15 is typed 1 then 5; a 1 alone may still become one.
  const digit = (n) => {
    const before = Number(current.get()[option.id] || 0)
    const value = String(!grades && before && before * 10 + n <= rules.most ? before * 10 + n : n)
    if (grades && n === 0) { changed(current, option.id, ""); return true }
    if (!marks.some((mark) => mark.value === value)) return false
    changed(current, option.id, value)
    return grades || value === "0" || Number(value) * 10 > rules.most
  }
  return { element, paint, digit, focus: () => keys[0].focus() }
}

// Scores too many for a button each: a field. What is too high is told with the slip.
function writtenLine(option, current) {
  const field = makeHtml("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 3, "aria-label": option.label,
    oninput: () => changed(current, option.id, field.value.replace(/\D/g, "").replace(/^0+(?=\d)/, "")) })
  const element = makeHtml("div", { class: "line between", "data-option": option.id }, makeHtml("span", { dir: "auto" }, option.label), makeHtml("div", { class: "steps" }, field))
  const paint = () => { const held = current.get()[option.id] || ""; if (field.value !== held) field.value = held }
  return { element, paint, focus: () => { field.focus(); field.select() } }
}

function pointsLine(rules, option, current) {
  const value = () => Number(current.get()[option.id] || 0)
  const set = (n) => { if (n >= 0 && n <= rules.most) changed(current, option.id, n ? String(n) : "") }
  const shown = makeHtml("output", { "aria-label": fillText(WORDS.value, { option: option.label }) })
  const less = button("−", () => set(value() - 1), { "aria-label": fillText(WORDS.less, { option: option.label }) })
  const more = button("+", () => set(value() + 1), { "aria-label": fillText(WORDS.more, { option: option.label }) })
  const element = makeHtml("div", { class: "line between", "data-option": option.id }, makeHtml("span", { dir: "auto" }, option.label), makeHtml("div", { class: "steps" }, less, shown, more))
  const paint = () => {
    setText(shown, String(value()))
    less.setAttribute("aria-disabled", String(value() === 0))
    more.setAttribute("aria-disabled", String(value() >= rules.most))
  }
  return { element, paint, focus: () => more.focus(), digit: (n) => { if (n > rules.most) return false; set(n); return true } }
}
