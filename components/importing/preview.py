"""One file for one territory, from its bytes to what an import would change; for the page and the command. Pure."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pandas as pd

from components.importing import layers, profiles, saved
from components.importing import mapping as mappings
from components.importing.cells import Cell, text_of
from components.importing.document import Document, ImportRefused, Note, note, quoted
from components.importing.mapping import Mapping
from components.importing.reading import Reading, read
from components.importing.table import Table, find_table
from components.importing.targets import target
from components.look.numbers import number
from components.territory.pack import imports_of

if TYPE_CHECKING:
    from components.territory.pack import Territory

FAR: Final = 20.0
"""A total so many times that of the pack's own figures is said: a unit is probably wrong."""
SHOWN_LINES: Final = 6


@dataclass(frozen=True)
class Opened:
    """A file whose table was found, and what is proposed: `origin` is saved, profile or none."""

    document: Document
    table: Table
    mapping: Mapping
    origin: str

    def first_lines(self, count: int = SHOWN_LINES) -> list[tuple[int, list[str]]]:
        """The first lines of figures, as text: number of the line, cells."""
        found: list[tuple[int, list[str]]] = []
        for line, row in self.table.lines():
            if len(found) == count:
                break
            cells = [self.table.cell(row, index) for index in range(len(self.table.headers))]
            found.append((line, [_shown(cell) for cell in cells]))
        return found


def _shown(cell: Cell) -> str:
    return number(cell) if isinstance(cell, float) else quoted(text_of(cell))


@dataclass(frozen=True)
class Change:
    """What an import would do to one column: the communes known now and after, and the totals."""

    name: str
    title_fr: str
    title_en: str
    unit: str
    known: int
    total: float
    present_known: int
    present_total: float | None
    lost: tuple[str, ...]


@dataclass
class Preview:
    """An opened file read through a mapping. `missing`: what must be completed before it can be imported."""

    opened: Opened
    mapping: Mapping
    missing: list[ImportRefused]
    reading: Reading | None
    changes: list[Change] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def importable(self) -> bool:
        return not self.missing and self.reading is not None and any(c.known for c in self.changes)


def open_table(
    document: Document,
    territory: "Territory",
    sheet: str = "",
    header: int = 0,
    depth: int = 0,
    communes: str = "",
    profile: str = "",
) -> Opened:
    """The table of a document and the mapping proposed: one kept for this header, else a known file's, else none.

    Raises ImportRefused.
    """
    table = find_table(document.sheet(sheet), names_of(territory), header, depth, communes)

    def so(mapping: Mapping) -> Mapping:
        return mappings.replace(
            mapping, sheet=table.sheet.name, header=header, depth=depth, communes=communes
        )

    kept = saved.recalled(table) if not profile else None
    if kept is not None:
        year = profiles.year_of(table, document.name)
        if kept.year_column:
            year = profiles.latest_year(table, kept.year_column, names_of(territory))
        told = kept.provenance
        fresh = mappings.Provenance(**{**vars(told), "year": year or told.year})
        return Opened(document, table, so(mappings.replace(kept, provenance=fresh)), "saved")
    proposed = profiles.suggest(table, document.name, names_of(territory), profile)
    origin = "profile" if proposed.profile else "none"
    return Opened(document, table, so(proposed), origin)


def names_of(territory: "Territory") -> dict[str, str]:
    return {str(code): str(name) for code, name in territory.communes["name"].items()}


def preview(opened: Opened, mapping: Mapping, territory: "Territory") -> Preview:
    """What an import through this mapping would do. Never raises for what the file holds."""
    missing = mappings.check(mapping)
    told = Preview(opened, mapping, missing, None, notes=_notes_of_file(opened))
    if (
        any(refusal.key in ("no_target", "unit_differs", "bad_years") for refusal in missing)
        or not mapping.choices
    ):
        return told
    areas = {str(code): float(area) for code, area in territory.communes["area_km2"].items()}
    try:
        told.reading = read(opened.table, mapping, names_of(territory), areas)
    except ImportRefused as refusal:
        told.missing.append(refusal)
        return told
    told.changes = [_change(name, told.reading, territory) for name in told.reading.columns]
    told.notes += _notes_of_reading(told.reading, territory)
    for change in told.changes:
        told.notes += _notes_of_change(change, territory)
    return told


