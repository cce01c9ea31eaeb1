// Runs in <head>, before Bokeh opens its socket: the display chosen on this machine, and what to do when the
// server goes away. A Panel page whose socket drops is dead (holoviz/panel#6584), so it says so calmly and
// reloads once the server answers again.
(() => {
  const root = document.documentElement
  const remembered = () => { try { return localStorage.getItem("cordee-theme") } catch { return null } }
  if (remembered() === "dark") root.dataset.theme = "dark"

  // Once only: es-module-shims, which Panel loads, fires this event a second time.
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("page-theme")
    if (!button) return
    const show = () => { button.textContent = root.dataset.theme === "dark" ? button.dataset.light : button.dataset.dark }
    button.addEventListener("click", () => {
      if (root.dataset.theme === "dark") delete root.dataset.theme
      else root.dataset.theme = "dark"
      try { localStorage.setItem("cordee-theme", root.dataset.theme || "light") } catch { /* private window */ }
      show()
    })
    show()
  }, { once: true })

  let leaving = false
  let waiting = false
  addEventListener("pagehide", () => { leaving = true })
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload() })

  const probe = () => {
    const script = [...document.scripts].map((s) => s.src).find((src) => src.startsWith(location.origin))
    return script || location.href
  }
  const lost = () => {
    if (leaving || waiting) return
    waiting = true
    const line = document.getElementById("page-lost")
    if (line) line.hidden = false
    const again = async () => {
      try {
        const answer = await fetch(probe(), { method: "HEAD", cache: "no-store" })
        if (answer.ok) { location.reload(); return }
      } catch { /* still away */ }
      setTimeout(again, 800 + Math.random() * 700)
    }
    setTimeout(again, 500 + Math.random() * 500)
  }
  const Native = window.WebSocket
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args)
      this.addEventListener("close", lost)
    }
  }
})()
