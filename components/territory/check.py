"""What makes a territory pack sound: every rule in one place, every fault collected.

A pack is five files: `territory.yaml` (what the territory is, its communes and sources), `communes.csv`,
`official.csv`, `outlines.geojson` and `datapackage.json` (what each column means and where it comes from).
Few columns are mandatory and `official.csv` is not: what a pack lacks is unknown. What it has must be sound.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.territory.geometry import fault_of_geometry, planar_area_km2
from components.territory.identity import check_identity
from components.territory.read import (
    FORMULA,
    INTEGER,
    NUMBER,
    Fault,
    Inspection,
    Row,
    read_json,
    read_table,
    read_yaml,
)

TERRITORY, COMMUNES, OFFICIAL = "territory.yaml", "communes.csv", "official.csv"
OUTLINES, DESCRIPTOR = "outlines.geojson", "datapackage.json"
FILES = (TERRITORY, COMMUNES, OFFICIAL, OUTLINES, DESCRIPTOR)

PROVENANCE = ("producer", "year", "method", "licence")
METHODS = ("measured", "modelled", "assumed")
REQUIRED_CELLS = {COMMUNES: ("insee", "name", "area_km2"), OFFICIAL: ("item", "year", "value")}
HOMES = ("main_homes", "second_homes", "vacant_homes")
LAND_CLASSES = ("artificial", "crops", "forest", "grassland", "water_wetland", "other")
LAND = tuple(f"land_{name}_ha" for name in LAND_CLASSES)
SIREN = re.compile("[0-9]{9}")
INSEE = re.compile(r"([0-9]{2}|2[AB])[0-9]{3}")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# Outlines are coarse and areas come from the indicators: only a wrong outline is that far off.
AREA_TOLERANCE = 0.25
# Homes are rounded sums over census districts: see the note of the census in territory.yaml.
HOMES_TOLERANCE = (2.0, 0.001)
# Six land classes given to 0.01 ha.
LAND_TOLERANCE_HA = 0.05
OFFICIAL_TOLERANCE = 0.5


@dataclass
class Pack:
    """What was read of a pack; complete and sound when the inspection has no fault."""

    territory: dict[str, Any] = field(default_factory=dict)
    communes: list[Row] = field(default_factory=list)
    official: list[Row] = field(default_factory=list)
    outlines: dict[str, dict[str, Any]] = field(default_factory=dict)
    fields: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def inspect(path: Path, catalogue: Mapping[str, Mapping[str, Any]]) -> tuple[Pack, list[Fault]]:
    """Read and check a pack.

    `catalogue` says, for `communes` and `official`, which columns a pack has or may have, their unit and type,
    and the units of official `quantities` (data/territories/columns.yaml). Faults come in the order of FILES,
    then by line.
    """
    inspection, pack = Inspection(path), Pack()
    if not os.path.isdir(path):  # unlike Path.is_dir, says no to a name too long or not a name
        inspection.fault(TERRITORY, 1, "folder_missing", path=path.name)
        return pack, inspection.faults
    pack.territory = read_yaml(inspection, TERRITORY) or {}
    if pack.territory:
        check_territory(inspection, pack.territory)
    pack.fields = _descriptor(inspection, pack.territory, catalogue)
    pack.communes = _table(inspection, COMMUNES, pack, catalogue["communes"])
    if OFFICIAL in pack.fields or os.path.lexists(path / OFFICIAL):
        pack.official = _table(inspection, OFFICIAL, pack, catalogue["official"])
    pack.outlines = _outlines(inspection)
    _check_communes(inspection, pack)
    _check_sums(inspection, pack)
    _check_official(inspection, pack, catalogue["quantities"])
    return pack, sorted(set(inspection.faults), key=lambda f: (FILES.index(f.file), f.row, f.key, f.values))


def mapping(value: Any) -> dict[str, Any]:
    """`value` when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def check_territory(inspection: Inspection, territory: dict[str, Any]) -> None:
    def fault(name: str, key: str, /, **values: object) -> None:
        inspection.fault(TERRITORY, inspection.line(TERRITORY, f"{name}:"), key, name=name, **values)

    if not SLUG.fullmatch(_text(territory.get("slug"))):
        fault("slug", "slug_bad", value=territory.get("slug", ""))
    if not _text(territory.get("name")):
        fault("name", "entry_missing")
    elif _is_hostile(territory["name"]):
        fault("name", "text_hostile", text=territory["name"])
    if "siren" in territory and not SIREN.fullmatch(_text(territory["siren"])):
        fault("siren", "siren_bad", value=territory["siren"])
    labels = mapping(territory.get("labels"))
    for lang in ("fr", "en"):
        if not _text(labels.get(lang)):
            fault("labels", "label_missing", language=lang)
        elif _is_hostile(labels[lang]):
            fault("labels", "text_hostile", text=labels[lang])
    languages = territory.get("languages")
    if not isinstance(languages, list) or "fr" not in languages:
        fault("languages", "languages_bad")
    communes = territory.get("communes")
    if not isinstance(communes, dict) or not communes:
        fault("communes", "entry_missing")
    for code, name in mapping(communes).items():
        row = inspection.line(TERRITORY, str(code), after="communes:")
        if not INSEE.fullmatch(_text(code)):
            inspection.fault(TERRITORY, row, "code_bad", code=code)
        if not _text(name) or _is_hostile(name):
            inspection.fault(TERRITORY, row, "text_hostile", text=name)
    sources = territory.get("sources")
    if not isinstance(sources, dict) or not sources:
        fault("sources", "entry_missing")
    for identifier, source in mapping(sources).items():
        row = inspection.line(TERRITORY, f"{identifier}:", after="sources:")
        for name in _missing_provenance(mapping(source), ("title", *PROVENANCE)):
            inspection.fault(TERRITORY, row, "source_incomplete", source=identifier, name=name)
    totals = territory.get("totals", {})
    for column, total in mapping(totals).items():
        if not NUMBER.fullmatch(_text(total)):
            fault(str(column), "total_bad", value=total)
    if not isinstance(totals, dict):
        fault("totals", "entry_missing")
    for column, source in mapping(territory.get("column_sources")).items():
        if _text(source) not in mapping(sources):
            row = inspection.line(TERRITORY, f"{column}:", after="column_sources:")
            inspection.fault(TERRITORY, row, "source_unknown", column=column, source=source)
    _check_groups(inspection, territory)
    check_identity(inspection, territory)


