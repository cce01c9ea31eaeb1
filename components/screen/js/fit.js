// fitText(box) — make what is in a box stay in it, in this order: smaller text down to the floor (24 px on a
// 768-line projector), then closer lines and a narrower face, then below the floor, then cut at the edge.

const FIT_STEPS = [1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52, 0.46, 0.4]

function overflows(box) {
  return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1
}

function fitText(box) {
  box.classList.remove("fit-tight", "fit-small", "fit-cut")
  for (const squeeze of [null, "fit-tight", "fit-small"]) {
    if (squeeze) box.classList.add(squeeze)
    for (const scale of squeeze === "fit-small" ? [0.75, 0.66, 0.58, 0.5, 0.42, 0.34] : FIT_STEPS) {
      box.style.setProperty("--fit", scale)
      if (!overflows(box)) return
    }
  }
  box.classList.add("fit-cut")
}
