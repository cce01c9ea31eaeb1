"""What is looked at, and small tools that the frames share. Pure."""

import math
from dataclasses import dataclass

import numpy as np

from components.scenario.engine import Engine, Result
from components.scenario.expression import Array
from components.scenario.measures import measured, measured_total
from components.scenario.variables import EMISSIONS

BASE_YEAR = 2019
HORIZON = 20  # years of the debate after the base year (scenario-model: 2050 is shown as the far end)
CHANGES = ("", "trend", "base")


@dataclass(frozen=True)
class View:
    """What is looked at: a variable, a year, a measure (see measures.py), and which stack of curves.

    `change`: "" for the values themselves, "trend" for their difference from the trend in the same year, "base" from
    the base year.
    """

    variable: str = EMISSIONS
    year: int = BASE_YEAR + HORIZON
    measure: str = "per_inhabitant"
    change: str = ""
    curves: str = "emissions"


@dataclass(frozen=True)
class Compare:
    """A saved scenario shown beside the present one."""

    name: str
    result: Result


@dataclass(frozen=True)
class LastChange:
    """The last move: which slider (its label), its values as written, and the result before it."""

    lever: str
    old: str
    new: str
    before: Result


def at(result: Result, year: int) -> int:
    """The column of a year, the nearest end when it is outside."""
    return int(np.clip(year - int(result.years[0]), 0, len(result.years) - 1))


def column(engine: Engine, result: Result, variable: str, year: int, measure: str) -> Array:
    """A variable in one year, commune by commune, in a measure; NaN where it is not known."""
    values = result.values.get(variable)
    if values is None:
        return np.full(len(result.regions), np.nan)
    chosen = np.asarray(values[:, at(result, year)], dtype=float)
    return measured(engine, chosen, result.units.get(variable, ""), measure)


def total(engine: Engine, result: Result, variable: str, measure: str = "total") -> Array:
    """The whole territory each year in a measure, shape (years,); NaN where it is not known."""
    if variable not in result.values:
        return np.full(len(result.years), np.nan)
    return measured_total(engine, result.total(variable), result.units.get(variable, ""), measure)


def wire(x: float, digits: int = 6) -> float | None:
    """A number short enough for the wire, None when there is none."""
    return float(f"{x:.{digits}g}") if math.isfinite(x) else None


def wires(values: Array, digits: int = 5) -> list[float | None]:
    """Numbers short enough for the wire."""
    return [wire(x, digits) for x in values.tolist()]
