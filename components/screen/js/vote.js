// The vote on the public screen: what is asked, how many have answered, and once shown the result.
//   vote = body of kind "vote" (scene.vote); while hidden it holds the number of ballots and nothing else.
// A drawing proper to each method lives in its own file: `drawing(vote, kit) -> {element, update(vote), table(vote),
// relax?() -> bool, reset?()}`. `table` says the same in words ({caption, head: [words], rows: [[words]]}); `relax`
// shows a little less and says whether it could, when the room could not read it otherwise; `reset` shows all again.

function drawingOf(result) {
  const kind = result.drawing ? result.drawing.kind : "bars"
  return { profile: profileDrawing, scores: scoresDrawing, transfers: transfersDrawing, duels: duelsDrawing,
    budget: budgetDrawing, consent: consentDrawing }[kind] || barsDrawing
}

function voteBody(vote, kit) {
  if (vote.result && vote.method_on && (vote.result.explanation || []).length) return methodPanel(vote, kit)
  if (vote.result && vote.method === "commune" && !vote.result.too_few) return communeResult(vote, kit)
  if (vote.result && !vote.result.too_few) return voteResult(vote, kit)
  if (vote.result) return { element: makeHtml("div", { class: "vote-result" }, makeHtml("p", { class: "too-few" }, vote.result.sentence)) }
  return votePending(vote, kit)
}

// What of a vote calls for a new drawing rather than new figures in the same one.
function voteShape(body) {
  const result = body.result
  const drawn = result && [result.too_few, body.method_on && (result.explanation || []).length, result.options.map((o) => o.id + o.label), drawingShape(result.drawing),
    (result.colleges || []).map((one) => one.id), body.before && body.before.poll]
  return JSON.stringify(["vote", body.poll, body.title, body.options, drawn || "pending", body.state === "draft"])
}

function drawingShape(drawing) {
  if (!drawing) return ""
  return [drawing.kind, (drawing.grades || drawing.options || []).map((one) => one.id), (drawing.rounds || []).map((one) => one.round)]
}

function voteStateWords(vote, texts) {
  return { draft: texts.vote_draft, open: texts.vote_open, closed: texts.vote_closed, sealed: texts.vote_sealed }[vote.state] || ""
}

function voteResult(vote, kit) {
  const { texts } = kit
  const drawing = drawingOf(vote.result)(vote, kit)
  const colleges = collegesPart(kit)
  const words = makeHtml("div", { class: "result-words" })
  const table = makeHtml("table", { class: "visually-hidden" })
  const element = makeHtml("div", { class: "vote-result" }, drawing.element, colleges.element, words, table)
  const update = (now) => {
    drawing.update(now)
    colleges.update(now)
    words.replaceChildren(...resultWords(now, texts))
    fillTable(table, drawing.table ? drawing.table(now) : null)
  }
  update(vote)
  return { element, update, fit: (box) => fitResult(box, element, drawing) }
}

function fillTable(table, said) {
  table.hidden = !said
  if (!said) return
  table.replaceChildren(makeHtml("caption", {}, said.caption),
    makeHtml("thead", {}, makeHtml("tr", {}, ...said.head.map((words) => makeHtml("th", { scope: "col" }, words)))),
    makeHtml("tbody", {}, ...said.rows.map(([first, ...rest]) => makeHtml("tr", {}, makeHtml("th", { scope: "row" }, first), ...rest.map((words) => makeHtml("td", {}, words))))))
}

// Words are left out, the most dispensable first, and then lines, before any text gets too small for the room.
function fitResult(box, element, drawing) {
  const spares = [...element.querySelectorAll("[data-spare]")].sort((a, b) => a.dataset.spare - b.dataset.spare)
  for (const spare of spares) spare.hidden = false
  if (drawing.reset) drawing.reset()
  box.classList.remove("fit-small", "fit-cut")
  box.classList.add("fit-tight")
  box.style.setProperty("--fit", FIT_STEPS[FIT_STEPS.length - 1])
  while (overflows(box)) {
    const spare = spares.shift()
    if (spare) spare.hidden = true
    else if (!drawing.relax || !drawing.relax()) break
  }
  fitText(box)
}

