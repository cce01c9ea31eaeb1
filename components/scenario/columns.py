"""What a rule may read from outside the model: columns of the pack, its official totals, factors.csv.

`indicators.main_homes` · `official.ghg.transport` (the base year) · `factors.carrier.natural_gas_PCS`.

A pack need not hold every column and every official total: what the catalogue knows and the pack lacks is unknown
(NaN), to be imported. A name that the catalogue does not know either is an error of the model.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from components.scenario import units
from components.scenario.declared import Source
from components.scenario.years import BASE_YEAR

if TYPE_CHECKING:
    from components.territory.pack import Territory

Catalogue = Mapping[str, Mapping[str, Any]]


class ColumnError(ValueError):
    """No such column, or nothing usable in it. `key` names the sentence (area `model`)."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Figure:
    """Numbers of shape (communes, 1) or (1, 1), NaN where unknown, in `unit`, with where they come from.

    `absent`: the pack holds no such figure at all, and there is no source to give. `file`: the official file that
    brings it, an entry of the catalogue's `files`.
    """

    values: npt.NDArray[np.float64]
    unit: str
    source: Source | None
    method: str
    label_fr: str
    label_en: str
    note: str = ""
    absent: bool = False
    file: str = ""


@dataclass(frozen=True)
class Factor:
    """One row of factors.csv."""

    value: str
    unit: str
    source: str
    place: str
    note: str


def read_factors(file: Path) -> dict[str, Factor]:
    """Rows of factors.csv by `group.key`. Values stay text: ranges (`1-3`) are not numbers."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            f"{row['group']}.{row['key']}": Factor(
                row["value"], row["unit"], row["source"], row["source_location"], row["note"]
            )
            for row in csv.DictReader(lines)
        }


def figure(name: str, territory: "Territory", factors: Mapping[str, Factor], catalogue: Catalogue) -> Figure:
    """The figure a rule's `from:` names; NaN where the pack has none. Raises ColumnError."""
    kind, _, rest = name.partition(".")
    if kind == "indicators":
        return _indicator(rest, territory, catalogue.get("communes", {}))
    if kind == "official":
        return _official(rest, territory, catalogue.get("quantities", {}))
    if kind == "factors":
        return _factor(rest, factors)
    raise ColumnError("unknown_column", name=name)


def _absent(known: Mapping[str, Any], rows: int) -> Figure:
    """A figure that the catalogue describes and the pack does not hold."""
    title = known["title"]
    unknown = np.full((rows, 1), np.nan)
    file = str(known.get("file", ""))
    return Figure(unknown, known["unit"], None, "", title["fr"], title["en"], absent=True, file=file)


def _indicator(column: str, territory: "Territory", known: Mapping[str, Any]) -> Figure:
    about = territory.columns.get(column)
    if column not in territory.communes or about is None:
        if column not in known or known[column].get("type") == "string":
            raise ColumnError("unknown_column", name=f"indicators.{column}")
        return _absent(known[column], len(territory.communes))
    if about.type == "string":
        raise ColumnError("unknown_column", name=f"indicators.{column}")
    values = territory.communes[column].to_numpy(dtype=np.float64).reshape(-1, 1)
    told = territory.sources.get(about.source, {})
    source = Source(
        about.producer, told.get("title", ""), about.year, url=told.get("url", ""), licence=about.licence
    )
    return Figure(
        values,
        about.unit,
        source,
        about.method,
        about.title_fr,
        about.title_en,
        told.get("note", ""),
        file=str(known.get(column, {}).get("file", "")),
    )


def _official(rest: str, territory: "Territory", known: Mapping[str, Any]) -> Figure:
    quantity, _, item = rest.partition(".")
    rows = territory.official
    chosen = rows[(rows["quantity"] == quantity) & (rows["item"] == item) & (rows["year"] == BASE_YEAR)]
    about = territory.columns.get("value")
    if len(chosen) != 1 or about is None or np.isnan(chosen.iloc[0]["value"]):
        if item not in known.get(quantity, {}).get("items", ()):
            raise ColumnError("unknown_column", name=f"official.{rest}")
        return _absent(known[quantity], 1)
    row = chosen.iloc[0]
    own = str(row.get("source") or "")  # a row may say its own, else it is the column's
    told = territory.sources.get(own or about.source, {})
    source = Source(
        told.get("producer", about.producer),
        told.get("title", ""),
        int(row["year"]),
        url=told.get("url", ""),
        licence=told.get("licence", about.licence),
    )
    return Figure(
        np.array([[float(row["value"])]]),
        str(row["unit"]),
        source,
        told.get("method", about.method),
        str(row["label_fr"]),
        str(row["label_en"]),
        told.get("note", ""),
    )


def _factor(name: str, factors: Mapping[str, Factor]) -> Figure:
    found = factors.get(name)
    if found is None:
        raise ColumnError("unknown_column", name=f"factors.{name}")
    try:
        value = float(found.value)
    except ValueError as error:
        raise ColumnError("factor_is_a_range", name=f"factors.{name}", value=found.value) from error
    year = next(
        (int(word) for word in found.source.replace("(", " ").split() if word.isdigit() and len(word) == 4),
        None,
    )
    source = Source(found.source, name, year, status="" if year else "year not given", place=found.place)
    return Figure(np.array([[value]]), units.as_written(found.unit), source, "measured", "", "", found.note)
