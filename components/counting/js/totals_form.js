// Totals by option of a channel: + and −, or typed. What is typed stays on this device until it is recorded.

function totalsForm(vote, recorded) {
  const kept = keptValue(`cordee-totals/${SETUP.code}/${vote.poll}`, { channel: "", values: {} })
  const channel = () => (vote.by_option.includes(kept.get().channel) ? kept.get().channel : vote.by_option[0])
  const values = () => kept.get().values[channel()] || {}
  const set = (name, text) => kept.change((all) => { all.values[channel()] = { ...all.values[channel()], [name]: text.replace(/\D/g, "").slice(0, 5) } })

  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
  const known = makeHtml("p", { class: "note" })
  const sum = makeHtml("p", { class: "count", "aria-live": "off" })
  const send = makeHtml("button", { type: "submit", class: "primary" })
  const lines = [...vote.options.map((option) => ({ name: option.id, label: option.label })),
    ...(vote.slips_asked ? [{ name: "=slips", label: WORDS.totals_slips }, { name: "=blank", label: WORDS.totals_blank }] : [])].map((line) => totalLine(line))
  const select = makeHtml("select", { id: "total-channel", onchange: (event) => { kept.change((all) => { all.channel = event.target.value }); paint() } },
    ...vote.by_option.map((name) => makeHtml("option", { value: name }, WORDS[`channel_${name}`])))
  select.value = channel()
  const form = makeHtml("form", { novalidate: true },
    makeHtml("div", { class: "field" }, makeHtml("label", { for: "total-channel" }, WORDS.totals_which), select),
    known, ...lines.map((line) => line.element), trouble, makeHtml("div", { class: "bottom" }, sum, makeHtml("div", { class: "row" }, send)))

  function totalLine({ name, label }) {
    const input = makeHtml("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 5, "aria-label": fillText(WORDS.value, { option: label }) })
    const step = (by) => { set(name, String(Math.max(0, (Number(values()[name]) || 0) + by))); paint() }
    input.addEventListener("input", () => { set(name, input.value); paint() })
    const element = makeHtml("div", { class: "line between", "data-option": name }, makeHtml("span", { dir: "auto" }, label), makeHtml("div", { class: "steps" },
      button("−", () => step(-1), { "aria-label": fillText(WORDS.less, { option: label }) }), input, button("+", () => step(1), { "aria-label": fillText(WORDS.more, { option: label }) })))
    return { element, paint: () => { const text = values()[name] || ""; if (input.value !== text) input.value = text } }
  }

  const total = () => (vote.slips_asked ? Number(values()["=slips"]) || 0 : vote.options.reduce((n, option) => n + (Number(values()[option.id]) || 0), 0))
  const paint = (now) => {
    vote = now || vote
    const before = vote.keyed[channel()] || 0
    for (const line of lines) line.paint()
    known.hidden = !before
    setText(known, before ? fillText(WORDS.totals_known, { n: before }) : "")
    setText(sum, fillText(WORDS.totals_sum, { n: total() }))
    setText(send, before ? WORDS.totals_replace : WORDS.totals_send)
    trouble.hidden = true
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const counts = {}
    for (const option of vote.options) if (values()[option.id]) counts[option.id] = Number(values()[option.id])
    recorded({ do: "totals", poll: vote.poll, channel: channel(), counts, ...(vote.slips_asked ? { slips: total(), blank: Number(values()["=blank"]) || 0 } : {}) }, null, total())
  })
  paint()
  return { element: form, update: paint }
}
