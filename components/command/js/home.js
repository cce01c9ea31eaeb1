// The home page: what Python wrote, and the one thing only the browser knows, the size of this screen.
export function render({ model, el }) {
  const box = document.createElement("div")
  box.innerHTML = model.content
  const line = box.querySelector("[data-screen]")
  const ratio = window.devicePixelRatio || 1
  const size = `${Math.round(screen.width * ratio)} × ${Math.round(screen.height * ratio)}`
  if (line) line.textContent = line.dataset.text.replace("SIZE", size)
  // Through a slot the content stays in the page's own tree: its links count among the page's (axe, find in page).
  el.appendChild(document.createElement("slot"))
  el.getRootNode().host.appendChild(box)
}
