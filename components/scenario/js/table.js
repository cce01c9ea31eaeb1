// drawTable(el, table, opts) — the same numbers as a drawing, all digits, sortable.
//   table = {caption, columns: [{label, numeric?, why?}], rows: [[cell, …], …]}   first cell of a row is its header;
//     a cell is a string or a number; a column with `why` (any value) gets a button calling opts.onWhy(why)
//   opts = {lang, texts, onWhy?}   texts: the area "scenario"
// Keeps the chosen order between calls. Rows are only rebuilt, never patched: call it when the table is in sight.

function drawTable(el, table, opts) {
  const kept = el._table || (el._table = { column: null, down: false })
  const order = (a, b) => {
    const [x, y] = [a[kept.column], b[kept.column]]
    if (typeof x === "string" || typeof y === "string") return String(x ?? "").localeCompare(String(y ?? ""), opts.lang)
    return (x ?? -Infinity) - (y ?? -Infinity)
  }
  const rows = kept.column === null ? table.rows : [...table.rows].sort(order)
  if (kept.down) rows.reverse()

  const head = table.columns.map((column, index) => {
    const sorted = kept.column === index
    const sort = makeHtml("button", {
      type: "button", class: "sort",
      onclick: () => {
        kept.down = kept.column === index ? !kept.down : Boolean(column.numeric)
        kept.column = index
        drawTable(el, table, opts)
        el.querySelectorAll("button.sort")[index].focus()
      },
    }, column.label, makeHtml("span", { "aria-hidden": "true" }, sorted ? (kept.down ? " ▼" : " ▲") : " ↕"))
    const why = column.why && opts.onWhy && makeHtml("button", {
      type: "button", class: "why", "aria-label": fillText(opts.texts.why_of, { what: column.label }),
      onclick: () => opts.onWhy(column.why),
    }, "?")
    return makeHtml("th", {
      scope: "col", class: column.numeric ? "number" : "",
      "aria-sort": sorted ? (kept.down ? "descending" : "ascending") : "none",
    }, sort, why)
  })
  const body = rows.map((row) => makeHtml("tr", {}, ...row.map((cell, index) => {
    const text = typeof cell === "number" || cell === null ? formatNumber(cell, opts.lang, { significant: 6 }) : cell
    const year = index === 0 && typeof cell === "number" ? String(cell) : text
    return index === 0 ? makeHtml("th", { scope: "row" }, year)
      : makeHtml("td", { class: table.columns[index].numeric ? "number" : "" }, text)
  })))
  el.replaceChildren(makeHtml("table", {},
    makeHtml("caption", {}, table.caption),
    makeHtml("thead", {}, makeHtml("tr", {}, ...head)),
    makeHtml("tbody", {}, ...body)))
}

// A table folded away until it is asked for, redrawn only while it is open.
// foldedTable(summary, draw) -> {element, refresh()}; draw(el) fills the scrolling box.
function foldedTable(summary, draw) {
  const box = makeHtml("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": summary })
  const details = makeHtml("details", { class: "folded-table" }, makeHtml("summary", {}, summary), box)
  const refresh = () => { if (details.open) draw(box) }
  details.addEventListener("toggle", refresh)
  return { element: details, refresh }
}
