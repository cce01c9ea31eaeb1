// drawTable(el, table, opts) — the same numbers as a drawing, all digits, sortable.
//   table = {caption, unit?, columns: [{label, numeric?, why?}], rows: [[cell, …], …]}   first cell of a row is its header
//     a cell is a string, a number, null (not known), or {value, why?, about?, open?}: with `why` it is a button calling
//     opts.onWhy(why), with `open` one calling opts.onSelect(open); a column with `why` gets a button in its head
//   opts = {lang, texts, onWhy?, onSelect?}   texts: those of setup.scenario_texts
// Keeps the chosen order between calls. Rows are only rebuilt, never patched: call it when the table is in sight.
// foldedTable(summary, table(), opts()) -> {element, refresh()} — folded away until it is asked for, with its CSV file;
//   while open it is redrawn once what it shows has come to rest.
// tableCsv(table, lang) -> text     semicolons and decimal commas in French, commas and points in English

const TABLE_REST = 120

function cellValue(cell) {
  return cell !== null && typeof cell === "object" ? cell.value : cell
}

function cellText(cell, index, opts) {
  const value = cellValue(cell)
  if (value === null || value === undefined) return opts.texts.no_data
  if (typeof value !== "number") return value
  return index === 0 ? String(value) : formatNumber(value, opts.lang, { significant: 6 })
}

function drawTable(el, table, opts) {
  const kept = el._table || (el._table = { column: null, down: false })
  const order = (a, b) => {
    const [x, y] = [cellValue(a[kept.column]), cellValue(b[kept.column])]
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
  const filled = (cell, index) => {
    const text = cellText(cell, index, opts)
    if (cell && cell.open && opts.onSelect) return makeHtml("button", { type: "button", class: "cell", onclick: () => opts.onSelect(cell.open) }, text)
    if (!cell || !cell.why || !opts.onWhy) return text
    return makeHtml("button", {
      type: "button", class: "cell", "aria-label": `${text}. ${fillText(opts.texts.why_of, { what: cell.about || table.columns[index].label })}`, onclick: () => opts.onWhy(cell.why),
    }, text)
  }
  const body = rows.map((row) => makeHtml("tr", {}, ...row.map((cell, index) => (index === 0
    ? makeHtml("th", { scope: "row" }, filled(cell, index))
    : makeHtml("td", { class: table.columns[index].numeric ? "number" : "" }, filled(cell, index))))))
  el.replaceChildren(makeHtml("table", {},
    makeHtml("caption", {}, table.caption),
    makeHtml("thead", {}, makeHtml("tr", {}, ...head)),
    makeHtml("tbody", {}, ...body)))
}

function foldedTable(summary, table, opts) {
  const { texts } = opts()
  const box = makeHtml("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": summary })
  const csv = makeHtml("button", {
    type: "button", class: "quiet csv", "aria-label": `${texts.export_csv}, ${summary}`,
    onclick: () => saveText(`${fileWords(table().caption)}.csv`, "text/csv", tableCsv(table(), opts().lang)),
  }, texts.export_csv)
  const details = makeHtml("details", { class: "folded-table" }, makeHtml("summary", {}, summary), csv, box)
  let timer = null
  const draw = () => { if (details.open) drawTable(box, table(), opts()) }
  details.addEventListener("toggle", draw)
  return { element: details, refresh: () => { if (!details.open) return; clearTimeout(timer); timer = setTimeout(draw, TABLE_REST) } }
}

function tableCsv(table, lang) {
  const [separator, comma] = lang === "en" ? [",", "."] : [";", ","]
  // A spreadsheet would run a text that begins like a formula.
  const safe = (text) => (/^[=+\-@\t]/.test(text) ? `'${text}` : text)
  const quoted = (text) => (/[";,\n]/.test(text) ? `"${safe(text).replaceAll('"', '""')}"` : safe(text))
  const written = (cell) => {
    const value = cellValue(cell)
    if (value === null || value === undefined) return ""
    return typeof value === "number" ? String(value).replace(".", comma) : quoted(value)
  }
  // A file stands alone: it names the unit of its numbers, and communes by their code too.
  const coded = table.rows.some((row) => row[0] && row[0].open)
  const named = (column) => quoted(column.numeric && table.unit ? `${column.label} (${table.unit})` : column.label)
  const lines = [[...(coded ? ["INSEE"] : []), ...table.columns.map(named)],
    ...table.rows.map((row) => [...(coded ? [(row[0] && row[0].open) || ""] : []), ...row.map(written)])]
  return `\ufeff${lines.map((line) => line.join(separator)).join("\r\n")}\r\n`
}

function saveText(name, type, text) {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }))
}

function saveBlob(name, blob) {
  const link = makeHtml("a", { href: URL.createObjectURL(blob), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

// Words made safe for a file's name.
function fileWords(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80).toLowerCase() || "cordee"
}
