// A batch being keyed, kept in this browser until it is recorded: a closed tab loses nothing.

function slipsDrafts(meeting, poll) {
  const name = `cordee-slips/${meeting}/${poll}`
  const fresh = () => ({ batch: randomName(), channel: "", mode: "room", place: "", college: "", slips: [], current: {} })
  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(name))
      return found && Array.isArray(found.slips) ? { ...fresh(), ...found } : null
    } catch { return null }
  }
  let draft = read() || fresh()
  return {
    get: () => draft,
    save() { try { localStorage.setItem(name, JSON.stringify(draft)) } catch { /* private window: the page still holds it */ } },
    // The next batch comes from the same pile: same place, same mode.
    next() { draft = { ...fresh(), channel: draft.channel, mode: draft.mode, place: draft.place, college: draft.college }; this.drop() },
    // The same slips under another name: the first one was taken back.
    rename() { draft.batch = randomName(); this.save() },
    drop() { try { localStorage.removeItem(name) } catch { /* nothing was kept */ } },
  }
}

const knownDrafts = new Map()

function draftsOf(scene) {
  const key = `${scene.meeting.code}/${scene.panel.poll}`
  if (!knownDrafts.has(key)) knownDrafts.set(key, slipsDrafts(scene.meeting.code, scene.panel.poll))
  return knownDrafts.get(key)
}

function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

// What stays of drafts whose vote is sealed or gone is removed from this browser.
function dropSealedDrafts(scene) {
  if (!scene.poll || (scene.poll.state !== "sealed" && !scene.meeting.closed)) return
  try {
    const prefix = `cordee-slips/${scene.meeting.code}/`
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(prefix) && (scene.meeting.closed || name === prefix + scene.poll.poll)) localStorage.removeItem(name)
    }
  } catch { /* no storage, nothing kept */ }
}

// What was keyed for one slip → the choice as a phone would say it, or the sentence that says why not.
function slipChoice(rules, values, words) {
  const told = rules.options.filter((option) => (values[option.id] ?? "") !== "")
  const number = (option) => Number(values[option.id])
  if (rules.kind === "pick") {
    const picked = told.map((option) => option.id)
    if (rules.most === 1) return picked.length === 1 ? { choice: picked } : { trouble: words.slip_pick_one }
    if (picked.length > rules.most) return { trouble: fillText(words.slip_too_many, { most: rules.most }) }
    return { choice: picked }
  }
  const high = told.find((option) => number(option) > rules.most)
  if (high) return { trouble: fillText(words.slip_too_high, { option: high.label, most: rules.most }) }
  if (rules.kind === "grade") return { choice: Object.fromEntries(told.filter(number).map((option) => [option.id, rules.grades[number(option) - 1].id])) }
  if (rules.kind === "rank") {
    const ranked = told.filter(number).sort((a, b) => number(a) - number(b))
    const twice = ranked.find((option, i) => i && number(option) === number(ranked[i - 1]))
    return twice ? { trouble: fillText(words.slip_rank_twice, { rank: number(twice) }) } : { choice: ranked.map((option) => option.id) }
  }
  const choice = Object.fromEntries(told.map((option) => [option.id, number(option)]))
  const sum = Object.values(choice).reduce((total, value) => total + value, 0)
  if (rules.total && sum > rules.total) return { trouble: fillText(words.slip_too_many_points, { n: sum, most: rules.total }) }
  return { choice }
}

// A slip in a few words, as its reader would say it back.
function slipWords(rules, values, words) {
  const told = rules.options.map((option, i) => ({ option, i, value: values[option.id] ?? "" })).filter(({ value }) => value !== "" && !(value === "0" && rules.kind !== "score"))
  if (!told.length) return words.slip_blank
  if (rules.kind === "pick") return told.map(({ option }) => option.label).join(", ")
  return told.map(({ i, value }) => `${letterOf(i)} ${rules.kind === "grade" ? rules.grades[Number(value) - 1]?.label ?? value : value}`).join(" · ")
}
