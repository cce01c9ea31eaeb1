// drawSliders(el, levers, settings, onMove, opts) — the levers in three steps: sufficiency, needs, production.
//   levers = [{id, label, stage: "sufficiency"|"needs"|"production", unit, min, max, step, nudge, today, trend,
//              of, national, trend_unsourced, marks: [{at, label, source}], note, sources: [string], simplex: group|null,
//              stakes: {stake: "+"|"-"|"0"|"unknown"}, available, reason}]                    (setup.levers_for_js)
//   settings = {lever id: value}    every lever; it is copied
//   onMove(settings, id, settled)   settings: the whole new object; settled is false while a thumb is dragged
//   opts = {size: "page"|"screen", lang, texts, only?: [lever ids], gate?}   only: a short list without the three headings;
//     gate: the production step opens once a sufficiency slider is away from trend, or by its own button;
//     years: [first, last] lets a lever's start and end be set too, as settings `ID.start` and `ID.end`
// Returns {set(settings), settings()}: `set` moves the thumbs without calling onMove.
// Parts of a simplex always sum to 100: see balanceSimplex.

const STAGES = ["sufficiency", "needs", "production"]

function drawSliders(el, levers, settings, onMove, opts) {
  const state = { settings: { ...settings }, open: !opts.gate }
  const rows = new Map()
  const gate = opts.gate ? productionGate(opts, () => { state.open = true; paint(); firstIn("production").focus() }) : null
  const move = (lever, value, settled) => {
    state.settings = lever.simplex ? balanceSimplex(levers, state.settings, lever, value)
      : { ...state.settings, [lever.id]: snapToStep(lever, value) }
    paint()
    onMove({ ...state.settings }, lever.id, settled)
  }
  const firstIn = (stage) => el.querySelector(`.stage.${stage} input[type=range]`)
  const turn = (settings, lever) => {
    state.settings = { ...state.settings, ...settings }
    paint()
    onMove({ ...state.settings }, lever.id, true)
  }
  const paint = () => {
    for (const [id, row] of rows) row.paint(state.settings[id], state.settings)
    if (!gate) return
    const away = (stage) => levers.some((lever) => lever.available && lever.stage === stage && state.settings[lever.id] !== lever.trend)
    state.open = state.open || away("sufficiency") || away("production")
    gate.element.hidden = state.open
    for (const row of el.querySelectorAll(".stage.production > :is(.lever, .simplex)")) row.hidden = !state.open
  }
  const rowOf = (lever) => {
    const row = sliderRow(lever, { move, turn }, opts)
    rows.set(lever.id, row)
    return row.element
  }
  const shown = levers.filter((lever) => !opts.only || opts.only.includes(lever.id))
  if (opts.only) el.replaceChildren(makeHtml("div", { class: "sliders short" }, ...shown.map(rowOf)))
  else {
    el.replaceChildren(makeHtml("div", { class: "sliders" }, ...STAGES.map((stage) => {
      const here = shown.filter((lever) => lever.stage === stage)
      return here.length === 0 ? null : makeHtml("section", { class: `stage ${stage}`, "aria-label": opts.texts[`stage_${stage}`] },
        makeHtml("h2", {}, opts.texts[`stage_${stage}`], makeHtml("span", { class: "stage-hint" }, opts.texts[`stage_${stage}_hint`])),
        stage === "production" && gate ? gate.element : "", ...groupRows(here, rowOf, opts))
    }).filter(Boolean)))
  }
  paint()
  return {
    set: (next) => { state.settings = { ...next }; paint() },
    settings: () => ({ ...state.settings }),
  }
}

function productionGate({ texts }, open) {
  const element = makeHtml("div", { class: "gate note" }, makeHtml("p", {}, makeHtml("strong", {}, texts.gate_title), " ", texts.gate_words),
    makeHtml("button", { type: "button", onclick: open }, texts.gate_open))
  return { element }
}

function groupRows(levers, rowOf, opts) {
  const out = []
  for (const lever of levers) {
    if (!lever.simplex) { out.push(rowOf(lever)); continue }
    if (out.some((element) => element.dataset.simplex === lever.simplex)) continue
    const parts = levers.filter((other) => other.simplex === lever.simplex)
    out.push(makeHtml("fieldset", { class: "simplex", "data-simplex": lever.simplex },
      makeHtml("legend", {}, opts.texts.simplex_rule), ...parts.map(rowOf)))
  }
  return out
}

