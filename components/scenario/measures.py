"""A variable as such, or for each inhabitant, hectare, dwelling or person present: the five measures of a map."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from components.look.i18n import t
from components.scenario.engine import Engine
from components.scenario.expression import Array
from components.scenario.units import display
from components.territory.pack import Territory

# What an amount becomes when shared out: tonnes for thousands of tonnes, and so on.
SMALLER = {
    "ktCO2e": ("tCO2e", 1e3),
    "kt": ("t", 1e3),
    "GWh": ("MWh", 1e3),
    "Mm3": ("m3", 1e6),
    "MEUR": ("EUR", 1e6),
    "ha": ("m2", 1e4),
}
TIMES = {"yr": "year", "year": "year", "season": "season"}


@dataclass(frozen=True)
class Measure:
    """`column`: of the pack, by which a variable is divided (None: not divided); `scale`: from its unit to `per`."""

    id: str
    column: str | None = None
    per: str = ""
    scale: float = 1.0


MEASURES: Mapping[str, Measure] = {
    measure.id: measure
    for measure in (
        Measure("total"),
        Measure("per_inhabitant", "population", "person"),
        Measure("per_ha", "area_km2", "ha", 100.0),
        Measure("per_dwelling", "dwellings", "dwelling"),
        Measure("per_present_person", "present_population", "person"),
    )
}


@lru_cache(maxsize=64)
def _counted(territory: Territory, column: str) -> Array:
    """A column of the pack, communes in the order of every result; NaN where the pack does not know."""
    if column not in territory.communes:
        return np.full(len(territory.communes), np.nan)
    counted: Array = territory.communes[column].to_numpy(dtype=float)
    return counted


def divisor(engine: Engine, measure: str) -> Array:
    """By what each commune's value is divided, shape (communes,): ones for the total, NaN where unknown or zero."""
    counted = _count(engine, measure)
    return np.where(counted > 0, counted, np.nan)


def whole_divisor(engine: Engine, measure: str) -> float:
    """By what the territory's value is divided: a commune with nobody counts for nothing; NaN when one is unknown."""
    total = float(_count(engine, measure).sum())
    return total if total > 0 else float("nan")


def _count(engine: Engine, measure: str) -> Array:
    column = MEASURES[measure].column
    if column is None:
        return np.ones(len(engine.model.regions))
    counted = _counted(engine.territory, column)
    if not np.isfinite(counted).any() and column in engine.model.statics:
        counted = np.broadcast_to(engine.model.statics[column].mean(axis=1), counted.shape)
    scaled: Array = counted * MEASURES[measure].scale
    return scaled


def scale(unit: str, measure: str) -> float:
    """What a value in the variable's unit is multiplied by before it is divided."""
    if measure == "total":
        return 1.0
    amount, _ = _parts(unit)
    if measure == "per_ha" and amount == "ha":
        return 100.0
    return SMALLER.get(amount, (amount, 1.0))[1]


def measured(engine: Engine, values: Array, unit: str, measure: str) -> Array:
    """Each commune's values in a measure; NaN where what divides is not known. Same shape as `values`."""
    if measure == "total":
        return values
    by = divisor(engine, measure)
    shared: Array = values * scale(unit, measure) / (by if values.ndim == 1 else by[:, None])
    return shared


def measured_total(engine: Engine, values: Array, unit: str, measure: str) -> Array:
    """The whole territory's values in a measure. Same shape as `values`."""
    if measure == "total":
        return values
    shared: Array = values * scale(unit, measure) / whole_divisor(engine, measure)
    return shared


def unknown_because(engine: Engine, measure: str, lang: str = "fr") -> str:
    """Why a measure cannot be shown here, as a sentence; empty when it can."""
    if np.isfinite(divisor(engine, measure)).any():
        return ""
    return t(f"map.no_{measure}", lang)


