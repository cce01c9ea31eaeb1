"""What the preview's form asks for, read from its fields into a mapping, and written back. Pure.

Fields: `s.N` `t.N` `u.N` (the N-th series, the column it goes to, its unit), `d` (dimensions), and those named as the
mapping's own parts.
"""

import json
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence

from components.importing.document import ImportRefused
from components.importing.mapping import (
    DECIMALS,
    DUPLICATES,
    PARTS,
    Choice,
    Mapping,
    Provenance,
    Series,
    replace,
)
from components.importing.profiles import items_of, unit_of
from components.importing.table import Table
from components.importing.targets import target

MOST_SERIES = 400
Fields = Dictionary[str, Sequence[str]]


def first(fields: Fields, name: str, otherwise: str = "") -> str:
    return next(iter(fields.get(name, ())), otherwise)[:500]


def whole(fields: Fields, name: str) -> int:
    text = first(fields, name).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def series_of(
    table: Table, mapping: Mapping, communes: Dictionary[str, str], value: str = ""
) -> list[Series]:
    """Everything in the file that could be chosen: its columns, or its column of figures (`value`) by item."""
    apart = {
        table.keys[table.communes],
        *mapping.dimensions,
        *([mapping.year_column] if mapping.year_column else []),
    }
    columns = [key for key in table.keys if key not in apart]
    if not mapping.dimensions:
        return [Series(key) for key in columns]
    value = value if value in columns else value_column(table, mapping)
    return [Series(value, items) for items in items_of(table, mapping.dimensions, communes)] if value else []


def value_column(table: Table, mapping: Mapping) -> str:
    """The column of figures of a long file: the chosen one, else the last that holds numbers."""
    if mapping.choices:
        return mapping.choices[0].series.column
    apart = {table.keys[table.communes], *mapping.dimensions, mapping.year_column}
    columns = [key for key in table.keys if key not in apart]
    rows = [row for _, (_, row) in zip(range(20), table.lines(), strict=False)]
    for key in reversed(columns):
        cells = [table.cell(row, table.column(key)) for row in rows]
        if any(
            isinstance(cell, int | float) or (isinstance(cell, str) and cell[:1].isdigit()) for cell in cells
        ):
            return key
    return columns[-1] if columns else ""


def with_shape(mapping: Mapping, fields: Fields, table: Table) -> Mapping:
    """The mapping with the dimensions and the column of figures that the first form asks for."""
    if "d" not in fields:
        return mapping
    dimensions = tuple(dict.fromkeys(key for key in fields["d"] if key in table.keys))[:3]
    value = first(fields, "value")
    same_value = not dimensions or not value or all(c.series.column == value for c in mapping.choices)
    if dimensions == mapping.dimensions and same_value:
        return mapping
    return replace(
        mapping,
        dimensions=dimensions,
        choices=(),
        profile="",
        duplicates="sum" if dimensions else "refuse",
    )


def encoded(series: Series) -> str:
    return json.dumps([series.column, *series.items], ensure_ascii=False, separators=(",", ":"))


def decoded(text: str) -> Series:
    try:
        column, *items = json.loads(text)
        if not all(isinstance(part, str) for part in (column, *items)):
            raise ValueError(text)
    except (ValueError, TypeError):
        raise ImportRefused("bad_mapping") from None
    return Series(column, tuple(items))


def with_fields(mapping: Mapping, fields: Fields, table: Table) -> Mapping:
    """The mapping that the form says, once it was sent (`applied`). Raises ImportRefused."""
    if not first(fields, "applied"):
        return mapping
    choices = []
    for number in range(MOST_SERIES):
        if f"s.{number}" not in fields:
            break
        name, said = first(fields, f"t.{number}"), first(fields, f"s.{number}")
        if name and said:
            series, to = decoded(said), target(name)
            unit = first(fields, f"u.{number}") or unit_of(table.headers[table.column(series.column)], name)
            choices.append(Choice(series, name, unit or to.units[0], _years(fields, number)))
    told = Provenance(
        producer=first(fields, "producer").strip(),
        title=first(fields, "title").strip(),
        year=whole(fields, "year"),
        method=first(fields, "method"),
        licence=first(fields, "licence").strip(),
        url=first(fields, "url").strip(),
    )
    year_column = first(fields, "year_column")
    return replace(
        mapping,
        choices=tuple(choices),
        provenance=told,
        year_column=year_column if year_column in table.keys else "",
        duplicates=_one_of(DUPLICATES, first(fields, "duplicates")),
        parts=_one_of(PARTS, first(fields, "parts")),
        decimal=_one_of(DECIMALS, first(fields, "decimal")),
    )


def _years(fields: Fields, number: int) -> float:
    return float(whole(fields, f"y.{number}") or 1)


def _one_of(known: Sequence[str], said: str) -> str:
    return said if said in known else known[0]
