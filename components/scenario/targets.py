"""The targets drawn beside a scenario, read from data/model/targets.yaml and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from components.scenario.declared import french_at_least
from components.scenario.faults import ModelError
from components.scenario.yaml_lines import Entry, items

TARGETS_FILE = Path(__file__).resolve().parents[2] / "data" / "model" / "targets.yaml"
SCOPES = ("local", "national")
STATUSES = ("sourced", "deduced", "to verify")
REQUIRED = ("id", "label", "scope", "variable", "year", "status", "words", "source")


class TargetsError(ModelError):
    """A target that cannot be drawn honestly; the sentence names the target."""


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


_last_good: dict[Path, tuple[Target, ...]] = {}


def load_targets(path: Path = TARGETS_FILE) -> tuple[Target, ...]:
    """All targets of the file as it is now, in its order.

    A file that no longer reads gives those it gave before; ModelError when it never did: broken YAML, or a target
    without scope, words or source.
    """
    try:
        status = path.stat()
        found = _read(path, status.st_mtime_ns, status.st_size)
    except (OSError, ModelError):
        if path in _last_good:
            return _last_good[path]
        raise
    _last_good[path] = found
    return found


@lru_cache(maxsize=8)
def _read(path: Path, time: int, size: int) -> tuple[Target, ...]:
    return read_targets(path)


def read_targets(path: Path) -> tuple[Target, ...]:
    """All targets of a file. Raises ModelError."""
    return tuple(_target(value, path, line) for line, value in items(path))


def targets_of(slug: str, variable: str, path: Path = TARGETS_FILE) -> list[Target]:
    """The targets that concern one variable of one territory."""
    return [
        t
        for t in load_targets(path)
        if t.variable == variable and (not t.territories or slug in t.territories)
    ]


def _target(entry: Any, file: Path, line: int) -> Target:
    if not isinstance(entry, dict):
        raise TargetsError("model_engine.target_field", file, line, name="id")
    name = str(entry.get("id", ""))

    def refused(key: str, **values: object) -> TargetsError:
        return TargetsError(f"model_engine.target_{key}", file, line, name, **values)

    for field in REQUIRED:
        if not entry.get(field):
            raise refused("field", name=field)
    if entry["scope"] not in SCOPES or entry["status"] not in STATUSES:
        raise refused("choice", name="scope / status", choices=", ".join((*SCOPES, *STATUSES)))
    source = entry["source"]
    if not isinstance(source, dict) or not source.get("producer") or not source.get("title"):
        raise refused("source")
    value, reference = entry.get("value"), entry.get("reference_value")
    try:
        year = int(entry["year"])
        value = None if value is None else float(value)
        if value is not None and reference is not None:
            expected = float(reference) * (1 + float(entry["change"]) / 100)
            if abs(expected - value) > 0.5:
                raise refused("value", value=f"{value:g}", change=f"{entry['change']:g}")
    except (TypeError, ValueError, KeyError) as error:
        raise refused("number") from error
    place = Entry(name, entry, file, line, {})
    territories = entry.get("territories", ())
    if not isinstance(territories, list | tuple):
        raise refused("field", name="territories")
    return Target(
        name,
        french_at_least(entry["label"], place, "label"),
        entry["scope"],
        str(entry["variable"]),
        year,
        value,
        entry["status"],
        french_at_least(entry["words"], place, "words"),
        source,
        tuple(map(str, territories)),
    )
