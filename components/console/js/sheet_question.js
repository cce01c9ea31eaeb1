// The question of a vote step: how it is answered and counted, by whom, through which channels.

const QUESTION_METHODS = ["yes_no_blank", "single", "approval", "dots", "grades", "majority_judgment", "consent", "ranking", "score", "budget", "commune"]
const NO_OPTIONS = ["yes_no_blank", "consent", "commune"]
const ASKED_BY_HANDS = ["yes_no_blank", "single", "approval", "commune", "consent"]
const WITH_THRESHOLD = ["yes_no_blank", "single", "approval", "consent"]
const COMPARABLE = ["yes_no_blank", "single", "approval"]
const ONLY_FOR = { max: ["approval"], dots: ["dots"], per_option: ["dots", "budget"], grades: ["grades"], counting: ["ranking"], scale: ["score"], budget: ["budget"], points: ["budget"] }
const COLLEGE_IDS = ["citizen", "elected", "officer", "press"]

function questionForm(form, step, tools, more) {
  const { words, repaint } = more
  const question = (form.questions || {})[step.question]
  if (!question) return null
  const { choose, text, whole, check, checks } = tools
  const path = `questions.${step.question}`
  const method = question.method
  const listed = !NO_OPTIONS.includes(method)
  const channels = ["phone", ...(ASKED_BY_HANDS.includes(method) ? ["hands"] : []), "cards", "paper"]
  return makeHtml("fieldset", { class: "question", "data-path": path }, makeHtml("legend", {}, words.question), ...text(path, words.question_title, question, "title"),
    choose(`${path}.method`, words.method, method, QUESTION_METHODS.map((id) => [id, words[`method_${id}`]]), (now) => { changeMethod(question, now, more.state); repaint(`${path}.method`) }),
    ...methodFields(question, path, tools, words),
    method === "grades" ? gradeRows(question, path, tools, more) : null,
    listed ? optionRows(question, path, tools, more) : null,
    listed ? choose(`${path}.order`, words.order, question.order || "as_written", [["as_written", words.order_as_written], ["drawn", words.order_drawn]], (now) => { question.order = now }) : null,
    makeHtml("details", { open: Boolean(question.rule || question.by_college || question.who || question.channels) }, makeHtml("summary", {}, words.question_more),
      ruleFields(question, path, tools, words, repaint),
      check(`${path}.by_college`, words.by_college_ask, question.by_college, (on) => { if (on) question.by_college = true; else delete question.by_college }),
      checks(path, words.who, question, "who", COLLEGE_IDS.map((id) => [id, more.college(id)])),
      checks(path, words.channels_ask, question, "channels", channels.map((id) => [id, words[`channel_${id}`]])),
      choose(`${path}.hidden_until`, words.hidden_until, question.hidden_until || "shown", [["shown", words.hidden_until_shown], ["live", words.hidden_until_live]], (now) => { if (now === "live") question.hidden_until = now; else delete question.hidden_until }),
      pairField(form, step, question, tools, words)))

  function methodFields() {
    if (method === "approval") return [whole(path, words.max_choices, question, "max", words.max_hint)]
    if (method === "dots") return [whole(path, words.points_dots, question, "dots"), whole(path, words.cap, question, "per_option")]
    if (method === "score") return [whole(path, words.scale, question, "scale")]
    if (method === "ranking") return [choose(`${path}.counting`, words.counting, question.counting || "schulze", [["schulze", words.counting_schulze], ["instant_runoff", words.counting_instant_runoff]], (now) => { question.counting = now })]
    if (method === "budget") return [whole(path, words.budget_euros, question, "budget"), whole(path, words.points_budget, question, "points"), whole(path, words.cap, question, "per_option")]
    return []
  }
}

