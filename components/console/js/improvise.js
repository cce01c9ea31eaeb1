// A question typed on the spot: the words, how it is answered, and the few numbers that way needs.

const IMPROVISED = ["yes_no_blank", "single", "approval", "dots", "consent", "grades", "majority_judgment", "ranking", "score"]
const OWN_ANSWERS = ["yes_no_blank", "consent"]

function improviseDialog(desk) {
  const { words, host } = desk
  const listed = (values) => !OWN_ANSWERS.includes(values.method)
  return formDialog(host, words, {
    key: "improvise", title: words.improvise_title, text: words.improvise_text, action: words.improvise_send,
    fields: [{ name: "title", label: words.question_title, kind: "line" },
      { name: "method", label: words.method, kind: "choice", value: "single", choices: IMPROVISED.map((id) => ({ value: id, label: words[`method_${id}`] })) },
      { name: "options", label: words.options_lines, kind: "lines", rows: 5, hint: words.options_hint, shows: listed },
      { name: "max_choices", label: words.max_choices, kind: "line", numeric: true, hint: words.max_hint, shows: ({ method }) => method === "approval" },
      { name: "counting", label: words.counting, kind: "choice", choices: ["schulze", "instant_runoff"].map((id) => ({ value: id, label: words[`counting_${id}`] })), shows: ({ method }) => method === "ranking" },
      { name: "points", label: words.points_dots, kind: "line", numeric: true, value: "3", shows: ({ method }) => method === "dots" },
      { name: "cap", label: words.cap, kind: "line", numeric: true, value: "2", shows: ({ method }) => method === "dots" }],
    send(values) {
      const options = listed(values) ? values.options.split("\n").filter((line) => line.trim()) : []
      if (listed(values) && values.method !== "single" && !options.length) return { ok: false, sentence: words.options_missing }
      const args = { title: values.title, options, method: values.method === "single" && !options.length ? "yes_no_blank" : values.method }
      for (const name of ["max_choices", "points", "cap"]) if (values[name] !== undefined && values[name].trim()) args[name] = wholeOr(values[name])
      if (values.counting) args.counting = values.counting
      return desk.act("improvise", args, { quiet: true })
    },
  })
}

// A number where digits were typed, else the text itself, which the desk refuses with a sentence.
function wholeOr(text) {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : text.trim()
}
