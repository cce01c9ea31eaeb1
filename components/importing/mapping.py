"""What an officer says a file means: which column is which, in which unit, of which year, by whom. Pure."""

import re
from collections.abc import Mapping as Dictionary
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from components.importing.document import ImportRefused
from components.importing.targets import factor, target

__all__ = ["Choice", "Mapping", "Provenance", "Series", "check", "from_data", "replace", "to_data"]

METHODS: Final = ("measured", "modelled")
DUPLICATES: Final = ("refuse", "sum")
PARTS: Final = ("unknown", "known")
DECIMALS: Final = ("", ",", ".")


@dataclass(frozen=True)
class Series:
    """Figures of a file: a column, and for a long file the items (one per dimension) of the lines that count."""

    column: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Where a series goes: a column of the pack, from which unit, over how many years the file counts."""

    series: Series
    target: str
    unit: str
    years: float = 1.0


@dataclass(frozen=True)
class Provenance:
    """Who made the figures. `method`: measured or modelled."""

    producer: str = ""
    title: str = ""
    year: int = 0
    method: str = ""
    licence: str = ""
    url: str = ""


@dataclass(frozen=True)
class Mapping:
    """How one file is read. Columns are named by their key (components.importing.table).

    dimensions: columns whose words say what a line is about (sector, energy), for a file of one line a commune and
    item; year_column: where each line says its year. duplicates: when several lines fill one place, `refuse` them or
    `sum`; parts: such a sum with an unknown part is `unknown`, or the sum of the `known` parts.
    """

    choices: tuple[Choice, ...] = ()
    dimensions: tuple[str, ...] = ()
    year_column: str = ""
    duplicates: str = "refuse"
    parts: str = "unknown"
    decimal: str = ""
    provenance: Provenance = field(default_factory=Provenance)
    sheet: str = ""
    header: int = 0
    depth: int = 0
    communes: str = ""
    profile: str = ""

    def targets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(choice.target for choice in self.choices))


def check(mapping: Mapping) -> list[ImportRefused]:
    """What must be completed before the mapping can be followed, each as a refusal to show."""
    missing = []
    told = mapping.provenance
    if not mapping.choices:
        missing.append(ImportRefused("nothing_chosen"))
    for name in ("producer", "title", "licence"):
        text = str(getattr(told, name))
        if not text.strip():
            missing.append(ImportRefused(f"no_{name}"))
        elif len(text) > 200 or re.search("[<>]", text) or text[0] in "=+-@":
            missing.append(ImportRefused("bad_text", name=name))
    if not 1900 <= told.year <= 2099:
        missing.append(ImportRefused("no_year"))
    if told.method not in METHODS:
        missing.append(ImportRefused("no_method"))
    if told.url and not re.fullmatch(r"https?://[^\s<>\"']{1,300}", told.url):
        missing.append(ImportRefused("bad_url"))
    for choice in mapping.choices:
        try:
            to = target(choice.target)
            factor(choice.unit, to)
        except ImportRefused as refusal:
            missing.append(refusal)
            continue
        if to.fixed_year and 1900 <= told.year <= 2099 and to.fixed_year != told.year:
            missing.append(
                ImportRefused("other_year", column=to.title_fr, expected=to.fixed_year, found=told.year)
            )
        if not 0 < choice.years <= 100:
            missing.append(ImportRefused("bad_years"))
    unique = {refusal.sentence(): refusal for refusal in missing}
    return list(unique.values())


def to_data(mapping: Mapping) -> dict[str, Any]:
    """The mapping as plain data, for a file."""
    return asdict(mapping)


def from_data(data: Any) -> Mapping:
    """The mapping of a file. Raises ImportRefused when it is not one."""
    try:
        told = dict(data)
        told["choices"] = tuple(_choice(choice) for choice in told.get("choices", ()))
        told["dimensions"] = tuple(str(name) for name in told.get("dimensions", ()))
        told["provenance"] = Provenance(**_texts(told.get("provenance", {}), {"year": int}))
        found = Mapping(**told)
        known = (
            found.duplicates in DUPLICATES and found.parts in PARTS and found.decimal in DECIMALS,
            all(
                isinstance(getattr(found, name), str)
                for name in ("year_column", "sheet", "communes", "profile")
            ),
            isinstance(found.header, int) and isinstance(found.depth, int),
        )
        if not all(known):
            raise ValueError(found)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ImportRefused("bad_mapping") from error
    return found


def _choice(data: Dictionary[str, Any]) -> Choice:
    series = data["series"]
    return Choice(
        Series(str(series["column"]), tuple(str(item) for item in series.get("items", ()))),
        str(data["target"]),
        str(data["unit"]),
        float(data.get("years", 1.0)),
    )


def _texts(data: Dictionary[str, Any], kinds: Dictionary[str, type]) -> dict[str, Any]:
    return {name: kinds.get(name, str)(value) for name, value in data.items()}
