// Fields of the run sheet's form. Each knows its place in the YAML (data-path), so that a fault is said where it is.

function sheetTools(state, words) {
  const touch = () => { state.touched = true; state.edited = true }
  const at = (path, label, input, hint) => {
    const made = field(label, input, hint)
    made.dataset.path = path
    return made
  }
  const line = (path, label, value, set, { kind = "input", hint, ...more } = {}) => {
    const input = makeHtml(kind, { ...(kind === "input" ? { type: "text", autocomplete: "off" } : { rows: 3 }), oninput: (event) => { touch(); set(event.target.value) }, ...more })
    input.value = value ?? ""
    return at(path, label, input, hint)
  }
  // A whole number; what is not one stays as typed, and is refused at this field.
  const whole = (path, label, holder, key, hint) => line(`${path}.${key}`, label, holder[key] === undefined ? "" : String(holder[key]), (now) => {
    if (now.trim()) holder[key] = wholeOr(now)
    else delete holder[key]
  }, { hint, inputmode: "numeric" })
  const choose = (path, label, value, choices, set) => at(path, label, makeHtml("select", { onchange: (event) => { touch(); set(event.target.value) } },
    ...choices.map(([id, text]) => makeHtml("option", { value: id, selected: id === (value ?? "") }, text))))
  const check = (path, label, value, set) => {
    const input = makeHtml("input", { type: "checkbox", onchange: (event) => { touch(); set(event.target.checked) } })
    input.checked = Boolean(value)
    return makeHtml("label", { class: "check", "data-path": path }, input, label)
  }
  // All of `known` and nothing written are the same: who votes, through which channels.
  const checks = (path, label, holder, key, known) => {
    const chosen = () => (Array.isArray(holder[key]) ? holder[key] : known.map(([id]) => id))
    return makeHtml("fieldset", { class: "checks", "data-path": `${path}.${key}` }, makeHtml("legend", {}, label), ...known.map(([id, text]) => check(`${path}.${key}`, text, chosen().includes(id), (on) => {
      const now = known.map(([one]) => one).filter((one) => (one === id ? on : chosen().includes(one)))
      if (now.length && now.length < known.length) holder[key] = now
      else delete holder[key]
    })))
  }
  // A text in French and, where English is shown, in English.
  const text = (path, label, holder, key, kind = "input") => {
    const french = line(`${path}.${key}`, label, frenchOf(holder[key]), (now) => setText2(holder, key, "fr", now), { kind })
    if (!state.english) return [french]
    return [french, line(`${path}.${key}.en`, fillText(words.in_english, { what: label }), englishOf(holder[key]), (now) => setText2(holder, key, "en", now), { kind, lang: "en" })]
  }
  return { touch, line, whole, choose, check, checks, text }
}

// A text of the YAML is a plain string, French, or {fr, en}.
function frenchOf(value) {
  return value && typeof value === "object" ? value.fr ?? "" : value ?? ""
}

function englishOf(value) {
  return value && typeof value === "object" ? value.en ?? "" : ""
}

function setText2(holder, key, lang, text) {
  const value = holder[key]
  const both = { ...(value && typeof value === "object" ? value : frenchOf(value) !== "" ? { fr: value } : {}) }
  if (text.trim()) both[lang] = text
  else delete both[lang]
  if (!Object.keys(both).length) delete holder[key]
  else holder[key] = both.en === undefined && !(value && typeof value === "object") ? both.fr : both
}

// Rows of texts that can be added, removed and pasted as lines: answers, grades.
function textRows(list, path, tools, { words, state, label, add, made, extra, repaint, long }) {
  const kind = long ? { kind: "textarea", rows: 2 } : {}
  const { line, touch } = tools
  const rows = list.map((item, i) => {
    const french = line(`${path}.${i}.fr`, `${label} ${i + 1}`, frenchOf(item.fr), (now) => { item.fr = now }, kind)
    french.querySelector("input, textarea").addEventListener("paste", (event) => {
      const lines = event.clipboardData.getData("text").split(/\r?\n/).map((one) => one.trim()).filter(Boolean)
      if (lines.length < 2) return
      event.preventDefault()
      touch()
      list.splice(i, frenchOf(item.fr).trim() ? 0 : 1, ...lines.map((text) => made(text)))
      repaint()
    })
    return makeHtml("div", { class: long ? "text-row long" : "text-row", "data-path": `${path}.${i}` }, french,
      state.english ? line(`${path}.${i}.en`, fillText(words.in_english, { what: `${label} ${i + 1}` }), item.en ?? "", (now) => { if (now.trim()) item.en = now; else delete item.en }, { lang: "en", ...kind }) : null,
      ...(extra ? extra(item, i) : []),
      makeHtml("button", { type: "button", "aria-label": `${words.remove} : ${label} ${i + 1}`, title: words.remove, onclick: () => { touch(); list.splice(i, 1); repaint() } }, "×"))
  })
  return makeHtml("div", { class: "text-rows", "data-path": path }, ...rows,
    makeHtml("div", {}, makeHtml("button", { type: "button", onclick: () => { touch(); list.push(made("")); repaint(`${path}.${list.length - 1}.fr`) } }, add)))
}

// Faults said at their fields, the nearest one that the form shows; gives a list whose entries go there.
function faultsAtFields(root, faults) {
  for (const old of root.querySelectorAll(".field-fault")) old.remove()
  for (const old of root.querySelectorAll("[aria-invalid]")) { old.removeAttribute("aria-invalid"); old.removeAttribute("aria-describedby") }
  const places = [...root.querySelectorAll("[data-path]")]
  return makeHtml("ul", { class: "faults" }, ...(faults || []).map((fault, i) => {
    let path = fault.path || ""
    let place = null
    while (path && !place) {
      place = places.find((one) => one.dataset.path === path)
      path = path.split(".").slice(0, -1).join(".")
    }
    if (!place) return makeHtml("li", {}, fault.sentence)
    const id = `fault-${i}`
    const note = makeHtml("p", { class: "field-fault", id }, fault.sentence)
    const input = place.matches("label") ? place.querySelector("input, select, textarea") : null
    if (input) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", id); place.after(note) }
    else if (place.tagName === "DETAILS") place.querySelector("summary").after(note)
    else place.prepend(note)
    for (let up = place; up && up !== root; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true
    const go = () => { const target = input || place.querySelector("input, select, textarea, button, summary"); if (target) target.focus() }
    return makeHtml("li", {}, makeHtml("button", { type: "button", class: "quiet", onclick: go }, fault.sentence))
  }))
}
