"""Where the objects of two layers meet: what the map shows by laying one pattern over another, as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

MOST_OVERLAPS = 200
MOST_PAIRS = 3_000
"""Pairs of one sort (zones, lines) that are measured, those that can share most first."""
LEAST_HA, LEAST_KM = 0.1, 0.01


@dataclass(frozen=True)
class Shape:
    """An object: its layer, its number there, its shape in the units of a drawing."""

    layer: str
    number: int
    shape: Any


def overlaps(shapes: Sequence[Shape], km_per_unit: float) -> list[dict[str, Any]]:
    """`{a, b, size, unit}`, the largest first, `a` and `b` each (layer, number), `b` a zone of another layer.

    Two zones share hectares, a line runs kilometres through a zone, a point lies in one (size None).
    """
    every = np.array([one.shape for one in shapes], dtype=object)
    dimensions = shapely.get_dimensions(every)
    zones = np.flatnonzero(dimensions == 2)
    if not len(zones):
        return []
    layers = np.array([one.layer for one in shapes])
    first, found = shapely.STRtree(every[zones]).query(every, predicate="intersects")
    second = zones[found]
    # Two zones are found twice, once from each side.
    wanted = (layers[first] != layers[second]) & ((dimensions[first] < 2) | (first < second))
    first, second = first[wanted], second[wanted]

    def pairs(
        dimension: int, most_shared: Any, measure: Any, factor: float, least: float
    ) -> list[tuple[float, int, int]]:
        of_this = dimensions[first] == dimension
        a, b = first[of_this], second[of_this]
        order = np.argsort(-most_shared(a, b), kind="stable")[:MOST_PAIRS]
        a, b = a[order], b[order]
        sizes = measure(shapely.intersection(every[a], every[b])) * factor
        return [(float(s), int(i), int(j)) for s, i, j in zip(sizes, a, b, strict=True) if s >= least]

    areas, lengths = shapely.area(every), shapely.length(every)
    shared = pairs(
        2, lambda a, b: np.minimum(areas[a], areas[b]), shapely.area, km_per_unit**2 * 100, LEAST_HA
    )
    crossed = pairs(1, lambda a, b: lengths[a], shapely.length, km_per_unit, LEAST_KM)
    inside = [(None, int(i), int(j)) for i, j in zip(first, second, strict=True) if dimensions[i] == 0]
    rows = [
        *((size, "ha", i, j) for size, i, j in sorted(shared, reverse=True)),
        *((size, "km", i, j) for size, i, j in sorted(crossed, reverse=True)),
        *((size, "", i, j) for size, i, j in inside),
    ]
    return [
        {"a": _name(shapes[i]), "b": _name(shapes[j]), "size": size, "unit": unit}
        for size, unit, i, j in rows[:MOST_OVERLAPS]
    ]


def _name(one: Shape) -> list[str | int]:
    return [one.layer, one.number]
