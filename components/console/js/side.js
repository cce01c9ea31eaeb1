// The right column: private notes, presence, what the screen shows, results kept from the room, incidents, the end.

function paintNotes(region, scene, desk) {
  region.paint([scene.notes, desk.lang], () => [makeHtml("h2", {}, desk.words.notes),
    makeHtml("div", { class: "note" }, ...(scene.notes ? paragraphs(scene.notes) : [makeHtml("p", {}, desk.words.no_notes)]))])
}

const presenceDraft = { text: null, sentence: "" }

function paintPresence(region, scene, desk) {
  const { words } = desk
  region.paint([scene.present, scene.joined, scene.presence_stale, presenceDraft.sentence, scene.meeting.closed, desk.lang], () => {
    const input = makeHtml("input", { type: "text", inputmode: "numeric", autocomplete: "off", "data-keep": "presence", oninput: (event) => { presenceDraft.text = event.target.value } })
    input.value = presenceDraft.text ?? (scene.present === null ? "" : String(scene.present))
    const form = makeHtml("form", { class: "inline-form", novalidate: true }, field(words.present, input), makeHtml("button", { type: "submit", "data-keep": "presence-send" }, words.record))
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      const reply = await desk.act("presence", { people: input.value }, { quiet: true })
      presenceDraft.sentence = reply.ok ? "" : reply.sentence
      if (reply.ok) presenceDraft.text = null
      if (reply.ok) desk.say(words.presence_recorded)
      region.forget()
      desk.repaint()
    })
    return [
      makeHtml("h2", {}, words.presence),
      scene.presence_stale ? makeHtml("p", { class: "note" }, scene.present === null ? words.presence_first : words.presence_again) : null,
      scene.meeting.closed ? makeHtml("p", {}, fillText(words.present_now, { n: scene.present ?? "–" })) : form,
      presenceDraft.sentence ? makeHtml("p", { class: "trouble", role: "alert" }, presenceDraft.sentence) : null,
      makeHtml("dl", { class: "pairs" }, ...pair(words.joined, formatNumber(scene.joined, desk.lang)),
        ...(scene.present !== null ? pair(words.to_count, formatNumber(Math.max(0, scene.present - scene.joined), desk.lang)) : [])),
    ]
  })
}

function screenWords(scene, words) {
  const body = scene.mirror.body
  const what = words[`shows_${body.kind}`] || body.kind
  const result = body.kind !== "vote" ? "" : body.result ? words.result_shown : words.result_hidden
  return { what, result }
}

function paintScreenState(region, scene, desk) {
  const { words } = desk
  const { what, result } = screenWords(scene, words)
  region.paint([what, result, scene.screens, scene.crowded, scene.meeting.code, desk.lang], () => [
    makeHtml("h2", {}, words.screen),
    makeHtml("dl", { class: "pairs" }, ...pair(words.shows, what), ...(result ? pair(words.results, result) : []),
      ...pair(words.screens_open, scene.screens.count ? `${scene.screens.count} (${scene.screens.width} × ${scene.screens.height})` : words.screens_none)),
    scene.crowded.length ? makeHtml("details", { class: "crowded", open: scene.crowded.length < 3 }, makeHtml("summary", {}, fillText(words.crowded, { n: scene.crowded.length })), makeHtml("ul", {}, ...scene.crowded.map((line) => makeHtml("li", {}, line)))) : null,
    makeHtml("p", {}, makeHtml("a", { class: "button", href: desk.screenHref(), target: "_blank", rel: "noopener", "data-keep": "screen-link" }, words.open_screen)),
  ])
}

