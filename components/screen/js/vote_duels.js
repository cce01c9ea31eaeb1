// Duels (Schulze): the ranking in words, and beside it how many prefer the option of the line to that of the column.
//   drawing = {options: [{id, label}], matrix: [[int]], strongest: [[int]], ranking: [[id, …tied], …], sentence}

const DUELS_DRAWN = 9

function duelsDrawing(vote, kit) {
  const { texts, lang } = kit
  const ranking = makeHtml("ol", { class: "ranking" })
  const crosses = makeHtml("table", { class: "duels-table", "aria-hidden": "true" })
  const more = makeHtml("p", { class: "others" })
  const element = makeHtml("div", { class: "duels" }, makeHtml("div", { class: "duels-ranking" }, ranking, more), crosses)
  let shown = Infinity
  let current = vote
  const paint = () => {
    const { options, matrix, ranking: places } = current.result.drawing
    const letter = letters(current.result)
    const labels = new Map(options.map((one) => [one.id, one.label]))
    const at = new Map(options.map((one, i) => [one.id, i]))
    let before = 0
    const lines = places.map((tied) => {
      const place = before + 1
      before += tied.length
      return { place, tied }
    })
    const rows = lines.slice(0, shown)
    ranking.replaceChildren(...rows.map(({ place, tied }) => makeHtml("li", { class: place === 1 ? "winner" : "" }, makeHtml("span", { class: "place" }, `${place}.`),
      makeHtml("span", {}, ...tied.flatMap((id, i) => [i ? texts.tied_with : "", makeHtml("span", { class: "letter" }, letter(id)), labels.get(id)])))))
    const left = lines.slice(shown).reduce((sum, one) => sum + one.tied.length, 0)
    more.hidden = !left
    setText(more, fillText(texts.rows_others, { n: left }))
    const order = places.flat()
    const crossed = order.slice(0, Math.min(DUELS_DRAWN, shown === Infinity ? DUELS_DRAWN : Math.max(3, shown)))
    crosses.replaceChildren(makeHtml("caption", {}, fillText(crossed.length < order.length ? texts.duels_caption_some : texts.duels_caption, { n: crossed.length })),
      makeHtml("thead", {}, makeHtml("tr", {}, makeHtml("td", {}), ...crossed.map((id) => makeHtml("th", { scope: "col" }, letter(id))))),
      makeHtml("tbody", {}, ...crossed.map((row) => makeHtml("tr", {}, makeHtml("th", { scope: "row" }, letter(row)),
        ...crossed.map((column) => duelCell(matrix[at.get(row)][at.get(column)], matrix[at.get(column)][at.get(row)], row === column, lang))))))
  }
  const update = (now) => { current = now; paint() }
  const table = (now) => {
    const { options, matrix } = now.result.drawing
    return {
      caption: `${texts.duels_caption} ${now.title}`, head: [texts.table_answer, ...options.map((one) => one.label)],
      rows: options.map((one, i) => [one.label, ...matrix[i].map((n, j) => (i === j ? "–" : formatNumber(n, lang) + (n > matrix[j][i] ? `, ${texts.duel_won}` : "")))]),
    }
  }
  return {
    element, update, table,
    reset: () => { shown = Infinity; paint() },
    relax: () => {
      const most = Math.min(shown, current.result.drawing.ranking.length)
      if (most <= 3) return false
      shown = most - 1
      paint()
      return true
    },
  }
}

function duelCell(here, there, same, lang) {
  if (same) return makeHtml("td", { class: "same" })
  return makeHtml("td", { class: here > there ? "won" : "" }, here > there ? makeHtml("strong", {}, formatNumber(here, lang)) : formatNumber(here, lang))
}
