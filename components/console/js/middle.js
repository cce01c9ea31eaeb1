// The middle: what the room sees, the one next thing to do, and the others one key away.

function makeMirror(words) {
  const box = makeHtml("div", { class: "mirror", "aria-hidden": "true", inert: true })
  const inner = makeHtml("div", { class: "mirror-screen" })
  const size = { width: 1280, height: 720 }
  box.append(inner)
  const stage = makeStage(inner, { width: () => size.width, height: () => size.height, heading: "p" })
  const frame = makeHtml("div", { class: "mirror-frame" }, box)
  const fit = () => {
    const [wide, high] = [frame.clientWidth - 4, Math.max(150, frame.clientHeight - 4)]
    if (wide <= 0) return
    const scale = Math.min(wide / size.width, high / size.height)
    inner.style.width = `${size.width}px`
    inner.style.height = `${size.height}px`
    inner.style.transform = `scale(${scale})`
    box.style.width = `${size.width * scale}px`
    box.style.height = `${size.height * scale}px`
  }
  new ResizeObserver(fit).observe(frame)
  let shown = ""
  return {
    element: frame,
    setup: (setup) => stage.setup(setup),
    paint(scene, screens) {
      const resized = screens.width !== size.width || screens.height !== size.height
      Object.assign(size, { width: screens.width, height: screens.height })
      if (resized || !box.style.width) fit()
      const now = JSON.stringify(scene)
      if (now !== shown) { shown = now; stage.paint(scene) }
      if (resized) stage.resize()
    },
  }
}

function paintHead(region, scene, desk) {
  const { words } = desk
  region.paint([scene.step, scene.timer.running, scene.timer.planned, scene.meeting.closed], () => {
    const clock = scene.meeting.closed ? [] : [
      makeHtml("span", { class: "clock", "data-clock": "" }),
      makeHtml("button", { type: "button", "data-keep": "pause", "aria-label": scene.timer.running ? words.pause : words.resume, title: scene.timer.running ? words.pause : words.resume,
        onclick: () => desk.act("timer", { action: scene.timer.running ? "pause" : "resume" }) }, scene.timer.running ? "❚❚" : "▶"),
      makeHtml("button", { type: "button", "data-keep": "less", "aria-label": words.minute_less, onclick: () => desk.act("timer", { action: "add", seconds: -60 }) }, "−1"),
      makeHtml("button", { type: "button", "data-keep": "more", "aria-label": words.minute_more, onclick: () => desk.act("timer", { action: "add", seconds: 60 }) }, "+1"),
    ]
    return [makeHtml("h2", {}, fillText(words.step_of, { n: scene.step.index + 1, count: scene.step.count, title: scene.step.title })), makeHtml("div", { class: "timer" }, ...clock)]
  })
  paintClock(region.element, scene, desk)
}

function paintClock(element, scene, desk) {
  const clock = element.querySelector("[data-clock]")
  if (!clock) return
  const { words } = desk
  const left = scene.timer.left - (scene.timer.running ? desk.elapsed() : 0)
  const none = !scene.timer.planned && scene.timer.left <= 0
  const text = none ? "" : left >= 0 ? fillText(words.left, { time: minutesSeconds(left) }) : fillText(words.over, { time: minutesSeconds(-left) })
  setText(clock, scene.timer.running || none ? text : `${text} ${words.paused}`)
  clock.classList.toggle("warn", !none && left < 0)
}

function nextAction(scene, desk) {
  const { words } = desk
  const known = {
    open: { label: words.open, key: "O", run: () => desk.act("open") },
    close: { label: words.close_vote, key: "F", run: () => desk.act("close", { poll: scene.poll.poll }) },
    reveal: { label: words.reveal, key: "M", run: () => desk.act("reveal", { poll: scene.poll.poll }) },
    next: { label: words.next, key: "→", run: () => desk.act("next", { from_step: scene.step.id }) },
    close_meeting: { label: words.close_meeting, key: "", run: desk.closeMeeting },
  }
  return known[scene.next] || null
}

