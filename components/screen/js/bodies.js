// The other things a public screen may show. Each returns {element, update?(body, scene)}; without `update` it is
// built again when something in it changed.
//   kit = {texts, scenarioTexts, lang, geometry, height(), floor(), scene}

function drawBody(body, kit) {
  const draw = {
    doors: doorsBody, promise: promiseBody, vote: voteBody, card: cardBody, scenario: scenarioBody, why: whyOnScreen, tables: tablesBody,
    text: textBody, closed: closedBody, neutral: neutralBody,
  }[body.kind] || textBody
  return draw(body, kit)
}

// Same drawing with other figures, or another drawing?
function bodyShape(body, scene) {
  if (body.kind === "vote") return voteShape(body)
  if (body.kind === "scenario") return JSON.stringify(["scenario", scene.step.id, body.text, body.frame.unavailable || ""])
  if (body.kind === "doors") return JSON.stringify(["doors", body, scene.join])
  return JSON.stringify([body, scene.step, scene.meeting])
}

function doorsBody(body, kit) {
  const { texts, scene, lang } = kit
  const join = scene.join
  const joined = makeHtml("p", { class: "joined" })
  const update = (_, now) => {
    joined.replaceChildren(...(now.joined ? [makeHtml("strong", {}, formatNumber(now.joined, lang)), " ", countWords(now.joined, texts.joined_one, texts.joined_many, lang)] : [texts.joined_none]))
  }
  const words = makeHtml("div", { class: "doors-words" }, ...paragraphs(body.text), join ? joined : null)
  if (!join) {
    return { element: makeHtml("div", { class: "doors" }, makeHtml("p", { class: "ask" }, texts.doors_no_phone), words), update }
  }
  const step = (n, title, drawing, ...lines) => makeHtml("div", { class: "door" },
    makeHtml("p", { class: "door-title" }, n ? makeHtml("span", { class: "letter" }, String(n)) : null, title), drawing, makeHtml("div", { class: "door-lines" }, ...lines))
  const doors = makeHtml("div", { class: "door-row" },
    join.wifi ? step(1, texts.doors_wifi, qrDrawing(join.wifi.qr, fillText(texts.qr_wifi, join.wifi)), makeHtml("p", { class: "door-line" }, makeHtml("strong", {}, join.wifi.name))) : null,
    step(join.wifi ? 2 : 0, texts.doors_join, qrDrawing(join.qr, fillText(texts.qr_join, { code: join.code, address: join.short })),
      makeHtml("p", { class: "door-line" }, `${texts.doors_or_type} `, makeHtml("strong", { class: "address" }, join.short)),
      makeHtml("p", { class: "door-line" }, `${texts.doors_code} `, makeHtml("strong", { class: "code" }, join.code))))
  update(body, scene)
  return { element: makeHtml("div", { class: `doors ${join.wifi ? "two" : "one"}` }, doors, words), update }
}

function promiseParts(promise, texts) {
  if (!promise) return []
  const rows = ["level", "decides", "when", "negotiable", "not_negotiable"].filter((key) => promise[key])
  return [makeHtml("dl", { class: "promise" }, ...rows.map((key) =>
    makeHtml("div", {}, makeHtml("dt", {}, texts[`promise_${key}`]), makeHtml("dd", {}, promise[key]))))]
}

function promiseBody(body, kit) {
  return { element: makeHtml("div", { class: "words" }, ...promiseParts(body.promise, kit.texts), ...paragraphs(body.text)) }
}

function textBody(body, kit) {
  return { element: makeHtml("div", { class: "words centred" }, ...paragraphs(body.text, "lead"), ...(body.promise ? promiseParts(body.promise, kit.texts) : [])) }
}

function closedBody(body, kit) {
  const { texts, scene } = kit
  const reachable = !["localhost", "127.0.0.1", "[::1]"].includes(location.hostname)
  return {
    element: makeHtml("div", { class: "words" }, makeHtml("p", { class: "lead" }, makeHtml("strong", {}, texts.closed_title), "."), ...paragraphs(body.text || texts.closed_text),
      reachable ? makeHtml("p", {}, `${texts.closed_minutes} `, makeHtml("strong", { class: "address" }, `${location.host}/minutes/${scene.meeting.code}`)) : null,
      ...promiseParts(body.promise, texts)),
  }
}

function neutralBody(body, kit) {
  return { element: makeHtml("div", { class: "neutral" }, makeHtml("p", { class: "lead" }, kit.scene.meeting.title), ridge()) }
}

