// What tables write: how many answers, the dialog where they are grouped and shown, and the code for those who help.

let tablesDialogOpen = null // refreshes the dialog while it is open

function paintTables(region, scene, desk) {
  const { words } = desk
  const tables = scene.tables
  region.element.hidden = !tables && scene.meeting.closed
  region.paint([tables, scene.meeting.closed, desk.lang], () => [
    makeHtml("h2", {}, tables ? words.tables_title : words.helpers_title),
    tables ? makeHtml("dl", { class: "pairs" }, ...pair(words.tables_total, String(tables.total)), ...pair(words.tables_tables, String(tables.tables)), ...pair(words.tables_unseen, String(tables.unseen))) : null,
    tables ? makeHtml("p", { class: "muted" }, tables.open ? words.tables_open : words.tables_closed) : null,
    makeHtml("div", { class: "row", "data-reads": "" },
      tables ? actionButton({ label: desk.leads ? words.tables_read : words.tables_only_read, keep: "tables-read", primary: scene.step.kind === "tables", onclick: () => tablesDialog(desk) }) : null,
      scene.meeting.closed || !desk.leads ? null : actionButton({ label: words.helpers_code, keep: "helpers-code", onclick: () => helpersDialog(desk) })),
  ].filter(Boolean))
  if (tablesDialogOpen && tables) tablesDialogOpen(tables.stamp)
}

async function helpersDialog(desk) {
  const { words, host } = desk
  const reply = await desk.ask("helpers", {})
  if (!reply.ok) { desk.refuse(reply.sentence); return }
  const pin = makeHtml("p", { class: "helper-pin" }, reply.pin)
  const said = makeHtml("p", { class: "muted", role: "status" })
  const doors = reply.doors.length ? reply.doors.map((door) => makeHtml("figure", { class: "helper-door" }, makeHtml("h3", {}, words[`helpers_${door.name}`]),
    qrDrawing(door.qr, `${words[`helpers_${door.name}`]} ${door.short}`), makeHtml("figcaption", {}, door.short))) : [makeHtml("p", {}, words.helpers_none)]
  const renew = makeHtml("button", { type: "button", onclick: async () => {
    if (!await askOnce(host, words, { title: words.helpers_renew, text: words.helpers_renew_why, yes: words.helpers_renew })) return
    const fresh = await desk.ask("renew_helpers", {})
    if (!fresh.ok) { setText(said, fresh.sentence); return }
    setText(pin, fresh.pin)
    setText(said, words.helpers_renewed)
  } }, words.helpers_renew)
  const dialog = openDialog(host, words.helpers_code, [makeHtml("p", {}, words.helpers_why), pin, makeHtml("div", { class: "helper-doors" }, ...doors), said,
    makeHtml("div", { class: "dialog-actions" }, renew, makeHtml("button", { type: "button", class: "primary", onclick: () => dialog.close() }, words.close))], "wide")
}

