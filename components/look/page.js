// Runs in <head>: the display chosen on this machine.
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
})()
