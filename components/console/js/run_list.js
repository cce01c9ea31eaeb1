// The run sheet at the left: what is done, where we are, what comes, how late it is.

function paintRunList(region, scene, desk) {
  const { words } = desk
  const late = lateMinutes(scene, desk)
  region.paint([scene.run_sheet, late, scene.timer.running], () => [
    makeHtml("div", { class: "head" }, makeHtml("h2", {}, words.run_sheet), makeHtml("p", { class: late > 0 ? "late warn" : "late" }, lateWords(late, words))),
    makeHtml("ol", { class: "steps" }, ...scene.run_sheet.map((step) => {
      const here = step.place === "here"
      const mark = here ? "▶" : step.place === "past" ? "✓" : ""
      const said = here ? words.step_here : step.place === "past" ? words.step_past : words.step_ahead
      return makeHtml("li", { class: step.place }, makeHtml("button", {
        type: "button", class: "step", "data-keep": `step-${step.id}`, "aria-current": here ? "step" : null,
        onclick: () => { if (!here) desk.act("show", { step: step.id }) },
      }, makeHtml("span", { class: "step-mark", "aria-hidden": "true" }, mark),
      makeHtml("span", { class: "step-title" }, step.title, makeHtml("span", { class: "visually-hidden" }, ` (${said})`),
        step.voted ? makeHtml("span", { class: "step-voted" }, words.step_voted) : null),
      makeHtml("span", { class: "step-minutes" }, step.minutes ? fillText(words.minutes, { n: step.minutes }) : "")))
    })),
    makeHtml("div", { class: "run-tools", "data-reads": "" }, actionButton({ label: words.edit_sheet, onclick: desk.openEditor }),
      actionButton({ label: words.meetings, onclick: desk.openManager })),
  ])
}

// Late at the moment of the message, and what this step has overrun since.
function lateMinutes(scene, desk) {
  const elapsed = desk.elapsed()
  if (scene.step_since === null || scene.meeting.closed) return scene.late_minutes
  const over = (at) => Math.max(0, at - scene.step_since - scene.step_minutes * 60)
  return scene.late_minutes + Math.round((over(scene.now + elapsed) - over(scene.now)) / 60)
}

function lateWords(late, words) {
  if (late > 0) return fillText(words.late, { n: late })
  return late < 0 ? fillText(words.early, { n: -late }) : words.on_time
}
