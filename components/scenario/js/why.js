// whyDialog(el, opts) — "Pourquoi ce chiffre ?": the rule in words, its formula, its inputs, what people object to it.
//   opts = {lang, texts, more?: [elements]}   `more` stands between the title and the explanation
// Returns {wait(), show(why), trouble(sentence), close(), isOpen()}; `wait` opens at once and says that the answer is coming.
//   why = {title, value, unit, year, region, rule: {label, words, formula, source, note, best_before, objections},
//          inputs: [{label, value, unit, source?, lever?, inputs?}],
//          unknown?: {words, missing: [{label, file?, url?}]}}    value null                   (trace.why)
// A native <dialog>: Escape closes it, the keyboard stays inside, the focus goes back to what opened it.

function whyDialog(el, opts) {
  const { texts } = opts
  const heading = makeHtml("h2", { id: "why-title" })
  const body = makeHtml("div", { class: "why-body" })
  const close = makeHtml("button", { type: "button", onclick: () => dialog.close() }, texts.close)
  const dialog = makeHtml("dialog", { class: "why", "aria-labelledby": "why-title" }, makeHtml("div", { class: "why-head" }, heading, close), ...(opts.more || []), body)
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close() })
  el.append(dialog)
  const open = () => { if (!dialog.open) dialog.showModal() }
  return {
    wait: () => { setText(heading, texts.why); body.replaceChildren(makeHtml("p", { role: "status" }, texts.why_wait)); open() },
    trouble: (sentence) => { body.replaceChildren(makeHtml("p", { role: "alert" }, sentence)); open() },
    show: (why) => { setText(heading, why.title); body.replaceChildren(...whyBody(why, opts)); open(); dialog.scrollTop = 0 },
    close: () => dialog.close(),
    isOpen: () => dialog.open,
  }
}

function whyValue(value, unit, lang) {
  if (value === null || value === undefined) return ""
  const text = typeof value === "number" ? formatNumber(value, lang, { significant: 6 }) : String(value)
  return unit ? `${text} ${unit}` : text
}

// What is missing, and the official file that would bring it.
function whyUnknown(unknown) {
  return [makeHtml("p", { class: "note" }, unknown.words), makeHtml("ul", {}, ...(unknown.missing || []).filter((one) => one.file).map((one) =>
    makeHtml("li", {}, `${one.label}, `, one.url ? makeHtml("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.file) : one.file)))]
}

function whyBody(why, opts) {
  const { texts, lang } = opts
  const rule = why.rule || {}
  const parts = [makeHtml("p", { class: "why-value" }, whyValue(why.value, why.unit_label || why.unit, lang) || texts.no_data,
    makeHtml("small", {}, ` ${[why.region_label || why.region, why.year].filter(Boolean).join(", ")}`))]
  if (why.unknown) parts.push(...whyUnknown(why.unknown))
  if (rule.words) parts.push(makeHtml("p", {}, rule.words))
  if (rule.formula) parts.push(makeHtml("p", { class: "why-formula" }, makeHtml("strong", {}, texts.why_formula), " ", makeHtml("code", {}, rule.formula)))
  if (why.inputs && why.inputs.length) parts.push(makeHtml("h3", {}, texts.why_inputs), whyInputs(why.inputs, opts))
  if (rule.note) parts.push(makeHtml("p", { class: "note" }, rule.note))
  if (rule.objections && rule.objections.length) {
    parts.push(makeHtml("h3", {}, texts.why_objections), makeHtml("ul", {}, ...rule.objections.map((objection) =>
      makeHtml("li", {}, whyText(objection), objection.source ? makeHtml("small", {}, ` ${whySource(objection.source)}`) : null))))
  }
  if (rule.source) parts.push(makeHtml("p", {}, makeHtml("strong", {}, texts.why_source), " ", whySource(rule.source)))
  if (rule.best_before) parts.push(makeHtml("p", {}, makeHtml("strong", {}, texts.why_best_before), ` ${rule.best_before}`))
  return parts
}

function whyInputs(inputs, opts) {
  return makeHtml("ul", { class: "why-inputs" }, ...inputs.map((input) => {
    const line = [
      makeHtml("span", {}, input.label), " ", makeHtml("strong", {}, input.value === null && input.words ? input.words : whyValue(input.value, input.unit, opts.lang) || opts.texts.no_data),
      input.lever ? makeHtml("span", { class: "why-lever" }, ` ${opts.texts.why_lever}`) : null,
      input.source ? makeHtml("small", {}, ` ${whySource(input.source)}`) : null,
    ]
    if (!input.inputs || !input.inputs.length) return makeHtml("li", {}, ...line)
    return makeHtml("li", {}, makeHtml("details", {}, makeHtml("summary", {}, ...line), whyInputs(input.inputs, opts)))
  }))
}

function whyText(objection) {
  return typeof objection === "string" ? objection : objection.text || ""
}

function whySource(source) {
  if (typeof source === "string") return source
  return [source.producer, source.title, source.year, source.place, source.status].filter(Boolean).join(", ")
}
