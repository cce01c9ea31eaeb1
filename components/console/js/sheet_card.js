// A card: what is established, what is debated, each with its source; what is not known.

const CARD_COLUMNS = ["established", "debated", "unknown"]

function cardForm(form, step, tools, more) {
  const { words, repaint } = more
  const cards = form.cards || {}
  const place = form.steps.indexOf(step)
  const choice = tools.choose(`steps.${place}.card`, words.card, step.card, [...Object.keys(cards).map((id) => [id, id]), ["", words.new_card]], (now) => {
    if (now) step.card = now
    else step.card = newCard(form)
    repaint(`steps.${place}.card`)
  })
  const card = cards[step.card]
  if (!card) return choice
  const path = `cards.${step.card}`
  return makeHtml("fieldset", { class: "question", "data-path": path }, makeHtml("legend", {}, words.card), choice,
    ...CARD_COLUMNS.map((column) => statementRows(card, column, path, tools, more)))
}

function statementRows(card, column, path, tools, more) {
  const { words } = more
  const list = card[column] || (card[column] = [])
  const label = words[`card_${column}_one`]
  const sourced = column !== "unknown"
  const extra = (item, i) => (sourced ? [tools.line(`${path}.${column}.${i}.source`, words.source, item.source ?? "", (now) => { item.source = now })] : [])
  return makeHtml("fieldset", { "data-path": `${path}.${column}` }, makeHtml("legend", {}, words[`card_${column}`]),
    textRows(list, `${path}.${column}`, tools, { ...more, label, add: words.add_statement, extra, long: true, made: (text) => ({ fr: text, ...(sourced ? { source: "" } : {}) }) }))
}

function newCard(form) {
  form.cards = form.cards || {}
  const id = freshName(Object.keys(form.cards), "fiche")
  form.cards[id] = { established: [{ fr: "", source: "" }], debated: [], unknown: [] }
  return id
}