function paintActions(region, scene, desk) {
  const { words } = desk
  const poll = scene.poll
  const signature = [scene.next, scene.step.id, scene.step.index, scene.undo, scene.is_neutral, scene.promise_on, scene.meeting.closed,
    poll && [poll.poll, poll.state, poll.shown, poll.first, poll.method_on], scene.mirror.body.promise]
  region.paint(signature, () => {
    const next = nextAction(scene, desk)
    const big = next ? makeHtml("button", { type: "button", class: "primary big", "data-keep": "big", "aria-keyshortcuts": next.key ? shortcutName(next.key) : null, onclick: next.run }, next.label, keyCap(next.key))
      : makeHtml("a", { class: "button primary big", href: desk.minutesHref(), target: "_blank", rel: "noopener" }, words.minutes_link)
    const closed = scene.meeting.closed
    const first = [
      actionButton({ label: words.previous, key: "←", keep: "previous", disabled: closed || scene.step.index === 0, onclick: () => desk.act("previous", { from_step: scene.step.id }) }),
      big,
      actionButton({ label: words.next_short, key: "→", keep: "next", disabled: closed || scene.step.index + 1 >= scene.step.count, onclick: () => desk.act("next", { from_step: scene.step.id }) }),
    ]
    const about = closed ? [] : voteActions(scene, desk)
    const always = closed ? [] : [
      actionButton({ label: scene.is_neutral ? words.neutral_off : words.neutral, key: "N", keep: "neutral", pressed: scene.is_neutral, onclick: () => desk.act("neutral", { on: !scene.is_neutral }) }),
      actionButton({ label: words.promise, key: "P", keep: "promise", pressed: scene.promise_on, onclick: () => desk.act("promise", { on: !scene.promise_on }) }),
      actionButton({ label: words.contest, key: "C", keep: "contest", onclick: desk.contest }),
      actionButton({ label: words.decide, key: "G", keep: "decide", onclick: desk.decide }),
      actionButton({ label: words.improvise, key: "I", keep: "improvise", onclick: desk.improvise }),
    ]
    const undo = actionButton({ label: scene.undo ? fillText(words.undo, { what: scene.undo.label }) : words.undo_nothing, key: "Z", keep: "undo", disabled: !scene.undo || closed, onclick: desk.undo })
    const help = actionButton({ label: words.help, key: "?", keep: "help", onclick: desk.help })
    if (!desk.leads) return [makeHtml("p", { class: "note reading" }, words.reading), makeHtml("div", { class: "row others", "data-reads": "" }, next ? null : big, help)]
    return [
      about.length ? makeHtml("div", { class: "row about" }, ...about) : null,
      makeHtml("div", { class: "row main" }, ...first),
      makeHtml("div", { class: "row others" }, ...always, undo, help),
    ]
  })
}

// What can be done with the vote on screen, beside the big button.
function voteActions(scene, desk) {
  const { words } = desk
  const poll = scene.poll
  if (!poll) return []
  const offered = []
  const big = scene.next
  if (poll.state === "closed") {
    offered.push(makeHtml("span", { class: "seals", "data-seals": "" }))
    offered.push(actionButton({ label: words.reopen, keep: "reopen", onclick: () => desk.act("reopen", { poll: poll.poll }) }))
    offered.push(actionButton({ label: words.seal, key: "S", keep: "seal", onclick: desk.seal }))
  }
  if (poll.state === "open" && big !== "close") offered.push(actionButton({ label: words.close_vote, key: "F", keep: "close", onclick: () => desk.act("close", { poll: poll.poll }) }))
  if (poll.shown) offered.push(actionButton({ label: words.hide, key: "M", keep: "hide", onclick: () => desk.act("hide", { poll: poll.poll }) }))
  else if (big !== "reveal") offered.push(actionButton({ label: words.reveal, key: "M", keep: "reveal", onclick: () => desk.act("reveal", { poll: poll.poll }) }))
  if (poll.shown) offered.push(actionButton({ label: words.method_show, key: "K", keep: "method", pressed: poll.method_on, onclick: () => desk.act("method", { on: !poll.method_on }) }))
  if (poll.first && poll.shown) offered.push(poll.first.shown
    ? actionButton({ label: words.first_hide, keep: "first", onclick: () => desk.act("hide", { poll: poll.first.poll }) })
    : actionButton({ label: words.first_show, keep: "first", onclick: () => desk.act("reveal", { poll: poll.first.poll }) }))
  if (poll.state === "sealed" && scene.step.kind === "vote") offered.push(actionButton({ label: words.vote_again, key: "O", keep: "again", onclick: desk.voteAgain }))
  return offered
}

function paintSeal(element, scene, desk) {
  const place = element.querySelector("[data-seals]")
  if (!place || !scene.poll || scene.poll.seals_in === null) return
  setText(place, fillText(desk.words.seals_in, { n: Math.max(0, Math.round(scene.poll.seals_in - desk.elapsed())) }))
}
