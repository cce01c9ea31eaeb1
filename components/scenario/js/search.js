// communeSearch(regions, opts) — find a commune by its name, whatever the accents, hyphens and capitals.
//   regions = geometry.regions    opts = {texts, id, onSelect(code)}
// Returns {element}. A combobox as the ARIA patterns describe it: arrows, Enter, Escape.

function plainName(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/œ/g, "oe").replace(/[^a-z0-9]+/g, " ").replace(/\bst\b/g, "saint").replace(/\bste\b/g, "sainte").trim()
}

function communeSearch(regions, { texts, id, onSelect }) {
  const known = [...regions].sort((a, b) => a.name.localeCompare(b.name, "fr")).map((region) => ({ ...region, plain: plainName(region.name) }))
  const list = makeHtml("ul", { role: "listbox", id: `${id}-list`, "aria-label": texts.search, hidden: true })
  const said = makeHtml("span", { role: "status", class: "search-said" })
  const input = makeHtml("input", {
    type: "text", id, role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
    autocomplete: "off", spellcheck: "false",
  })
  let found = []
  let at = -1
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1 }
  const mark = () => {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)))
    const item = list.children[at]
    if (!item) { input.removeAttribute("aria-activedescendant"); return }
    input.setAttribute("aria-activedescendant", item.id)
    item.scrollIntoView({ block: "nearest" })
  }
  const choose = (region) => { input.value = region.name; setText(said, ""); close(); onSelect(region.code) }
  const look = () => {
    const wanted = plainName(input.value)
    const starts = known.filter((region) => region.plain.startsWith(wanted))
    found = [...starts, ...known.filter((region) => !starts.includes(region) && region.plain.includes(wanted))]
    setText(said, found.length === 0 ? texts.search_none : "")
    list.replaceChildren(...found.map((region, index) => makeHtml("li", {
      role: "option", id: `${id}-${index}`, "aria-selected": "false", onpointerdown: (event) => { event.preventDefault(); choose(region) },
    }, region.name)))
    at = wanted && found.length ? 0 : -1
    list.hidden = found.length === 0
    input.setAttribute("aria-expanded", String(!list.hidden))
    mark()
  }
  input.addEventListener("input", look)
  input.addEventListener("click", () => { input.select(); look() })
  input.addEventListener("blur", close)
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      if (list.hidden) look()
      else at = (at + step + found.length) % Math.max(1, found.length)
      mark()
    } else if (event.key === "Enter") { if (found[at]) choose(found[at]); else look() }
    else if (event.key === "Escape" && !list.hidden) close()
    else return
    event.preventDefault()
  })
  return {
    element: makeHtml("div", { class: "choice search" }, makeHtml("label", { for: id }, texts.search), makeHtml("div", { class: "search-box" }, input, list), said),
    show: (name) => { input.value = name },
  }
}
