"""Reads levers.yaml. Bounds marked `{rule: name}` are derived from the territory by a rule of the model."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from components.scenario import units
from components.scenario.declared import both_languages, french_at_least, number, read_source
from components.scenario.faults import Findings, ModelError
from components.scenario.levers import (
    EFFECTS,
    SHAPES,
    STAGES,
    STAKES,
    Lever,
    Mark,
    Ramp,
)
from components.scenario.yaml_lines import Entry, entries
from components.scenario.years import BASE_YEAR, LAST_YEAR

KEYS = frozenset(
    [
        "label",
        "stage",
        "unit",
        "unit_note",
        "min",
        "max",
        "step",
        "today",
        "trend",
        "today_source",
        "trend_source",
        "marks",
        "ramp",
        "stakes",
        "note",
        "bounds_note",
        "simplex",
        "group",
    ]
)
REQUIRED = (
    "label",
    "stage",
    "unit",
    "min",
    "max",
    "step",
    "today",
    "trend",
    "today_source",
    "trend_source",
    "stakes",
)
FROM_TERRITORY = ("min", "max", "today", "trend")
TOTAL = 100.0  # parts of a simplex are percentages

# Gives the value of a rule in a unit; raises ModelError naming the entry when it cannot.
Bound = Callable[[str, Entry, str], float]


def read_levers(file: Path, findings: Findings) -> list[Entry]:
    """The entries of levers.yaml, their form checked but their territory bounds not yet known."""
    found: list[Entry] = []
    with findings.noting():
        for entry in entries(file):
            with findings.noting():
                _check_form(entry)
                found.append(entry)
    return found


def rules_for_bounds(found: list[Entry]) -> dict[str, Entry]:
    """Rules that give a lever its bounds, and the lever's entry that asks for them."""
    return {
        entry.value[key]["rule"]: entry
        for entry in found
        for key in FROM_TERRITORY
        if isinstance(entry.value[key], dict)
    }


def build_levers(found: list[Entry], bound: Bound) -> tuple[Lever, ...]:
    """The levers, with their bounds derived. Raises ModelError."""
    levers = tuple(_lever(entry, bound) for entry in found)
    for name in dict.fromkeys(lever.simplex for lever in levers if lever.simplex):
        parts = [lever for lever in levers if lever.simplex == name]
        if not all(part.available for part in parts):
            continue
        for fact in ("today", "trend"):
            if not math.isclose(sum(getattr(part, fact) for part in parts), TOTAL):
                raise ModelError("simplex_total", parts[0].file, parts[0].line, str(name), name=fact)
    return levers


def _check_form(entry: Entry) -> None:
    value, file, name = entry.value, entry.file, entry.name
    if not isinstance(value, dict):
        raise ModelError("rule_form", file, entry.line, name)
    for key in value:
        if key not in KEYS:
            raise ModelError("unknown_key", file, entry.line_of(key), name, name=key)
    for key in REQUIRED:
        if key not in value:
            sentence = {
                "unit": "missing_unit",
                "today_source": "missing_source",
                "trend_source": "missing_source",
            }
            raise ModelError(sentence.get(key, "missing_key"), file, entry.line, name, name=key)
    for key in FROM_TERRITORY:
        asked = value[key]
        if isinstance(asked, dict) and (set(asked) != {"rule"} or not isinstance(asked["rule"], str)):
            raise ModelError("not_a_number", file, entry.line_of(key), name, name=key)
    try:
        units.unit(str(value["unit"]))
    except units.UnitError as error:
        raise ModelError("unknown_unit", file, entry.line_of("unit"), name, unit=value["unit"]) from error


