"""A GeoJSON file (RFC 7946) as features that can be drawn: checked, mended where it is safe, and every fault said.

A fault of one object leaves that object out; a fault of the file (not JSON, another coordinate system, too large)
refuses it whole, by `LayerError`. Coordinates are longitude and latitude in degrees, WGS84.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from components.places.faults import Fault, LayerError, fault, shorten
from components.territory.read import FORBIDDEN

LARGEST_BYTES = 20_000_000
MOST_FEATURES = 5_000
MOST_POINTS = 400_000
MOST_TOLD = 60
"""Faults of objects that are told one by one."""
LONGEST_NAME, LONGEST_NOTE = 120, 600
LEAST_AREA = 1e-12
"""Square degrees: a hundredth of a square metre. A smaller zone is a line that turned back."""

NAMES = (
    "name",
    "nom",
    "libelle",
    "libellé",
    "label",
    "title",
    "titre",
    "toponyme",
    "nom_officiel",
    "lib",
    "intitule",
)
NOTES = ("note", "description", "argument", "usage", "commentaire", "comment", "desc")
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
WGS84 = re.compile(r"(CRS:?84|EPSG:+(4326|4979|4171|4258))$", re.IGNORECASE)
"""What a `crs` member may end in. RGF93 and ETRS89 differ from WGS84 by less than a metre."""
LAMBERT_93 = (0.0, 1_300_000.0, 6_000_000.0, 7_200_000.0)  # metropolitan France, metres
FRANCE = (-6.0, 41.0, 10.0, 52.0)


@dataclass(frozen=True)
class Feature:
    """One object of a layer. `row`: its number in the file; `geometry`: shapely, degrees."""

    row: int
    name: str
    geometry: Any
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file holds. `left_out`: faults, one an object; `warnings`: what was mended; `fields`: its columns."""

    features: tuple[Feature, ...]
    left_out: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    fields: tuple[str, ...]
    name_field: str


def read_geojson(content: bytes, name_field: str = "") -> Reading:
    """The features of a file. `name_field`: the property that names an object; '' looks for a usual one.

    Raises LayerError.
    """
    document = _document(content)
    objects = _objects(document)
    _check_crs(document)
    fields = _fields(objects)
    wanted = _name_field(fields, name_field)
    reader = _Reader(wanted, next((f for f in fields if f.casefold() in NOTES and f != wanted), ""))
    features = [
        found for row, one in enumerate(objects, 1) if (found := reader.feature(row, one)) is not None
    ]
    if not features:
        raise LayerError(fault("nothing_usable", n=len(objects)), *_few(reader.left_out))
    _check_order(features)
    return Reading(tuple(features), tuple(reader.left_out), tuple(reader.warnings), fields, wanted)


def _few(faults: Sequence[Fault], most: int = 5) -> tuple[Fault, ...]:
    return tuple(faults[:most])


# --- the file ---------------------------------------------------------------------------------------------


