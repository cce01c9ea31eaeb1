"""Readable cases: what a citizen expects of the model, written in YAML, checked against the engine.

Form in docs/modele.md. One expectation: `variable`, `year`, `region` (INSEE code or `territory`) and one of
`equals` / `below` / `above` (a number with its unit, or `trend`; `equals: unknown` too), `change` (percent against the
trend). `within` widens `equals` and `change`: in the unit of the number, or in points of percent. A case with
`territories` (slugs) is of those only; one that moves a lever that a territory cannot move is passed over there.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.scenario import units
from components.scenario.declared import UNKNOWN
from components.scenario.engine import Engine, Result
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.rules import MODEL
from components.scenario.trace import TERRITORY
from components.scenario.yaml_lines import items

CASES = MODEL / "cases"
COMPARISONS = ("equals", "below", "above", "change")
TREND = "trend"
EXACT = 1e-9
_QUANTITY = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*(.*)")


@dataclass(frozen=True)
class Outcome:
    """One expectation checked. `text` is the case's name; `found` and `wanted` are what was compared."""

    file: str
    line: int
    text: str
    variable: str
    region: str
    year: int
    comparison: str
    wanted: float
    found: float
    unit: str
    holds: bool

    def __str__(self) -> str:
        return (
            f"{Path(self.file).name}:{self.line} « {self.text} » {self.variable}, {self.region}, {self.year}: "
            f"{self.comparison} {self.wanted:g}, found {self.found:g} {self.unit}"
        )


def run_cases(engine: Engine, path: Path | str = CASES) -> list[Outcome]:
    """Every expectation of every case of a folder. Raises ModelError for a case that cannot be read."""
    trend = engine.run()
    outcomes: list[Outcome] = []
    for file in sorted(Path(path).glob("*.yaml")):
        for line, case in items(file):
            outcomes += _case(engine, trend, file, line, case)
    return outcomes


def _case(engine: Engine, trend: Result, file: Path, line: int, case: Any) -> list[Outcome]:
    if (
        not isinstance(case, dict)
        or not set(case) <= {"case", "levers", "expect", "territories"}
        or not isinstance(case.get("case"), dict)
        or not isinstance(case["case"].get("fr"), str)
        or not isinstance(case.get("expect"), list)
        or not isinstance(case.get("levers", {}), dict)
        or not isinstance(case.get("territories", []), list)
    ):
        raise ModelError("case_form", file, line)
    text = case["case"]["fr"]
    fixed = {lever.id for lever in engine.unavailable}
    elsewhere = "territories" in case and engine.territory.slug not in case["territories"]
    if elsewhere or not fixed.isdisjoint(
        str(name).removesuffix(".end").removesuffix(".start") for name in case.get("levers", {})
    ):
        return []
    try:
        result = engine.run(engine.settings(case.get("levers", {})))
    except ScenarioError as error:
        raise ModelError("case_levers", file, line, text, sentence=error.fr) from error
    return [_expectation(result, trend, file, line, text, expected) for expected in case["expect"]]


def _concerns(engine: Engine, case: Mapping[str, Any]) -> bool:
    """Whether a case is of this territory, and its levers can be moved there."""
    if "territories" in case and engine.territory.slug not in case["territories"]:
        return False
    moved = {str(name).removesuffix(".start").removesuffix(".end") for name in case.get("levers", {})}
    return moved.isdisjoint(lever.id for lever in engine.unavailable)


def _expectation(result: Result, trend: Result, file: Path, line: int, text: str, expected: Any) -> Outcome:
    refused = ModelError("case_expectation", file, line, text, choices=", ".join(COMPARISONS))
    if not isinstance(expected, dict):
        raise refused
    chosen = [key for key in COMPARISONS if key in expected]
    try:
        variable, year, region = str(expected["variable"]), int(expected["year"]), str(expected["region"])
        unit = result.units[variable]
        found, usual = (_at(one, variable, region, year) for one in (result, trend))
        if len(chosen) != 1 or not set(expected) <= {"variable", "year", "region", "within", *COMPARISONS}:
            raise refused
        wanted, found = _wanted(chosen[0], expected, found, usual, unit)
        within = float(expected.get("within", EXACT * max(1.0, abs(wanted))))
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise refused from error
    if wanted != wanted:
        holds = found != found
        return Outcome(str(file), line, text, variable, region, year, chosen[0], wanted, found, unit, holds)
    holds = {
        "equals": abs(found - wanted) <= within,
        "change": abs(found - wanted) <= within,
        "below": found < wanted,
        "above": found > wanted,
    }[chosen[0]]
    shown = "%" if chosen[0] == "change" else unit
    return Outcome(str(file), line, text, variable, region, year, chosen[0], wanted, found, shown, holds)


def _at(result: Result, variable: str, region: str, year: int) -> float:
    column = [int(y) for y in result.years].index(year)
    if region in (TERRITORY, result.slug):
        return float(result.total(variable)[column])
    return float(result.values[variable][result.regions.index(region), column])


def _wanted(
    comparison: str, expected: Mapping[str, Any], found: float, usual: float, unit: str
) -> tuple[float, float]:
    asked = expected[comparison]
    if comparison == "change":
        return _quantity(asked, "percent"), 100.0 * (found / usual - 1.0)
    if comparison == "equals" and asked == UNKNOWN:
        return math.nan, found
    return (usual if asked == TREND else _quantity(asked, unit)), found


def _quantity(text: Any, unit: str) -> float:
    """`12 GWh/year`, `-14 percent` or a bare number in `unit`, as a number in `unit`."""
    match = _QUANTITY.fullmatch(str(text))
    if match is None:
        raise ValueError(text)
    written = match[2].strip()
    return float(match[1]) if not written else units.convert(float(match[1]), units.as_written(written), unit)
