// The page of somebody who counts: the vote, a form for it, what is on its way and what is recorded already.

const outbox = keptValue(`cordee-outbox/${SETUP.code}`, { orders: [] }) // {name, order, slips, n, no} in the order keyed
const mine = keptValue(`cordee-batches/${SETUP.code}`, { names: [] })
const way = keptValue(`cordee-way/${SETUP.code}`, { totals: false })

let told = null
let link = ""
let form = null // the form on the page: {key, part, slips?}

const main = document.getElementById("main")
const head = makeHtml("div")
const state = makeHtml("div", { class: "tell", role: "alert" })
const ways = makeHtml("div", { class: "keys" })
const place = makeHtml("div")
const waits = makeHtml("section", { hidden: true })
const list = makeHtml("section", { hidden: true })
const said = makeHtml("p", { class: "visually-hidden", role: "status" })
const toldLine = makeHtml("p", { class: "state", "aria-hidden": "true" })
main.append(state, head, ways, toldLine, place, waits, list, said)

function say(sentence) {
  setText(said, "")
  setText(said, sentence)
  setText(toldLine, sentence)
}

function plural(n, name) {
  return fillText(WORDS[n > 1 ? `${name}_many` : `${name}_one`], { n })
}

// --- the vote and its form -----------------------------------------------------------------------------

function paintHead() {
  const vote = told.vote
  paintPart(head, [vote && [vote.title, vote.state, vote.asked], told.present, told.why], () => (vote ? [
    makeHtml("h2", { dir: "auto" }, vote.title),
    makeHtml("p", { class: vote.state === "closed" ? "note" : "about" }, WORDS[`state_${vote.state}`],
      told.present === null ? "" : ` · ${fillText(WORDS.present, { n: formatNumber(told.present, SETUP.lang) })}`),
    told.present === null ? makeHtml("p", { class: "note" }, WORDS.present_none) : null,
    makeHtml("details", {}, makeHtml("summary", {}, WORDS.how), ...vote.asked.map((line) => makeHtml("p", {}, line)), vote.slips ? makeHtml("p", {}, vote.slips.help) : null),
  ] : [makeHtml("p", {}, WORDS[told.why])]))
}

function paintWays() {
  const vote = told.vote
  const both = Boolean(vote && vote.slips && vote.by_option.length)
  const totals = vote && (!vote.slips || (both && way.get().totals))
  ways.hidden = !both
  paintPart(ways, [both, totals], () => (both ? [false, true].map((one) => button(one ? WORDS.by_total : WORDS.by_slip, () => {
    way.change((kept) => { kept.totals = one })
    paint()
  }, { "aria-pressed": String(one === totals), "data-keep": `way-${one}` })) : []))
  const key = vote ? `${vote.poll}/${totals}` : ""
  if (form && form.key === key) {
    if (form.totals) form.part.update(vote)
    return
  }
  const nothing = vote && !vote.slips && !vote.by_option.length
  const part = !vote || nothing ? null : totals ? totalsForm(vote, leave) : slipForm(vote, leave)
  form = { key, part, totals }
  place.replaceChildren(...(part ? [part.element] : nothing ? [makeHtml("p", {}, WORDS.nothing_by_hand)] : leftOver()))
}

// Slips keyed for a vote that was sealed before they were recorded: said, never silently gone.
function leftOver() {
  const prefix = `cordee-slips/${SETUP.code}/`
  const found = []
  try {
    for (const name of Object.keys(localStorage)) {
      const kept = name.startsWith(prefix) ? JSON.parse(localStorage.getItem(name)) : null
      if (kept && kept.slips && kept.slips.length) found.push([name, kept.slips.length])
    }
  } catch { return [] }
  if (!["sealed", "over"].includes(told.why)) return []
  return found.map(([name, n]) => {
    const box = makeHtml("div", { class: "note" }, makeHtml("p", {}, fillText(WORDS.left_over, { n })))
    box.append(button(WORDS.drop, () => { localStorage.removeItem(name); box.remove() }))
    return box
  })
}

// --- what is on its way --------------------------------------------------------------------------------

function leave(order, slips, n) {
  outbox.change((kept) => {
    // Totals not yet sent are replaced by the newer ones of the same channel.
    const others = kept.orders.filter((one) => slips || one.order.do !== "totals" || one.order.channel !== order.channel || one.order.poll !== order.poll)
    kept.orders = [...others, { name: newName(), order, slips, n: slips ? slips.length : n, no: "" }]
  })
  if (slips) mine.change((kept) => { kept.names = [...kept.names, order.batch].slice(-500) })
  paint()
  ask()
}