def unit_words(unit: str, measure: str = "total", lang: str = "fr") -> str:
    """A variable's unit in a measure as people read it: « tCO₂e par habitant et par an »."""
    amount, time = _parts(unit)
    when = t(f"map.time_{time}", lang) if time else ""
    if measure == "total":
        return " ".join(filter(None, (_amount(amount, lang, whole=True), when)))
    if measure == "per_ha" and amount == "ha":
        return t("map.share_of_area", lang) + (f" {when}" if when else "")
    small = SMALLER.get(amount, (amount, 1.0))[0]
    each = t(f"map.each_{measure}", lang)
    words = f"{_amount(small, lang)} {each}"
    return f"{words} {t('map.and', lang)} {when}" if when else words


def unit_short(unit: str, measure: str = "total", lang: str = "fr") -> str:
    """The same unit short enough to stand beside a figure: « tCO₂e/hab. »."""
    amount, time = _parts(unit)
    if measure == "total":
        return _amount(amount, lang) + (t(f"map.short_time_{time}", lang) if time == "season" else "")
    if measure == "per_ha" and amount == "ha":
        return "%"
    return f"{_amount(SMALLER.get(amount, (amount, 1.0))[0], lang)}/{t(f'map.short_{measure}', lang)}"


def explained(
    found: dict[str, Any], engine: Engine, region: str, measure: str, lang: str = "fr"
) -> dict[str, Any]:
    """The trace of a total (`trace.why`) carried on to a measure: one division, its count and where it comes from."""
    asked = MEASURES[measure]
    if asked.column is None:
        return found
    if region in engine.model.regions:
        count = float(divisor(engine, measure)[list(engine.model.regions).index(region)])
    else:
        count = whole_divisor(engine, measure)
    unit, rule = str(found["model_unit"]), found["rule"]
    title, each = found["title"], t(f"map.each_{measure}", lang)
    column = engine.territory.columns.get(asked.column)
    value = found["value"]
    known = value is not None and np.isfinite(value) and np.isfinite(count)
    counted: dict[str, Any] = {
        "id": asked.column,
        "label": t(f"map.count_{measure}", lang),
        "value": count if np.isfinite(count) else None,
        "unit": display(asked.per, lang),
        "column": f"indicators.{asked.column}",
    }
    if column is not None:
        counted["source"] = {"producer": column.producer, "year": column.year, "licence": column.licence}
        counted["method"] = column.method
        if column.method == "assumed":  # what it rests on is said beside the division
            about = engine.territory.sources.get(column.source, {}).get("note", "")
            rule = rule | {"note": " ".join(filter(None, [rule.get("note", ""), about]))}
    if not np.isfinite(count) and "unknown" not in found:
        found = found | {"unknown": {"words": t(f"map.no_{measure}", lang), "missing": []}}
    return found | {
        "title": f"{title} {each}",
        "value": value * scale(unit, measure) / count if known else None,
        "unit": unit_words(unit, measure, lang),
        "rule": rule
        | {
            "words": t("map.explained", lang, title=title, count=counted["label"]),
            "formula": f"{rule['id']} / {asked.column}",
        },
        "inputs": [
            {
                "id": rule["id"],
                "label": title,
                "value": value,
                "unit": found["unit"],
                "words": rule["words"],
                "formula": rule["formula"],
                "inputs": found["inputs"],
            },
            counted,
        ],
    }


def _parts(unit: str) -> tuple[str, str]:
    """`GWh/yr` is an amount and the time it takes: `GWh`, `year`."""
    head, _, last = unit.rpartition("/")
    return (head, TIMES[last]) if head and last in TIMES else (unit, "")


def _amount(amount: str, lang: str, whole: bool = False) -> str:
    """An amount's name; `whole`: in full (« milliers de tCO₂e »)."""
    key = "".join(c for c in amount if c.isalnum())
    for name in (f"map.whole_{key}", f"map.amount_{key}") if whole else (f"map.amount_{key}",):
        try:
            return t(name, lang)
        except KeyError:
            continue
    return display(amount, lang)
