// Scores from 0 to the top of the scale: the mean on its scale, and a small column for each score given.
//   drawing = {scale, rows: [{id, label, mean, mean_text, sum, distribution, winner}], sentence}

function scoresDrawing(vote, kit) {
  const { texts, lang } = kit
  const { scale } = vote.result.drawing
  const rows = new Map(vote.result.drawing.rows.map((row) => [row.id, scoreRow(scale, kit)]))
  const more = makeHtml("p", { class: "others" })
  const axis = makeHtml("p", { class: "score-axis" }, makeHtml("span", {}), makeHtml("span", { class: "score-ends" }, makeHtml("span", {}, "0"), makeHtml("span", {}, String(scale))), makeHtml("span", { class: "score-head" }, texts.score_mean))
  const list = makeHtml("div", { class: "score-rows", role: "img", "aria-label": fillText(texts.scores_label, { title: vote.title, scale }) }, ...[...rows.values()].map((row) => row.element))
  const element = makeHtml("div", { class: "scores" }, list, axis, more)
  const update = (now) => {
    const letter = letters(now.result)
    const most = Math.max(1, ...now.result.drawing.rows.flatMap((row) => row.distribution))
    const found = now.result.drawing.rows.map((row) => rows.get(row.id).paint(row, letter(row.id), most, now.result.winners))
    if (found.some((one, i) => list.children[i] !== one)) list.replaceChildren(...found)
  }
  const table = (now) => ({
    caption: now.title, head: [texts.table_answer, texts.score_mean, ...Array.from({ length: scale + 1 }, (_, i) => String(i))],
    rows: now.result.drawing.rows.map((row) => [row.label, row.mean_text, ...row.distribution.map((n) => formatNumber(n, lang))]),
  })
  return { element, update, table, ...shortened(list.children, more, texts.rows_others, texts.rows_other, 3) }
}

function scoreRow(scale, kit) {
  const { texts } = kit
  const label = makeHtml("span", { class: "score-label" })
  const columns = Array.from({ length: scale + 1 }, () => makeHtml("span", { class: "score-column" }, makeHtml("span")))
  const mark = makeHtml("span", { class: "score-mark" })
  const mean = makeHtml("span", { class: "score-mean" })
  const element = makeHtml("div", { class: "score-row" }, label, makeHtml("span", { class: "score-track" }, ...columns, mark), mean)
  const paint = (row, letter, most, winners) => {
    const leads = winners.includes(row.id)
    label.replaceChildren(makeHtml("span", { class: "letter" }, letter), makeHtml("span", {}, row.label, " ", leads ? makeHtml("span", { class: "bar-lead" }, winners.length > 1 ? texts.leads_tie : texts.leads) : ""))
    row.distribution.forEach((n, i) => { columns[i].firstChild.style.height = `${(100 * n) / most}%` })
    mark.hidden = row.mean === null
    if (row.mean !== null) mark.style.left = `${(100 * (row.mean + 0.5)) / (scale + 1)}%`
    mean.replaceChildren(makeHtml("strong", {}, row.mean_text || "–"))
    return element
  }
  return { element, paint }
}
