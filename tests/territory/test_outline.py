"""The map's paths: every commune drawn, borders shared, north up, labels inside."""

import json
import re

import pytest
import shapely
from shapely.geometry import Point, Polygon, shape
from shapely.ops import unary_union

from components.territory.geometry import planar_area_km2
from components.territory.outline import label_point, svg_paths
from components.territory.pack import load_territory


@pytest.fixture(scope="module")
def territory():
    return load_territory("grenoble-alpes-metropole")


def drawn(path: str) -> shapely.Geometry:
    rings = [[tuple(map(float, p.split())) for p in part.split("L")] for part in path[1:-1].split("ZM")]
    return unary_union([Polygon(ring) for ring in rings])


def test_every_commune_is_drawn_inside_the_view(territory) -> None:
    outline = svg_paths(territory)
    _, _, width, height = map(int, outline.viewbox.split())
    assert width == 1000
    assert list(outline.paths) == list(outline.labels) == list(territory.communes.index)
    for path in outline.paths.values():
        assert re.fullmatch(r"(M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){2,}Z)+", path)
        assert all(len(n.partition(".")[2]) <= 1 for n in re.findall(r"[\d.]+", path))
        left, top, right, bottom = drawn(path).bounds
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height


def test_neighbours_share_their_border_and_nothing_is_missing(territory) -> None:
    shapes = [drawn(path) for path in svg_paths(territory).paths.values()]
    whole = unary_union(shapes)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert whole.area == pytest.approx(sum(s.area for s in shapes), rel=1e-6)


def test_north_is_up_and_shapes_are_not_stretched(territory) -> None:
    outline = svg_paths(territory)
    assert outline.labels["38325"][1] < outline.labels["38185"][1] < outline.labels["38187"][1]
    assert outline.labels["38485"][0] < outline.labels["38185"][0] < outline.labels["38421"][0]
    ratios = [
        drawn(path).area / planar_area_km2(territory.outlines[code]) for code, path in outline.paths.items()
    ]
    assert max(ratios) / min(ratios) == pytest.approx(1, abs=0.02)


def test_labels_stand_inside_at_the_most_roomy_place(territory) -> None:
    outline = svg_paths(territory)
    for code, path in outline.paths.items():
        polygon = drawn(path)
        label = Point(outline.labels[code])
        assert polygon.contains(label)
        room = polygon.exterior.distance(label)
        assert room >= polygon.exterior.distance(polygon.representative_point()) - 0.6


def test_label_of_a_crescent_and_of_a_hole() -> None:
    crescent = [
        (0.0, 0.0),
        (100.0, 0.0),
        (100.0, 20.0),
        (20.0, 20.0),
        (20.0, 100.0),
        (0.0, 100.0),
        (0.0, 0.0),
    ]
    assert Polygon(crescent).contains(Point(label_point([crescent])))
    square = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0), (0.0, 0.0)]
    hole = [(30.0, 30.0), (90.0, 30.0), (90.0, 90.0), (30.0, 90.0), (30.0, 30.0)]
    assert Polygon(square, [hole]).contains(Point(label_point([square, hole])))
    assert label_point([[(3.0, 3.0)] * 4]) == (3.0, 3.0)


def test_outlines_are_sound_and_wind_as_geojson_asks(territory) -> None:
    for geometry in territory.outlines.values():
        polygon = shape(geometry)
        assert polygon.is_valid
        assert polygon.exterior.is_ccw


def test_areas_agree_with_the_projection_of_the_state(territory) -> None:
    geopandas = pytest.importorskip("geopandas")
    codes = list(territory.outlines)
    series = geopandas.GeoSeries([shape(territory.outlines[code]) for code in codes], crs=4326)
    for code, area in zip(codes, series.to_crs(2154).area / 1e6, strict=True):
        assert planar_area_km2(territory.outlines[code]) == pytest.approx(area, rel=0.005)
        assert territory.communes.area_km2[code] == pytest.approx(area, rel=0.06)


def test_outlines_are_those_of_the_state_mapping_agency(territory, shared) -> None:
    reference = json.loads((shared / "tests-only" / "communes_grenoble.geojson").read_text(encoding="utf-8"))
    shapes = {f["properties"]["insee"]: shape(f["geometry"]) for f in reference["features"]}
    assert sorted(shapes) == list(territory.outlines)
    for code, theirs in shapes.items():
        ours = shape(territory.outlines[code])
        assert ours.intersection(theirs).area / ours.union(theirs).area > 0.85, code
