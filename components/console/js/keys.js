// One key each: arrows and Page keys for steps, letters for the rest. A field that is being typed in keeps its letters.

const LETTER_KEYS = "cordee-letter-keys"

function keyActions(scene, desk) {
  const poll = scene.poll
  return {
    o: () => (poll && poll.state === "sealed" ? desk.voteAgain() : desk.act("open")),
    f: () => desk.act("close", poll ? { poll: poll.poll } : {}),
    m: () => desk.act(poll && poll.shown ? "hide" : "reveal", poll ? { poll: poll.poll } : {}),
    n: () => desk.act("neutral", { on: !scene.is_neutral }),
    p: () => desk.act("promise", { on: !scene.promise_on }),
    k: () => poll && poll.shown && desk.act("method", { on: !poll.method_on }),
    b: desk.keySlips, j: desk.objection,
    d: () => !scene.meeting.closed && desk.askToSpeak(),
    t: () => scene.floor.queue.length && desk.act("speak", { entry: scene.floor.queue[0].entry }),
    e: () => scene.floor.speaker && desk.act("speech_end", { entry: scene.floor.speaker.entry }),
    c: desk.contest, g: desk.decide, i: desk.improvise, z: desk.undo, s: desk.seal, q: desk.why, "?": desk.help,
  }
}

function pressKey(event, desk) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !desk.scene || desk.scene.unknown) return
  if (desk.host.querySelector("dialog[open]")) return
  const target = event.composedPath()[0]
  const tag = target && target.tagName
  const slider = tag === "INPUT" && target.type === "range"
  const typing = tag === "TEXTAREA" || tag === "SELECT" || (tag === "INPUT" && !slider && target.type !== "checkbox")
  const { scene } = desk
  const key = event.key.toLowerCase()
  if (!desk.leads && key !== "q" && key !== "?") return
  const turn = { PageDown: "next", PageUp: "previous", ...(slider || typing ? {} : { ArrowRight: "next", ArrowLeft: "previous" }) }[event.key]
  if (turn && tag !== "TEXTAREA") {
    event.preventDefault()
    if (!event.repeat) desk.act(turn, { from_step: scene.step.id })
    return
  }
  if (typing || event.repeat || !letterKeys()) return
  const run = keyActions(scene, desk)[key]
  if (!run) return
  event.preventDefault()
  run()
}

function letterKeys() {
  try { return localStorage.getItem(LETTER_KEYS) !== "off" } catch { return true }
}

function helpDialog(desk) {
  const { words, host } = desk
  const keys = [["→ / Page ↓", "next"], ["← / Page ↑", "previous"], ["O", "open"], ["F", "close_vote"], ["M", "show_hide"], ["K", "method_key"], ["S", "seal"], ["B", "slip_key"], ["J", "objection_note"],
    ["D", "queue_ask"], ["T", "floor_next"], ["E", "speech_end"], ["N", "neutral"], ["P", "promise"], ["I", "improvise"], ["Q", "why_key"], ["C", "contest"], ["G", "decide"], ["Z", "undo_plain"], ["?", "help"]]
  const offered = keys.filter(([key]) => desk.leads || key === "Q" || key === "?")
  const box = makeHtml("input", { type: "checkbox", onchange: (event) => { try { localStorage.setItem(LETTER_KEYS, event.target.checked ? "on" : "off") } catch { /* private window */ } } })
  box.checked = letterKeys()
  const dialog = openDialog(host, words.help_title, [
    makeHtml("table", {}, makeHtml("tbody", {}, ...offered.map(([key, name]) => makeHtml("tr", {}, makeHtml("th", { scope: "row" }, keyCap(key)), makeHtml("td", {}, words[name]))))),
    desk.leads ? makeHtml("p", {}, words.help_text) : null,
    makeHtml("label", { class: "check" }, box, words.letter_keys),
    makeHtml("div", { class: "dialog-actions" }, makeHtml("button", { type: "button", class: "primary", onclick: () => dialog.close() }, words.close))])
}
