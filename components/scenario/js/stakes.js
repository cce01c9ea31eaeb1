// stakeMaps(el, setup, opts) — the three stakes side by side, the same year and measure, never merged.
//   setup = {geometry, texts, lang, variables, stakes: {stake: variable|null}}    opts = {onChoose(), onSelect(code), onWhy, below}
// Returns {wanted(): {stake: variable}, paint({stake: map|null})}

function stakeMaps(el, setup, opts) {
  const { texts, lang } = setup
  const stakes = Object.keys(setup.stakes)
  const parts = Object.fromEntries(stakes.map((stake) => {
    const mine = setup.variables.filter((variable) => variable.stake === stake)
    const select = makeHtml("select", { "aria-label": fillText(texts.stake_variable, { stake: texts[`stake_${stake}`] }), onchange: opts.onChoose }, ...groupedOptions(mine, setup.stakes[stake], texts))
    const map = makeHtml("div", { class: "stake-map" })
    const unknown = makeHtml("p", { class: "stake-unknown", hidden: true }, makeHtml("strong", {}, texts.unknown), " ", texts.stake_unknown)
    const box = makeHtml("section", { class: "stake-box", "aria-label": texts[`stake_${stake}`] }, makeHtml("h2", {}, texts[`stake_${stake}`]), mine.length ? select : "", map, unknown)
    return [stake, { select, map, unknown, box }]
  }))
  el.replaceChildren(makeHtml("p", { class: "hint" }, texts.stakes_hint), makeHtml("div", { class: "stake-row" }, ...stakes.map((stake) => parts[stake].box)))
  return {
    wanted: () => Object.fromEntries(stakes.map((stake) => [stake, parts[stake].select.value])),
    paint: (maps) => {
      for (const stake of stakes) {
        const { map, unknown } = parts[stake]
        const drawn = maps[stake]
        map.hidden = !drawn
        unknown.hidden = Boolean(drawn)
        if (drawn) drawMap(map, setup.geometry, drawn, { size: "page", lang, texts, table: opts.table, below: opts.below, onSelect: opts.onSelect, onWhy: opts.onWhy })
      }
    },
  }
}
