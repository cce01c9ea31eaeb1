// Instant run-off, round by round: an option to a line, a round to a column, what each gained from the one eliminated.
//   drawing = {rounds: [{round, rows: [{id, label, votes, gained, state}], exhausted, sentence}], sentence}

const ROUNDS_DRAWN = 6

function transfersDrawing(vote, kit) {
  const { texts, lang } = kit
  const drawn = makeHtml("table", { class: "transfers", "aria-hidden": "true" })
  const element = makeHtml("div", { class: "transfers-box" }, drawn, makeHtml("p", { class: "others" }))
  let shown = Infinity
  let current = vote
  const paint = () => {
    const { rounds } = current.result.drawing
    const letter = letters(current.result)
    const columns = roundsShown(rounds, shown === Infinity ? ROUNDS_DRAWN : Math.min(ROUNDS_DRAWN, shown + 2))
    const all = byLastRound(rounds)
    const rows = all.slice(0, shown)
    drawn.replaceChildren(makeHtml("thead", {}, makeHtml("tr", {}, makeHtml("td", {}), ...columns.map((round) => makeHtml("th", { scope: "col" }, round ? fillText(texts.round, { n: round.round }) : "…")))),
      makeHtml("tbody", {}, ...rows.map((row) => makeHtml("tr", {}, makeHtml("th", { scope: "row" }, makeHtml("span", { class: "letter" }, letter(row.id)), makeHtml("span", { class: "clamped" }, row.label)),
        ...columns.map((round) => transferCell(round && round.rows.find((one) => one.id === row.id), round, kit)))),
        exhaustedRow(columns, kit)))
    const more = element.lastElementChild
    more.hidden = rows.length === all.length && columns.length === rounds.length
    setText(more, more.hidden ? "" : fillText(texts.transfers_others, { rounds: rounds.length, n: all.length }))
  }
  const update = (now) => { current = now; paint() }
  const table = (now) => {
    const { rounds } = now.result.drawing
    return {
      caption: fillText(texts.transfers_label, { title: now.title }), head: [texts.table_answer, ...rounds.map((round) => fillText(texts.round, { n: round.round }))],
      rows: byLastRound(rounds).map((row) => [row.label, ...rounds.map((round) => transferWords(round.rows.find((one) => one.id === row.id), kit))]),
    }
  }
  return {
    element, update, table,
    reset: () => { shown = Infinity; paint() },
    relax: () => {
      const most = Math.min(shown, byLastRound(current.result.drawing.rounds).length)
      if (most <= 3) return false
      shown = most - 1
      paint()
      return true
    },
  }
}

// The first round and the last ones; null stands for those between.
function roundsShown(rounds, most) {
  return rounds.length <= most ? rounds : [rounds[0], null, ...rounds.slice(rounds.length - (most - 2))]
}

// Who lasted longest comes first, then who had most in the last round held.
function byLastRound(rounds) {
  const last = new Map()
  rounds.forEach((round) => round.rows.forEach((row) => { if (row.state !== "out") last.set(row.id, { ...row, round: round.round }) }))
  return [...last.values()].sort((a, b) => b.round - a.round || (b.state === "elected") - (a.state === "elected") || b.votes - a.votes)
}

function transferWords(row, kit) {
  const { texts, lang } = kit
  if (!row || row.state === "out") return texts.transfer_out
  const word = { elected: texts.transfer_elected, eliminated: texts.transfer_eliminated }[row.state]
  return [formatNumber(row.votes, lang), row.gained ? `+${formatNumber(row.gained, lang)}` : "", word].filter(Boolean).join(", ")
}

function transferCell(row, round, kit) {
  const { texts, lang } = kit
  if (!round || !row || row.state === "out") return makeHtml("td", { class: "out" })
  const total = round.rows.reduce((sum, one) => sum + (one.state === "out" ? 0 : one.votes), 0) || 1
  const word = row.state === "elected" ? texts.transfer_elected : row.state === "eliminated" ? texts.transfer_eliminated : ""
  return makeHtml("td", { class: row.state }, makeHtml("span", { class: "transfer-bar", style: `width:${(100 * row.votes) / total}%` }),
    makeHtml("span", { class: "transfer-words" }, makeHtml("strong", {}, formatNumber(row.votes, lang)), row.gained ? makeHtml("span", { class: "gained" }, ` +${formatNumber(row.gained, lang)}`) : "",
      word ? makeHtml("span", { class: "transfer-state" }, ` ${word}`) : ""))
}

function exhaustedRow(columns, kit) {
  if (!columns.some((round) => round && round.exhausted)) return null
  return makeHtml("tr", { class: "exhausted" }, makeHtml("th", { scope: "row" }, kit.texts.transfer_exhausted),
    ...columns.map((round) => makeHtml("td", {}, round ? formatNumber(round.exhausted, kit.lang) : "")))
}