function paintHidden(region, scene, desk) {
  const { words } = desk
  const poll = scene.poll
  if (poll && poll.shown && poll.hidden_result) { paintBeside(region, poll, desk); return }
  const hidden = poll && !poll.shown && poll.state !== "draft"
  region.element.hidden = !hidden
  if (!hidden) { region.paint(null, () => []); return }
  region.paint([poll.poll, poll.hidden_result, desk.lang], () => {
    const found = poll.hidden_result
    const content = !found ? [makeHtml("p", {}, words.hidden_hint), actionButton({ label: words.peek, keep: "peek", onclick: () => desk.act("peek", { poll: poll.poll }) })]
      : found.too_few ? [makeHtml("p", {}, found.sentence)]
        : [makeHtml("table", {}, makeHtml("caption", {}, words.hidden_caption), makeHtml("tbody", {}, ...found.options.map((option) =>
          makeHtml("tr", {}, makeHtml("th", { scope: "row" }, option.label), makeHtml("td", { class: "number" }, option.count_text), makeHtml("td", { class: "number" }, option.percent_text))))), ...verdictAndColleges(found, words)]
    return [makeHtml("h2", {}, words.hidden_result), ...content]
  })
}

// Beside a result the room sees: what became of the rule, and the result by college where the question asks for it.
function paintBeside(region, poll, desk) {
  const found = poll.hidden_result
  const more = found.too_few ? [] : verdictAndColleges(found, desk.words)
  region.element.hidden = !more.length
  region.paint([poll.poll, "shown", found, desk.lang], () => more)
}

function verdictAndColleges(found, words) {
  const parts = []
  if (found.verdict.length) parts.push(makeHtml("h2", {}, words.verdict), makeHtml("ul", { class: "rule-verdict" }, ...found.verdict.map((line) => makeHtml("li", {}, line))))
  if (found.struck) parts.push(makeHtml("p", {}, found.struck))
  if (found.colleges.length) parts.push(makeHtml("h2", {}, words.by_college), ...found.colleges.map((college) => (college.ballots === null
    ? makeHtml("p", {}, makeHtml("b", {}, college.label), " ", college.sentence)
    : makeHtml("table", {}, makeHtml("caption", {}, `${college.label} (${college.ballots})`), makeHtml("tbody", {}, ...college.rows.map((row) =>
      makeHtml("tr", {}, makeHtml("th", { scope: "row" }, row.label), makeHtml("td", { class: "number" }, row.count_text))))))))
  return parts
}

function paintIncidents(region, scene, desk) {
  const { words } = desk
  region.paint([scene.incidents, desk.lang], () => [
    makeHtml("h2", {}, words.incidents),
    scene.incidents.length ? makeHtml("ul", { class: "incidents" }, ...[...scene.incidents].reverse().map((one) =>
      makeHtml("li", {}, makeHtml("span", { class: "muted" }, `${hourMinute(one.at, desk.lang)} · ${words[`incident_${one.kind}`] || one.kind}`),
        ...one.parts.map((part) => makeHtml("span", { class: "incident-part" }, part.name ? makeHtml("b", {}, words[`incident_part_${part.name}`]) : null, part.words,
          part.text ? makeHtml("button", { type: "button", class: "quiet", "data-keep": `erase-${part.text}`, "aria-label": `${words.erase} : ${part.words}`, title: words.erase, onclick: () => desk.eraseText(part.text) }, "×") : null)))))
      : makeHtml("p", { class: "muted" }, words.no_incident),
  ])
}

function paintEnd(region, scene, desk) {
  const { words } = desk
  region.paint([scene.meeting, desk.lang], () => [
    makeHtml("h2", {}, words.end),
    makeHtml("p", {}, makeHtml("a", { class: "button", href: desk.minutesHref(), target: "_blank", rel: "noopener", "data-keep": "minutes" }, scene.meeting.closed ? words.minutes_final : words.minutes_interim)),
    scene.meeting.closed ? null : makeHtml("div", { "data-reads": "" }, actionButton({ label: words.paper_open, keep: "paper", onclick: () => paperDialog(desk) })),
    scene.meeting.closed ? makeHtml("p", {}, words.meeting_closed) : actionButton({ label: words.close_meeting, keep: "close-meeting", onclick: desk.closeMeeting }),
  ])
}
