// Ballots by channel. Hands, cards and paper keyed by option: what is typed stays in the page until it is recorded,
// whatever comes in between. Whole slips have a form of their own (slips_desk.js).

const keyedDrafts = new Map()
const MANY_KEYED = 12
const BALLOT_CHANNELS = ["phone", "shared", "remote", "hands", "cards", "paper"]

function draftOf(poll, channel) {
  const key = `${poll.poll}/${channel}`
  if (!keyedDrafts.has(key)) keyedDrafts.set(key, { counts: {}, slips: "", blank: "", sentence: "", open: channel === "hands" })
  return keyedDrafts.get(key)
}

// A total that was recorded, then taken back by undo, leaves an empty form.
function forgetTakenBack(poll, channel, saved) {
  const draft = draftOf(poll, channel)
  if (draft.recorded && saved.slips) draft.seen = true
  if (!draft.seen || saved.slips) return
  keyedDrafts.delete(`${poll.poll}/${channel}`)
  draftOf(poll, channel).open = draft.open
}

function paintChannels(region, scene, desk) {
  const { words } = desk
  const { poll, panel } = scene
  region.element.hidden = !poll
  if (!poll) { region.paint(null, () => []); return }
  const channels = panel.by_option
  const kept = panel.slips ? draftsOf(scene).get().slips.length : 0
  dropSealedDrafts(scene)
  const shown = BALLOT_CHANNELS.filter((name) => poll.by_channel[name] || (name === "shared" || name === "remote" ? false : poll.channels.includes(name)))
  const signature = [poll.poll, poll.state, poll.by_channel, poll.received, poll.over_present, desk.lang, poll.batches, Boolean(panel.slips), kept, channels.map((name) => [poll[name], draftOf(poll, name).sentence, Object.keys(draftOf(poll, name).counts).length])]
  region.paint(signature, () => [
    makeHtml("h2", {}, words.channels),
    makeHtml("dl", { class: "pairs" },
      ...shown.flatMap((name) => pair(words[`channel_${name}`], formatNumber(poll.by_channel[name] || 0, desk.lang))),
      ...pair(words.ballots, formatNumber(poll.received, desk.lang))),
    poll.over_present ? makeHtml("p", { class: "trouble", role: "alert" }, words.over_present) : null,
    ...channels.map((name) => keyedForm(poll, name, region, scene, desk)),
    panel.slips ? makeHtml("div", {}, kept ? makeHtml("p", { class: "note" }, fillText(words.slip_kept, { n: kept })) : null,
      actionButton({ label: words.slip_key, key: "B", keep: "slips", primary: !channels.length, onclick: () => slipsDialog(desk) })) : null,
    ...batchList(poll, Boolean(panel.slips), desk),
  ])
}

function pair(term, value) {
  return [makeHtml("div", {}, makeHtml("dt", {}, term), makeHtml("dd", {}, value))]
}

function keyedForm(poll, channel, region, scene, desk) {
  const { words } = desk
  const saved = poll[channel]
  forgetTakenBack(poll, channel, saved)
  const draft = draftOf(poll, channel)
  const slipsAsked = scene.panel.slips_asked
  const value = (id) => draft.counts[id] ?? (saved.slips && saved.counts ? String(saved.counts[id] ?? 0) : "")
  const number = (label, name, get, set) => {
    const input = makeHtml("input", { type: "text", inputmode: "numeric", autocomplete: "off", "data-keep": `${channel}-${name}`, oninput: (event) => { set(event.target.value); draft.sentence = "" } })
    input.value = get
    return makeHtml("label", { class: "keyed" }, makeHtml("span", {}, ...label), input)
  }
  const options = poll.all_options
  const rows = options.length <= MANY_KEYED
    ? options.map((option, i) => number([makeHtml("b", { "aria-hidden": "true" }, letterOf(i)), " ", option.label], option.id, value(option.id), (text) => { draft.counts[option.id] = text }))
    : [manyOptions(options, channel, draft, saved, region, scene, desk, number)]
  const slips = slipsAsked ? [
    number([words[`slips_${channel}`]], "slips", draft.slips || (saved.slips && saved.counts ? String(saved.slips) : ""), (text) => { draft.slips = text }),
    number([words.slips_blank], "blank", draft.blank || (saved.blank ? String(saved.blank) : ""), (text) => { draft.blank = text }),
  ] : []
  const form = makeHtml("form", { class: "keyed-form", novalidate: true },
    saved.slips && !saved.counts && !Object.keys(draft.counts).length ? makeHtml("p", { class: "note" }, fillText(words.keyed_hidden, { n: formatNumber(saved.slips, desk.lang) })) : null, ...rows, ...slips,
    draft.sentence ? makeHtml("p", { class: "trouble", role: "alert" }, draft.sentence) : null,
    makeHtml("button", { type: "submit", "data-keep": `${channel}-send` }, words[`record_${channel}`]))
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const counts = {}
    for (const option of options) {
      const text = String(value(option.id)).trim()
      if (text) counts[option.id] = text
    }
    const args = { counts, poll: poll.poll }
    if (slipsAsked) Object.assign(args, { slips: draft.slips.trim() || (saved.counts && saved.slips ? saved.slips : null), blank: draft.blank.trim() || (saved.counts ? saved.blank : 0) })
    const reply = await desk.act(channel, args, { quiet: true })
    if (reply.ok) {
      Object.assign(draft, { sentence: "", recorded: true }) // what was typed stays in this page alone: a hidden total is sent back to nobody
      desk.say(words[`recorded_${channel}`])
    } else draft.sentence = reply.sentence
    region.forget()
    desk.repaint()
  })
  const details = makeHtml("details", { class: "channel", open: draft.open }, makeHtml("summary", { "data-keep": `${channel}-summary` }, words[`key_${channel}`]), form)
  details.addEventListener("toggle", () => { draft.open = details.open })
  return details
}

// Communes: choose one, give its number, add it; the ones added stand below.
function manyOptions(options, channel, draft, saved, region, scene, desk, number) {
  const { words } = desk
  const labels = new Map(options.map((option) => [option.id, option.label]))
  const entered = new Set([...Object.keys(saved.counts || {}).filter((id) => saved.counts[id]), ...Object.keys(draft.counts)])
  const select = makeHtml("select", { "data-keep": `${channel}-option`, "aria-label": words.choose_option }, makeHtml("option", { value: "" }, words.choose_option),
    ...options.filter((option) => !entered.has(option.id)).map((option) => makeHtml("option", { value: option.id }, option.label)))
  select.addEventListener("change", () => {
    if (!select.value) return
    draft.counts[select.value] = ""
    const added = select.value
    region.forget()
    desk.repaint()
    const input = [...region.element.querySelectorAll("[data-keep]")].find((one) => one.dataset.keep === `${channel}-${added}`)
    if (input) input.focus()
  })
  return makeHtml("div", {}, ...[...entered].map((id) => number([labels.get(id) || id], id, draft.counts[id] ?? String(saved.counts[id] ?? ""), (text) => { draft.counts[id] = text })), select)
}