def _document(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_BYTES:
        raise LayerError(fault("too_heavy", size=round(len(content) / 1e6), most=round(LARGEST_BYTES / 1e6)))
    if content[:2] == b"PK":
        raise LayerError(fault("is_zip"))
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        raise LayerError(fault("is_xml"))
    if not start:
        raise LayerError(fault("is_empty"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LayerError(fault("not_utf8", line=line)) from None
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise LayerError(fault("not_json", line=error.lineno, column=error.colno)) from None
    except (RecursionError, ValueError):
        raise LayerError(fault("not_geojson")) from None
    if not isinstance(found, dict):
        raise LayerError(fault("not_geojson"))
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _objects(document: dict[str, Any]) -> list[Any]:
    kind = document.get("type")
    if kind == "Feature":
        return [document]
    if kind in GEOMETRIES or kind == "GeometryCollection":
        raise LayerError(fault("bare_geometry"))
    if kind == "Topology":
        raise LayerError(fault("is_topojson"))
    found = document.get("features")
    if kind != "FeatureCollection" or not isinstance(found, list):
        raise LayerError(fault("not_geojson"))
    if not found:
        raise LayerError(fault("no_feature"))
    if len(found) > MOST_FEATURES:
        raise LayerError(fault("too_many", n=len(found), most=MOST_FEATURES))
    return found


def _check_crs(document: dict[str, Any]) -> None:
    """Refuses a file that says itself to be in another coordinate system."""
    crs = document.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if not WGS84.search(name.strip()):
        raise LayerError(fault("other_crs", crs=_crs_words(name) or "?"))


def _crs_words(name: str) -> str:
    code = re.search(r"(\d{4,6})$", name.strip())
    known = {"2154": "Lambert-93", "3857": "Web Mercator", "27572": "Lambert II étendu"}
    if not code:
        return name
    return f"{known[code[1]]}, EPSG:{code[1]}" if code[1] in known else f"EPSG:{code[1]}"


def _fields(objects: Sequence[Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in objects[:200]:
        properties = one.get("properties") if isinstance(one, dict) else None
        for name, value in properties.items() if isinstance(properties, dict) else ():
            if isinstance(value, str | int | float) and len(found) < 60:
                found[str(name)[:60]] = None
    return tuple(found)


def _name_field(fields: Sequence[str], asked: str) -> str:
    if asked:
        if asked not in fields:
            raise LayerError(fault("no_such_field", field=asked, known=", ".join(fields)))
        return asked
    by_word = {field.casefold(): field for field in reversed(fields)}
    return next((by_word[word] for word in NAMES if word in by_word), "")


def _check_order(features: Sequence[Feature]) -> None:
    """Refuses a file whose positions are all « latitude, longitude » of metropolitan France."""
    west, south, east, north = shapely.total_bounds([feature.geometry for feature in features])
    swapped = FRANCE[0] <= south and north <= FRANCE[2] and FRANCE[1] <= west and east <= FRANCE[3]
    if swapped:
        raise LayerError(fault("swapped"))


# --- its objects ------------------------------------------------------------------------------------------


class _Reader:
    """Reads objects one after the other, and keeps what there is to say of them."""

    def __init__(self, name_field: str, note_field: str) -> None:
        self.name_field, self.note_field = name_field, note_field
        self.left_out: list[Fault] = []
        self.warnings: list[Fault] = []
        self.points = 0

    def feature(self, row: int, found: Any) -> Feature | None:
        geometry = (
            found.get("geometry") if isinstance(found, dict) and found.get("type") == "Feature" else None
        )
        if not isinstance(geometry, dict):
            self._leave("no_geometry", row)
            return None
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind == "GeometryCollection":
            self._leave("collection", row)
            return None
        if kind not in GEOMETRIES:
            self._leave("bad_kind", row, kind=str(kind))
            return None
        plain = _plain(coordinates, DEPTH[kind])
        if plain is None:
            self._leave("bad_coordinates", row)
            return None
        positions = list(_positions(plain, DEPTH[kind]))
        self.points += len(positions)
        if self.points > MOST_POINTS:
            raise LayerError(fault("too_many_points", most=MOST_POINTS))
        if problem := _off_earth(positions):
            raise LayerError(fault(problem, row, x=round(positions[0][0], 1), y=round(positions[0][1], 1)))
        properties = found.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        name = self._text(properties.get(self.name_field), LONGEST_NAME, row, "name_cut")
        if not name:
            self._leave("no_name", row)
            return None
        shape = self._shape(row, kind, plain, name)
        if shape is None:
            return None
        return Feature(
            row, name, shape, self._text(properties.get(self.note_field), LONGEST_NOTE, row, "note_cut")
        )

    def _leave(self, key: str, row: int, **values: object) -> None:
        self.left_out.append(fault(key, row, **values))

    def _warn(self, key: str, row: int, **values: object) -> None:
        self.warnings.append(fault(key, row, **values))

    def _text(self, value: Any, longest: int, row: int, cut: str) -> str:
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            return ""
        text = " ".join(FORBIDDEN.sub(" ", str(value)).split())
        if len(text) > longest:
            self._warn(cut, row, most=longest, name=text[:30])
        return shorten(text, longest)

    def _shape(self, row: int, kind: str, coordinates: Any, name: str) -> Any:
        if kind in ("Polygon", "MultiPolygon"):
            coordinates, closed = _closed(coordinates, DEPTH[kind])
            if closed:
                self._warn("closed_for_you", row, name=name)
        try:
            shape = shapely.from_geojson(json.dumps({"type": kind, "coordinates": coordinates}))
        except (shapely.errors.ShapelyError, ValueError):
            self._leave("bad_coordinates", row)
            return None
        if shape.is_empty:
            self._leave("no_geometry", row)
            return None
        if shape.is_valid and (shape.area >= LEAST_AREA or shapely.get_dimensions(shape) < 2):
            return shape
        mended = _same_kind(shapely.make_valid(shape), shape)
        if mended is None or mended.is_empty:
            self._leave("beyond_mending", row, name=name)
            return None
        self._warn("mended", row, name=name)
        return mended


def _plain(coordinates: Any, depth: int) -> Any:
    """Coordinates as longitude and latitude only, None when they are not numbers in lists nested as they must be."""
    if depth == 0:
        ok = isinstance(coordinates, list) and 2 <= len(coordinates) <= 4
        if not ok or not all(isinstance(x, int | float) and not isinstance(x, bool) for x in coordinates):
            return None
        return coordinates[:2]
    if not isinstance(coordinates, list) or not coordinates:
        return None
    found = [_plain(part, depth - 1) for part in coordinates]
    return None if any(part is None for part in found) else found


def _positions(coordinates: Any, depth: int) -> Iterator[list[float]]:
    if depth == 0:
        yield coordinates
        return
    for part in coordinates:
        yield from _positions(part, depth - 1)


def _off_earth(positions: Sequence[Sequence[float]]) -> str | None:
    """Which coordinate system positions seem to be in when they cannot be degrees."""
    far = next((p for p in positions if not (-180 <= p[0] <= 180 and -90 <= p[1] <= 90)), None)
    if far is None:
        return None
    west, east, south, north = LAMBERT_93
    return "looks_lambert" if west <= far[0] <= east and south <= far[1] <= north else "not_degrees"


def _closed(coordinates: Any, depth: int) -> tuple[Any, bool]:
    """The rings of a zone with their first position at their end, and whether one had to be added."""
    if depth == 3:
        parts = [_closed(part, 2) for part in coordinates]
        return [part for part, _ in parts], any(added for _, added in parts)
    added = any(ring[0] != ring[-1] for ring in coordinates)
    return [ring if ring[0] == ring[-1] else [*ring, ring[0]] for ring in coordinates], added


def _same_kind(mended: Any, before: Any) -> Any:
    """What is left of a mended shape in the dimension it had; slivers and stray lines go."""
    dimension = shapely.get_dimensions(before)
    parts = [
        part
        for part in shapely.get_parts(shapely.get_parts(mended))
        if shapely.get_dimensions(part) == dimension
    ]
    if not parts:
        return None
    whole = shapely.union_all(parts)
    return whole if whole.area >= LEAST_AREA or dimension < 2 else None
