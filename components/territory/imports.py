"""Figures imported into a territory, kept beside its pack: the pack's own files are never edited.

One import is one folder, `imports/0001/`, of two files: `values.csv` (one line a commune, one column a figure; an
empty cell is unknown) and `provenance.json` (who made the figures, which file they came from, how it was read); a
refresh adds `outlines.geojson`. Folders are laid over the pack in the order of their numbers; the last one that brings
a column gives it whole, so that a column has one source. Removing a folder takes the import back.
"""

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from components.territory.check import METHODS, OUTLINES, SLUG
from components.territory.geometry import fault_of_geometry
from components.territory.read import FORBIDDEN, NUMBER, Fault

ROOT: Final = Path(__file__).resolve().parents[2]
VALUES, PROVENANCE = "values.csv", "provenance.json"
FILES: Final = (VALUES, PROVENANCE, OUTLINES)
NUMBERED: Final = re.compile(r"[0-9]{4}")
_COLUMN_NAMES: Final = ("title_fr", "title_en", "unit", "type")
_SOURCE_NAMES: Final = ("producer", "title", "year", "method", "licence")


@dataclass(frozen=True)
class Layer:
    """One import. values: figures by column, by INSEE code, None = unknown. about: content of provenance.json.

    names and outlines: those that a refresh found changed, by INSEE code.
    """

    id: str
    path: Path
    values: Mapping[str, Mapping[str, float | None]]
    about: Mapping[str, Any]
    outlines: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        return dict(self.about.get("names", {}))

    @property
    def source(self) -> dict[str, str]:
        """Who made the figures, as a pack tells its sources; `note` names the file."""
        told = {name: str(value) for name, value in self.about["source"].items()}
        return told | {"note": str(self.about.get("note", ""))}


def local_folder() -> Path:
    """What this installation writes for itself: `CORDEE_LOCAL`, else `var/`."""
    return Path(os.environ.get("CORDEE_LOCAL") or ROOT / "var")


def imports_folder(pack: Path, shipped: Path) -> Path:
    """Where the imports of a pack are: beside it, or in the local folder for a pack that is `shipped` with Cordée."""
    if pack.parent == shipped and SLUG.fullmatch(pack.name):
        return local_folder() / "territories" / pack.name / "imports"
    return pack / "imports"


def stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each import's files: what a territory loaded with them is valid for."""
    found = []
    for name in _numbered(folder):
        for file in FILES:
            try:
                status = (folder / name / file).stat()
                found.append((f"{name}/{file}", status.st_mtime_ns, status.st_size))
            except OSError:
                found.append((f"{name}/{file}", 0, 0))
    return tuple(found)


def _numbered(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if NUMBERED.fullmatch(name))
    except (OSError, ValueError):
        return []


def read_layers(folder: Path) -> tuple[list[Layer], list[Fault]]:
    """The imports of a folder in order, and what is wrong with them, file by file."""
    layers, faults = [], []
    for name in _numbered(folder):
        try:
            layers.append(read_layer(folder / name))
        except _Broken as broken:
            told = (("id", name),)
            faults.append(Fault(f"imports/{name}/{broken.file}", broken.row, "import_broken", told))
    return layers, faults


class _Broken(Exception):
    def __init__(self, file: str, row: int = 1) -> None:
        super().__init__(file)
        self.file, self.row = file, row


def read_layer(path: Path) -> Layer:
    about = _provenance(path)
    columns = list(about["columns"])
    try:
        text = (path / VALUES).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise _Broken(VALUES) from None
    reader = csv.reader(io.StringIO(text), strict=True)
    values: dict[str, dict[str, float | None]] = {name: {} for name in columns}
    try:
        if next(reader, None) != ["insee", *columns]:
            raise _Broken(VALUES)
        for row in reader:
            sound = len(row) == len(columns) + 1 and all(
                not cell or NUMBER.fullmatch(cell) for cell in row[1:]
            )
            if not sound or any(cell.startswith("-") for cell in row[1:]):
                raise _Broken(VALUES, reader.line_num)
            for name, cell in zip(columns, row[1:], strict=True):
                values[name][row[0]] = float(cell) if cell else None
    except csv.Error:
        raise _Broken(VALUES, reader.line_num) from None
    return Layer(path.name, path, values, about, _outlines(path))


def _outlines(path: Path) -> dict[str, dict[str, Any]]:
    """The outlines an import brings, by INSEE code; most bring none."""
    try:
        text = (path / OUTLINES).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError):
        raise _Broken(OUTLINES) from None
    try:
        found = {each["properties"]["insee"]: each["geometry"] for each in json.loads(text)["features"]}
        if any(fault_of_geometry(geometry) for geometry in found.values()):
            raise ValueError(OUTLINES)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _Broken(OUTLINES) from None
    return found


def _provenance(path: Path) -> dict[str, Any]:
    try:
        text = (path / PROVENANCE).read_text(encoding="utf-8")
        about = json.loads(text)
        columns, source = about["columns"], about["source"]
        sound = (
            not FORBIDDEN.search(text),
            bool(columns),
            all(isinstance(column[name], str) for column in columns.values() for name in _COLUMN_NAMES),
            all(str(source[name]) for name in _SOURCE_NAMES),
            source["method"] in METHODS,
            1900 <= int(source["year"]) <= 2099,
            all(
                isinstance(name, str) and not set("<>") & set(name)
                for name in about.get("names", {}).values()
            ),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _Broken(PROVENANCE) from None
    if not all(sound):
        raise _Broken(PROVENANCE)
    return dict(about)


def values_csv(codes: Iterable[str], values: Mapping[str, Mapping[str, float | None]]) -> str:
    """The text of values.csv: what `read_layer` reads back to the same numbers."""
    lines = [["insee", *values]]
    for code in codes:
        lines.append([code, *(_written(column.get(code)) for column in values.values())])
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _written(value: float | None) -> str:
    """A figure as `NUMBER` takes it: twelve decimals at most, no exponent."""
    if value is None:
        return ""
    return f"{Decimal(repr(round(value, 12))):f}".removesuffix(".0")
