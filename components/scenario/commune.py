"""One commune's sheet: its landmarks, its figures beside the trend, a small curve of each. Pure."""

from typing import Any

import numpy as np

from components.look.i18n import t
from components.look.numbers import number
from components.scenario.engine import Engine, Result
from components.scenario.figures_frame import STAKES, gap_words, written
from components.scenario.measures import divisor, measured, unit_words
from components.scenario.variables import (
    ARTIFICIAL,
    EMISSIONS,
    ENERGY,
    LOW_FLOW,
    PROTECTION,
    SINK,
    SOLAR,
    WINTER,
    variable_label,
)
from components.scenario.viewed import View, at, wire, wires
from components.territory.homes import second_homes_dominate, second_homes_sentence
from components.territory.pack import Territory

SHOWN = {
    "energy_climate": (EMISSIONS, ENERGY, SOLAR, SINK),
    "water_rivers": (LOW_FLOW, WINTER),
    "biodiversity_landscape": (PROTECTION, ARTIFICIAL),
}
RATIOS = ("per_inhabitant", "per_dwelling", "per_present_person", "per_ha")
FACTS = {
    "people": "population",
    "area": "area_km2",
    "dwellings": "dwellings",
    "main": "main_homes",
    "second": "second_homes",
    "vacant": "vacant_homes",
}


def commune_sheet(
    engine: Engine, result: Result, trend: Result, region: str, view: View, lang: str = "fr"
) -> dict[str, Any]:
    """The sheet of a commune in a year.

    `{code, name, year, notice, facts: [{label, value, source}], stakes: [{id, label, figures}], ratios}`; a figure is
    `{variable, label, value, unit, known, change, raw, raw_unit, values, trend, summary}`, `values` and `trend` over
    all years; `ratios` `{variable, label, rows: [{measure, label, value, unit, known, reason}]}` of the variable
    looked at. No rank: communes are not in a race. Raises ValueError for an unknown commune.
    """
    if region not in result.regions:
        raise ValueError(region)
    row = result.regions.index(region)
    return {
        "code": region,
        "name": str(engine.territory.communes.loc[region, "name"]),
        "year": view.year,
        "years": [int(y) for y in result.years],
        "notice": second_homes(engine.territory, region, lang),
        "facts": _facts(engine.territory, region, lang),
        "stakes": [
            {
                "id": stake,
                "label": t(f"map.stake_{stake}", lang),
                "figures": [
                    _figure(engine, result, trend, row, name, view.year, lang)
                    for name in SHOWN[stake]
                    if name in result.values
                ],
            }
            for stake in STAKES
        ],
        "ratios": _ratios(engine, result, row, view, lang),
    }


def second_homes(territory: Territory, region: str | None = None, lang: str = "fr") -> str:
    """What to know where second homes outnumber main ones: in a commune, or in the territory (None) or some of it."""
    sentence = second_homes_sentence(territory, lang, region or "")
    if sentence or region is not None:
        return sentence
    some = sum(second_homes_dominate(territory, code) for code in territory.communes.index)
    if not some:
        return ""
    return t(f"map.second_homes_{'one' if some == 1 else 'some'}", lang, n=some, all=len(territory.communes))


def _facts(territory: Territory, region: str, lang: str) -> list[dict[str, str]]:
    facts = []
    for key, column in FACTS.items():
        if column not in territory.communes:
            continue
        about = territory.columns.get(column)
        value = float(territory.communes.loc[region, column])
        words = number(value, lang, 1 if key == "area" else 0) + (" km²" if key == "area" else "")
        facts.append(
            {
                "label": t(f"map.commune_{key}", lang),
                "value": words if np.isfinite(value) else t("scenario.unknown", lang),
                "source": f"{about.producer}, {about.year}" if about else "",
            }
        )
    return facts


def _figure(
    engine: Engine, result: Result, trend: Result, row: int, variable: str, year: int, lang: str
) -> dict[str, Any]:
    label = variable_label(variable, lang, engine=engine)
    values, usual = result.values[variable][row], trend.values[variable][row]
    unit = result.units[variable]
    here = at(result, year)
    now = float(values[here])
    base: dict[str, Any] = {"variable": variable, "label": label, "raw_unit": unit_words(unit, "total", lang)}
    if not np.isfinite(now):
        return base | {
            "known": False,
            "value": t("scenario.unknown", lang),
            "unit": "",
            "change": t("map.unknown_here", lang),
            "raw": None,
            "values": [],
            "trend": [],
            "summary": t("map.commune_curve_unknown", lang, what=label),
        }
    value, short = written(variable, "total", now, unit, lang)
    gap = gap_words(variable, "per_inhabitant", now - float(usual[here]), result, lang)
    change = gap_words(variable, "total", now - float(usual[here]), result, lang)
    first, last = int(result.years[0]), int(result.years[-1])
    return base | {
        "known": True,
        "value": value,
        "unit": short,
        "change": t("scenario.versus_trend", lang, change=change)
        if change and gap
        else t("scenario.same_as_trend", lang),
        "raw": wire(now, 9),
        "values": wires(values, 4),
        "trend": wires(usual, 4),
        "summary": t(
            "map.commune_curve",
            lang,
            what=label,
            first=first,
            last=last,
            **{
                "from": number(wire(float(values[0]), 3), lang),
                "to": number(wire(float(values[-1]), 3), lang),
                "trend": number(wire(float(usual[-1]), 3), lang),
            },
        ),
    }


def _ratios(engine: Engine, result: Result, row: int, view: View, lang: str) -> dict[str, Any]:
    """The variable looked at in every measure: what a commune of second homes needs to be read fairly."""
    values = result.values[view.variable][:, at(result, view.year)]
    unit = result.units[view.variable]
    rows = []
    for measure in RATIOS:
        x = float(measured(engine, values, unit, measure)[row])
        known = bool(np.isfinite(x))
        value, short = written(view.variable, measure, x, unit, lang) if known else ("", "")
        missing = not np.isfinite(divisor(engine, measure)[row])
        rows.append(
            {
                "measure": measure,
                "label": t(f"map.measure_{measure}", lang),
                "known": known,
                "value": value if known else t("scenario.unknown", lang),
                "unit": short,
                "reason": t(f"map.no_{measure}", lang) if missing else "",
            }
        )
    return {
        "variable": view.variable,
        "label": variable_label(view.variable, lang, engine=engine),
        "rows": rows,
    }
