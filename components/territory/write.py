"""Write the files of a territory pack: cells, official rows and outlines to text, and the folder at once.

What is given here comes from a builder or an importer; nothing is invented and an empty cell stays empty.
"""

import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.territory.check import (
    COMMUNES,
    DESCRIPTOR,
    OFFICIAL,
    OUTLINES,
    TERRITORY,
    inspect,
    is_optional,
    mapping,
)
from components.territory.geometry import polygons, signed_area
from components.territory.pack import PackError, catalogue
from components.territory.read import Fault

DECIMALS = 6  # of a degree: 0.1 m, far below the detail of the outlines; nothing is simplified


class WriteError(Exception):
    """A column without a source, or a cell without a commune, as one French sentence."""


@dataclass
class Content:
    """A pack in memory: what its files say, before they are written.

    territory: content of territory.yaml, every scalar as text. cells: text by column, by INSEE code (a column
    absent or empty is unknown). official: cells of each row. outlines: GeoJSON geometry by INSEE code.
    """

    territory: dict[str, Any]
    cells: dict[str, dict[str, str]]
    official: list[dict[str, str]] = field(default_factory=list)
    outlines: dict[str, dict[str, Any]] = field(default_factory=dict)
    outlines_package: str = ""

    def columns(self) -> list[str]:
        """Columns written, in the order of the catalogue: the mandatory ones, and those with a known cell."""
        known = {name for cells in self.cells.values() for name, cell in cells.items() if cell != ""}
        written = catalogue()["communes"]
        unlisted = sorted(known - written.keys())
        if unlisted:
            raise WriteError(f"Colonne inconnue du catalogue columns.yaml : {', '.join(unlisted)}.")
        return [name for name, column in written.items() if name in known or not is_optional(column)]


def read_content(folder: Path) -> Content:
    """The content of a sound pack, to be changed and written again. Raises PackError."""
    pack, faults = inspect(folder, catalogue())
    if faults:
        raise PackError(faults)
    descriptor = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8-sig"))
    described = {resource["path"]: resource for resource in descriptor["resources"]}
    return Content(
        territory=pack.territory,
        cells={row.cells["insee"]: dict(row.cells) for row in pack.communes},
        official=[dict(row.cells) for row in pack.official],
        outlines=pack.outlines,
        outlines_package=described[OUTLINES].get("package", ""),
    )


def add_columns(
    content: Content,
    source_id: str,
    source: Mapping[str, str],
    columns: Mapping[str, Mapping[str, str]],
) -> None:
    """Put imported columns in a pack, in place: `columns[name][insee]` is a number as text, "" = unknown.

    `source`: title, producer, year, method, licence, url, note. Communes not given are unknown in the column.
    Raises WriteError for a commune that is not of the territory; the written pack is checked by `save`.
    """
    for name, values in columns.items():
        foreign = sorted(values.keys() - content.cells.keys())
        if foreign:
            raise WriteError(f"« {name} » : communes hors du territoire : {', '.join(foreign)}.")
        for code, cells in content.cells.items():
            cells[name] = values.get(code, "")
    content.territory["sources"] = {**content.territory["sources"], source_id: dict(source)}
    said = dict.fromkeys(columns, source_id)
    content.territory["column_sources"] = {**mapping(content.territory.get("column_sources")), **said}


def add_official(
    content: Content, source_id: str, source: Mapping[str, str], rows: Iterable[Mapping[str, str]]
) -> None:
    """Put official rows in a pack, in place; a row replaces that of the same item, quantity and year."""
    known = {(r["item"], r["quantity"], r["year"]): r for r in content.official}
    for row in rows:
        known[row["item"], row["quantity"], row["year"]] = {**row, "source": source_id}
    content.official = list(known.values())
    content.territory["sources"] = {**content.territory["sources"], source_id: dict(source)}
    official = mapping(content.territory.get("official"))
    content.territory["official"] = {"source": source_id, **official}


def pack_files(content: Content, territory_text: str = "") -> dict[str, str]:
    """Text of each file of the pack by name; `territory_text` when territory.yaml is written by hand."""
    files = {
        TERRITORY: territory_text or territory_yaml(content.territory),
        COMMUNES: communes_csv(content),
        OUTLINES: outlines_geojson(content.territory["communes"], content.outlines),
        DESCRIPTOR: descriptor_json(content),
    }
    if content.official:
        files[OFFICIAL] = official_csv(content.official)
    return files