def confirm(told: Preview, territory: "Territory", accept_faults: bool = False) -> tuple[str, bool]:
    """Writes the import and keeps its mapping; its id, and whether it is new. Raises ImportRefused."""
    for refusal in told.missing:
        raise refusal
    if told.reading is None:
        raise ImportRefused("nothing_chosen")
    if told.reading.fault_count and not accept_faults:
        raise ImportRefused("faults_left", count=told.reading.fault_count)
    written = layers.write_import(
        imports_of(territory.path), told.opened.document, told.mapping, told.reading
    )
    with suppress(ImportRefused):  # the figures are in; the choices will only be asked again
        saved.remember(told.opened.table, told.mapping)
    return written


def _change(name: str, reading: Reading, territory: "Territory") -> Change:
    column, to = reading.columns[name], target(name)
    present = territory.communes.get(name)
    known: set[str] = set()
    total = None
    if isinstance(present, pd.Series):
        known = {str(code) for code in present.dropna().index}
        total = float(present.sum()) if known else None
    lost = tuple(sorted(code for code in known if column.values.get(code) is None))
    return Change(
        name, to.title_fr, to.title_en, to.unit, column.known, column.total, len(known), total, lost
    )


def _notes_of_file(opened: Opened) -> list[Note]:
    table = opened.table
    told = [*opened.document.notes, *table.sheet.notes]
    if len(opened.document.sheets) > 1:
        names = ", ".join(sheet.name for sheet in opened.document.sheets)
        told.append(note("sheet_read", name=table.sheet.name, count=len(opened.document.sheets), names=names))
    if table.header_lines[0] > 0:
        told.append(note("titles_skipped", count=table.header_lines[0]))
    if len(table.header_lines) > 1:
        told.append(note("headers_joined", count=len(table.header_lines)))
    if table.named:
        told.append(note("communes_by_name", column=table.headers[table.communes]))
    return told


def _notes_of_reading(reading: Reading, territory: "Territory") -> list[Note]:
    names = names_of(territory)
    told = list(reading.notes)
    if reading.missing:
        shown = ", ".join(names[code] for code in reading.missing[:12])
        more = "…" if len(reading.missing) > 12 else ""
        told.append(Note("communes_missing", (("count", str(len(reading.missing))), ("names", shown + more))))
    for count, key in (
        (reading.elsewhere, "lines_elsewhere"),
        (reading.totals, "lines_total"),
        (reading.remarks, "lines_remark"),
        (reading.other_years, "lines_other_year"),
        (reading.other_items, "lines_other_item"),
        (reading.mended, "codes_mended"),
    ):
        if count:
            told.append(note(key, count=number(count)))
    if reading.merged:
        pairs = ", ".join(f"{old} → {now}" for old, now in sorted(reading.merged.items())[:8])
        told.append(Note("communes_merged", (("count", str(len(reading.merged))), ("pairs", pairs))))
    if sum(reading.unknown_words.values()):
        words = ", ".join(
            f"«\u202f{word}\u202f» × {number(count)}" for word, count in reading.unknown_words.most_common(6)
        )
        told.append(
            Note("cells_unknown", (("count", number(sum(reading.unknown_words.values()))), ("words", words)))
        )
    if reading.partial:
        told.append(note("sums_partial", count=number(reading.partial)))
    return told


def _notes_of_change(change: Change, territory: "Territory") -> Sequence[Note]:
    names = names_of(territory)
    told = []
    if change.lost:
        shown = ", ".join(names[code] for code in change.lost[:6]) + ("…" if len(change.lost) > 6 else "")
        told.append(
            Note(
                "becomes_unknown",
                (("column", change.title_fr), ("count", str(len(change.lost))), ("names", shown)),
            )
        )
    if change.present_total and change.total and change.known:
        times = (change.total / change.known) / (change.present_total / change.present_known)
        if not 1 / FAR <= times <= FAR:
            shown = number(times if times > 1 else 1 / times, digits=0)
            key = "far_above" if times > 1 else "far_below"
            told.append(Note(key, (("column", change.title_fr), ("times", shown))))
    return told
