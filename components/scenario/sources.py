"""Who stands behind a drawing: the producers met on the way from its figures back to the data. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from components.scenario.engine import Engine, Result
from components.scenario.trace import TERRITORY, why

OURS = "Cordée"


@lru_cache(maxsize=128)
def producers(engine: Engine, result: Result, variable: str, lang: str = "fr") -> tuple[str, ...]:
    """Producers and years behind a variable of the territory, most used first, our own assumptions last."""
    uses: dict[str, int] = {}
    years: dict[str, set[int]] = {}
    trace = why(engine, result, variable, TERRITORY, int(result.years[-1]), lang)
    for source in _sources(trace["inputs"]):
        name = str(source.get("producer") or "")
        if not name:
            continue
        uses[name] = uses.get(name, 0) + 1
        if str(source.get("year") or "").isdigit():
            years.setdefault(name, set()).add(int(source["year"]))
    ranked = sorted(uses, key=lambda name: (name == OURS, -uses[name]))
    return tuple(_line(name, sorted(years.get(name, ()))) for name in ranked)


def _line(name: str, years: list[int]) -> str:
    if not years or str(years[0]) in name:
        return name
    return f"{name} {years[0]}" if len(years) == 1 else f"{name} {years[0]}–{years[-1]}"


def _sources(inputs: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for node in inputs:
        if isinstance(node.get("source"), Mapping):
            yield node["source"]
        yield from _sources(node.get("inputs") or [])
