"""The key figures' part of a message, stake by stake and never merged, and what the last move did in words. Pure."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.look.i18n import t
from components.look.numbers import percent, two_significant
from components.scenario.engine import Engine, Result
from components.scenario.measures import unit_short, unit_words
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
from components.scenario.viewed import Compare, LastChange, View, at, total, wire

STAKES = ("energy_climate", "water_rivers", "biodiversity_landscape")


@dataclass(frozen=True)
class Asked:
    """A key figure: the first of `variables` that the model has. `minor`: left out where room is short; `always`:
    shown as unknown when the model has none of them."""

    id: str
    stake: str
    variables: tuple[str, ...]
    measure: str = "total"
    minor: bool = False
    always: bool = False


ASKED = (
    Asked("emissions", "energy_climate", (EMISSIONS,)),
    Asked("person", "energy_climate", (EMISSIONS,), "per_inhabitant", minor=True),
    Asked("energy", "energy_climate", (ENERGY,)),
    Asked("solar", "energy_climate", (SOLAR,), minor=True),
    Asked("sink", "energy_climate", (SINK,), minor=True),
    Asked("water", "water_rivers", (LOW_FLOW,), always=True),
    Asked("winter", "water_rivers", (WINTER,), minor=True),
    Asked("nature", "biodiversity_landscape", (PROTECTION,), always=True),
    Asked("artificial", "biodiversity_landscape", (ARTIFICIAL,), minor=True),
)
KEY = ("emissions", "water", "nature")  # what the sentence of a move tells


def figures_frame(
    engine: Engine,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str,
    compare: Compare | None = None,
) -> list[dict[str, Any]]:
    """The key figures in the year looked at, in the order of the stakes.

    Each is `{id, stake, stake_label, label, known, minor, value, unit, when, change, direction, saved, variable,
    measure, per_inhabitant, raw, raw_unit}`; `change` and `saved` are words, `direction` -1, 0 or 1 against the trend,
    `raw` the full-precision number. An unknown one has `known: false` and says so in `value` and `change`.
    """
    out = []
    for asked in ASKED:
        variable = next((name for name in asked.variables if name in result.values), None)
        if variable is not None:
            out.append(_figure(engine, asked, variable, result, trend_result, view, lang, compare))
        elif asked.always:
            out.append(_blank(asked, lang) | {"change": t("scenario.unknown_hint", lang)})
    return out


def change_sentence(engine: Engine, result: Result, view: View, lang: str, last: LastChange | None) -> str:
    """What the last move did in the year looked at, in words: to emissions, and to other stakes that it moved."""
    if last is None:
        return ""
    told = []
    for asked in ASKED:
        variable = next((name for name in asked.variables if name in result.values), None)
        if asked.id not in KEY or variable is None:
            continue
        words = gap_words(
            variable,
            "total",
            _read(engine, result, variable, view) - _read(engine, last.before, variable, view),
            result,
            lang,
        )
        if words:
            about = t("map.for_emissions", lang)
            if variable != EMISSIONS:
                label = variable_label(variable, lang, engine=engine)
                about = t("map.for_what", lang, what=label[0].lower() + label[1:])
            told.append(f"{words} {about}")
    if not told:
        told.append(_moved_elsewhere(engine, result, view, lang, last))
    return t(
        "map.change_sentence",
        lang,
        lever=last.lever,
        old=last.old,
        new=last.new,
        year=view.year,
        effect=t("map.list_separator", lang).join(told),
    )


def _moved_elsewhere(engine: Engine, result: Result, view: View, lang: str, last: LastChange) -> str:
    """The first variable that moved, for a lever that touches no key figure; else that nothing did."""
    for variable in result.values:
        if variable.count("|") > 1:
            continue
        gap = _read(engine, result, variable, view) - _read(engine, last.before, variable, view)
        words = gap_words(variable, "total", gap, result, lang)
        if words:
            label = variable_label(variable, lang, engine=engine)
            return f"{words} {t('map.for_what', lang, what=label[0].lower() + label[1:])}"
    return t("map.nothing_changed", lang)


def _read(engine: Engine, result: Result, variable: str, view: View, measure: str = "total") -> float:
    return float(total(engine, result, variable, measure)[at(result, view.year)])


def _blank(asked: Asked, lang: str) -> dict[str, Any]:
    stake = t(f"map.stake_{asked.stake}", lang)
    return {
        "id": asked.id,
        "stake": asked.stake,
        "stake_label": stake,
        "label": stake,
        "known": False,
        "minor": asked.minor,
        "value": t("scenario.unknown", lang),
        "unit": "",
        "when": "",
        "change": "",
        "direction": 0,
        "saved": "",
    }


def _figure(
    engine: Engine,
    asked: Asked,
    variable: str,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str,
    compare: Compare | None,
) -> dict[str, Any]:
    now, trend = (_read(engine, r, variable, view, asked.measure) for r in (result, trend_result))
    unit = result.units.get(variable, "")
    base = _blank(asked, lang) | {
        "label": figure_label(engine, asked.id, variable, lang),
        "variable": variable,
        "measure": asked.measure,
        "per_inhabitant": asked.measure == "per_inhabitant",
        "raw_unit": unit_words(unit, asked.measure, lang),
    }
    if not np.isfinite(now):
        return base | {"change": t("map.unknown_here", lang), "why": True}
    value, short = written(variable, asked.measure, now, unit, lang)
    gap = gap_words(variable, asked.measure, now - trend, result, lang)
    # A percentage of (nearly) nothing says nothing: it is only written beside a trend that exists.
    if gap and asked.measure == "total" and abs(trend) > 1e-9 and abs(now - trend) / abs(trend) < 10:
        gap += f" ({percent(round(100 * (now - trend) / abs(trend)), lang, 0, sign=True)})"
    saved = ""
    if compare:
        other = _read(engine, compare.result, variable, view, asked.measure)
        against = gap_words(variable, asked.measure, now - other, result, lang)
        saved = (
            t("scenario.versus_saved", lang, change=against, name=compare.name)
            if against
            else t("scenario.same_as_saved", lang, name=compare.name)
        )
    return base | {
        "known": True,
        "value": value,
        "unit": short,
        "when": t("scenario.in_year", lang, year=view.year),
        "change": t("scenario.versus_trend", lang, change=gap) if gap else t("scenario.same_as_trend", lang),
        "direction": 0 if not gap else (1 if now > trend else -1),
        "saved": saved,
        "raw": wire(now, 9),
    }


def figure_label(engine: Engine, id_: str, variable: str, lang: str) -> str:
    """The short words of a key figure, or those of its variable."""
    for area in ("scenario", "map"):
        try:
            return t(f"{area}.fig_{id_}", lang)
        except KeyError:
            continue
    return variable_label(variable, lang, engine=engine)


def written(variable: str, measure: str, x: float, unit: str, lang: str) -> tuple[str, str]:
    """A figure as a room reads it, two significant digits, and its short unit."""
    if measure == "total" and unit.startswith("ktCO2e") and abs(x) >= 1000:
        return two_significant(x / 1000, lang), t("scenario.unit_mt_short", lang)
    return two_significant(x, lang), unit_short(unit, measure, lang)


def gap_words(variable: str, measure: str, gap: float, result: Result, lang: str) -> str:
    """A difference with its sign and unit, empty when it is nothing or not known."""
    unit = result.units.get(variable, "")
    floor = 0.1 if unit.startswith("ktCO2e") else 0.05 if unit.startswith("GWh") else 1e-9
    if measure != "total":
        floor = 0.0005
    if not np.isfinite(gap) or abs(gap) < floor:
        return ""
    short = unit_short(unit, measure, lang)
    if unit.startswith("ktCO2e"):  # a sentence that speaks of emissions need not say so again
        short = "kt" if measure == "total" else "t"
    return f"{two_significant(gap, lang, sign=True)} {short}".replace(" ", "\u00a0")