def _lever(entry: Entry, bound: Bound) -> Lever:
    value, unit = entry.value, str(entry.value["unit"])
    step = number(value["step"], entry, "step")
    if step <= 0:
        raise ModelError("not_a_number", entry.file, entry.line_of("step"), entry.name, name="step")
    facts = {key: _fact(key, value[key], step, entry, bound) for key in FROM_TERRITORY}
    derived = any(isinstance(value[key], dict) for key in FROM_TERRITORY)
    if derived:
        facts = _fitted(facts)
    low, high = facts["min"], facts["max"]
    if not low < high and not derived:
        raise ModelError("bounds_form", entry.file, entry.line_of("max"), entry.name)
    for key in ("today", "trend"):
        if facts[key] < low or facts[key] > high:
            raise ModelError(
                "out_of_bounds", entry.file, entry.line_of(key), entry.name,
                name=key, value=facts[key], low=low, high=high,
            )  # fmt: skip
    marks = [_mark(mark, entry) for mark in _list(value.get("marks", []), "marks", entry)]
    for mark in marks:
        if not derived and not low <= mark.at <= high:
            raise ModelError(
                "out_of_bounds", entry.file, entry.line_of("marks"), entry.name,
                name="marks", value=mark.at, low=low, high=high,
            )  # fmt: skip
    simplex = value.get("simplex")
    if simplex is not None and (not isinstance(simplex, str) or not entry.name.startswith(f"{simplex}.")):
        raise ModelError("simplex_name", entry.file, entry.line_of("simplex"), entry.name)
    return Lever(
        id=entry.name,
        label=both_languages(value["label"], entry, "label"),
        stage=_one_of(value["stage"], STAGES, "stage", entry),
        unit=unit,
        step=step,
        today_source=read_source(value["today_source"], entry, "today_source"),
        trend_source=read_source(value["trend_source"], entry, "trend_source"),
        stakes=_stakes(value["stakes"], entry),
        marks=tuple(mark for mark in marks if low <= mark.at <= high),
        ramp=_ramp(value.get("ramp", {}), entry),
        unit_note=_optional_text(value, "unit_note", entry),
        note=_optional_text(value, "note", entry),
        bounds_note=_optional_text(value, "bounds_note", entry),
        simplex=simplex,
        file=str(entry.file),
        line=entry.line,
        available=not any(map(math.isnan, facts.values())) and low < high,
        min=low,
        max=high,
        territorial=derived,
        group=_group(value.get("group", simplex or entry.name), entry),
        today=facts["today"],
        trend=facts["trend"],
    )


def _fitted(facts: Mapping[str, float]) -> dict[str, float]:
    """Facts of which the territory gives some: bounds that hold today's value, a trend within them."""
    low, high, today, trend = (facts[key] for key in ("min", "max", "today", "trend"))
    low, high = (today if today < low else low), (today if today > high else high)
    trend = low if trend < low else high if trend > high else trend
    return {"min": low, "max": high, "today": today, "trend": trend}


def _fact(key: str, value: Any, step: float, entry: Entry, bound: Bound) -> float:
    """A bound or today: a number, or a rule's value rounded to the slider's step (bounds inwards)."""
    if not isinstance(value, dict):
        return number(value, entry, key)
    exact = bound(value["rule"], entry, key) / step
    if not math.isfinite(exact):
        return math.nan
    steps = {"max": math.floor, "min": math.ceil}.get(key, round)(exact)
    return float(steps * step)


def _one_of(value: Any, allowed: tuple[str, ...], key: str, entry: Entry) -> str:
    if value not in allowed:
        choices = ", ".join(allowed)
        raise ModelError("choice", entry.file, entry.line_of(key), entry.name, name=key, choices=choices)
    return str(value)


def _list(value: Any, key: str, entry: Entry) -> list[Any]:
    if not isinstance(value, list):
        raise ModelError("list_expected", entry.file, entry.line_of(key), entry.name, name=key)
    return value


def _group(name: Any, entry: Entry) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ModelError("text_expected", entry.file, entry.line_of("group"), entry.name, name="group")
    return name


def _optional_text(value: Mapping[str, Any], key: str, entry: Entry) -> dict[str, str]:
    return both_languages(value[key], entry, key) if key in value else {}


def _stakes(value: Any, entry: Entry) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != set(STAKES):
        raise ModelError("stakes", entry.file, entry.line_of("stakes"), entry.name)
    return {stake: _one_of(str(value[stake]), EFFECTS, "stakes", entry) for stake in STAKES}


def _mark(value: Any, entry: Entry) -> Mark:
    if not isinstance(value, dict) or set(value) != {"at", "label", "source"}:
        raise ModelError("mark_form", entry.file, entry.line_of("marks"), entry.name)
    at = number(value["at"], entry, "marks")
    return Mark(
        at, french_at_least(value["label"], entry, "marks"), read_source(value["source"], entry, "marks")
    )


def _ramp(value: Any, entry: Entry) -> Ramp:
    if not isinstance(value, dict) or not set(value) <= {"shape", "start", "end", "fastest"}:
        raise ModelError("ramp_form", entry.file, entry.line_of("ramp"), entry.name)
    start = number(value.get("start", Ramp.start), entry, "ramp")
    end = number(value.get("end", Ramp.end), entry, "ramp")
    fastest = value.get("fastest")
    if not BASE_YEAR <= start < end <= LAST_YEAR:
        raise ModelError("ramp_form", entry.file, entry.line_of("ramp"), entry.name)
    if fastest is not None and number(fastest, entry, "ramp") <= 0:
        raise ModelError("ramp_form", entry.file, entry.line_of("ramp"), entry.name)
    shape = _one_of(value.get("shape", Ramp.shape), SHAPES, "ramp", entry)
    return Ramp(shape, int(start), int(end), None if fastest is None else float(fastest))
