// makeStage(root, opts) — the three bands of the public screen, drawn at any size.
//   opts = {width(), height(), heading?}   the size to draw for, in px: the window's, or the projector's in a mirror
// Returns {setup(setup), paint(scene), resize()}. `setup` comes once: words, outlines; `paint` for every scene.

function makeStage(root, opts) {
  const title = makeHtml(opts.heading || "h1", { class: "room-title" })
  const side = makeHtml("div", { class: "room-side" })
  const timer = makeHtml("p", { class: "room-timer" })
  const method = makeHtml("p", { class: "room-method" })
  side.append(timer, method)
  const logo = makeHtml("img", { class: "room-logo", hidden: true })
  const top = makeHtml("div", { class: "room-top" }, logo, title, side)
  const body = makeHtml("div", { class: "room-body" })
  const foot = makeHtml("div", { class: "room-foot" })
  const speech = speechBand()
  const stage = makeHtml("div", { class: "room" }, top, body, speech.element, foot)
  root.replaceChildren(stage)
  const state = { setup: null, scene: null, shape: null, drawn: null, footKey: "", at: 0, clock: 0 }
  const unit = () => Math.max(4.2, Math.min(opts.height(), opts.width() * 0.75) / 100)
  const floor = () => Math.max(Math.min(24, unit() * 3.125), unit() * 2.5)

  const kit = () => ({
    texts: state.setup.texts, scenarioTexts: state.setup.scenario_texts, lang: state.setup.lang,
    geometry: state.setup.scenery && state.setup.scenery.geometry, height: () => unit() * 100, floor, scene: state.scene,
  })

  const tick = () => {
    if (!state.scene || state.scene.unknown) return
    const elapsed = (Date.now() - state.at) / 1000
    setText(timer, timerWords(state.scene.timer, elapsed, state.setup.texts))
    speech.tick(state.scene, elapsed, state.setup.texts)
  }

  const measure = () => {
    stage.style.setProperty("--u", `${unit()}px`)
    stage.style.setProperty("--floor", `${floor()}px`)
    stage.classList.toggle("dark", document.documentElement.dataset.theme === "dark")
    stage.classList.toggle("narrow", opts.width() / opts.height() < 1.5)
    stage.classList.toggle("tall", opts.width() / opts.height() < 1)
  }

  const fit = () => {
    fitText(top)
    if (state.drawn && state.drawn.fit) state.drawn.fit(body)
    else if (!state.drawn || !state.drawn.own) fitText(body)
    else body.classList.remove("fit-tight", "fit-small", "fit-cut")
  }

  const paint = (scene) => {
    state.scene = scene
    state.at = Date.now()
    if (!state.setup) return
    if (scene.unknown) {
      state.shape = null
      setText(title, state.setup.texts.brand)
      side.hidden = foot.hidden = speech.element.hidden = true
      body.replaceChildren(makeHtml("div", { class: "words centred" }, makeHtml("p", { class: "lead" }, scene.unknown)))
      measure(); fit()
      return
    }
    side.hidden = false
    const { texts } = state.setup
    const voting = scene.body.kind === "vote"
    const heading = scene.body.kind === "neutral" ? texts.brand
      : scene.body.kind === "promise" ? texts.promise_title
        : scene.body.kind === "doors" ? scene.meeting.title
          : scene.body.kind === "why" ? texts.why_title
            : scene.body.kind === "tables" ? scene.body.heading
            : voting ? scene.body.title : scene.step.title
    setText(title, heading)
    method.replaceChildren(...(voting ? methodWords(scene.body, texts) : []))
    timer.hidden = ["neutral", "closed"].includes(scene.body.kind)
    stage.dataset.kind = scene.body.kind
    stage.classList.toggle("has-result", Boolean(voting && scene.body.result))
    measure()
    const respeech = speech.paint(scene, texts)
    tick() // before anything is fitted: its line takes room
    const refoot = paintFoot(foot, scene, kit(), state) || respeech
    const shape = bodyShape(scene.body, scene)
    if (shape === state.shape && state.drawn.update) {
      state.drawn.update(scene.body, scene)
      if (refoot || overflows(body)) fit()
    } else {
      state.shape = shape
      state.drawn = drawBody(scene.body, kit())
      body.replaceChildren(state.drawn.element)
      fit()
    }
  }

  state.clock = setInterval(tick, 1000)
  return {
    setup: (setup) => { state.setup = setup; showLogo(logo, setup.logo); state.shape = null; state.footKey = ""; if (state.scene) paint(state.scene) },
    paint,
    resize: () => { state.shape = null; if (state.scene && state.setup) paint(state.scene) },
    stop: () => clearInterval(state.clock),
    element: stage,
  }
}

// The logo of the territory, where its pack has one.
function showLogo(image, logo) {
  image.hidden = !logo
  if (logo) { image.src = logo.src; image.alt = logo.name }
}

// The way of voting in a word, where the vote stands, and always what it is worth.
function methodWords(vote, texts) {
  const worth = vote.state === "draft" ? texts.indicative_short : `${voteStateWords(vote, texts)} · ${texts.indicative_after}`
  return [texts[`way_${vote.method}`] || vote.method_label, " ", makeHtml("span", { class: "room-worth" }, worth)]
}

// How to join and how many: small once the doors are closed. True when the band changed its shape.
function paintFoot(foot, scene, kit, state) {
  const { texts, lang } = kit
  const { join, body } = scene
  const key = JSON.stringify([body.kind, join && join.url, join && join.wifi && join.wifi.name, scene.meeting.code])
  const changed = key !== state.footKey
  foot.hidden = body.kind === "doors"
  if (changed) {
    state.footKey = key
    const words = join ? makeHtml("div", { class: "foot-words" },
      ...[join.wifi ? boldSlots(texts.foot_wifi, { name: join.wifi.name }) : null, [join.wifi ? texts.foot_aim_then : texts.foot_aim], boldSlots(texts.foot_address, { address: join.short, code: join.code })]
        .filter(Boolean).flatMap((line) => [makeHtml("span", {}, ...line), " "])) : makeHtml("div", { class: "foot-words" }, makeHtml("p", {}, scene.meeting.title))
    foot.replaceChildren(...[join && !scene.meeting.closed ? qrDrawing(join.qr, fillText(texts.qr_join, { code: join.code, address: join.short })) : null,
      scene.meeting.closed ? makeHtml("div", { class: "foot-words" }, makeHtml("p", {}, scene.meeting.title)) : words,
      makeHtml("div", { class: "foot-counts" })].filter(Boolean))
  }
  const counts = foot.lastElementChild
  const voting = body.kind === "vote" && body.state !== "draft"
  const lines = []
  if (voting) lines.push(bigCount(body.result && body.result.ballots !== null ? body.result.ballots : body.received, texts.received_one, texts.received_many, lang))
  if (scene.present !== null) lines.push(bigCount(scene.present, texts.present_one, texts.present_many, lang))
  if (!lines.length && scene.joined) lines.push(bigCount(scene.joined, texts.joined_one, texts.joined_many, lang))
  counts.replaceChildren(...lines)
  return changed
}
