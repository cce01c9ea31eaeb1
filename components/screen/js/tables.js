// What tables said, as the facilitator shows it: groups with their title first, each with its tables and their words.

function tablesBody(body, kit) {
  const rows = body.groups.map((row) => makeHtml("li", { class: row.title ? "said-group" : "said" },
    row.title ? makeHtml("p", { class: "said-title" }, row.title) : null,
    row.title ? makeHtml("ul", {}, ...row.members.map((words) => makeHtml("li", { class: "said-words" }, words))) : makeHtml("p", { class: "said-words" }, ...row.members),
    makeHtml("p", { class: "said-by" }, [body.of ? "" : row.kind_label, row.tables_label].filter(Boolean).join(" · "))))
  return {
    element: makeHtml("div", { class: "tables-said" }, makeHtml("ul", { class: "said-list" }, ...rows),
      body.pages > 1 ? makeHtml("p", { class: "said-page" }, body.page_label) : null),
  }
}
