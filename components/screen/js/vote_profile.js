// The merit profile: for each option its grades from best to worst on one bar, and the line of the middle.
//   drawing = {grades: [{id, label}], rows: [{id, label, counts, shares, median, median_label, rank, winner}], sentence}
// A grade is told by its place, its colour, its hatching on the unfavourable side, and the number in its segment.

const TONES = 7
const SMALLEST_NUMBERED = 5 // percent: a narrower segment has no room for its number, which is in the table

function gradeTone(i, grades) {
  return grades < 2 ? 0 : Math.round((i * (TONES - 1)) / (grades - 1))
}

function profileDrawing(vote, kit) {
  const { texts, lang } = kit
  const grades = vote.result.drawing.grades
  const list = makeHtml("div", { class: "profile-rows", role: "img", "aria-label": fillText(texts.profile_label, { title: vote.title }) })
  const legend = makeHtml("p", { class: "profile-legend" }, ...grades.flatMap((grade, i) =>
    [makeHtml("span", { class: "legend-item" }, makeHtml("span", { class: `swatch tone-${gradeTone(i, grades.length)}` }), grade.label), " "]),
    makeHtml("span", { class: "legend-item", "data-spare": 2 }, makeHtml("span", { class: "median-mark" }), texts.profile_middle))
  const more = makeHtml("p", { class: "others" })
  const element = makeHtml("div", { class: "profile" }, list, more, legend)
  const rows = new Map()
  let shown = Infinity
  const row = (id) => {
    if (!rows.has(id)) rows.set(id, profileRow(grades, kit))
    return rows.get(id)
  }
  const show = () => {
    const all = [...list.children]
    all.forEach((one, i) => { one.hidden = i >= shown })
    more.hidden = shown >= all.length
    setText(more, fillText(texts.rows_others, { n: all.length - shown }))
  }
  const update = (now) => {
    const letter = letters(now.result)
    const found = now.result.drawing.rows.map((one) => row(one.id).paint(one, letter(one.id), now.state !== "open"))
    if (found.some((one, i) => list.children[i] !== one) || list.children.length !== found.length) list.replaceChildren(...found)
    show()
  }
  const table = (now) => ({
    caption: now.title, head: [texts.table_answer, ...grades.map((grade) => grade.label), texts.profile_median],
    rows: now.result.drawing.rows.map((one) => [one.label, ...one.counts.map((n, i) => `${formatNumber(n, lang)} (${formatNumber(one.shares[i], lang, { decimals: 0 })}\u202f%)`), one.median_label || "–"]),
  })
  return {
    element, update, table,
    reset: () => { shown = Infinity; show() },
    relax: () => {
      const most = Math.min(shown, list.children.length)
      if (most <= 3) return false
      shown = most - (most === list.children.length ? 2 : 1)
      show()
      return true
    },
  }
}

function profileRow(grades, kit) {
  const { texts, lang } = kit
  const label = makeHtml("span", { class: "profile-label" })
  const segments = grades.map((_, i) => makeHtml("span", { class: `segment tone-${gradeTone(i, grades.length)}` }, makeHtml("span", { class: "segment-number" })))
  const verdict = makeHtml("span", { class: "profile-median" })
  const element = makeHtml("div", { class: "profile-row" }, label, makeHtml("span", { class: "profile-track" }, ...segments), verdict)
  const paint = (row, letter, told) => {
    label.replaceChildren(makeHtml("span", { class: "letter" }, letter), makeHtml("span", {}, row.label))
    row.shares.forEach((share, i) => {
      segments[i].style.width = `${share}%`
      setText(segments[i].firstChild, share >= SMALLEST_NUMBERED ? formatNumber(share, lang, { decimals: 0 }) : "")
    })
    element.classList.toggle("winner", told && row.winner)
    verdict.replaceChildren(told && row.rank ? makeHtml("span", { class: "rank" }, fillText(row.rank === 1 ? texts.rank_first : texts.rank_other, { n: row.rank })) : "", " ", makeHtml("strong", {}, row.median_label || ""))
    return element
  }
  return { paint }
}
