// scenarioHistory(first) — undo and redo over snapshots of overrides; the last change, for replay.
//   .settle(overrides, lever)   a move came to rest; moves of one lever within a second (keys held down) are one      .undo() / .redo() -> {overrides, lever} | null
//   .continues(lever)   the move that begins belongs to the last one
//   .before() -> overrides before the last settled move    .lastLever() -> id|null    .canUndo() / .canRedo()

function scenarioHistory(first) {
  const steps = [{ overrides: first, lever: null }]
  let at = 0
  let settledAt = 0
  const same = (a, b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
  const history = {
    settle: (overrides, lever) => {
      if (same(overrides, steps[at].overrides)) return
      const again = lever !== null && history.continues(lever)
      settledAt = Date.now()
      if (again) { steps.splice(at, Infinity, { overrides, lever }); return }
      steps.splice(at + 1)
      steps.push({ overrides, lever })
      at += 1
    },
    continues: (lever) => at > 0 && steps[at].lever === lever && Date.now() - settledAt < 1000,
    undo: () => (at > 0 ? steps[--at] : null),
    redo: () => (at < steps.length - 1 ? steps[++at] : null),
    canUndo: () => at > 0,
    canRedo: () => at < steps.length - 1,
    before: () => (at > 0 ? steps[at - 1].overrides : null),
    now: () => steps[at].overrides,
    lastLever: () => steps[at].lever,
  }
  return history
}
