// The page of the room: the whole window is the stage. F for full screen; the pointer hides when it rests.

export function render({ model, el }) {
  const root = makeHtml("div", { class: "whole-screen" })
  const stage = makeStage(root, { width: () => window.innerWidth, height: () => window.innerHeight })
  const theme = new URLSearchParams(location.search).get("theme")
  if (theme === "dark") document.documentElement.dataset.theme = "dark"
  if (theme === "light") delete document.documentElement.dataset.theme

  const read = (text) => { try { return JSON.parse(text) } catch { return null } }
  const setup = () => { const found = read(model.setup); if (found) stage.setup(found) }
  let seen = 0
  const scene = () => { const found = read(model.scene); if (found) { seen = found.number; stage.paint(found) } }
  const size = () => model.send_msg({ width: window.innerWidth, height: window.innerHeight })
  model.on("setup", setup)
  model.on("scene", scene)

  // What never arrived is sent again: the room must not be left with an old scene.
  const asking = setInterval(() => model.send_msg({ seen }), 2000)

  let resized = 0
  const onResize = () => { clearTimeout(resized); resized = setTimeout(() => { stage.resize(); size() }, 80) }
  const onKey = (event) => {
    if (event.key.toLowerCase() !== "f" || event.ctrlKey || event.metaKey || event.altKey) return
    if (document.fullscreenElement) document.exitFullscreen()
    else document.documentElement.requestFullscreen().catch(() => {})
  }
  let resting = 0
  const onPointer = () => {
    root.classList.remove("resting")
    clearTimeout(resting)
    resting = setTimeout(() => root.classList.add("resting"), 2500)
  }
  addEventListener("resize", onResize)
  addEventListener("keydown", onKey)
  addEventListener("pointermove", onPointer)
  onPointer()
  model.on("remove", () => {
    stage.stop()
    clearInterval(asking)
    removeEventListener("resize", onResize)
    removeEventListener("keydown", onKey)
    removeEventListener("pointermove", onPointer)
  })
  // The stage measures itself, so it is drawn once it is in the page.
  requestAnimationFrame(() => { setup(); scene(); size() })
  return root
}
