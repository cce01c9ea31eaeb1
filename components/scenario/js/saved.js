// savedBox(opts) — keep, share and reopen scenarios: a code, a link, and what this browser remembers.
//   opts = {texts, code(): string, open(code): Promise<{ok, sentence}>, changed()}   changed: the kept list moved
// Returns {element, list(): [{name, code}], refresh()}   refresh after the sliders moved.

const KEPT_SCENARIOS = "cordee-scenarios"
const KEPT_AT_MOST = 30

function keptScenarios() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT_SCENARIOS) || "[]")
    return Array.isArray(found) ? found.filter((s) => s && typeof s.name === "string" && typeof s.code === "string") : []
  } catch { return [] }
}

function keepScenarios(list) {
  try { localStorage.setItem(KEPT_SCENARIOS, JSON.stringify(list.slice(0, KEPT_AT_MOST))); return true } catch { return false }
}

function scenarioLink(code) {
  const url = new URL(location.href)
  if (code) url.searchParams.set("s", code)
  else url.searchParams.delete("s")
  return url.href
}

function savedBox(opts) {
  const { texts } = opts
  const said = makeHtml("p", { role: "status", class: "said" })
  const name = makeHtml("input", { type: "text", id: "saved-name", maxlength: 60, value: texts.save_default, autocomplete: "off" })
  const code = makeHtml("output", { class: "code" })
  const link = makeHtml("input", { type: "text", readonly: true, id: "saved-link", onfocus: (event) => event.target.select() })
  const list = makeHtml("ul", { class: "saved-list" })
  const entry = makeHtml("input", { type: "text", id: "saved-entry", autocomplete: "off", autocapitalize: "off", spellcheck: "false" })
  const open = async (text) => {
    const { sentence } = await opts.open(text)
    setText(said, sentence)
  }
  const keep = () => {
    const wanted = name.value.trim() || texts.save_default
    const others = keptScenarios().filter((scenario) => scenario.name !== wanted)
    const kept = keepScenarios([{ name: wanted, code: opts.code() }, ...others])
    setText(said, kept ? fillText(texts.saved_done, { name: wanted }) : texts.save_refused)
    refresh()
    opts.changed()
  }
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.value)
      setText(said, texts.copied)
    } catch {
      // No clipboard over plain http: the keyboard does it.
      link.focus()
      link.select()
      let done = false
      try { done = document.execCommand("copy") } catch { /* left to the keyboard */ }
      setText(said, done ? texts.copied : texts.copy_by_hand)
    }
  }
  const refresh = () => {
    setText(code, opts.code() ? opts.code().match(/.{1,4}/g).join("-").toUpperCase() : texts.trend_code)
    link.value = scenarioLink(opts.code())
    list.replaceChildren(...keptScenarios().map((scenario) => makeHtml("li", {},
      makeHtml("button", { type: "button", onclick: () => open(scenario.code) }, scenario.name),
      makeHtml("button", {
        type: "button", class: "quiet", "aria-label": fillText(texts.delete, { name: scenario.name }),
        onclick: () => { keepScenarios(keptScenarios().filter((s) => s.name !== scenario.name)); refresh(); opts.changed() },
      }, "×"))))
    listTitle.hidden = list.children.length === 0
  }
  const listTitle = makeHtml("h3", {}, texts.saved_list)
  const element = makeHtml("div", { class: "saved" },
    makeHtml("p", {}, makeHtml("span", { class: "saved-label" }, texts.code), " ", code, makeHtml("small", {}, texts.code_hint)),
    makeHtml("div", { class: "line" }, makeHtml("label", { for: "saved-link" }, texts.link), link,
      makeHtml("button", { type: "button", onclick: copy }, texts.copy_link)),
    makeHtml("form", { class: "line", onsubmit: (event) => { event.preventDefault(); keep() } },
      makeHtml("label", { for: "saved-name" }, texts.save_name), name, makeHtml("button", { class: "primary" }, texts.save)),
    makeHtml("form", { class: "line", onsubmit: (event) => { event.preventDefault(); open(entry.value) } },
      makeHtml("label", { for: "saved-entry" }, texts.open_code), entry, makeHtml("button", {}, texts.open)),
    said, listTitle, list)
  refresh()
  return { element, list: keptScenarios, refresh }
}
