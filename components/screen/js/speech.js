// Who has the floor: not a name, a clock in words that never cuts, and if wanted how the time is shared.

function speechBand() {
  const clock = makeHtml("p", { class: "speech-clock" })
  const shares = makeHtml("p", { class: "speech-shares" })
  const element = makeHtml("div", { class: "room-speech", hidden: true }, clock, shares)
  const tick = (scene, elapsed, texts) => {
    const speech = scene.floor
    if (!speech) return
    const spoken = speech.elapsed + elapsed
    const time = speech.limit ? timerWords({ left: speech.limit - spoken, running: true, planned: speech.limit }, 0, texts)
      : spoken < 60 ? texts.speech_less : fillText(texts.speech_minutes, { n: Math.floor(spoken / 60) })
    setText(clock, fillText(texts.speech, { time }))
  }
  // True when the band appeared, went or changed its lines.
  const paint = (scene, texts) => {
    const speech = ["neutral", "promise"].includes(scene.body.kind) ? null : scene.floor
    const words = speech && speech.shares.length ? fillText(texts.speech_shares, { shares: speech.shares.map((row) => fillText(texts.speech_share, { who: row.label, n: row.percent })).join(" · ") }) : ""
    const changed = element.hidden === Boolean(speech) || shares.textContent !== words
    element.hidden = !speech
    setText(shares, words)
    shares.hidden = !words
    return changed
  }
  return { element, tick, paint }
}