// Who answered, how the count was made up, what was announced beforehand, what it is worth.
function resultWords(vote, texts) {
  const result = vote.result
  const said = vote.state !== "open" && result.drawing && result.drawing.sentence // nobody leads while ballots come in
  return [
    said ? makeHtml("p", { class: "result-said", "data-spare": 4 }, said) : null,
    vote.before && !(result.paired && result.paired.n) ? makeHtml("p", {}, makeHtml("strong", {}, texts.before_title), ` ${vote.before.result.sentence}.`) : null,
    result.rule || (result.verdict || []).length ? makeHtml("p", { class: "verdict" }, [result.rule, ...(result.verdict || [])].filter(Boolean).join(" ")) : null,
    makeHtml("p", {}, makeHtml("strong", {}, result.sentence), ". ", makeHtml("span", { "data-spare": 3 }, `${[result.channels, result.base].filter(Boolean).join(". ")}.`)),
    result.paired ? makeHtml("p", { class: "paired-words" }, result.paired.sentence) : null,
    result.struck ? makeHtml("p", { class: "struck", "data-spare": 5 }, result.struck) : null,
    makeHtml("p", { class: "indicative", "data-spare": 1 }, result.indicative),
  ].filter(Boolean)
}

// « Comment avons-nous compté ? » over the drawing, on demand.
function methodPanel(vote, kit) {
  const words = makeHtml("div", { class: "result-words" })
  const sentences = vote.result.explanation.map(() => makeHtml("li", {}))
  const more = makeHtml("li", { class: "others" })
  const list = makeHtml("ol", { class: "method-steps" }, ...sentences, more)
  const element = makeHtml("div", { class: "method-panel" }, makeHtml("h2", {}, kit.texts.method_title), list, words)
  const shorter = shortened(sentences, more, kit.texts.steps_others, kit.texts.steps_other, 2)
  const update = (now) => {
    now.result.explanation.forEach((sentence, i) => setText(sentences[i], sentence))
    words.replaceChildren(...resultWords({ ...now, result: { ...now.result, drawing: null } }, kit.texts))
  }
  update(vote)
  return { element, update, fit: (box) => fitResult(box, element, shorter) }
}

// Letters follow the order announced, whatever the order a result is drawn in.
function letters(result) {
  const places = new Map(result.options.map((option, i) => [option.id, letterOf(i)]))
  return (id) => places.get(id) || ""
}

// By college, where the run sheet asks: a line each, or why it is not told.
function collegesPart(kit) {
  const { lang } = kit
  const colon = lang === "en" ? ": " : "\u202f: "
  const element = makeHtml("div", { class: "colleges" })
  const update = (now) => {
    const colleges = now.result.colleges || []
    const letter = letters(now.result)
    element.hidden = !colleges.length
    const told = colleges.filter((college) => !college.sentence)
    // Of grades, scores and rankings a count by option says nothing alone: how many answered is told.
    const counted = ["bars", "consent", "budget"].includes((now.result.drawing || { kind: "bars" }).kind)
    const untold = colleges.filter((college) => college.sentence)
    element.replaceChildren(...told.map((college) => makeHtml("p", {}, makeHtml("strong", {}, college.label), ` (${formatNumber(college.ballots, lang)})${counted ? colon : ""}`,
      ...(counted ? college.rows : []).flatMap((row, i) => [i ? " · " : "", makeHtml("span", { "aria-hidden": "true" }, letter(row.id)), makeHtml("span", { class: "visually-hidden" }, row.label), `\u00a0${row.count_text}`]))),
    ...(untold.length ? [makeHtml("p", {}, makeHtml("strong", {}, untold.map((college) => college.label).join(", ")), `${colon}${untold[0].sentence}`)] : []))
  }
  return { element, update }
}
