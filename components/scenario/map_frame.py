"""The map's part of a message: one number and one class a commune, and what does not move with a slider. Pure."""

from functools import lru_cache
from typing import Any

import numpy as np

from components.look.i18n import t
from components.look.numbers import number, signed, two_significant
from components.scenario.breaks import change_breaks, classes_of, round_breaks
from components.scenario.engine import Engine, Result
from components.scenario.expression import Array
from components.scenario.measures import unit_words
from components.scenario.variables import group_of, variable_label
from components.scenario.viewed import BASE_YEAR, View, column, wires
from components.territory.pack import Territory

NOTES = {"emissions": "emissions", "energy": "energy", "production": "production"}


def map_frame(engine: Engine, result: Result, trend_result: Result, view: View, lang: str) -> dict[str, Any]:
    """The map, commune by commune in the order of `result.regions`.

    `{variable, year, measure, change, title, short_title, unit, note, short_note, values, reference, reference_label,
    classes, breaks, limits, summary}`: `values` in the measure, `reference` what they are compared with (the trend
    in the same year, or the base year); the short words are for the public screen. `classes` are 0 (lowest) to 4,
    or -1 where it is not known; of the difference from the reference when `change` says which. `breaks` are the four
    limits between classes and `limits` the same as written: they come from the trend, so that colours mean the same
    in every year and scenario.
    """
    values = column(engine, result, view.variable, view.year, view.measure)
    reference = (
        column(engine, result, view.variable, BASE_YEAR, view.measure)
        if view.change == "base"
        else column(engine, trend_result, view.variable, view.year, view.measure)
    )
    shown = values - reference if view.change else values
    breaks = list(limits_of(engine, trend_result, view.variable, view.measure, bool(view.change)))
    unit = unit_words(result.units.get(view.variable, ""), view.measure, lang)
    what = variable_label(view.variable, lang, engine=engine)
    reference_label = t("map.base_year" if view.change == "base" else "scenario.trend_value", lang)
    title = t("scenario.map_title", lang, variable=what, year=view.year)
    if view.change:
        title = t(f"map.change_title_{view.change}", lang, variable=what, year=view.year)
    return {
        "variable": view.variable,
        "year": view.year,
        "measure": view.measure,
        "change": view.change,
        "title": title,
        "short_title": t(
            "scenario.map_short_title",
            lang,
            what=variable_label(view.variable, lang, short=True, engine=engine),
            year=view.year,
        ),
        "unit": unit,
        "note": note_of(view, lang),
        "short_note": note_of(view, lang, short=True),
        "values": wires(values, 6),
        "reference": wires(reference, 6),
        "reference_label": reference_label,
        "classes": classes_of(shown, breaks),
        "breaks": breaks,
        "limits": [(signed if view.change else number)(b, lang) for b in breaks],
        "summary": _summary(engine, shown, title, unit, lang),
    }


@lru_cache(maxsize=512)
def limits_of(
    engine: Engine, trend: Result, variable: str, measure: str, change: bool = False
) -> tuple[float, ...]:
    """The colour limits of a variable, whatever is looked at: drawn from the trend at both ends of its time.

    Where the trend has none of it (solar panels on the ground), from every lever at one end, then at the other.
    """
    ends = (int(trend.years[0]), int(trend.years[-1]))
    pool = np.concatenate([column(engine, trend, variable, year, measure) for year in ends])
    if not (np.isfinite(pool) & (pool != 0)).any():
        pool = np.concatenate(
            [column(engine, reach, variable, ends[1], measure) for reach in _reaches(engine)]
        )
    return tuple(change_breaks(pool) if change else round_breaks(pool))


@lru_cache(maxsize=16)
def _reaches(engine: Engine) -> tuple[Result, Result]:
    """Every lever that stands alone at its highest, then at its lowest."""
    free = [lever for lever in engine.levers if not lever.simplex]
    return (
        engine.run({lever.id: lever.max for lever in free}),
        engine.run({lever.id: lever.min for lever in free}),
    )


@lru_cache(maxsize=16)
def names_of(territory: Territory) -> tuple[str, ...]:
    """Names of the communes, in the order of every result."""
    return tuple(str(name) for name in territory.communes["name"])


def note_of(view: View, lang: str, short: bool = False) -> str:
    """What a reader must know of the map: where it is counted, and for whom."""
    group = group_of(view.variable)
    notes = [t(f"scenario.note_{NOTES[group]}", lang)] if group in NOTES else []
    if not short:
        key = {"per_inhabitant": "scenario.note_person", "per_present_person": "map.note_present"}.get(
            view.measure
        )
        notes += [t(key, lang)] if key else []
    return " ".join(notes)


def _summary(engine: Engine, values: Array, title: str, unit: str, lang: str) -> str:
    known = np.isfinite(values)
    if not known.any():
        return t("scenario.map_empty", lang, n=len(values), title=title)
    names = names_of(engine.territory)
    low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
    words = t(
        "scenario.map_summary",
        lang,
        n=len(values),
        title=title,
        unit=unit,
        low=two_significant(values[low], lang),
        low_name=names[low],
        high=two_significant(values[high], lang),
        high_name=names[high],
    )
    missing = int((~known).sum())
    if not missing:
        return words
    return (
        f"{words} {t('map.summary_missing_one' if missing == 1 else 'map.summary_missing', lang, n=missing)}"
    )
