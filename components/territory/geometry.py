"""Plain geometry of GeoJSON polygons in longitude and latitude: sound or not, and how large."""

import itertools
import json
import math
from collections.abc import Sequence
from typing import Any

import shapely

KM_PER_DEGREE = 111.195


def polygons(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    """The polygons of a (Multi)Polygon; each a list of rings (outer first), each a list of positions."""
    coordinates = geometry["coordinates"]
    return [coordinates] if geometry["type"] == "Polygon" else list(coordinates)


def fault_of_geometry(geometry: dict[str, Any]) -> str | None:
    """Key of what is wrong with a GeoJSON geometry, None when it is a sound (multi)polygon on the Earth."""
    if not geometry:
        return "outline_missing"
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return "outline_not_polygon"
    if not isinstance(geometry.get("coordinates"), list) or not geometry["coordinates"]:
        return "outline_missing"
    for polygon in polygons(geometry):
        if not isinstance(polygon, list) or not polygon:
            return "outline_broken"
        for ring in polygon:
            if not isinstance(ring, list) or len(ring) < 4 or not all(_is_position(p) for p in ring):
                return "outline_broken"
            if ring[0] != ring[-1]:
                return "outline_open"
    try:
        sound = shapely.from_geojson(_geojson(geometry)).is_valid
    except (shapely.errors.ShapelyError, ValueError):
        return "outline_broken"
    return None if sound else "outline_crossed"


def _geojson(geometry: dict[str, Any]) -> str:
    return json.dumps({"type": geometry["type"], "coordinates": geometry["coordinates"]})


def _is_position(position: Any) -> bool:
    if not isinstance(position, list) or len(position) < 2:
        return False
    lon, lat = position[:2]
    numeric = all(isinstance(x, int | float) and not isinstance(x, bool) for x in position)
    return numeric and -180 <= lon <= 180 and -90 <= lat <= 90


def planar_area_km2(geometry: dict[str, Any]) -> float:
    """Area in km², each polygon flattened at its own latitude; right to about 0.1 % for a commune."""
    area = 0.0
    for outer, *holes in polygons(geometry):
        latitude = math.radians(outer[0][1])
        scale = KM_PER_DEGREE**2 * math.cos(latitude)
        area += scale * (abs(signed_area(outer)) - sum(abs(signed_area(hole)) for hole in holes))
    return area


def signed_area(ring: Sequence[Sequence[float]]) -> float:
    """Area of a closed ring in the square of its unit, positive when it turns counter-clockwise."""
    x0, y0 = ring[0][:2]  # relative to the first point: large coordinates would eat the digits
    return sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in itertools.pairwise(ring)) / 2
