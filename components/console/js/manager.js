// The list of meetings: new, duplicate, delete, clear a rehearsal, take away as a file, bring in a file.

async function openManager(desk) {
  const { words, host } = desk
  const reply = await desk.ask("meetings", {})
  if (!reply.ok) return
  const list = makeHtml("div", { class: "meeting-list" })
  const trouble = makeHtml("div", { class: "trouble", role: "alert", hidden: true })
  const say = (answer) => {
    trouble.hidden = answer.ok
    trouble.replaceChildren(...(answer.ok ? [] : [makeHtml("p", {}, answer.sentence), faultList(answer.faults, words)].filter(Boolean)))
    return answer.ok
  }
  const reload = async () => {
    const again = await desk.ask("meetings", {})
    if (again.ok) paint(again)
  }
  const row = (meeting) => makeHtml("li", { class: meeting.here ? "here" : "" },
    makeHtml("div", { class: "meeting-name" }, makeHtml("strong", {}, meeting.title), makeHtml("span", { class: "muted" }, `${meeting.code} · ${hourMinute(meeting.touched_at, desk.lang)}${meeting.here ? ` · ${words.meeting_here}` : ""}`)),
    makeHtml("div", { class: "row" },
      meeting.here ? null : makeHtml("a", { class: "button", href: desk.consoleHref(meeting.code) }, words.open_meeting),
      makeHtml("button", { type: "button", "aria-label": `${words.duplicate} : ${meeting.title}`, onclick: async () => { if (say(await desk.ask("duplicate", { code: meeting.code }))) reload() } }, words.duplicate),
      makeHtml("button", { type: "button", "aria-label": `${words.export} : ${meeting.title}`, onclick: async () => {
        const found = await desk.ask("sheet", { code: meeting.code })
        if (say(found)) saveFile(`deroule-${meeting.code}.yaml`, found.source)
      } }, words.export),
      ...(desk.leads ? [makeHtml("button", { type: "button", "aria-label": `${words.restart} : ${meeting.title}`, onclick: async () => {
        if (!await askOnce(host, words, { title: words.restart_title, text: fillText(words.restart_text, { title: meeting.title, code: meeting.code }), yes: words.restart })) return
        if (say(await desk.ask("restart", { code: meeting.code }))) reload()
      } }, words.restart),
      makeHtml("button", { type: "button", "aria-label": `${words.delete} : ${meeting.title}`, onclick: async () => {
        if (!await askOnce(host, words, { title: words.delete_title, text: fillText(words.delete_text, { title: meeting.title, code: meeting.code }), yes: words.delete })) return
        if (!say(await desk.ask("delete", { code: meeting.code }))) return
        if (meeting.here) location.href = desk.consoleHref("")
        else reload()
      } }, words.delete)] : [])))
  const paint = (found) => list.replaceChildren(found.meetings.length
    ? makeHtml("ul", {}, ...found.meetings.map(row)) : makeHtml("p", {}, words.no_meetings))
  paint(reply)

  const title = makeHtml("input", { type: "text", autocomplete: "off", maxlength: 160 })
  const template = makeHtml("select", {}, ...reply.templates.map((one) => makeHtml("option", { value: one.file }, `${one.title} (${fillText(words.minutes, { n: one.minutes })})`)), makeHtml("option", { value: "" }, words.blank_sheet))
  const territory = makeHtml("select", {}, ...reply.territories.map((one) => makeHtml("option", { value: one.slug }, one.name)))
  const fresh = makeHtml("form", { class: "dialog-form", novalidate: true }, makeHtml("h3", {}, words.new_meeting), field(words.meeting_title, title), field(words.template, template), field(words.territory, territory),
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "submit", class: "primary" }, words.create)))
  fresh.addEventListener("submit", async (event) => {
    event.preventDefault()
    const made = await desk.ask("new", { title: title.value, template: template.value, territory: territory.value })
    if (say(made)) location.href = desk.consoleHref(made.code)
  })

  const file = makeHtml("input", { type: "file", accept: ".yaml,.yml,text/yaml" })
  const text = makeHtml("textarea", { rows: 6, spellcheck: "false", class: "yaml" })
  file.addEventListener("change", async () => { if (file.files[0]) text.value = await file.files[0].text() })
  const bring = makeHtml("form", { class: "dialog-form", novalidate: true }, field(words.import_file, file), field(words.import_paste, text),
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "submit" }, words.import_send)))
  bring.addEventListener("submit", async (event) => {
    event.preventDefault()
    const made = await desk.ask("import", { source: text.value })
    if (say(made)) location.href = desk.consoleHref(made.code)
  })
  const dialog = openDialog(host, words.meetings, [trouble, list, fresh,
    makeHtml("details", {}, makeHtml("summary", {}, words.import_title), bring),
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", onclick: () => dialog.close() }, words.close))], "wide")
}

function faultList(faults, words) {
  if (!faults || !faults.length) return null
  return makeHtml("ul", { class: "faults" }, ...faults.map((fault) => makeHtml("li", {}, makeHtml("strong", {}, fillText(words.line, { n: fault.line })), " ", fault.sentence)))
}

function saveFile(name, text) {
  const link = makeHtml("a", { href: URL.createObjectURL(new Blob([text], { type: "text/yaml" })), download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 2000)
}