function optionRows(question, path, tools, more) {
  const { words } = more
  const list = question.options || (question.options = [])
  const priced = question.method === "budget"
  const extra = (item, i) => (priced ? [tools.whole(`${path}.options.${i}`, words.cost, item, "cost")]
    : [tools.choose(`${path}.options.${i}.role`, words.role, item.role || "", [["", words.role_none], ["no_opinion", words.role_no_opinion], ["blank", words.role_blank]], (now) => { if (now) item.role = now; else delete item.role })])
  return textRows(list, `${path}.options`, tools, { ...more, label: words.answer, add: words.add_answer, extra, made: (text) => ({ id: freshName(list.map((one) => one.id), "reponse"), fr: text }) })
}

// Without grades of its own a question has the usual five.
function gradeRows(question, path, tools, more) {
  const { words, repaint } = more
  const own = Array.isArray(question.grades)
  const toggle = tools.check(`${path}.grades`, words.own_grades, own, (on) => {
    if (on) question.grades = [{ id: "niveau-1", fr: "" }, { id: "niveau-2", fr: "" }]
    else delete question.grades
    repaint(`${path}.grades`)
  })
  if (!own) return toggle
  return makeHtml("fieldset", {}, makeHtml("legend", {}, words.grades_best_first), toggle,
    textRows(question.grades, `${path}.grades`, tools, { ...more, label: words.grade, add: words.add_grade, made: (text) => ({ id: freshName(question.grades.map((one) => one.id), "niveau"), fr: text }) }))
}

function ruleFields(question, path, tools, words, repaint) {
  const share = (key, label, hint) => tools.line(`${path}.rule.${key}`, label, question.rule && question.rule[key] !== undefined ? String(question.rule[key]).replace(".", ",") : "", (now) => {
    const rule = { ...(question.rule || {}) }
    const typed = now.trim().replace(",", ".")
    if (typed) rule[key] = /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : now.trim()
    else delete rule[key]
    if (rule.turnout === undefined && rule.threshold === undefined) delete question.rule
    else question.rule = rule
  }, { hint, inputmode: "decimal" })
  const threshold = WITH_THRESHOLD.includes(question.method)
  return makeHtml("fieldset", { "data-path": `${path}.rule` }, makeHtml("legend", {}, words.verdict), share("turnout", words.rule_turnout_ask, words.rule_hint),
    threshold ? share("threshold", words.rule_threshold_ask, words.rule_half) : null,
    threshold ? tools.choose(`${path}.rule.of`, words.rule_of, (question.rule && question.rule.of) || "votes_cast", [["votes_cast", words.rule_of_votes_cast], ["ballots", words.rule_of_ballots]], (now) => { if (question.rule) question.rule.of = now; repaint() }) : null)
}

// The earlier vote this one is compared with: the same answers in the same way.
function pairField(form, step, question, tools, words) {
  if (!COMPARABLE.includes(question.method)) return null
  const place = form.steps.indexOf(step)
  const earlier = form.steps.slice(0, place).map((one) => one.question).filter((id) => id && id !== step.question && (form.questions[id] || {}).method === question.method)
  if (!earlier.length) return null
  return tools.choose(`steps.${place}.pairs_with`, words.pairs_with, step.pairs_with || "", [["", words.pairs_none], ...earlier.map((id) => [id, frenchOf(form.questions[id].title) || id])], (now) => { if (now) step.pairs_with = now; else delete step.pairs_with })
}

// Another way of answering: what it does not know goes, what was typed comes back if it does.
function changeMethod(question, method, state) {
  const kept = state.kept.get(question) || {}
  state.kept.set(question, { ...kept, ...structuredClone(question) })
  question.method = method
  for (const [key, methods] of Object.entries(ONLY_FOR)) {
    if (!methods.includes(method)) delete question[key]
    else if (question[key] === undefined && kept[key] !== undefined) question[key] = kept[key]
  }
  if (NO_OPTIONS.includes(method)) delete question.options
  else question.options = question.options || kept.options || []
  for (const option of question.options || []) {
    if (method !== "budget") delete option.cost
    else delete option.role
  }
  if (question.rule && !WITH_THRESHOLD.includes(method)) {
    delete question.rule.threshold
    if (question.rule.turnout === undefined) delete question.rule
  }
  if (Array.isArray(question.channels) && !ASKED_BY_HANDS.includes(method)) question.channels = question.channels.filter((channel) => channel !== "hands")
}
