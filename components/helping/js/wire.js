// What the pages of those who help share: what is kept on this device, and talking to the urn.

const SETUP = JSON.parse(document.getElementById("setup").textContent)
const WORDS = SETUP.words

function newName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

// A value kept in this browser under a name; read again at each change, so that two tabs do not undo each other.
function keptValue(name, fresh) {
  let memory = fresh
  const get = () => {
    try { memory = { ...fresh, ...JSON.parse(localStorage.getItem(name)) } } catch { /* private window: the page holds it */ }
    return memory
  }
  const change = (turn) => {
    const value = get()
    turn(value)
    memory = value
    try { localStorage.setItem(name, JSON.stringify(value)) } catch { /* as above */ }
    return value
  }
  return { get, change }
}

// One question to the urn. {ok: data} when it is written; {no: sentence, error} when it is refused; {door: true} when
// the access has ended; {away: true} when nobody answered, or not for sure: the same may be sent again.
async function talk(address, body) {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), 10000)
  try {
    const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}lang=${SETUP.lang}`, body === undefined ? { signal: stop.signal, cache: "no-store" }
      : { method: "POST", signal: stop.signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })
    if (answer.status >= 500 || answer.status === 429) return { away: true }
    const data = await answer.json()
    if (answer.ok) return { ok: data }
    return data.error === "helper_needed" ? { door: true } : { no: data.message, error: data.error }
  } catch {
    return { away: true }
  } finally {
    clearTimeout(timer)
  }
}

// Asks again and again, calmly; at once when the network or the page comes back.
function keepAsking(ask, seconds) {
  let timer = 0
  let asking = false
  let wanted = false // somebody wrote while the last question was under way
  const turn = async () => {
    clearTimeout(timer)
    if (asking) { wanted = true; return }
    asking = true
    wanted = false
    try { await ask() } finally { asking = false }
    timer = setTimeout(turn, wanted ? 0 : seconds * 1000)
  }
  addEventListener("online", turn)
  document.addEventListener("visibilitychange", () => { if (!document.hidden) turn() })
  turn()
  return turn
}

function button(label, onclick, attributes) {
  return makeHtml("button", { type: "button", onclick, ...attributes }, label)
}

// Rebuilds a part only when what it shows has changed; the keyboard stays on the element of the same data-keep.
function paintPart(element, signature, build) {
  const now = JSON.stringify(signature)
  if (element.dataset.shows === now) return
  element.dataset.shows = now
  const active = document.activeElement
  const held = active && element.contains(active) ? active.dataset.keep : null
  element.replaceChildren(...[].concat(build()).filter(Boolean))
  const again = held && [...element.querySelectorAll("[data-keep]")].find((one) => one.dataset.keep === held)
  if (again) again.focus({ preventScroll: true })
}

// Asked beside what it is about: a dialog would hide it. Gives true or false.
function askHere(place, sentence, yes, no) {
  return new Promise((resolve) => {
    const before = document.activeElement
    const end = (answer) => { box.remove(); if (before && before.isConnected) before.focus(); resolve(answer) }
    const refuse = button(no, () => end(false))
    const box = makeHtml("div", { class: "note", role: "group", "aria-label": sentence }, makeHtml("p", {}, sentence),
      makeHtml("div", { class: "row" }, button(yes, () => end(true)), refuse))
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") end(false) })
    place.append(box)
    refuse.focus()
  })
}

// The line that says whether what is written has left, and why not.
function tellState(element, { link, state }) {
  const say = (text, more) => { paintPart(element, [text, Boolean(more)], () => [text ? makeHtml("p", { class: "trouble" }, text, " ", more || "") : null]) }
  if (link === "door") say(WORDS.sign_in_again, makeHtml("a", { href: SETUP.door }, WORDS.sign_in))
  else if (link === "away") say(WORDS.offline)
  else say(state)
}