// The other parts give or take in proportion to what they have; whole steps, the largest takes what rounding leaves.
function balanceSimplex(levers, settings, lever, value) {
  const others = levers.filter((other) => other.simplex === lever.simplex && other.id !== lever.id)
  const chosen = Math.min(100, Math.max(0, snapToStep(lever, value)))
  const rest = 100 - chosen
  const sum = others.reduce((total, other) => total + settings[other.id], 0)
  const next = { ...settings, [lever.id]: chosen }
  let given = 0
  for (const other of others) {
    const share = sum > 0 ? settings[other.id] / sum : 1 / others.length
    next[other.id] = Math.min(other.max, Math.round(rest * share / other.step) * other.step)
    given += next[other.id]
  }
  const largest = others.reduce((a, b) => (next[b.id] > next[a.id] ? b : a))
  next[largest.id] += rest - given
  return next
}

function snapToStep(lever, value) {
  if (value === lever.trend || value === lever.today) return value
  const bounded = Math.min(lever.max, Math.max(lever.min, value))
  const stepped = lever.min + Math.round((bounded - lever.min) / lever.step) * lever.step
  return Number(Math.min(lever.max, stepped).toFixed(3))
}

function valueWords(lever, value, lang) {
  const text = formatNumber(value, lang, { decimals: 3, sign: lever.min < 0 })
  return lever.unit ? `${text}${lang === "en" && lever.unit === "%" ? "" : "\u202f"}${lever.unit}` : text
}

function sliderRow(lever, { move, turn }, opts) {
  const { texts, lang } = opts
  const label = lever.label
  if (!lever.available) return idleRow(lever, opts)
  let now = lever.trend
  const id = `lever-${lever.id.replace(/\W/g, "-")}`
  const range = makeHtml("input", {
    type: "range", id, min: lever.min, max: lever.max, step: lever.step, "data-lever": lever.id,
    oninput: (event) => move(lever, event.target.valueAsNumber, false),
    onchange: (event) => move(lever, event.target.valueAsNumber, true),
  })
  const field = makeHtml("input", {
    type: "number", min: lever.min, max: lever.max, step: "any", inputmode: "decimal", "aria-label": fillText(texts.exact, { lever: label }),
    onchange: (event) => { if (Number.isFinite(event.target.valueAsNumber)) move(lever, event.target.valueAsNumber, true); else paint(now) },
  })
  const nudge = (sign) => {
    const stepped = snapToStep(lever, now)
    const next = Number((stepped + sign * lever.nudge).toFixed(3))
    move(lever, Math.min(lever.max, Math.max(lever.min, next)), true)
  }
  const less = makeHtml("button", { type: "button", class: "nudge", "aria-label": fillText(texts.less, { lever: label }), onclick: () => nudge(-1) }, "−")
  const more = makeHtml("button", { type: "button", class: "nudge", "aria-label": fillText(texts.more, { lever: label }), onclick: () => nudge(1) }, "+")
  const reset = makeHtml("button", {
    type: "button", class: "quiet reset-one", "aria-label": fillText(texts.reset_one_of, { lever: label }),
    onclick: () => { move(lever, lever.trend, true); range.focus() },
  }, texts.reset_one)
  const years = opts.years ? leverYears(lever, turn, opts) : null
  const paint = (value, settings = {}) => {
    now = value
    if (years) years.paint(settings)
    range.value = value
    field.value = Number(value.toFixed(3))
    range.setAttribute("aria-valuetext", valueWords(lever, value, lang))
    range.style.setProperty("--fill", `${shareOf(lever, value) * 100}%`)
    element.classList.toggle("moved", value !== lever.trend)
    reset.hidden = value === lever.trend
    less.disabled = value <= lever.min
    more.disabled = value >= lever.max
  }
  const element = makeHtml("div", { class: "lever", "data-lever": lever.id },
    makeHtml("div", { class: "lever-head" }, makeHtml("label", { for: id }, label, lever.of ? makeHtml("small", {}, ` (${lever.unit} ${lever.of})`) : null),
      makeHtml("span", { class: "lever-value" }, field, makeHtml("span", { class: "lever-unit" }, lever.unit))),
    makeHtml("div", { class: "lever-move" }, less, makeHtml("div", { class: "lever-track" }, range, leverTicks(lever)), more),
    makeHtml("div", { class: "lever-foot" }, leverMarks(lever, opts), reset, leverAbout(lever, opts, years)),
    opts.only ? null : leverStakes(lever, texts))
  return { element, paint }
}

// A lever whose bound is not known on this territory: said, and not to be moved.
function idleRow(lever, { texts }) {
  const element = makeHtml("div", { class: "lever idle", "data-lever": lever.id },
    makeHtml("p", { class: "lever-head" }, makeHtml("strong", {}, lever.label)), makeHtml("p", { class: "lever-idle" }, fillText(texts.unavailable, { reason: lever.reason })),
    leverStakes(lever, texts))
  return { element, paint: () => {} }
}

const EFFECTS = { "+": ["+", "effect_plus"], "-": ["−", "effect_minus"], 0: ["0", "effect_none"] }

