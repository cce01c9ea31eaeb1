"""Layers as a page draws them: cut to the territory, simplified, in the coordinates of its commune map.

Lengths and areas are measured on the drawing's own projection, where a unit is the same length east and north at
the territory's middle; over an intercommunality that is right to about 1 %.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from components.places.faults import Fault, LayerError, fault
from components.places.geojson import Feature
from components.places.kinds import styles_for_js
from components.places.layers import Layer
from components.places.overlaps import Shape, overlaps
from components.territory.geometry import KM_PER_DEGREE
from components.territory.outline import Projection, projection
from components.territory.pack import Territory

TOLERANCE = 0.12
"""Units of a drawing 1000 wide by which a simplified line may stray: 5 m on a territory of 45 km."""
OUTSIDE = "outside"
MOST_WIRE_POINTS = 60_000


def bounds(territory: Territory) -> tuple[float, float, float, float]:
    """West, south, east, north of a territory, degrees."""
    used = projection(territory)
    west, north = used.to_degrees(0, 0)
    east, south = used.to_degrees(used.width, used.height)
    return west, south, east, north


def clip(features: Sequence[Feature], territory: Territory) -> tuple[tuple[Feature, ...], tuple[Fault, ...]]:
    """The features cut to the territory's rectangle, and what falls outside by name. Raises LayerError if all does."""
    box = bounds(territory)
    kept, told = [], []
    for one in features:
        west, south, east, north = shapely.bounds(one.geometry)
        if box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3]:
            kept.append(one)
            continue
        inside = shapely.intersection(one.geometry, shapely.box(*box))
        same = _dimension(one.geometry)
        parts = [p for p in shapely.get_parts(inside) if not p.is_empty and _dimension(p) == same]
        told.append(fault("cut_at_border" if parts else OUTSIDE, one.row, name=one.name))
        if parts:
            kept.append(replace(one, geometry=shapely.union_all(parts)))
    if not kept:
        raise LayerError(fault("all_outside", territory=territory.name, n=len(features)))
    return tuple(kept), tuple(told)


def _dimension(shape: Any) -> int:
    return int(shapely.get_dimensions(shape))


@dataclass(frozen=True)
class Drawn:
    """A feature in the drawing's units."""

    layer: str
    number: int
    name: str
    note: str
    shape: Any

    @property
    def kind(self) -> str:
        return ("point", "line", "zone")[_dimension(self.shape)]


def drawn(layer: Layer, territory: Territory) -> list[Drawn]:
    """The features of a layer that the territory's map shows, numbered from 1 in the order of the file."""
    try:
        kept, _ = clip(layer.features, territory)
    except LayerError:
        return []
    used = projection(territory)
    return [
        Drawn(layer.about.id, number, one.name, one.note, _project(one.geometry, used))
        for number, one in enumerate(kept, 1)
    ]


def _project(geometry: Any, used: Projection) -> Any:
    def move(positions: Any) -> Any:
        x, y = used.to_drawing(positions[:, 0], positions[:, 1])  # type: ignore[arg-type]
        return np.column_stack([x, y])

    return shapely.transform(geometry, move)


def km_per_unit(territory: Territory) -> float:
    """Length of one unit of the drawing."""
    return KM_PER_DEGREE / projection(territory).scale


def communes_of(shapes: Sequence[Any], territory: Territory) -> list[list[str]]:
    """INSEE codes of the communes that each shape, in the drawing's units, touches."""
    codes, tree = commune_tree(territory)
    found: list[list[str]] = [[] for _ in shapes]
    for shape, commune in zip(*tree.query(list(shapes), predicate="intersects"), strict=True):
        found[int(shape)].append(codes[int(commune)])
    return [sorted(some) for some in found]


@lru_cache(maxsize=8)
def commune_tree(territory: Territory) -> tuple[list[str], Any]:
    """INSEE codes of the communes and their shapes in the drawing's units, for questions of where something lies."""
    codes = sorted(territory.outlines)
    used = projection(territory)
    shapes = [_project(shapely.geometry.shape(territory.outlines[code]), used) for code in codes]
    return codes, shapely.STRtree(shapes)


def commune_at(longitude: float, latitude: float, territory: Territory) -> str | None:
    """INSEE code of the commune where a point lies; None outside the territory."""
    x, y = projection(territory).to_drawing(longitude, latitude)
    return next(iter(communes_of([shapely.Point(x, y)], territory)[0]), None)


