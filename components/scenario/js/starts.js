// Where one may start from: another territory, a ready-made scenario, other assumptions.
//
// presetList(presets, opts) -> element          opts = {texts, onOpen(preset)}
//   presets = [{id, label, note, source, settings, left: [labels], unsourced, absent, status}]                    (setup.presets_for_js)
// hypothesisList(hypotheses, settings, opts) -> {element, set(settings)}    opts = {texts, onChoose(id, number)}
//   hypotheses = [{id, label, question, options: [{id, label, note, source}]}]                 (setup.hypotheses_for_js)
// territoryChooser(setup) -> element | null

function presetList(presets, { texts, onOpen }) {
  return makeHtml("details", { class: "starts" }, makeHtml("summary", {}, texts.start_from),
    makeHtml("ul", {}, ...presets.map((preset) => makeHtml("li", {},
      makeHtml("div", { class: "start-head" }, makeHtml("strong", {}, preset.label),
        makeHtml("button", { type: "button", onclick: () => onOpen(preset) }, texts.preset_open, makeHtml("span", { class: "visually-hidden" }, ` ${preset.label}`))),
      preset.note ? makeHtml("p", {}, preset.note) : null,
      ...["unsourced", "absent"].filter((kind) => preset[kind].length).map((kind) => makeHtml("p", { class: kind }, fillText(texts[`preset_${kind}`], { levers: preset[kind].join(", ") }))),
      preset.left.length ? makeHtml("details", {}, makeHtml("summary", {}, fillText(texts.preset_left, { n: preset.left.length })), makeHtml("p", {}, preset.left.join(", "))) : null,
      preset.source ? makeHtml("small", {}, preset.source, preset.status === "to verify" ? ` (${texts.preset_to_verify})` : "") : null))))
}

function hypothesisList(hypotheses, settings, { texts, onChoose }) {
  const rows = hypotheses.map((group, index) => {
    const about = makeHtml("p", { class: "hypothesis-about" })
    const select = makeHtml("select", { id: `hypothesis-${index}`, onchange: () => { tell(); onChoose(group.id, Number(select.value)) } },
      ...group.options.map((option, number) => makeHtml("option", { value: number }, option.label)))
    const tell = () => {
      const option = group.options[Number(select.value)]
      setText(about, [option.note, option.source].filter(Boolean).join(" "))
    }
    return {
      set: (next) => { select.value = next[group.id] ?? 0; tell() },
      element: makeHtml("div", { class: "hypothesis" }, makeHtml("label", { for: `hypothesis-${index}` }, makeHtml("strong", {}, group.label), " ", group.question), select, about),
    }
  })
  const set = (next) => rows.forEach((row) => row.set(next))
  set(settings)
  return {
    set,
    element: makeHtml("details", { class: "starts hypotheses" }, makeHtml("summary", {}, texts.hypotheses), makeHtml("p", {}, texts.hypotheses_hint), ...rows.map((row) => row.element)),
  }
}

function territoryChooser({ places, slug, texts }) {
  if (places.length < 2) return null
  const select = makeHtml("select", {
    onchange: () => {
      const url = new URL(location.href)
      for (const name of [...url.searchParams.keys()]) if (name !== "lang") url.searchParams.delete(name)
      url.searchParams.set("territory", select.value)
      location.assign(url.href)
    },
  }, ...places.map((place) => makeHtml("option", { value: place.slug, selected: place.slug === slug }, place.name)))
  return labelled(texts.territory, select)
}
