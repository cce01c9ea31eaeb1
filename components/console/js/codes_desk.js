// What is prepared on paper, and who may vote: ballots and cards to print, single-use codes of a named public.

async function paperDialog(desk) {
  const { words, host } = desk
  const reply = await desk.ask("paper", {})
  if (!reply.ok) { desk.refuse(reply.sentence); return }
  const trouble = makeHtml("p", { class: "trouble", role: "alert", hidden: true })
  const said = makeHtml("p", { class: "muted", role: "status" })
  const table = makeHtml("div", {})
  const refuse = (sentence) => { trouble.hidden = !sentence; setText(trouble, sentence || "") }
  const link = (href, label, about) => makeHtml("a", { class: "button", "aria-label": about ? `${label} : ${about}` : null, href: `${href}${href.includes("?") ? "&" : "?"}lang=${desk.lang}`, target: "_blank", rel: "noopener" }, label)
  const ballots = reply.questions.length
    ? makeHtml("ul", { class: "paper-list" }, ...reply.questions.map((one) => makeHtml("li", {}, makeHtml("span", {}, one.title), makeHtml("span", { class: "row" },
      link(`${one.href}?format=a6`, words.paper_small, one.title), link(`${one.href}?format=grand`, words.paper_large, one.title)))))
    : makeHtml("p", { class: "muted" }, words.paper_no_question)

  const paint = (found) => table.replaceChildren(found.codes.length
    ? makeHtml("div", {},
      makeHtml("table", {}, makeHtml("caption", {}, words.codes_caption),
        makeHtml("thead", {}, makeHtml("tr", {}, ...[words.codes_college, words.codes_issued, words.codes_used].map((label) => makeHtml("th", { scope: "col" }, label)))),
        makeHtml("tbody", {}, ...found.codes.map((one) => makeHtml("tr", {}, makeHtml("th", { scope: "row" }, one.label), makeHtml("td", { class: "number" }, String(one.issued)), makeHtml("td", { class: "number" }, String(one.used)))))),
      makeHtml("div", { class: "row" }, link(found.codes_href, words.codes_print), link(found.signature_href, words.codes_signature)))
    : makeHtml("p", {}, words.codes_none))
  const reload = async () => { const again = await desk.ask("paper", {}); if (again.ok) paint(again) }
  const act = async (name, args, done) => {
    const answer = await desk.act(name, args, { quiet: true })
    refuse(answer.ok ? "" : answer.sentence)
    if (answer.ok) { setText(said, done); await reload() }
    return answer.ok
  }

  const college = makeHtml("select", {}, ...reply.colleges.map((one) => makeHtml("option", { value: one.id }, one.label)))
  const number = makeHtml("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 6 })
  const issue = makeHtml("form", { class: "inline-form", novalidate: true }, field(words.codes_college, college), field(words.codes_number, number), makeHtml("button", { type: "submit" }, words.codes_issue))
  issue.addEventListener("submit", async (event) => {
    event.preventDefault()
    const wanted = number.value.trim()
    if (!await askOnce(host, words, { title: words.codes_issue, text: fillText(words.codes_issue_why, { n: wanted }), yes: words.codes_issue })) return
    if (await act("issue_codes", { college: college.value, number: wanted }, words.codes_issued_done)) number.value = ""
  })
  const lost = makeHtml("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 6 })
  const revoke = makeHtml("form", { class: "inline-form", novalidate: true }, field(words.codes_revoke_number, lost), makeHtml("button", { type: "submit" }, words.codes_revoke))
  revoke.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (!await askOnce(host, words, { title: words.codes_revoke, text: fillText(words.codes_revoke_why, { n: lost.value.trim() }), yes: words.codes_revoke })) return
    if (await act("revoke_code", { number: lost.value.trim() }, words.codes_revoked_done)) lost.value = ""
  })
  const withdraw = makeHtml("button", { type: "button", onclick: async () => {
    if (!await askOnce(host, words, { title: words.codes_withdraw, text: words.codes_withdraw_why, yes: words.codes_withdraw })) return
    await act("withdraw_codes", {}, words.codes_withdrawn_done)
  } }, words.codes_withdraw)

  paint(reply)
  const dialog = openDialog(host, words.paper_title, [
    makeHtml("h3", {}, words.paper_ballots), ballots, makeHtml("p", { class: "row" }, link(reply.cards_href, words.paper_cards)),
    makeHtml("h3", {}, words.codes_title), makeHtml("p", {}, words.codes_why), table, trouble, said, ...(desk.leads ? [issue, revoke] : []),
    makeHtml("div", { class: "dialog-actions" }, desk.leads ? withdraw : null, makeHtml("button", { type: "button", class: "primary", onclick: () => dialog.close() }, words.close))], "wide")
}
