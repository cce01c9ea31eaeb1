"""The targets drawn beside a scenario, read from data/model/targets.yaml and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TARGETS_FILE = Path(__file__).resolve().parents[2] / "data" / "model" / "targets.yaml"
SCOPES = ("local", "national")
STATUSES = ("sourced", "deduced", "to verify")


class TargetsError(Exception):
    """A target that cannot be drawn honestly; the sentence is French and names the target."""


@dataclass(frozen=True)
class Target:
    """`value` is in the variable's unit for `year` alone; None when it cannot be put on the curve."""

    id: str
    label: Mapping[str, str]
    scope: str
    variable: str
    year: int
    value: float | None
    status: str
    words: Mapping[str, str]
    source: Mapping[str, Any]
    territories: tuple[str, ...] = ()


@cache
def load_targets(path: Path = TARGETS_FILE) -> tuple[Target, ...]:
    """All targets of the file, in its order. Raises TargetsError for one without scope, words or source."""
    return tuple(_target(entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or [])


def targets_of(slug: str, variable: str, path: Path = TARGETS_FILE) -> list[Target]:
    """The targets that concern one variable of one territory."""
    return [
        t
        for t in load_targets(path)
        if t.variable == variable and (not t.territories or slug in t.territories)
    ]


def _target(entry: Mapping[str, Any]) -> Target:
    name = entry.get("id", "?")
    for field in ("id", "label", "scope", "variable", "year", "status", "words", "source"):
        if not entry.get(field):
            raise TargetsError(f"Objectif «\u202f{name}\u202f»\u202f: le champ «\u202f{field}\u202f» manque.")
    if entry["scope"] not in SCOPES or entry["status"] not in STATUSES:
        raise TargetsError(f"Objectif «\u202f{name}\u202f»\u202f: scope ou status inconnu.")
    if not entry["source"].get("producer") or not entry["source"].get("title"):
        raise TargetsError(
            f"Objectif «\u202f{name}\u202f»\u202f: la source n'a pas de producteur ou de titre."
        )
    value = entry.get("value")
    if value is not None and entry.get("reference_value") is not None:
        expected = entry["reference_value"] * (1 + entry["change"] / 100)
        if abs(expected - value) > 0.5:
            change = f"{entry['change']}\u202f%"
            raise TargetsError(f"Objectif «\u202f{name}\u202f»\u202f: {value} ne correspond pas à {change}.")
    return Target(
        entry["id"],
        entry["label"],
        entry["scope"],
        entry["variable"],
        int(entry["year"]),
        None if value is None else float(value),
        entry["status"],
        entry["words"],
        entry["source"],
        tuple(entry.get("territories", ())),
    )
