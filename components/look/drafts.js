// Text being typed when the page must come back by itself: kept by this tab, put back where the same field opens again.
const keepDrafts = (() => {
  const shelf = "cordee-drafts:" + location.pathname
  const LONGEST_MS = 15 * 60 * 1000
  const FIELDS = "textarea, input:not([type]), input[type=text]"
  const typed = new Set()
  addEventListener("input", (event) => {
    const field = event.composedPath()[0]
    if (event.isTrusted && field instanceof Element && field.matches(FIELDS)) typed.add(field)
  }, true)

  const label = (field) => {
    const own = field.getAttribute("aria-label") || (field.labels && field.labels[0] && field.labels[0].textContent)
    const dialog = field.closest("dialog, [role=dialog], form, section")
    const title = dialog && dialog.querySelector("h1, h2, h3, legend")
    return [field.tagName, field.dataset.keep, field.id, field.name, own, title && title.textContent].map((part) => (part || "").trim()).join("|")
  }
  const shown = (field) => field.isConnected && field.getClientRects().length > 0

  // Password fields are not among them; the tab forgets all when it is closed.
  const keep = () => {
    const drafts = [...typed].filter((field) => shown(field) && field.value.trim()).map((field) => ({ label: label(field), value: field.value }))
    try {
      if (drafts.length) sessionStorage.setItem(shelf, JSON.stringify({ at: Date.now(), drafts }))
    } catch { /* no storage: the text is lost with the page */ }
  }

  const fields = function* (root) {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches(FIELDS)) yield element
      if (element.shadowRoot) yield* fields(element.shadowRoot)
    }
  }
  const restore = () => {
    let kept
    try { kept = JSON.parse(sessionStorage.getItem(shelf)) } catch { kept = null }
    if (!kept || Date.now() - kept.at > LONGEST_MS) return
    let drafts = kept.drafts
    const line = document.getElementById("page-draft")
    if (line) {
      line.hidden = false
      setTimeout(() => { line.hidden = true }, 20000)
    }
    const before = new Map()
    const timer = setInterval(() => {
      for (const field of fields(document)) {
        const draft = drafts.find((one) => one.label === label(field))
        if (!draft || !shown(field) || typed.has(field)) continue
        // A form fills its fields a moment after it opens: only a value that stands is replaced.
        if (before.get(field) !== field.value) { before.set(field, field.value); continue }
        field.value = draft.value
        typed.add(field)
        field.dispatchEvent(new Event("input", { bubbles: true, composed: true }))
        drafts = drafts.filter((one) => one !== draft)
      }
      if (drafts.length && Date.now() - kept.at < LONGEST_MS) return
      clearInterval(timer)
      if (line) line.hidden = true
      try { sessionStorage.removeItem(shelf) } catch { /* see keep */ }
    }, 400)
  }
  addEventListener("DOMContentLoaded", restore, { once: true })
  return keep
})()
