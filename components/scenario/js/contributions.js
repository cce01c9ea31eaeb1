// leverParts(el, opts) — what each family of levers brings to the change from trend: bars on both sides of zero, and their sum.
//   opts = {texts, lang, below, variables, onChoose()}
// Returns {table, wanted(): variable, wait(), paint(parts|null, sentence?)}
//   parts = {variable, label, year, unit, rows: [{id, label, value}], sum|null}                       (asked.parts)

function leverParts(el, { texts, lang, below, variables, variable, onChoose }) {
  const state = { parts: null }
  const select = makeHtml("select", { onchange: onChoose }, ...groupedOptions(variables, variable, texts))
  const title = makeHtml("h2", {})
  const said = makeHtml("p", { class: "hint", role: "status" })
  const bars = makeHtml("ul", { class: "part-bars" })
  const table = foldedTable(texts.parts_table, () => partsTable(state.parts || { label: "", year: "", unit: "", rows: [], sum: null }, texts), () => ({ texts, lang }))
  table.element.hidden = true
  below.append(table.element)
  el.replaceChildren(title, labelled(texts.parts_variable, select), said, bars)
  return {
    table: table.element,
    wanted: () => select.value,
    wait: () => { if (!state.parts) setText(said, texts.parts_wait) },
    paint: (parts, sentence) => {
      if (!parts) { setText(said, sentence); return }
      state.parts = parts
      setText(title, fillText(texts.parts_title, parts))
      setText(said, parts.rows.length === 0 ? texts.parts_none : parts.sum === null ? texts.parts_unknown : texts.parts_hint)
      const most = Math.max(...parts.rows.map((row) => Math.abs(row.value || 0)), Math.abs(parts.sum || 0)) || 1
      const bar = (label, value, kind) => makeHtml("li", { class: kind }, makeHtml("span", { class: "part-label" }, label),
        makeHtml("span", { class: "part-track", "aria-hidden": "true" }, makeHtml("span", {
          class: `part-bar ${value < 0 ? "less" : "more"}`,
          style: `width:${(Math.abs(value) / most * 50).toFixed(1)}%;${value < 0 ? "right" : "left"}:50%`,
        })), makeHtml("span", { class: "part-value" }, `${formatNumber(value, lang, { significant: 2, sign: true })}`))
      bars.replaceChildren(...(parts.sum === null ? [] : parts.rows.map((row) => bar(row.label, row.value, "")).concat(parts.rows.length ? [bar(`${texts.parts_sum}, ${parts.unit}`, parts.sum, "sum")] : [])))
      table.refresh()
    },
  }
}

function partsTable(parts, texts) {
  return {
    caption: `${parts.label}, ${parts.year}, ${parts.unit}`,
    unit: parts.unit,
    columns: [{ label: texts.parts_family }, { label: texts.parts_value, numeric: true }],
    rows: [...parts.rows.map((row) => [row.label, row.value]), [texts.parts_sum, parts.sum]],
  }
}
