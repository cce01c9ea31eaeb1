// The budget: how much of it is taken, by which projects in which order, then each project with its cost.
//   drawing = {budget, spent, rows: [{id, label, cost, cost_text, points, supporters, funded, order}], sentence}
// Funded projects are never left out: where there are many, lines get columns, and those not funded give way first.

const BUDGET_LINES = 9

function budgetDrawing(vote, kit) {
  const { texts, lang } = kit
  const sorted = budgetOrder(vote.result.drawing.rows)
  const bar = makeHtml("div", { class: "budget-bar", role: "img" })
  const spent = makeHtml("p", { class: "budget-spent" })
  const rows = new Map(sorted.map((row) => [row.id, makeHtml("li", {})]))
  const more = makeHtml("li", { class: "others" })
  const list = makeHtml("ol", { class: "budget-rows" }, ...rows.values(), more)
  const element = makeHtml("div", { class: "budget" }, spent, bar, list)
  let current = vote
  // First without bars, then in columns, then names cut short, then names alone; at each step, fewer of those not funded.
  const steps = ["full", "plain", "two", "two short", "three short", "run"]
  let level = 0
  let shown = sorted.length
  const funded = () => Math.max(3, current.result.drawing.rows.filter((row) => row.funded).length)
  const show = () => {
    shown = Math.max(shown, Math.min(funded(), sorted.length))
    list.className = `budget-rows ${steps[level]}`
    budgetOrder(current.result.drawing.rows).forEach((row, i) => { rows.get(row.id).hidden = i >= shown })
    more.hidden = shown >= sorted.length
    setText(more, fillText(sorted.length - shown > 1 ? texts.budget_others : texts.budget_other, { n: sorted.length - shown }))
  }
  const update = (now) => {
    current = now
    const { budget, spent: taken } = now.result.drawing
    const letter = letters(now.result)
    const order = budgetOrder(now.result.drawing.rows)
    setText(spent, fillText(texts.budget_spent, { spent: money(taken, lang), budget: money(budget, lang), left: money(budget - taken, lang), percent: formatNumber(budget ? (100 * taken) / budget : 0, lang, { decimals: 0 }) }))
    bar.setAttribute("aria-label", spent.textContent)
    bar.replaceChildren(...order.filter((row) => row.funded).map((row) => {
      const share = budget ? (100 * row.cost) / budget : 0
      return makeHtml("span", { class: "budget-part", style: `width:${share}%` }, share >= 4 ? String(row.order ?? "") : "")
    }))
    for (const row of order) paintBudgetRow(rows.get(row.id), row, letter(row.id), budget, kit)
    if (order.some((row, i) => list.children[i] !== rows.get(row.id))) list.replaceChildren(...order.map((row) => rows.get(row.id)), more)
    show()
  }
  const table = (now) => ({
    caption: now.title, head: [texts.table_answer, texts.budget_cost, texts.budget_points, texts.budget_supporters, texts.budget_outcome],
    rows: budgetOrder(now.result.drawing.rows).map((row) => [row.label, row.cost_text, formatNumber(row.points, lang), formatNumber(row.supporters, lang),
      row.funded ? fillText(texts.budget_funded_at, { n: row.order ?? "" }) : texts.budget_unfunded]),
  })
  return {
    element, update, table,
    reset: () => { level = sorted.length > BUDGET_LINES ? steps.indexOf("two") : 0; shown = sorted.length; show() },
    relax: () => {
      const columns = level >= steps.indexOf("two")
      if (columns && shown > funded()) shown -= shown === sorted.length ? 2 : 1
      else if (level < steps.length - 1) {
        level += 1
        shown = sorted.length
      } else return false
      show()
      return true
    },
  }
}

// In the order they were funded, then the others by the points they have.
function budgetOrder(rows) {
  return [...rows].sort((a, b) => b.funded - a.funded || (a.funded ? (a.order ?? 0) - (b.order ?? 0) : b.points - a.points))
}

function money(amount, lang) {
  return lang === "en" ? `€${formatNumber(amount, lang)}` : `${formatNumber(amount, lang)}\u202f€`
}

function paintBudgetRow(element, row, letter, budget, kit) {
  const { texts, lang } = kit
  element.className = row.funded ? "funded" : "unfunded"
  element.replaceChildren(makeHtml("span", { class: "budget-order" }, row.funded ? String(row.order ?? "✓") : "–"),
    makeHtml("span", { class: "budget-label" }, makeHtml("span", { class: "letter" }, letter), makeHtml("span", { class: "budget-name" }, row.label)),
    makeHtml("span", { class: "budget-track" }, makeHtml("span", { style: `width:${budget ? Math.min(100, (100 * row.cost) / budget) : 0}%` })),
    makeHtml("span", { class: "budget-cost" }, row.cost_text),
    makeHtml("span", { class: "budget-points" }, fillText(row.points > 1 ? texts.points_many : texts.points_one, { n: formatNumber(row.points, lang) })))
}
