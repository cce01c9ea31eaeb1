// Repainting without losing what somebody is doing: a region is rebuilt only when what it shows has changed, and the
// keyboard stays where it was. Elements that hold a place carry data-keep.

function keepRegion(className, label) {
  const element = makeHtml("section", { class: className, "aria-label": label || null })
  let last = null
  return {
    element,
    paint(signature, build) {
      const now = JSON.stringify(signature)
      if (now === last) return
      last = now
      const root = element.getRootNode()
      const active = root.activeElement
      const held = active && element.contains(active) ? active.dataset.keep : null
      const range = held && active.selectionStart !== undefined && active.type !== "number" ? [active.selectionStart, active.selectionEnd] : null
      element.replaceChildren(...[].concat(build()).filter(Boolean))
      if (!held) return
      const again = [...element.querySelectorAll("[data-keep]")].find((one) => one.dataset.keep === held)
      if (!again) return
      again.focus({ preventScroll: true })
      try { if (range) again.setSelectionRange(...range) } catch { /* not a text field */ }
    },
    forget() { last = null },
  }
}

function keyCap(key) {
  return key ? makeHtml("kbd", {}, key) : null
}

function actionButton({ label, key, keep, primary, quiet, disabled, pressed, onclick }) {
  return makeHtml("button", {
    type: "button", class: [primary ? "primary" : "", quiet ? "quiet" : ""].filter(Boolean).join(" "), "data-keep": keep || label,
    "aria-keyshortcuts": key ? shortcutName(key) : null, "aria-pressed": pressed === undefined ? null : String(pressed), disabled, onclick,
  }, label, keyCap(key))
}

function shortcutName(key) {
  return { "→": "ArrowRight", "←": "ArrowLeft" }[key] || key
}

function field(label, input, hint) {
  return makeHtml("label", { class: "field" }, makeHtml("span", {}, label), input, hint ? makeHtml("small", {}, hint) : null)
}

function minutesSeconds(seconds) {
  const sign = seconds < 0 ? "−" : ""
  const whole = Math.floor(Math.abs(seconds))
  return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}

function hourMinute(at, lang) {
  const date = new Date(at * 1000)
  const minute = String(date.getMinutes()).padStart(2, "0")
  return lang === "en" ? `${date.getHours()}:${minute}` : `${date.getHours()}\u00a0h\u00a0${minute}`
}