@dataclass(frozen=True)
class Picture:
    """What is drawn of a territory's layers, whatever the language: the sound ones, the features of each, overlaps."""

    layers: tuple[Layer, ...]
    features: tuple[list[dict[str, Any]], ...]
    overlaps: list[dict[str, Any]]
    broken: tuple[Layer, ...] = ()


def picture(layers: Sequence[Layer], territory: Territory) -> Picture:
    """Everything that takes time, once."""
    sound = tuple(layer for layer in layers if layer.problem is None)
    found = [drawn(layer, territory) for layer in sound]
    every = [one for features in found for one in features]
    simple = _simplified(every)
    names = territory.communes["name"]
    wires = [
        [
            {**_wire(one, next(simple), territory), "communes": [str(names[code]) for code in codes]}
            for one, codes in zip(
                features, communes_of([one.shape for one in features], territory), strict=True
            )
        ]
        for features in found
    ]
    shapes = [Shape(one.layer, one.number, one.shape) for one in every]
    broken = tuple(layer for layer in layers if layer.problem is not None)
    return Picture(sound, tuple(wires), overlaps(shapes, km_per_unit(territory)), broken)


def layers_for_js(made: Picture, lang: str) -> dict[str, Any]:
    """What `drawLayers` draws: `{layers: [{id, label, kind, …, style, features}], overlaps, broken}`."""
    styles = styles_for_js([layer.about.kind for layer in made.layers])
    return {
        "layers": [
            {**_about(layer, lang), "style": style, "features": features}
            for layer, style, features in zip(made.layers, styles, made.features, strict=True)
        ],
        "overlaps": made.overlaps,
        "broken": [
            {"id": layer.about.id, "origin": layer.origin, "why": layer.problem.sentence(lang)}
            for layer in made.broken
            if layer.problem is not None
        ],
    }


def _about(layer: Layer, lang: str) -> dict[str, Any]:
    about = layer.about
    return {
        "id": about.id,
        "label": about.text("label", lang),
        "note": about.text("note", lang),
        "kind": about.kind,
        "producer": about.producer,
        "licence": about.licence,
        "year": about.year,
        "shown": about.shown,
        "origin": layer.origin,
    }


def _simplified(features: Sequence[Drawn]) -> Iterator[Any]:
    """The shapes, simplified as little as lets all of them fit the wire."""
    shapes = np.array([one.shape for one in features], dtype=object)
    tolerance = TOLERANCE
    while True:
        simple = shapely.simplify(shapes, tolerance)
        if tolerance > 8 or int(shapely.get_num_coordinates(simple).sum()) <= MOST_WIRE_POINTS:
            return iter(simple)
        tolerance *= 2


def _wire(one: Drawn, simple: Any, territory: Territory) -> dict[str, Any]:
    """A feature for the script: `path` of a zone or line, or `points`; `at` where its number stands; its size."""
    km = km_per_unit(territory)
    told: dict[str, Any] = {"number": one.number, "name": one.name, "note": one.note, "kind": one.kind}
    if one.kind == "point":
        points = [[_round(x), _round(y)] for x, y in shapely.get_coordinates(one.shape)]
        return {**told, "points": points, "at": points[0]}
    parts = [part for part in shapely.get_parts(simple) if not part.is_empty]
    if one.kind == "line":
        longest = max(shapely.get_parts(one.shape), key=lambda part: part.length)
        middle = longest.interpolate(0.5, normalized=True)
        path = "".join(_path(shapely.get_coordinates(part), closed=False) for part in parts)
        return {**told, "path": path, "at": [_round(middle.x), _round(middle.y)], "km": one.shape.length * km}
    largest = max(shapely.get_parts(one.shape), key=lambda part: part.area)
    inside = largest.representative_point()
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    path = "".join(_path(shapely.get_coordinates(ring), closed=True) for ring in rings)
    return {
        **told,
        "path": path,
        "at": [_round(inside.x), _round(inside.y)],
        "ha": one.shape.area * km**2 * 100,
    }


def _path(positions: Any, closed: bool) -> str:
    kept = positions[:-1] if closed else positions
    return "M" + "L".join(f"{_round(x):g} {_round(y):g}" for x, y in kept) + ("Z" if closed else "")


def _round(x: float) -> float:
    return round(float(x), 1)


def map_for_js(territory: Territory) -> dict[str, float]:
    """Where a finger is: degrees at the drawing's corner, then for one unit right (`dx`) or down (`dy`)."""
    used = projection(territory)
    west, north = used.to_degrees(0, 0)
    east, south = used.to_degrees(1, 1)
    return {
        "west": west,
        "north": north,
        "dx": east - west,
        "dy": south - north,
        "height": math.ceil(used.height),
    }