def _check_groups(inspection: Inspection, territory: dict[str, Any]) -> None:
    """Several intercommunalities in one territory: each named, its communes those of the territory, once."""
    if "groups" not in territory:
        return
    row = inspection.line(TERRITORY, "groups:")
    groups = territory["groups"]
    grouped: list[str] = []
    for group in groups if isinstance(groups, list) else [None]:
        name, codes = mapping(group).get("name"), mapping(group).get("communes")
        named = bool(_text(name)) and not _is_hostile(name)
        if (
            not named
            or not SIREN.fullmatch(_text(mapping(group).get("siren")))
            or not isinstance(codes, list)
        ):
            inspection.fault(TERRITORY, row, "entry_missing", name="groups")
        else:
            grouped += [_text(code) for code in codes]
    communes = mapping(territory.get("communes"))
    for code in sorted(set(grouped)):
        if code not in communes:
            inspection.fault(TERRITORY, row, "commune_unknown", code=code)
        if grouped.count(code) > 1:
            inspection.fault(TERRITORY, row, "commune_twice", code=code)


def _descriptor(
    inspection: Inspection, territory: dict[str, Any], catalogue: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    content = mapping(read_json(inspection, DESCRIPTOR))
    if not content:
        if DESCRIPTOR in inspection.texts and not any(f.file == DESCRIPTOR for f in inspection.faults):
            inspection.fault(DESCRIPTOR, 1, "json_broken")
        return {}
    if not content.get("sources") or not isinstance(content["sources"], list):
        inspection.fault(DESCRIPTOR, 1, "descriptor_sources")
    listed = content.get("resources")
    listed = [mapping(resource) for resource in (listed if isinstance(listed, list) else [])]
    resources = {_text(resource.get("path")): resource for resource in listed}
    sources = mapping(territory.get("sources"))
    fields: dict[str, list[dict[str, Any]]] = {}
    for file in (COMMUNES, OFFICIAL, OUTLINES):
        anchor = f'"path": "{file}"'
        resource = resources.get(file)
        if resource is None:
            if file != OFFICIAL or os.path.lexists(inspection.path / OFFICIAL):
                inspection.fault(DESCRIPTOR, 1, "resource_missing", file=file)
        elif file == OUTLINES:
            row = inspection.line(DESCRIPTOR, anchor)
            _check_provenance(inspection, row, OUTLINES, resource, sources)
        else:
            found = mapping(resource.get("schema")).get("fields")
            fields[file] = [mapping(f) for f in (found if isinstance(found, list) else [])]
            known = catalogue[file.removesuffix(".csv")]
            names = [_text(item.get("name")) for item in fields[file]]
            for name in sorted({name for name in names if names.count(name) > 1}):
                inspection.fault(DESCRIPTOR, inspection.line(DESCRIPTOR, anchor), "column_twice", column=name)
            for item in fields[file]:
                _check_field(inspection, item, anchor, sources, mapping(known.get(_text(item.get("name")))))
    return fields


def _check_field(
    inspection: Inspection,
    item: dict[str, Any],
    anchor: str,
    sources: dict[str, Any],
    known: dict[str, Any],
) -> None:
    name = _text(item.get("name"))
    row = inspection.line(DESCRIPTOR, f'"name": "{name}"', after=anchor)
    _check_provenance(inspection, row, name, item, sources)
    if item.get("type") not in ("string", "integer", "number"):
        inspection.fault(DESCRIPTOR, row, "type_bad", column=name)
    for key in ("title", "title_en", "unit"):
        if not _text(item.get(key)):
            inspection.fault(DESCRIPTOR, row, "column_incomplete", column=name, name=key)
    # The model computes with the units of the catalogue: another one here would be read wrongly, silently.
    for key in ("unit", "type"):
        if known and _text(item.get(key)) and item[key] != known[key]:
            inspection.fault(
                DESCRIPTOR, row, "column_differs", column=name, name=key, found=item[key], expected=known[key]
            )


def _check_provenance(
    inspection: Inspection, row: int, name: str, item: dict[str, Any], sources: dict[str, Any]
) -> None:
    for key in _missing_provenance(item, PROVENANCE):
        inspection.fault(DESCRIPTOR, row, "column_incomplete", column=name, name=key)
    source = _text(item.get("source"))
    if not source:
        inspection.fault(DESCRIPTOR, row, "column_incomplete", column=name, name="source")
    elif source not in sources:
        inspection.fault(DESCRIPTOR, row, "source_unknown", column=name, source=source)


def _missing_provenance(item: dict[str, Any], names: Iterable[str]) -> list[str]:
    """The names whose value is absent or not of its kind (year: four digits; method: one of METHODS)."""
    missing = []
    for name in names:
        value = _text(item.get(name))
        sound = bool(value)
        if name == "year":
            sound = bool(re.fullmatch("(19|20)[0-9]{2}", value))
        elif name == "method":
            sound = value in METHODS
        if not sound:
            missing.append(name)
    return missing


def is_optional(column: Mapping[str, Any]) -> bool:
    """Whether a pack may lack a column of the catalogue."""
    return _text(column.get("optional")) == "true"


def _table(inspection: Inspection, file: str, pack: Pack, catalogue: Mapping[str, Any]) -> list[Row]:
    table = read_table(inspection, file, may_be_empty=file == OFFICIAL)
    if table is None:
        return []
    header, rows = table
    required = [name for name, known in catalogue.items() if not is_optional(known)]
    described = {_text(f.get("name")): _text(f.get("type")) for f in pack.fields.get(file, [])}
    for column in required:
        if column not in header:
            inspection.fault(file, 1, "column_missing", column=column)
    for column in header:
        if column not in described and file in pack.fields:
            inspection.fault(file, 1, "column_undescribed", column=column)
    for column in described:
        if column not in header and column not in required:
            inspection.fault(file, 1, "column_missing", column=column)
    for row in rows:
        for column, cell in row.cells.items():
            _check_cell(inspection, file, row, column, cell, described.get(column, "string"))
    return rows


def _check_cell(inspection: Inspection, file: str, row: Row, column: str, cell: str, kind: str) -> None:
    if not cell:
        if column in REQUIRED_CELLS[file]:
            inspection.fault(file, row.line, "cell_empty", column=column)
    elif kind == "string":
        if _is_hostile(cell):
            inspection.fault(file, row.line, "text_hostile", text=cell)
    elif not (INTEGER if kind == "integer" else NUMBER).fullmatch(cell):
        key = "not_integer" if kind == "integer" else "not_number"
        inspection.fault(file, row.line, key, column=column, value=cell)
    elif float(cell) < 0 and row.cells.get("origin") != "computed":
        inspection.fault(file, row.line, "negative", column=column, value=cell)
    elif column == "area_km2" and float(cell) == 0:
        inspection.fault(file, row.line, "area_zero")


def _outlines(inspection: Inspection) -> dict[str, dict[str, Any]]:
    content = mapping(read_json(inspection, OUTLINES))
    features = content.get("features")
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        if OUTLINES in inspection.texts and not any(f.file == OUTLINES for f in inspection.faults):
            inspection.fault(OUTLINES, 1, "outlines_bad")
        return {}
    outlines: dict[str, dict[str, Any]] = {}
    for position, feature in enumerate(features, start=1):
        properties = mapping(mapping(feature).get("properties"))
        code = _text(properties.get("insee"))
        row = inspection.line(OUTLINES, f'"{code}"') if code else 1
        if not INSEE.fullmatch(code):
            inspection.fault(OUTLINES, row, "outline_code_bad", position=position, code=code)
            continue
        if code in outlines:
            inspection.fault(OUTLINES, row, "commune_twice", code=code)
            continue
        if _is_hostile(_text(properties.get("name"))):
            inspection.fault(OUTLINES, row, "text_hostile", text=properties.get("name"))
        geometry = mapping(mapping(feature).get("geometry"))
        problem = fault_of_geometry(geometry)
        if problem:
            inspection.fault(OUTLINES, row, problem, code=code)
        outlines[code] = {} if problem else geometry
    return outlines


def _check_communes(inspection: Inspection, pack: Pack) -> None:
    """The same communes, once each, in territory.yaml, communes.csv and outlines.geojson."""
    names = {str(code): name for code, name in mapping(pack.territory.get("communes")).items()}
    rows: dict[str, Row] = {}
    for row in pack.communes:
        code = row.cells.get("insee", "")
        if code in rows:
            inspection.fault(COMMUNES, row.line, "commune_twice", code=code)
        elif code and names and code not in names:
            inspection.fault(COMMUNES, row.line, "commune_unknown", code=code)
        elif code in names and row.cells.get("name") != names[code]:
            found = row.cells.get("name", "")
            inspection.fault(COMMUNES, row.line, "name_differs", code=code, found=found, expected=names[code])
        rows.setdefault(code, row)
    for code, name in names.items():
        line = inspection.line(TERRITORY, code, after="communes:")
        if pack.communes and code not in rows:
            inspection.fault(TERRITORY, line, "commune_without_row", code=code, name=name)
        if pack.outlines and code not in pack.outlines:
            inspection.fault(TERRITORY, line, "commune_without_outline", code=code, name=name)
    for code, geometry in pack.outlines.items():
        line = inspection.line(OUTLINES, f'"{code}"')
        if names and code not in names:
            inspection.fault(OUTLINES, line, "commune_unknown", code=code)
        area = rows[code].number("area_km2") if code in rows else None
        if geometry and area and area > 0 and abs(planar_area_km2(geometry) / area - 1) > AREA_TOLERANCE:
            inspection.fault(OUTLINES, line, "outline_area", code=code, area=f"{area:g}".replace(".", ","))


def _check_sums(inspection: Inspection, pack: Pack) -> None:
    """Declared totals, homes against dwellings, land classes against their total; unknown cells pass."""
    for column, total in mapping(pack.territory.get("totals")).items():
        values = [row.number(column) for row in pack.communes]
        known = [value for value in values if value is not None]
        expected = float(total) if NUMBER.fullmatch(_text(total)) else None
        if expected is not None and pack.communes and abs(sum(known) - expected) > OFFICIAL_TOLERANCE:
            line = inspection.line(TERRITORY, f"{column}:", after="totals:")
            inspection.fault(
                TERRITORY, line, "total_differs", column=column, found=_plain(sum(known)), expected=total
            )
    for row in pack.communes:
        _check_parts(inspection, row, "homes_differ", HOMES, "dwellings", HOMES_TOLERANCE)
        _check_parts(inspection, row, "land_differs", LAND, "land_total_ha", (LAND_TOLERANCE_HA, 0.0))


def _check_parts(
    inspection: Inspection,
    row: Row,
    key: str,
    columns: tuple[str, ...],
    whole: str,
    tolerance: tuple[float, float],
) -> None:
    """A fault when parts and whole are known and differ by more than the tolerance (absolute, share)."""
    total = row.number(whole)
    parts = [value for value in (row.number(column) for column in columns) if value is not None]
    if total is None or len(parts) < len(columns):
        return
    if abs(sum(parts) - total) > max(tolerance[0], tolerance[1] * total):
        inspection.fault(COMMUNES, row.line, key, found=_plain(sum(parts)), expected=_plain(total))


def _check_official(inspection: Inspection, pack: Pack, quantities: Mapping[str, Any]) -> None:
    """Official items: known quantities, once each, and items plus residue equal to their total."""
    rows, sources = pack.official, mapping(pack.territory.get("sources"))
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        quantity, unit = row.cells.get("quantity", ""), row.cells.get("unit", "")
        if quantity not in quantities:
            listed = ", ".join(quantities)
            inspection.fault(OFFICIAL, row.line, "quantity_unknown", value=quantity, known=listed)
        elif unit != quantities[quantity]["unit"]:
            expected = quantities[quantity]["unit"]
            inspection.fault(OFFICIAL, row.line, "unit_differs", found=unit, expected=expected)
        source = row.cells.get("source", "")
        if source and source not in sources:
            inspection.fault(OFFICIAL, row.line, "source_unknown", column="source", source=source)
        if row.cells.get("origin") not in ("declared", "computed"):
            inspection.fault(OFFICIAL, row.line, "origin_bad", value=row.cells.get("origin", ""))
        group = groups.setdefault((quantity, row.cells.get("year", "")), [])
        if any(other.cells.get("item") == row.cells.get("item") for other in group):
            inspection.fault(OFFICIAL, row.line, "item_twice", item=row.cells.get("item", ""))
        group.append(row)
    emissions = [row.cells.get("item") for row in rows if row.cells.get("quantity") == "ghg"]
    if emissions and "total" not in emissions:
        inspection.fault(OFFICIAL, 1, "official_total_missing")
    for group in groups.values():
        totals = [row for row in group if row.cells.get("item") == "total"]
        items = [row.number("value") for row in group if row.cells.get("item") != "total"]
        known = [value for value in items if value is not None]
        if len(totals) == 1 and known and len(known) == len(items):
            total = totals[0].number("value")
            if total is not None and abs(sum(known) - total) > OFFICIAL_TOLERANCE:
                found, expected = _plain(sum(known)), _plain(total)
                inspection.fault(OFFICIAL, totals[0].line, "official_differs", found=found, expected=expected)


def _text(value: Any) -> str:
    """A scalar as stripped text; nothing for anything else."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _is_hostile(value: Any) -> bool:
    text = _text(value)
    marked = "<" in text or ">" in text or text.startswith(FORMULA)
    return not isinstance(value, str) or len(text) > 200 or marked


def _plain(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