def save(folder: Path, files: Mapping[str, str | bytes]) -> list[Fault]:
    """Write a pack whole or not at all, in place of the folder; the faults when it is not sound.

    A pack with faults is not written and the former one stays. Files that are not of the pack format (logo…)
    are kept from the former folder. Raises OSError (disk full, rights).
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        if folder.is_dir():
            written = {COMMUNES, OFFICIAL, OUTLINES, DESCRIPTOR, TERRITORY}
            shutil.copytree(
                folder, temporary, dirs_exist_ok=True, ignore=lambda _, names: written.intersection(names)
            )
        for name, text in files.items():
            (temporary / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        faults = inspect(temporary, catalogue())[1]
        if faults:
            return faults
        temporary.chmod(0o755)
        _replace(temporary, folder)
        return []
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _replace(new: Path, folder: Path) -> None:
    """Put a folder in the place of another; the former one comes back when the move fails."""
    if not folder.exists():
        os.replace(new, folder)
        return
    former = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    os.replace(folder, former)
    try:
        os.replace(new, folder)
    except OSError:
        os.replace(former, folder)
        raise
    shutil.rmtree(former, ignore_errors=True)


def territory_yaml(territory: Mapping[str, Any]) -> str:
    """territory.yaml in the order of the mapping; codes and years stay text, accents stay readable."""
    return yaml.safe_dump(dict(territory), allow_unicode=True, sort_keys=False, width=110)


def communes_csv(content: Content) -> str:
    """One line a commune, ascending INSEE code; an empty cell is unknown."""
    columns = content.columns()
    lines = [columns]
    for code in sorted(content.cells):
        lines.append([content.cells[code].get(name, "") for name in columns])
    return _csv(lines)


def official_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """The official rows in their order; the column `source` only where one is said."""
    kept = list(rows)
    columns = [
        name for name in catalogue()["official"] if name != "source" or any(row.get("source") for row in kept)
    ]
    return _csv([columns, *([row.get(name, "") for name in columns] for row in kept)])


def outlines_geojson(names: Mapping[str, str], outlines: Mapping[str, dict[str, Any]]) -> str:
    """A GeoJSON collection, one feature a line so that a fault has a line number."""
    features = []
    for code, name in sorted(names.items()):
        feature = {
            "type": "Feature",
            "properties": {"insee": code, "name": name},
            "geometry": rounded(outlines[code]),
        }
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """The geometry rounded, outer rings counter-clockwise and holes clockwise (RFC 7946)."""
    parts = []
    for polygon in polygons(geometry):
        rings = []
        for index, ring in enumerate(polygon):
            points = [[round(position[0], DECIMALS), round(position[1], DECIMALS)] for position in ring]
            rings.append(points if (signed_area(points) > 0) == (index == 0) else points[::-1])
        parts.append(rings)
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def descriptor_json(content: Content) -> str:
    """The Frictionless data package: every column with its unit, producer, year, method and licence."""
    territory = content.territory
    sources = territory["sources"]
    resources = [_table_resource("communes", COMMUNES, content, content.columns(), ["insee"])]
    if content.official:
        columns = [n for n in catalogue()["official"] if n != "source" or any(map(_source, content.official))]
        resources.append(
            _table_resource("official", OFFICIAL, content, columns, ["item", "quantity", "year"])
        )
    outlines = {
        "name": "outlines",
        "path": OUTLINES,
        "title": "Contours des communes",
        "title_en": "Outlines of the municipalities",
        "format": "geojson",
        "mediatype": "application/geo+json",
        "encoding": "utf-8",
        "unit": "degree (WGS84)",
        **_provenance(sources, "outlines"),
    }
    if content.outlines_package:
        outlines["package"] = content.outlines_package
    package = {
        "profile": "data-package",
        "name": territory["slug"],
        "title": territory["name"],
        "description": "Communes, contours, chiffres officiels. Cellule vide : inconnu, jamais zéro.",
        "sources": [
            {
                "name": name,
                "path": source.get("url", ""),
                **{key: source[key] for key in ("title", "producer", "licence")},
            }
            for name, source in sources.items()
        ],
        "resources": [*resources, outlines],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _source(row: Mapping[str, str]) -> str:
    return row.get("source", "")


def _table_resource(
    name: str, file: str, content: Content, columns: list[str], key: list[str]
) -> dict[str, Any]:
    told = mapping(content.territory.get("column_sources"))
    default = mapping(content.territory.get("official")).get("source") if file == OFFICIAL else None
    fields = []
    for column in columns:
        known = catalogue()[name][column]
        source = told.get(column) or default or known.get("source", "")
        fields.append(
            {
                "name": column,
                "type": known["type"],
                "title": known["title"]["fr"],
                "title_en": known["title"]["en"],
                "unit": known["unit"],
                **_provenance(content.territory["sources"], source, column),
            }
        )
    return {
        "name": name,
        "path": file,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": key, "missingValues": [""]},
    }


def _provenance(sources: Mapping[str, Any], identifier: str, column: str = "") -> dict[str, Any]:
    source = sources.get(identifier)
    if source is None:
        about = f" (colonne « {column} »)" if column else ""
        raise WriteError(f"La source « {identifier} » manque dans territory.yaml{about}.")
    return {
        "producer": source["producer"],
        "year": int(source["year"]),
        "method": source["method"],
        "licence": source["licence"],
        "source": identifier,
        "description": source["title"] + (f". {source['note']}" if source.get("note") else ""),
        "url": source.get("url", ""),
    }


def _csv(lines: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
