// Runs in <head>, before Bokeh opens its socket. A Panel page whose socket drops is dead (holoviz/panel#6584), so it
// says so calmly and comes back to the same address once the server answers. A socket that a sleeping laptop or a
// router has silently lost tells no end: every few quiet seconds the server is asked for a sign of life.
(() => {
  const QUIET_MS = 2000
  const ANSWER_MS = 2500
  const GRACE_MS = 700
  let leaving = false
  let waiting = false
  addEventListener("pagehide", () => { leaving = true })
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload() })

  const show = (lost) => {
    const line = document.getElementById("page-lost")
    if (line) line.hidden = !lost
  }
  const probe = () => {
    const script = [...document.scripts].map((s) => s.src).find((src) => src.startsWith(location.origin))
    return script || location.href
  }
  // Six at once: a browser keeps as many old connections, and those may be dead too; given up, they are not used again.
  const answers = async () => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const one = async () => {
      if (!(await fetch(probe(), { method: "HEAD", cache: "no-store", signal })).ok) throw new Error("not yet")
    }
    return Promise.any(Array.from({ length: 6 }, one)).then(() => true, () => false)
  }
  const lost = () => {
    if (leaving || waiting) return
    waiting = true
    show(true)
    const again = async () => {
      if (await answers()) { keepDrafts(); location.reload(); return }
      setTimeout(again, 400 + Math.random() * 600)
    }
    setTimeout(again, 200 + Math.random() * 400)
  }

  const sockets = new Set()
  const Native = window.WebSocket
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args)
      const state = { socket: this, heard: 0, asked: 0 }
      this.addEventListener("message", () => {
        if (!waiting && !state.heard) show(false)
        state.heard = Date.now()
      })
      this.addEventListener("close", () => { sockets.delete(state); lost() })
      sockets.add(state)
    }
  }

  // Bokeh's own question, which its server answers and its client ignores. Three frames: head, metadata, content.
  let number = 0
  const ask = (socket) => {
    number += 1
    const head = JSON.stringify({ msgid: `alive-${number}`, msgtype: "SERVER-INFO-REQ" })
    for (const frame of [head, "{}", "{}"]) socket.send(frame)
  }
  const check = async (state) => {
    const { socket, heard } = state
    if (leaving || waiting || state.asked || !heard || socket.readyState !== Native.OPEN) return
    state.asked = Date.now()
    const silent = () => state.heard === heard && socket.readyState === Native.OPEN
    ask(socket)
    await pause(ANSWER_MS)
    // A busy server answers neither; a dead socket stays silent while the server answers others.
    if (silent() && (await answers() || await answers())) {
      await pause(GRACE_MS)
      if (silent()) lost()
    } else if (silent()) show(true)
    else if (!waiting) show(false)
    state.asked = 0
  }
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms) })
  const checkAll = (quiet) => {
    for (const state of sockets) if (Math.abs(Date.now() - state.heard) >= quiet) check(state)
  }
  setInterval(() => checkAll(QUIET_MS), 500)
  for (const name of ["online", "focus", "visibilitychange"]) addEventListener(name, () => checkAll(0), true)
})()
