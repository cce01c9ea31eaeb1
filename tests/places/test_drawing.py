"""Layers in the coordinates of the commune map: same place, same size, few bytes; and where they overlap."""

import math

import pytest
import shapely

from components.places import drawing
from components.places.drawing import commune_at, drawn, km_per_unit, map_for_js, picture
from components.places.drawing import layers_for_js as told
from components.places.geojson import read_geojson
from components.places.layers import Layer, about_of
from components.places.overlaps import Shape, overlaps
from components.territory.outline import projection, svg_paths
from tests.places.conftest import GRENOBLE, collection, line, point, zone


def layers_for_js(layers, territory, lang):
    return told(picture(layers, territory), lang)


def met(features, territory):
    return overlaps([Shape(one.layer, one.number, one.shape) for one in features], km_per_unit(territory))


def layer(name, *objects, kind="project"):
    about = about_of(name, {"label": name, "kind": kind, "producer": "X", "licence": "Y"})
    return Layer(about, read_geojson(collection(*objects)).features)


def test_the_projection_is_the_communes_own(territory):
    used = projection(territory)
    ring = shapely.get_coordinates(shapely.geometry.shape(territory.outlines["38185"]))[0]
    x, y = used.to_drawing(*ring)
    assert f"{round(x, 1):g} {round(y, 1):g}" in svg_paths(territory).paths["38185"]
    assert used.to_degrees(x, y) == pytest.approx(tuple(ring))


def test_the_page_finds_degrees_under_a_finger(territory):
    told = map_for_js(territory)
    x, y = projection(territory).to_drawing(*GRENOBLE)
    assert (told["west"] + x * told["dx"], told["north"] + y * told["dy"]) == pytest.approx(GRENOBLE)


def test_which_commune_a_point_is_in(territory):
    assert commune_at(*GRENOBLE, territory) == "38185"
    assert commune_at(2.35, 48.85, territory) is None


def test_sizes_are_those_of_the_ground(territory):
    # 0.02° of latitude by 0.02° of longitude at 45.15° north, on a sphere of 6,371 km.
    km = 111.195 * 0.02
    area_ha = km * km * math.cos(math.radians(45.15)) * 100
    found = layers_for_js(
        [layer("z", ("Parc", zone(5.71, 45.14)), ("Voie", line((5.7, 45.1), (5.7, 45.2))))], territory, "fr"
    )
    park, way = found["layers"][0]["features"]
    assert park["ha"] == pytest.approx(area_ha, rel=0.01)
    assert way["km"] == pytest.approx(11.12, rel=0.001)
    assert "Grenoble" in park["communes"] or "Échirolles" in park["communes"]


def test_overlaps_are_listed_with_what_is_shared(territory):
    a = layer("a", ("Chasse", zone(5.70, 45.10)), kind="hunting")
    b = layer(
        "b",
        ("Pré", zone(5.71, 45.10)),
        ("Sentier", line((5.69, 45.11), (5.71, 45.11))),
        ("Halle", point(5.705, 45.115)),
    )
    every = [one for one in (*drawn(a, territory), *drawn(b, territory))]
    found = met(every, territory)
    half = drawing.km_per_unit(territory) ** 2 * 100 * every[0].shape.area / 2
    assert {(tuple(row["a"]), tuple(row["b"]), row["unit"]) for row in found} == {
        (("a", 1), ("b", 1), "ha"),
        (("b", 2), ("a", 1), "km"),
        (("b", 3), ("a", 1), ""),
    }
    assert found[0]["size"] == pytest.approx(half, rel=1e-6)


def test_zones_that_only_touch_do_not_overlap(territory):
    a = drawn(layer("a", ("Un", zone(5.70, 45.10))), territory)
    b = drawn(layer("b", ("Deux", zone(5.72, 45.10))), territory)
    assert met([*a, *b], territory) == []


def test_a_detailed_outline_is_simplified_until_it_fits(territory, monkeypatch):
    circle = shapely.Point(5.72, 45.15).buffer(0.05, quad_segs=5000)
    rough = {"type": "Polygon", "coordinates": [[list(p) for p in circle.exterior.coords]]}
    some = layer("z", ("Rond", rough))
    monkeypatch.setattr(drawing, "MOST_WIRE_POINTS", 60)
    path = layers_for_js([some], territory, "fr")["layers"][0]["features"][0]["path"]
    assert 8 < path.count("L") < 60


def test_a_broken_layer_is_told_beside_the_others(territory):
    from components.places.faults import fault

    broken = Layer(layer("x", ("A", point(*GRENOBLE))).about, problem=fault("is_empty"))
    found = layers_for_js([broken, layer("y", ("A", point(*GRENOBLE)))], territory, "fr")
    assert [one["id"] for one in found["layers"]] == ["y"]
    assert found["broken"] == [{"id": "x", "origin": "pack", "why": "Le fichier est vide."}]


@pytest.mark.parametrize("zoom", [10, 11, 12, 14])
def test_a_background_image_laid_between_its_exact_edges_errs_by_less_than_a_fifth_of_a_pixel(zoom):
    """What background.js does: even latitudes inside one image, whose rows are Web Mercator's."""

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**zoom))))

    row = math.floor((1 - math.asinh(math.tan(math.radians(45.2))) / math.pi) / 2 * 2**zoom)
    top, bottom = latitude(row), latitude(row + 1)
    worst = max(abs((top - latitude(row + part / 256)) / (top - bottom) * 256 - part) for part in range(257))
    assert worst < 0.2
