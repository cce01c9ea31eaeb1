// The home page: what Python wrote, what only the browser knows (its screens), and the news of what is being tried.
const SIGNS = { good: "✓", look: "!", bad: "✗" }
const EVERY_MS = 3000

function setCheck(box, name, state, word, text) {
  const row = box.querySelector(`[data-check="${name}"]`)
  if (!row) return
  const line = row.querySelector(".text")
  if (line.textContent === text && row.className === state) return
  row.className = state
  row.querySelector(".sign").textContent = SIGNS[state]
  row.querySelector(".word").textContent = word
  line.textContent = text
}

function setSummary(box) {
  const has = (state) => box.querySelector(`.checks > .${state}`)
  const summary = box.querySelector(".summary")
  const text = summary.dataset[has("bad") ? "bad" : has("look") ? "look" : "good"]
  if (summary.textContent !== text) summary.textContent = text
}

function setScreens(box, words) {
  const ratio = window.devicePixelRatio || 1
  const size = `${Math.round(screen.width * ratio)} × ${Math.round(screen.height * ratio)}`
  const small = screen.width < 1024
  const told = (small ? words.screen_small : words.screen_size).replace("SIZE", size)
  setCheck(box, "screen", small ? "look" : "good", words[small ? "state_look" : "state_good"], told)
  // Where the browser says it (Chromium), whether a second screen is plugged in.
  const second = screen.isExtended === undefined ? "unknown" : screen.isExtended ? "two" : "one"
  const state = second === "two" ? "good" : "look"
  setCheck(box, "projector", state, words[`state_${state}`], words[`projector_${second}`])
}

export function render({ model, el }) {
  const box = document.createElement("div")
  box.innerHTML = model.content
  const words = JSON.parse(box.querySelector("[data-words]").dataset.words)
  const news = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(`/essai/etat?lang=${document.documentElement.lang}`, { cache: "no-store" })
        if (answer.ok) for (const one of await answer.json()) setCheck(box, one.name, one.state, one.word, one.text)
      } catch { /* the page itself says when the server is away */ }
      setScreens(box, words)
      setSummary(box)
    }
    setTimeout(news, EVERY_MS)
  }
  setScreens(box, words)
  setSummary(box)
  setTimeout(news, EVERY_MS)
  box.querySelector("[data-print]").addEventListener("click", () => window.print())
  // Through a slot the content stays in the page's own tree: its links count among the page's (axe, find in page).
  el.appendChild(document.createElement("slot"))
  el.getRootNode().host.appendChild(box)
}
