"""Layer files: what is read, what is mended, and the sentence for each thing that is wrong."""

import contextlib
import json

import pytest

from components.places import geojson
from components.places.faults import LayerError
from components.places.geojson import read_geojson
from tests.places.conftest import collection, line, point, zone

BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[5.7, 45.1], [5.8, 45.2], [5.8, 45.1], [5.7, 45.2], [5.7, 45.1]]],
}


def refusal(content: bytes, **more: str) -> str:
    with pytest.raises(LayerError) as caught:
        read_geojson(content, **more)
    return caught.value.sentence("fr")


def test_points_lines_and_zones_are_read_in_order():
    reading = read_geojson(
        collection(
            ("Halle", point(5.7, 45.2)), ("Voie", line((5.7, 45.1), (5.8, 45.2))), ("Parc", zone(5.7, 45.1))
        )
    )
    assert [(one.row, one.name, one.geometry.geom_type) for one in reading.features] == [
        (1, "Halle", "Point"),
        (2, "Voie", "LineString"),
        (3, "Parc", "Polygon"),
    ]
    assert (reading.left_out, reading.warnings, reading.name_field) == ((), (), "nom")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"PK\x03\x04zip", "compress"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><kml/>", "XML"),
        (b'{"type": "FeatureCollection",\n "features": [\n  {"type": }', "ligne 3, colonne 12"),
        (b'{"a": "Is\xe8re"}', "UTF-8 (ligne 1)"),
        (b"[" * 100_000, "GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "GeoJSON"),
        (b'"text"', "GeoJSON"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (b'{"type": "Point", "coordinates": [5.7, 45.2]}', "sans nom"),
        (b'{"type": "FeatureCollection", "features": []}', "aucun objet"),
        (b'{"type": "FeatureCollection", "features": {}}', "FeatureCollection"),
    ],
)
def test_a_file_that_is_something_else_is_told_so(content, words):
    assert words in refusal(content)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4171"])
def test_a_file_that_says_it_is_in_degrees_passes(name):
    crs = {"type": "name", "properties": {"name": name}}
    assert read_geojson(collection(("Parc", zone(5.7, 45.1)), crs=crs)).features


@pytest.mark.parametrize(
    ("name", "words"),
    [("urn:ogc:def:crs:EPSG::2154", "Lambert-93, EPSG:2154"), ("EPSG:3945", "EPSG:3945"), ("", "?")],
)
def test_another_coordinate_system_is_refused_by_name(name, words):
    crs = {"type": "name", "properties": {"name": name}}
    said = refusal(collection(("Parc", zone(5.7, 45.1)), crs=crs))
    assert words in said
    assert "WGS84" in said


def test_metres_are_taken_for_lambert_93_and_an_odd_number_for_no_degrees():
    assert "Objet n° 2" in (
        said := refusal(collection(("A", point(5.7, 45.2)), ("B", point(913_000, 6_458_000))))
    )
    assert "Lambert-93" in said
    assert "ne sont pas une longitude" in refusal(collection(("A", point(5.7, 145.2))))


def test_swapped_latitudes_and_longitudes_are_refused():
    assert "échangées" in refusal(collection(("A", point(45.18, 5.72)), ("B", point(45.1, 5.8))))


def test_each_object_with_a_fault_is_left_out_and_named_by_its_row():
    broken = {"type": "LineString", "coordinates": [[5.7, "x"], [5.8, 45.1]]}
    mixed = {"type": "GeometryCollection", "geometries": []}
    reading = read_geojson(
        collection(
            ("Parc", zone(5.7, 45.1)),
            ("Rien", None),
            ("", point(5.7, 45.1)),
            ("Faux", broken),
            ("Mélange", mixed),
            ("Cercle", {"type": "Circle", "coordinates": [5.7, 45.1]}),
            ("Vide", {"type": "Polygon", "coordinates": []}),
        )
    )
    assert [one.name for one in reading.features] == ["Parc"]
    assert [(one.row, one.key) for one in reading.left_out] == [
        (2, "no_geometry"),
        (3, "no_name"),
        (4, "bad_coordinates"),
        (5, "collection"),
        (6, "bad_kind"),
        (7, "bad_coordinates"),
    ]
    assert reading.left_out[0].sentence("fr").startswith("Objet n°")


def test_no_object_that_can_be_used_refuses_the_file_with_the_first_reasons():
    said = refusal(collection(("", point(5.7, 45.1))))
    assert "Aucun objet" in said
    assert "pas de nom" in said


def test_a_crossed_outline_is_mended_and_said():
    reading = read_geojson(collection(("Papillon", BOWTIE)))
    (found,) = reading.features
    assert found.geometry.is_valid
    # Two triangles of half a square each: 0.1 × 0.1 / 2 in all.
    assert found.geometry.area == pytest.approx(0.005)
    assert "Papillon" in reading.warnings[0].sentence("fr")


def test_an_open_ring_is_closed_and_a_flat_one_left_out():
    ring = zone(5.7, 45.1)["coordinates"][0][:-1]
    flat = [[5.7, 45.1], [5.8, 45.2], [5.9, 45.3], [5.7, 45.1]]
    reading = read_geojson(
        collection(
            ("Ouvert", {"type": "Polygon", "coordinates": [ring]}),
            ("Plat", {"type": "Polygon", "coordinates": [flat]}),
        )
    )
    assert [one.key for one in reading.warnings] == ["closed_for_you"]
    assert [one.key for one in reading.left_out] == ["beyond_mending"]


def test_the_column_of_names_can_be_chosen():
    content = collection(("", point(5.7, 45.1))).replace(
        b'"nom": ""', b'"code": 7, "lieu_dit": "Les \\u00celes"'
    )
    assert read_geojson(content, "lieu_dit").features[0].name == "Les Îles"
    assert read_geojson(content, "code").features[0].name == "7"
    assert "code, lieu_dit" in refusal(content, name_field="autre")


def test_hostile_names_lose_their_tricks_and_long_ones_their_end():
    reading = read_geojson(
        collection(("a\u202eb\x00<script>", point(5.7, 45.1)), ("n" * 500, point(5.7, 45.1)))
    )
    assert reading.features[0].name == "a b <script>"
    assert len(reading.features[1].name) == geojson.LONGEST_NAME
    assert [one.key for one in reading.warnings] == ["name_cut"]


def test_heights_are_dropped():
    assert (
        read_geojson(collection(("A", {"type": "Point", "coordinates": [5.7, 45.1, 900.0]})))
        .features[0]
        .geometry.has_z
        is False
    )


@pytest.mark.parametrize(
    ("bound", "most", "words"),
    [("LARGEST_BYTES", 100, "Mo"), ("MOST_FEATURES", 1, "au plus"), ("MOST_POINTS", 5, "Simplifiez")],
)
def test_huge_files_are_refused(monkeypatch, bound, most, words):
    monkeypatch.setattr(geojson, bound, most)
    assert words in refusal(collection(("A", zone(5.7, 45.1)), ("B", zone(5.7, 45.2))))


def test_a_hundred_kinds_of_rubbish_never_raise_anything_else():
    whole = collection(("Parc", zone(5.7, 45.1)), ("Halle", point(5.7, 45.2)))
    for cut in range(0, len(whole), 7):
        with contextlib.suppress(LayerError):
            read_geojson(whole[:cut] + whole[cut + 3 :])
    for value in (None, 1, "x", [], {}, [[]], {"type": "Feature", "geometry": []}):
        with pytest.raises(LayerError):
            read_geojson(json.dumps({"type": "FeatureCollection", "features": [value]}).encode())