async function tablesDialog(desk) {
  const { words, host } = desk
  const state = { data: null, kind: "", picked: new Set(), stamp: "" }
  const kinds = makeHtml("div", { class: "row", role: "group", "aria-label": words.tables_kinds })
  const rows = keepRegion("table-rows")
  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
  const title = makeHtml("input", { type: "text", maxlength: 160, autocomplete: "off" })
  const into = makeHtml("select")
  const group = makeHtml("button", { type: "submit" })
  const shown = makeHtml("div", { class: "row" })
  const refuse = (sentence) => { trouble.hidden = !sentence; setText(trouble, sentence || "") }
  const act = async (name, args) => {
    const reply = await desk.act(name, args, { quiet: true })
    refuse(reply.ok ? "" : reply.sentence)
    await load()
    return reply.ok
  }
  const form = makeHtml("form", { class: "table-group", novalidate: true }, field(words.tables_group_title, title), field(words.tables_group_into, into), group)
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (await act("group", { members: [...state.picked], title: title.value, group: into.value })) { state.picked.clear(); title.value = ""; paint() }
  })
  const load = async () => {
    const reply = await desk.ask("tables", {})
    if (!reply.ok) { refuse(reply.sentence); return }
    state.data = reply
    const there = new Set(reply.rows.flatMap((row) => row.members.map((one) => one.id)))
    for (const id of state.picked) if (!there.has(id)) state.picked.delete(id)
    paint()
  }
  const paint = () => {
    const { data } = state
    if (!data) return
    const all = data.kinds.reduce((n, kind) => n + kind.n, 0)
    kinds.replaceChildren(...[{ id: "", label: words.tables_all, n: all }, ...data.kinds].map((kind) =>
      makeHtml("button", { type: "button", "aria-pressed": String(state.kind === kind.id), onclick: () => { state.kind = kind.id; paint(); kinds.querySelector('[aria-pressed="true"]').focus() } }, `${kind.label} (${kind.n})`)))
    const groups = data.rows.filter((row) => row.group)
    const chosen = into.value
    into.replaceChildren(makeHtml("option", { value: "" }, words.tables_group_new), ...groups.map((row) => makeHtml("option", { value: row.group, selected: row.group === chosen }, row.title)))
    setText(group, fillText(words.tables_group, { n: state.picked.size }))
    group.disabled = !state.picked.size
    paintShown()
    const told = new Set(data.told)
    const visible = data.rows.filter((row) => !state.kind || row.kind === state.kind)
    rows.paint([visible, [...state.picked], data.told], () => (visible.length ? visible.map((row) => (row.group ? groupBox(row, told) : loneRow(row.members[0], told))) : [makeHtml("p", {}, words.tables_none)]))
    if (!desk.leads) onlyReads(rows.element)
  }
  const paintShown = () => {
    if (!desk.leads) return
    const now = state.data.shown
    const turn = (by) => act("show_tables", { kind: now.kind, group: now.group, page: now.page + by })
    shown.replaceChildren(
      makeHtml("button", { type: "button", class: "primary", onclick: () => act("show_tables", { kind: state.kind }) }, words[state.kind ? "tables_show_kind" : "tables_show_all"]),
      ...(now ? [makeHtml("button", { type: "button", onclick: () => act("show_tables", { on: false }) }, words.tables_hide)] : []),
      ...(now && now.pages > 1 ? [makeHtml("button", { type: "button", disabled: now.page === 0, "aria-label": words.tables_page_back, onclick: () => turn(-1) }, "‹"),
        makeHtml("span", {}, `${now.page + 1} / ${now.pages}`),
        makeHtml("button", { type: "button", disabled: now.page + 1 >= now.pages, "aria-label": words.tables_page_on, onclick: () => turn(1) }, "›")] : []),
      desk.scene.tables ? makeHtml("button", { type: "button", onclick: () => act("close_tables", { on: desk.scene.tables.open }) }, desk.scene.tables.open ? words.tables_close : words.tables_reopen) : "")
  }
  const verbatim = (one, told) => [makeHtml("span", { class: "table-words", dir: "auto" }, one.words),
    makeHtml("span", { class: "muted" }, [one.kind_label, fillText(words.tables_table, { n: one.table }), told.has(one.id) ? words.tables_told : ""].filter(Boolean).join(" · "))]
  const erase = (one) => makeHtml("button", { type: "button", class: "quiet", "data-keep": `erase-${one.id}`, "aria-label": `${words.erase} : ${one.words}`, title: words.erase, onclick: async () => {
    if (await askOnce(host, words, { title: words.erase_title, text: words.tables_erase_text, yes: words.erase })) act("erase_contribution", { id: one.id })
  } }, "×")
  const loneRow = (one, told) => {
    const box = makeHtml("input", { type: "checkbox", "data-keep": `pick-${one.id}`, onchange: () => { if (box.checked) state.picked.add(one.id); else state.picked.delete(one.id); paint() } })
    box.checked = state.picked.has(one.id)
    return makeHtml("div", { class: "table-row" }, makeHtml("label", {}, box, makeHtml("span", {}, ...verbatim(one, told))), erase(one))
  }
  const groupBox = (row, told) => makeHtml("section", { class: "table-box", "aria-label": row.title }, makeHtml("h3", { dir: "auto" }, row.title),
    makeHtml("p", { class: "muted" }, `${row.kind_label} · ${fillText(words.tables_from, { n: row.tables.join(", ") })}`),
    makeHtml("ul", {}, ...row.members.map((one) => makeHtml("li", { class: "table-row" }, makeHtml("span", {}, ...verbatim(one, told)), erase(one)))),
    makeHtml("div", { class: "row" }, makeHtml("button", { type: "button", "data-keep": `show-${row.group}`, onclick: () => act("show_tables", { group: row.group }) }, words.tables_show_group),
      makeHtml("button", { type: "button", "data-keep": `apart-${row.group}`, onclick: () => act("ungroup", { group: row.group }) }, words.tables_ungroup)))
  tablesDialogOpen = (stamp) => { if (stamp !== state.stamp) { state.stamp = stamp; load() } }
  const dialog = openDialog(host, words.tables_title, [shown, kinds, desk.leads ? form : null, trouble, rows.element,
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", onclick: () => dialog.close() }, words.close))], "wide")
  dialog.addEventListener("close", () => { tablesDialogOpen = null })
  await load()
}
