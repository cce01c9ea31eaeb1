"""The curves' part of a message: what the whole territory does over the years. Pure."""

from typing import Any

import numpy as np

from components.look.i18n import t
from components.look.numbers import number
from components.look.theme import CARRIERS, SECTORS
from components.scenario.engine import Engine, Result
from components.scenario.expression import Array
from components.scenario.measures import unit_words
from components.scenario.targets import targets_of
from components.scenario.variables import EMISSIONS, ENERGY, part_label, variable_label
from components.scenario.viewed import Compare, View, at, total, wire, wires

STACKS = ("emissions", "energy", "carriers", "map")  # map: the variable that the map shows
MORE_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7a7a7a")
PLAIN = "#8bbab0"  # a variable without parts is one area


def curves_frame(
    engine: Engine,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str,
    compare: Compare | None = None,
) -> dict[str, Any]:
    """The stacked areas over all years for the whole territory.

    `{stack, variable, title, unit, year, years, layers, total, trend, compare, targets, bottom, top, summary}`:
    `layers` are `{id, variable, label, colour, values}` from the lowest up (`total` also counts what no layer
    holds), `trend` and `compare` `{label, values}` (compare may be None), `targets` `{id, year, value, label, scope,
    status}` (value None: not placed; words and sources: `setup.targets_for_js`), `bottom` and `top` the axis's ends.
    A value is None where it is not known.
    """
    stack = view.curves if view.curves in STACKS else "emissions"
    head, parts = _stacked(result, stack, view.variable)
    own = stack == "map"
    what = variable_label(head, lang, engine=engine) if own else t(f"scenario.curves_{stack}", lang)
    unit = unit_words(result.units.get(head, ""), "total", lang)
    layers: list[dict[str, Any]] = [
        {
            "id": part or head,
            "variable": f"{head}|{part}" if part else head,
            "label": part_label(part, lang, engine, f"{head}|{part}") if part else t("scenario.total", lang),
            "colour": colour,
            "values": wires(total(engine, result, f"{head}|{part}" if part else head)),
        }
        for part, colour in parts.items()
    ]
    whole, trend = total(engine, result, head), total(engine, trend_result, head)
    targets: list[dict[str, Any]] = [
        {
            "id": a.id,
            "year": a.year,
            "value": a.value,
            "label": a.label[lang],
            "scope": a.scope,
            "status": a.status,
        }
        for a in targets_of(engine.territory.slug, head)
    ]
    saved = total(engine, compare.result, head) if compare else None
    heights = [*trend, *whole, *(a["value"] or 0 for a in targets), *(saved if saved is not None else ())]
    known = [float(x) for x in heights if np.isfinite(x)]
    low = min([0.0, *known])
    return {
        "stack": stack,
        "variable": head,
        "title": t("scenario.curves_title", lang, what=what, n=len(result.regions)),
        "unit": unit,
        "year": view.year,
        "years": [int(y) for y in result.years],
        "layers": layers,
        "total": wires(whole),
        "trend": {"label": t("scenario.trend", lang), "values": wires(trend)},
        "compare": {"label": compare.name, "values": wires(saved)} if compare and saved is not None else None,
        "targets": targets,
        "bottom": -axis_top(-low) if low < 0 else 0.0,
        "top": axis_top(max([0.0, *known])),
        "summary": _summary(result, layers, whole, trend, view, what, unit, lang),
    }


def _stacked(result: Result, stack: str, variable: str) -> tuple[str, dict[str, str]]:
    """The variable of the total, and the colour of each part that stacks up to it ("" for the whole as one area)."""
    if stack == "emissions":
        return EMISSIONS, {p: c for p, c in SECTORS.items() if f"{EMISSIONS}|{p}" in result.values}
    if stack in ("energy", "carriers"):
        colours = CARRIERS if stack == "carriers" else SECTORS
        return ENERGY, {p: c for p, c in colours.items() if f"{ENERGY}|{p}" in result.values}
    parts = [name for name in result.values if name.startswith(variable + "|")]
    parts = [name for name in parts if name.count("|") == variable.count("|") + 1]
    if 1 < len(parts) <= len(MORE_COLOURS) and variable in result.values:
        stacked = np.sum([result.total(name) for name in parts], axis=0)
        if np.allclose(stacked, result.total(variable), rtol=1e-3, atol=1e-9):
            names = [name[len(variable) + 1 :] for name in parts]
            return variable, dict(zip(names, MORE_COLOURS, strict=False))
    return variable, {"": PLAIN}


def _summary(
    result: Result,
    layers: list[dict[str, Any]],
    whole: Array,
    trend: Array,
    view: View,
    what: str,
    unit: str,
    lang: str,
) -> str:
    if not np.isfinite(whole).any():
        return t("map.curves_unknown", lang, what=what)
    known = [layer for layer in layers if layer["values"][-1] is not None]
    biggest = max(known, key=lambda layer: float(layer["values"][-1])) if known else None
    return t(
        "scenario.curves_summary",
        lang,
        what=what,
        unit=unit,
        year=view.year,
        first=_plain(whole[0], lang),
        here=_plain(whole[at(result, view.year)], lang),
        last=_plain(whole[-1], lang),
        trend=_plain(trend[-1], lang),
        part=biggest["label"] if biggest else "–",
        part_value=_plain(biggest["values"][-1] if biggest else None, lang),
    )


def _plain(x: float | None, lang: str) -> str:
    """Whole numbers from a hundred up, four digits below."""
    if x is None or not np.isfinite(x):
        return number(None, lang)
    return number(x, lang, 0) if abs(x) >= 100 else number(wire(x, 4), lang)


def axis_top(peak: float) -> float:
    """A round upper end for an axis, at least the peak."""
    if peak <= 0:
        return 1.0
    scale = 10.0 ** np.floor(np.log10(peak))
    return float(next(s * scale for s in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if s * scale >= peak))
