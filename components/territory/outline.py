"""The communes as SVG paths: what a page needs to draw the map, nothing else.

Projection: equirectangular around the middle of the territory (longitude scaled by the cosine of the middle
latitude), y downwards. Over an intercommunality its error is far below the detail of the outlines.
"""

import heapq
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from components.territory.geometry import polygons, signed_area
from components.territory.pack import Territory

MARGIN = 6.0  # so that the stroke of the outer border is not cut
LABEL_PRECISION = 0.5
Point = tuple[float, float]
Polygon = list[list[Point]]


@dataclass(frozen=True)
class Outline:
    """viewbox: value of the SVG attribute; paths: `M…Z` by INSEE code; labels: where to write, by INSEE code.

    Coordinates have one decimal in a drawing `width` wide; shared borders have the same points on both sides.
    """

    viewbox: str
    paths: dict[str, str]
    labels: dict[str, Point]


@dataclass(frozen=True)
class Projection:
    """From longitude and latitude (degrees, WGS84) to a drawing `width` × `height`, y downwards; and back."""

    west: float
    north: float
    squeeze: float
    scale: float
    width: int
    height: float

    def to_drawing(self, longitude: float, latitude: float) -> Point:
        x = MARGIN + (longitude - self.west) * self.squeeze * self.scale
        return x, MARGIN + (self.north - latitude) * self.scale

    def to_degrees(self, x: float, y: float) -> Point:
        longitude = self.west + (x - MARGIN) / (self.squeeze * self.scale)
        return longitude, self.north - (y - MARGIN) / self.scale


@lru_cache(maxsize=8)
def projection(territory: Territory, width: int = 1000) -> Projection:
    """The projection under which a territory fills a drawing `width` units wide."""
    points = [
        position
        for geometry in territory.outlines.values()
        for part in polygons(geometry)
        for ring in part
        for position in ring
    ]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (width - 2 * MARGIN) / ((east - west) * squeeze)
    return Projection(west, north, squeeze, scale, width, (north - south) * scale + 2 * MARGIN)


@lru_cache(maxsize=8)
def svg_paths(territory: Territory, width: int = 1000) -> Outline:
    """Paths and label points of all communes of a territory, `width` units wide, ascending INSEE code."""
    degrees = {code: polygons(geometry) for code, geometry in sorted(territory.outlines.items())}
    used = projection(territory, width)

    def project(position: list[float]) -> Point:
        x, y = used.to_drawing(position[0], position[1])
        return round(x, 1), round(y, 1)

    drawn = {
        code: [[[project(position) for position in ring] for ring in part] for part in parts]
        for code, parts in degrees.items()
    }
    return Outline(
        viewbox=f"0 0 {width} {math.ceil(used.height)}",
        paths={
            code: "".join(_path(ring) for part in parts for ring in part) for code, parts in drawn.items()
        },
        labels={code: label_point(max(parts, key=_size)) for code, parts in drawn.items()},
    )


def _path(ring: list[Point]) -> str:
    kept = [point for point, _ in itertools.groupby(ring)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept[:-1]) + "Z"


def _size(polygon: Polygon) -> float:
    return abs(signed_area(polygon[0]))


def label_point(polygon: Polygon) -> Point:
    """The point of a polygon farthest from its border: where a name or a mark has most room.

    Quadtree search of the pole of inaccessibility: cells that cannot beat the best point by LABEL_PRECISION
    are dropped (https://github.com/mapbox/polylabel describes the method).
    """
    xs, ys = [x for x, _ in polygon[0]], [y for _, y in polygon[0]]
    half = min(max(xs) - min(xs), max(ys) - min(ys)) / 2
    if half <= 0:
        return polygon[0][0]
    best, queue = (-math.inf, polygon[0][0]), []
    for x, y in itertools.product(_steps(min(xs), max(xs), half), _steps(min(ys), max(ys), half)):
        queue.append(_cell(polygon, x, y, half))
    heapq.heapify(queue)
    while queue:
        reach, distance, x, y, half = heapq.heappop(queue)
        best = max(best, (distance, (x, y)))
        if -reach - best[0] <= LABEL_PRECISION:
            break
        half /= 2
        for dx, dy in itertools.product((-half, half), repeat=2):
            heapq.heappush(queue, _cell(polygon, x + dx, y + dy, half))
    return round(best[1][0], 1), round(best[1][1], 1)


def _steps(low: float, high: float, half: float) -> Iterator[float]:
    for index in range(math.ceil((high - low) / (2 * half))):
        yield low + half + 2 * half * index


def _cell(polygon: Polygon, x: float, y: float, half: float) -> tuple[float, float, float, float, float]:
    """A square around (x, y): minus the best depth it can hold (a heap gives it first), its depth."""
    distance = _depth(polygon, x, y)
    return -(distance + half * math.sqrt(2)), distance, x, y, half


def _depth(polygon: Polygon, x: float, y: float) -> float:
    """Distance from a point to the border of a polygon, negative outside."""
    inside, nearest = False, math.inf
    for ring in polygon:
        for (ax, ay), (bx, by) in itertools.pairwise(ring):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
            length = (bx - ax) ** 2 + (by - ay) ** 2
            dot = (x - ax) * (bx - ax) + (y - ay) * (by - ay)
            along = 0.0 if length == 0 else max(0.0, min(1.0, dot / length))
            nearest = min(nearest, math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    return nearest if inside else -nearest
