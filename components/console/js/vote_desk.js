// The vote itself: what is asked, the objections of a consent, ballots of one machine, the result by college.

function paintAsked(region, scene, desk) {
  const { words } = desk
  const { panel, sharing } = scene
  region.element.hidden = !panel
  if (!panel) { region.paint(null, () => []); return }
  const closed = scene.meeting.closed
  region.paint([panel.asked, panel.poll, sharing, scene.poll && scene.poll.origins, closed, desk.lang], () => [
    makeHtml("h2", {}, words.asked),
    makeHtml("ul", { class: "asked" }, ...panel.asked.map((line) => makeHtml("li", {}, line))),
    closed ? null : actionButton({ label: words.sharing, keep: "sharing", pressed: sharing, onclick: () => desk.act("sharing", { on: !sharing }) }),
    ...(scene.poll && scene.poll.state !== "sealed" && !closed ? originRows(scene.poll, desk) : []),
  ])
}

// Several ballots of one machine are no fault by themselves (a shared phone, a table's computer): somebody decides.
function originRows(poll, desk) {
  const { words, host } = desk
  if (!poll.origins.length) return []
  const row = (one, i) => {
    const n = formatNumber(one.ballots, desk.lang)
    const text = fillText(one.struck ? words.origin_struck : words.origin_ballots, { n, letter: letterOf(i) })
    const change = async () => {
      const yes = one.struck ? words.unstrike : words.strike
      const ask = { title: one.struck ? words.unstrike_title : fillText(words.strike_title, { n }), text: one.struck ? words.unstrike_text : words.strike_text, yes }
      if (await askOnce(host, words, ask)) desk.act(one.struck ? "unstrike" : "strike", { poll: poll.poll, origin: one.origin })
    }
    return makeHtml("li", {}, makeHtml("span", {}, text),
      makeHtml("button", { type: "button", "data-keep": `origin-${one.origin}`, "aria-label": `${one.struck ? words.unstrike : words.strike} : ${text}`, onclick: change }, one.struck ? words.unstrike : words.strike))
  }
  return [makeHtml("h3", {}, words.origins), makeHtml("p", { class: "muted" }, words.origins_text), makeHtml("ul", { class: "plain-list" }, ...poll.origins.map(row))]
}

function paintObjections(region, scene, desk) {
  const { words } = desk
  const { panel, poll } = scene
  const shown = panel && panel.consent && poll
  region.element.hidden = !shown
  if (!shown) { region.paint(null, () => []); return }
  const editable = poll.state === "open" && !scene.meeting.closed
  region.paint([poll.objections, poll.poll, poll.state, editable, desk.lang], () => [
    makeHtml("h2", {}, words.objections),
    poll.objections.length ? makeHtml("ol", { class: "objection-list" }, ...poll.objections.map((one, i) => makeHtml("li", {}, makeHtml("span", {}, one.words),
      makeHtml("span", { class: "state" }, one.lifted ? `✓ ${words.objection_lifted}${one.how ? ` : ${one.how}` : ""}` : words.objection_stands),
      editable && !one.lifted ? makeHtml("button", { type: "button", "data-keep": `lift-${one.id}`, "aria-label": `${words.lift} : ${i + 1}`, onclick: () => liftDialog(one, poll, desk) }, words.lift) : null)))
      : makeHtml("p", { class: "muted" }, words.no_objection),
    editable ? makeHtml("div", { class: "row" }, actionButton({ label: words.objection_note, key: "J", keep: "objection", onclick: desk.objection }),
      poll.state === "open" ? actionButton({ label: words.abandon, keep: "abandon", onclick: desk.abandon }) : null) : null,
  ])
}

function objectionDialog(desk) {
  const { words, host, scene } = desk
  if (!scene.panel || !scene.panel.consent || !scene.poll || scene.poll.state === "sealed") return
  formDialog(host, words, {
    key: `objection-${scene.poll.poll}`, title: words.objection_note, text: words.objection_text, action: words.record,
    fields: [{ name: "what", label: words.objection_words, kind: "lines", rows: 3 }, { name: "people", label: words.objection_people, kind: "line", numeric: true, value: "1" }],
    send: ({ what, people }) => desk.act("objection", { words: what, people, poll: scene.poll.poll }, { quiet: true }),
  })
}

function liftDialog(objection, poll, desk) {
  const { words, host } = desk
  formDialog(host, words, {
    key: `lift-${objection.id}`, title: words.lift_title, text: objection.words, action: words.lift,
    fields: [{ name: "how", label: words.lift_how, kind: "lines", rows: 3 }],
    send: ({ how }) => desk.act("lift_objection", { objection: objection.id, how, poll: poll.poll }, { quiet: true }),
  })
}

async function abandonConsent(desk) {
  const { words, host, scene } = desk
  const standing = scene.poll.objections.filter((one) => !one.lifted).map((one) => one.words)
  if (await askOnce(host, words, { title: words.abandon_title, text: words.abandon_text, lines: standing, yes: words.abandon })) desk.act("close", { poll: scene.poll.poll, abandon: true })
}

// Batches of slips already recorded.
function batchList(poll, editable, desk) {
  const { words, host } = desk
  if (!poll.batches.length) return []
  const strike = async (batch) => {
    const text = fillText(words.batch_strike_text, { n: formatNumber(batch.slips, desk.lang) })
    if (await askOnce(host, words, { title: words.batch_strike_title, text, yes: words.batch_strike })) desk.act("strike_batch", { poll: poll.poll, batch: batch.id })
  }
  return [makeHtml("h3", {}, words.batches), makeHtml("ol", { class: "plain-list" }, ...poll.batches.map((batch, i) => {
    const text = [fillText(words.batch_slips, { n: formatNumber(batch.slips, desk.lang) }), words[`channel_${batch.channel}`], batch.mode_label, batch.place, hourMinute(batch.at, desk.lang)].filter(Boolean).join(" · ")
    return makeHtml("li", {}, makeHtml("span", {}, `${i + 1}. ${text}`), editable ? makeHtml("button", { type: "button", "data-keep": `batch-${batch.id}`, "aria-label": `${words.batch_strike} : ${i + 1}`, onclick: () => strike(batch) }, words.batch_strike) : null)
  }))]
}
