// Before and during a hidden vote: the options in the order announced, with what each costs, and the ballots received.

function votePending(vote, kit) {
  const { texts, lang } = kit
  const count = makeHtml("div", { class: "received" })
  const notes = makeHtml("div", { class: "vote-notes" })
  const list = vote.options.length ? optionList(vote.options, kit) : null
  const element = makeHtml("div", { class: `vote-pending ${vote.options.length > MANY_OPTIONS ? "long" : ""}` },
    list ? list.element : makeHtml("p", { class: "ask" }, vote.method === "commune" ? texts.commune_ask : texts.drawn_order),
    makeHtml("div", { class: "vote-now" }, count, notes))
  const update = (now) => {
    count.replaceChildren(now.state === "draft" ? makeHtml("p", { class: "big-count" }, texts.vote_draft)
      : bigCount(now.received, texts.received_one, texts.received_many, lang))
    const words = now.state === "draft" ? [now.rule, now.order, BY_HANDS.has(now.method) ? texts.channels_all : texts.channels_no_hands]
      : now.state === "open" ? [texts.vote_hidden] : [texts.vote_hidden_closed]
    notes.replaceChildren(...[now.method_label, ...words].filter(Boolean).map((line) => makeHtml("p", {}, line)),
      ...(now.method === "consent" && (now.objections || []).length ? [objectionList(now.objections, kit, 6)] : []))
  }
  update(vote)
  return { element, update, fit: (box) => fitResult(box, element, list || {}) }
}

// A ballot of several grades or numbers is never counted by raised hands.
const BY_HANDS = new Set(["yes_no_blank", "single", "approval", "commune", "consent"])

const MANY_OPTIONS = 9

// In two or three columns where there are many; what even so does not fit is on the phones and on paper, and is counted here.
function optionList(options, kit) {
  const { texts } = kit
  const rows = options.map((option, i) => makeHtml("li", {}, makeHtml("span", { class: "letter", "aria-hidden": "true" }, letterOf(i)),
    makeHtml("span", { class: "option-words" }, option.label), option.cost_text ? makeHtml("span", { class: "option-cost" }, ` ${option.cost_text}`) : null))
  const more = makeHtml("li", { class: "others" })
  const element = makeHtml("ol", { class: `options ${options.length > 5 ? "many" : ""} ${options.length > MANY_OPTIONS ? "columns" : ""}` }, ...rows, more)
  return { element, ...shortened(rows, more, texts.options_others, texts.options_other) }
}

// Rows from the end give way a few at a time; `more` says how many are not shown. `kept` rows never go.
// `rows` may be a list that changes order, as the children of an element do.
function shortened(rows, more, many, one, kept = 1) {
  let shown = rows.length
  const show = () => {
    Array.from(rows).forEach((row, i) => { row.hidden = i >= shown })
    const left = rows.length - shown
    more.hidden = left === 0
    setText(more, left === 1 ? one : fillText(many, { n: left }))
  }
  show()
  return {
    reset: () => { shown = rows.length; show() },
    relax: () => {
      if (shown <= kept) return false
      shown = Math.max(kept, shown - (shown === rows.length ? 2 : 1))
      show()
      return true
    },
  }
}