// What raising the lever does to each of the three stakes, a sign and a word each, never one score.
function leverStakes(lever, texts) {
  const name = (stake) => texts[`short_stake_${stake}`]
  const effects = Object.entries(lever.stakes)
  const unknown = effects.filter(([, effect]) => !EFFECTS[effect]).map(([stake]) => name(stake))
  return makeHtml("p", { class: "lever-stakes" }, makeHtml("span", { class: "visually-hidden" }, `${texts.effects} `),
    ...effects.filter(([, effect]) => EFFECTS[effect]).map(([stake, effect]) => makeHtml("span", { class: `effect ${EFFECTS[effect][1]}` },
      makeHtml("span", { class: "effect-sign", "aria-hidden": "true" }, EFFECTS[effect][0]), `${name(stake)} `, makeHtml("small", {}, texts[EFFECTS[effect][1]]))),
    unknown.length ? makeHtml("span", { class: "effect effect_unknown" }, makeHtml("span", { class: "effect-sign", "aria-hidden": "true" }, "?"), `${unknown.join(" · ")} `, makeHtml("small", {}, texts.effect_unknown)) : null)
}

function shareOf(lever, value) {
  return Math.min(1, Math.max(0, (value - lever.min) / (lever.max - lever.min)))
}

// Marks stand under the track and never fall off it: one beyond an end stays at that end with an arrow.
function leverTicks(lever) {
  const tick = (value, kind) => makeHtml("span", {
    class: `lever-tick ${kind} ${value < lever.min ? "under" : value > lever.max ? "over" : ""}`, style: `left:${shareOf(lever, value) * 100}%`,
  })
  const marks = lever.marks.filter((mark) => mark.at !== null).map((mark) => tick(mark.at, "reference"))
  return makeHtml("div", { class: "lever-ticks", "aria-hidden": "true" }, tick(lever.today, "today"),
    lever.trend_unsourced ? null : tick(lever.trend, "trend"), ...marks)
}

function leverMarks(lever, opts) {
  const { texts, lang } = opts
  const colon = lang === "en" ? ": " : "\u202f: "
  const mark = (kind, text) => makeHtml("span", { class: `mark ${kind}` }, makeHtml("span", { class: `sign ${kind}`, "aria-hidden": "true" }), text)
  const outside = (value) => (value < lever.min || value > lever.max ? ` (${texts.outside})` : "")
  const today = `${lever.national ? texts.today_national : texts.today}${colon}${valueWords(lever, lever.today, lang)}`
  return makeHtml("p", { class: "marks" },
    mark("today", today),
    lever.trend_unsourced ? makeHtml("span", { class: "mark unsourced" }, texts.trend_unsourced)
      : mark("trend", `${texts.trend_2050}${colon}${valueWords(lever, lever.trend, lang)}`),
    ...lever.marks.map((m) => (m.at === null ? makeHtml("span", { class: "mark" }, `${m.label} (${texts.mark_text_only})`)
      : mark("reference", `${m.label}${colon}${valueWords(lever, m.at, lang)}${outside(m.at)}`))))
}

// From which year to which the lever goes from today's value to the one set.
function leverYears(lever, turn, { texts, years: [first, last] }) {
  const field = (part, text) => makeHtml("input", { type: "text", inputmode: "numeric", maxlength: 4, autocomplete: "off", "aria-label": `${text}, ${lever.label}`, "data-years": `${lever.id}.${part}` })
  const change = () => {
    const from = Math.min(last - 1, Math.max(first, Math.round(Number(start.value)) || lever.ramp[0]))
    const to = Math.min(last, Math.max(from + 1, Math.round(Number(end.value)) || lever.ramp[1]))
    turn({ [`${lever.id}.start`]: from, [`${lever.id}.end`]: to }, lever)
  }
  const [start, end] = [field("start", texts.ramp_start), field("end", texts.ramp_end)]
  start.addEventListener("change", change)
  end.addEventListener("change", change)
  return {
    element: makeHtml("p", { class: "lever-years" }, makeHtml("span", {}, texts.ramp_years), start, makeHtml("span", {}, texts.ramp_to), end),
    paint: (settings) => {
      start.value = settings[`${lever.id}.start`] ?? lever.ramp[0]
      end.value = settings[`${lever.id}.end`] ?? lever.ramp[1]
    },
  }
}

function leverAbout(lever, opts, years) {
  if (!lever.note && lever.sources.length === 0 && !years) return null
  return makeHtml("details", { class: "about" }, makeHtml("summary", {}, opts.texts.about_lever, makeHtml("span", { class: "visually-hidden" }, ` ${lever.label}`)),
    years ? years.element : null, lever.note ? makeHtml("p", {}, lever.note) : null,
    lever.sources.length ? makeHtml("ul", {}, ...lever.sources.map((source) => makeHtml("li", {}, source))) : null)
}
