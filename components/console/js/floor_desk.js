// The speaking queue: who asked, who speaks and for how long, how the time is shared. No name is asked.

function paintFloor(region, scene, desk) {
  const { words } = desk
  const { floor } = scene
  const used = floor && (floor.queue.length || floor.speaker || ["floor", "tables"].includes(scene.step.kind))
  region.element.hidden = !used || scene.meeting.closed
  if (region.element.hidden) { region.paint(null, () => []); return }
  region.paint([floor.queue, floor.speaker, floor.limit, floor.by_college, floor.times, desk.lang], () => [
    makeHtml("h2", {}, words.floor),
    speakerBox(floor, desk),
    floor.queue.length ? makeHtml("ol", { class: "queue" }, ...floor.queue.map((speech, i) => queueRow(speech, i, desk))) : makeHtml("p", { class: "muted" }, words.queue_nobody),
    makeHtml("div", { class: "row" }, actionButton({ label: words.queue_ask, key: "D", keep: "queue-ask", onclick: desk.askToSpeak }),
      actionButton({ label: words.floor_settings, keep: "floor-settings", onclick: desk.floorSettings })),
    floor.times.length ? makeHtml("table", { class: "floor-times" }, makeHtml("caption", {}, words.floor_times),
      makeHtml("tbody", {}, ...floor.times.map((row) => makeHtml("tr", {}, makeHtml("th", { scope: "row" }, row.label),
        makeHtml("td", { class: "number" }, minutesSeconds(row.seconds)), makeHtml("td", { class: "number" }, fillText(words.percent, { n: row.percent })))))) : null,
  ])
  paintFloorClock(region.element, scene, desk)
}

function speechName(speech, words) {
  return [speech.label, speech.college].filter(Boolean).join(" · ") || words.speech_unnamed
}

function speakerBox(floor, desk) {
  const { words } = desk
  const speaker = floor.speaker
  const end = () => desk.act("speech_end", { entry: speaker.entry })
  const next = floor.queue[0]
  const give = next && actionButton({ label: words.floor_next, key: "T", keep: "floor-next", primary: !speaker, onclick: () => desk.act("speak", { entry: next.entry }) })
  if (!speaker) return give ? makeHtml("div", { class: "row" }, give) : null
  return makeHtml("div", { class: "speaker" }, makeHtml("p", {}, makeHtml("strong", {}, speechName(speaker, words))),
    makeHtml("p", { class: "clock", "data-speech": "" }),
    makeHtml("div", { class: "row" }, actionButton({ label: words.speech_end, key: "E", keep: "speech-end", onclick: end }), give))
}

function queueRow(speech, i, desk) {
  const { words } = desk
  const name = speechName(speech, words)
  return makeHtml("li", {}, makeHtml("span", {}, name),
    makeHtml("button", { type: "button", "data-keep": `speak-${speech.entry}`, "aria-label": `${words.speak_now} : ${i + 1}. ${name}`, onclick: () => desk.act("speak", { entry: speech.entry }) }, words.speak_now),
    makeHtml("button", { type: "button", "data-keep": `drop-${speech.entry}`, "aria-label": `${words.queue_drop} : ${i + 1}. ${name}`, title: words.queue_drop, onclick: () => desk.act("queue_drop", { entry: speech.entry }) }, "×"))
}

// The clock tells, it never cuts: beyond the announced time it says by how much.
function paintFloorClock(element, scene, desk) {
  const place = element.querySelector("[data-speech]")
  if (!place || !scene.floor.speaker) return
  const { words } = desk
  const spoken = scene.floor.elapsed + desk.elapsed()
  const over = scene.floor.limit ? spoken - scene.floor.limit : -1
  const time = minutesSeconds(spoken)
  setText(place, over >= 0 ? fillText(words.speech_over, { time, over: minutesSeconds(over) })
    : scene.floor.limit ? fillText(words.speech_time, { time, limit: minutesSeconds(scene.floor.limit) }) : time)
  place.classList.toggle("warn", over >= 0)
}

// « Demande la parole »: one digit for the college, or a few words to recognise the person, then Enter.
function queueDialog(desk) {
  const { words, host, scene } = desk
  const send = async (college) => {
    const reply = await desk.act("queue", { college, label: label.value }, { quiet: true })
    if (reply.ok) { desk.say(words.queue_added); dialog.close() } else { trouble.hidden = false; trouble.textContent = reply.sentence }
  }
  const choices = [...scene.floor.colleges, { id: "", label: words.college_unsaid }]
  const label = makeHtml("input", { type: "text", autocomplete: "off", maxlength: 80 })
  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
  const form = makeHtml("form", { class: "dialog-form", novalidate: true }, makeHtml("p", {}, words.queue_text),
    makeHtml("div", { class: "college-keys" }, ...choices.map((one, i) => makeHtml("button", { type: "button", "aria-keyshortcuts": String(i + 1), onclick: () => send(one.id) }, keyCap(String(i + 1)), " ", one.label))),
    field(words.queue_label, label, words.queue_label_hint), trouble,
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", onclick: () => dialog.close() }, words.cancel),
      makeHtml("button", { type: "submit", class: "primary" }, words.queue_add)))
  form.addEventListener("submit", (event) => { event.preventDefault(); send("") })
  form.addEventListener("keydown", (event) => {
    const chosen = event.target !== label && choices[Number(event.key) - 1]
    if (chosen && !event.repeat) { event.preventDefault(); send(chosen.id) }
  })
  const dialog = openDialog(host, words.queue_ask, [form])
  form.querySelector(".college-keys button").focus()
}

function floorSettingsDialog(desk) {
  const { words, host, scene } = desk
  return formDialog(host, words, {
    key: "floor", title: words.floor_settings, action: words.record,
    fields: [{ name: "limit", label: words.speech_limit, kind: "line", hint: words.speech_limit_hint, value: String(scene.floor.limit) },
      { name: "by_college", label: words.floor_on_screen, kind: "choice", value: String(scene.floor.by_college),
        choices: [{ value: "false", label: words.floor_clock_only }, { value: "true", label: words.floor_with_shares }] }],
    send: ({ limit, by_college }) => desk.act("floor_clock", { limit: /^\d+$/.test(limit.trim()) ? Number(limit) : limit, by_college: by_college === "true" }, { quiet: true }),
  })
}