async function sendAll() {
  for (const one of outbox.get().orders) {
    if (one.no) continue
    const reply = await talk(SETUP.address, one.order)
    if (reply.away || reply.door) { link = reply.door ? "door" : "away"; return }
    if (reply.ok) {
      outbox.change((kept) => { kept.orders = kept.orders.filter((other) => other.name !== one.name) })
      say(one.order.do === "totals" ? fillText(WORDS.totals_sent, { n: one.n }) : plural(one.n, "sent"))
    } else outbox.change((kept) => { for (const other of kept.orders) if (other.name === one.name) other.no = reply.no })
  }
}

function paintWaits() {
  const { orders } = outbox.get()
  waits.hidden = !orders.length
  paintPart(waits, orders, () => (orders.length ? [makeHtml("h2", {}, WORDS.waiting_title), makeHtml("ul", {}, ...orders.map(waitingRow))] : []))
}

function waitingRow(one) {
  const forget = () => outbox.change((kept) => { kept.orders = kept.orders.filter((other) => other.name !== one.name) })
  const actions = one.no ? [
    button(WORDS.try_again, () => {
      outbox.change((kept) => { for (const other of kept.orders) if (other.name === one.name) other.no = "" })
      ask()
    }, { "data-keep": `again-${one.name}` }),
    one.slips && told && told.vote && told.vote.poll === one.order.poll ? button(WORDS.take_up, () => {
      if (form.part && form.part.takeUp && form.part.takeUp(one.order, one.slips)) { forget(); form = null; paint() }
    }, { "data-keep": `take-${one.name}` }) : null,
    button(WORDS.drop, async (event) => {
      if (await askHere(event.target.closest("li"), fillText(WORDS.drop_sure, { n: one.n }), WORDS.drop_yes, WORDS.cancel)) { forget(); paint() }
    }, { "data-keep": `drop-${one.name}` }),
  ] : []
  return makeHtml("li", {}, makeHtml("p", {}, fillText(WORDS.waiting_n, { channel: WORDS[`channel_${one.order.channel}`], n: one.n })),
    one.no ? makeHtml("p", { class: "trouble" }, one.no) : makeHtml("p", { class: "state waits" }, WORDS.waiting), makeHtml("div", { class: "row" }, ...actions.filter(Boolean)))
}

// --- what is recorded ----------------------------------------------------------------------------------

function paintList() {
  const vote = told.vote
  list.hidden = !vote || !vote.slips
  if (list.hidden) return
  const names = mine.get().names
  const rows = [...vote.batches].reverse().map((batch) => ({ ...batch, name: names.find((name) => name.startsWith(batch.mark)) || "" }))
  paintPart(list, rows, () => [makeHtml("h2", {}, WORDS.batches), rows.length ? makeHtml("ul", {}, ...rows.map(batchRow)) : makeHtml("p", { class: "hint" }, WORDS.no_batches)])
}

function batchRow(batch) {
  const hour = new Date(batch.at * 1000).toLocaleTimeString(SETUP.lang === "en" ? "en-GB" : "fr-FR", { hour: "2-digit", minute: "2-digit" })
  const about = [hour, batch.place, batch.mode_label, batch.name ? WORDS.batch_mine : ""].filter(Boolean).join(" · ")
  const strike = batch.name && button(WORDS.strike, async (event) => {
    if (!await askHere(event.target.closest("li"), fillText(WORDS.strike_sure, { n: batch.slips }), WORDS.strike_yes, WORDS.cancel)) return
    const reply = await talk(SETUP.address, { do: "strike", poll: told.vote.poll, batch: batch.name })
    say(reply.ok ? WORDS.struck : reply.no || WORDS.offline)
    ask()
  }, { "data-keep": `strike-${batch.mark}` })
  return makeHtml("li", {}, makeHtml("p", {}, makeHtml("strong", {}, fillText(WORDS.batch, { channel: WORDS[`channel_${batch.channel}`], n: batch.slips }))),
    makeHtml("p", { class: "state", dir: "auto" }, about), strike || null)
}

// --- to and from the urn -------------------------------------------------------------------------------

async function turn() {
  link = ""
  await sendAll()
  if (!link) {
    const reply = await talk(SETUP.address)
    if (reply.ok) told = reply.ok
    else link = reply.door ? "door" : "away"
  }
  paint()
}

function paint() {
  paintWaits()
  if (told) {
    setText(document.getElementById("meeting"), told.meeting.title)
    paintHead()
    paintWays()
    paintList()
  }
  tellState(state, { link, state: "" })
}

const ask = keepAsking(turn, 3)