// Three peaks and the rope between them: the name's drawing, without words.
function ridge() {
  return makeSvg("svg", { class: "ridge", viewBox: "0 0 600 140", "aria-hidden": "true", preserveAspectRatio: "xMidYMid meet" },
    makeSvg("path", { d: "M0 140 L110 60 L170 96 L290 14 L382 88 L450 46 L600 140 Z", fill: "var(--level-1)" }),
    makeSvg("path", { d: "M110 60 Q 190 128 290 14 Q 372 122 450 46", fill: "none", stroke: "var(--accent)", "stroke-width": 4 }),
    ...[[110, 60], [290, 14], [450, 46]].map(([cx, cy]) => makeSvg("circle", { cx, cy, r: 7, fill: "var(--accent)" })))
}

function cardBody(body, kit) {
  const { texts } = kit
  const column = (name) => makeHtml("section", { class: `card-column ${name}` }, makeHtml("h2", {}, texts[`card_${name}`]),
    makeHtml("ul", {}, ...body[name].map((statement) => makeHtml("li", {}, makeHtml("p", {}, statement.text), " ",
      statement.source ? makeHtml("p", { class: "card-source" }, `${texts.source}${kit.lang === "en" ? ": " : "\u202f: "}${statement.source}`) : null))))
  return {
    element: makeHtml("div", { class: "card" }, ...paragraphs(body.text, "card-text"),
      makeHtml("div", { class: "card-columns" }, ...["established", "debated", "unknown"].filter((name) => body[name].length).map(column))),
  }
}

function scenarioBody(body, kit) {
  const { texts, scenarioTexts, lang, geometry } = kit
  if (body.frame.unavailable || !geometry) {
    return { element: makeHtml("div", { class: "words" }, makeHtml("p", {}, body.frame.unavailable || "")) }
  }
  const boxes = Object.fromEntries(["map", "curves", "figures"].map((name) => [name, makeHtml("div", { class: `scene-${name}` })]))
  const lines = Object.fromEntries(["note", "levers", "change", "unknown", "about", "glance"].map((name) => [name, makeHtml("p", { class: `scene-${name}` })]))
  const element = makeHtml("div", { class: "scene" }, boxes.map, boxes.curves, makeHtml("div", { class: "scene-side" }, boxes.figures, lines.glance, lines.unknown),
    makeHtml("div", { class: "scene-words" }, lines.note, lines.levers, lines.change, lines.about))
  const colon = lang === "en" ? ": " : "\u202f: "
  const update = (now) => {
    const opts = { size: "screen", lang, texts: scenarioTexts, viewportHeight: kit.height() }
    drawMap(boxes.map, geometry, now.frame.map, opts)
    drawCurves(boxes.curves, now.frame.curves, opts)
    drawFigures(boxes.figures, now.frame.figures, { ...opts, only: now.frame.figures.filter((one) => one.known && !one.minor).map((one) => one.id) })
    const unknown = now.frame.figures.filter((one) => !one.known && !one.minor)
    setText(lines.unknown, unknown.length ? `${unknown.map((one) => one.label).join(", ")}${colon}${unknown[0].value}` : "")
    setText(lines.about, `${now.frame.map.unit}. ${firstSentence(now.frame.map.note)}`)
    lines.glance.replaceChildren(...glanceWords(now.frame.figures))
    const told = now.frame.change && now.levers.filter((lever) => lever.moved).length === 1
    lines.levers.replaceChildren(...(told ? [] : leverWords(now.levers, texts, colon)))
    setText(lines.change, now.frame.change || "")
    setText(lines.note, now.note === "before" ? texts.before_note : now.note ? texts.preview_note : "")
    for (const line of Object.values(lines)) line.hidden = !line.textContent
  }
  update(body)
  return { element, update, own: true }
}

function firstSentence(text) {
  const end = text.indexOf(". ")
  return end < 0 ? text : text.slice(0, end + 1)
}

// The first key figure on one line, for a projector too low for more.
function glanceWords(figures) {
  return figures.filter((one) => one.id === "emissions").flatMap((one, i) =>
    [i ? " · " : "", `${one.label} `, makeHtml("strong", {}, `${one.value} ${one.unit}`), one.change ? `, ${one.change}` : ""])
}

const FEW_LEVERS = 2

// The levers away from trend; on a low projector the first ones and how many more, so that the map keeps its room.
function leverWords(levers, texts, colon) {
  const moved = levers.filter((lever) => lever.moved)
  if (!moved.length) return [texts.all_at_trend]
  const named = moved.map((lever, i) => makeHtml("span", { class: i < FEW_LEVERS ? "" : "beyond-few" },
    i ? ", " : "", `${lever.label}${colon}`, makeHtml("strong", {}, lever.value)))
  const more = moved.length > FEW_LEVERS ? makeHtml("span", { class: "few-more" }, fillText(texts.more_levers, { n: moved.length - FEW_LEVERS })) : ""
  return [...named, more, ". ", makeHtml("span", { class: "others-at-trend" }, texts.others_at_trend)]
}
