"""The layers of a pack and those imported here: kept over a restart, removed, brought back, and never in the way."""

import json
from pathlib import Path

import pytest

from components.places.drawing import clip
from components.places.faults import LayerError
from components.places.geojson import read_geojson
from components.places.kinds import KINDS, letter, style_of, styles_for_js
from components.places.layers import about_of, pack_layers
from components.places.library import REMOVED_SECONDS, Library, identifier_of, layers_directory
from tests.places.conftest import collection, line, point, zone

TOLD = {
    "label": {"fr": "Zones de chasse", "en": "Hunting"},
    "kind": "hunting",
    "producer": "ACCA",
    "licence": "LO 2.0",
}
CATALOGUE = """layers:
  - {id: alpages, file: alpages.geojson, label: {fr: Alpages, en: Pastures}, kind: grazing, producer: X, licence: Y,
     year: 2024}
  - {id: casse, file: casse.geojson, label: Cassé, kind: other, producer: X, licence: Y}
  - {id: absent, file: ../../secret.geojson, label: Absent, kind: other, producer: X, licence: Y}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "layers", lambda: 1000.0)


def keep(library, territory, label="Zones de chasse"):
    reading = read_geojson(collection(("Nord", zone(5.7, 45.1)), ("Sud", point(5.72, 45.15))))
    about = about_of(identifier_of(label), {**TOLD, "label": label})
    return library.add(territory, about, reading.features)


def test_a_pack_without_the_folder_has_no_layer(tmp_path):
    assert pack_layers(tmp_path) == []


def test_the_layers_of_a_pack_in_its_order_and_the_broken_ones_with_their_reason(tmp_path):
    folder = tmp_path / "layers"
    folder.mkdir()
    (folder / "layers.yaml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "alpages.geojson").write_bytes(collection(("Grand pré", zone(5.7, 45.1))))
    (folder / "casse.geojson").write_bytes(b"{")
    sound, broken, absent = pack_layers(tmp_path)
    assert (sound.about.text("label", "en"), sound.about.year, len(sound.features)) == ("Pastures", 2024, 1)
    assert "ligne 1" in broken.problem.sentence("fr")
    assert absent.problem.key == "file_missing"


@pytest.mark.parametrize("text", ["layers: {", "- a", "layers: 3", ""])
def test_a_broken_catalogue_is_one_layer_that_says_so(tmp_path, text):
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "layers.yaml").write_text(text)
    (layer,) = pack_layers(tmp_path)
    assert "layers.yaml" in layer.problem.sentence("fr")


def test_what_is_said_of_a_layer_is_checked_whole():
    with pytest.raises(LayerError) as caught:
        about_of("Bad Id", {"kind": "chasse", "year": "20x", "shown": "oui"}, 2026)
    keys = [one.key for one in caught.value.faults]
    assert keys == [
        "bad_id",
        "label_missing",
        "unknown_kind",
        "producer_missing",
        "licence_missing",
        "bad_year",
        "bad_shown",
    ]
    with pytest.raises(LayerError):
        about_of("x", {**TOLD, "year": 2027}, 2026)


def test_an_imported_layer_outlives_a_restart_and_takes_a_free_name(library, territory, tmp_path):
    assert [keep(library, territory), keep(library, territory)] == ["zones-de-chasse", "zones-de-chasse-2"]
    again = Library(tmp_path / "layers").layers(territory)
    assert [layer.about.id for layer in again] == ["zones-de-chasse", "zones-de-chasse-2"]
    assert [one.name for one in again[0].features] == ["Nord", "Sud"]
    # Any other program reads it too.
    found = json.loads((tmp_path / "layers" / territory.slug / "zones-de-chasse.geojson").read_text())
    assert found["type"] == "FeatureCollection"
    assert found["about"]["kind"] == "hunting"


def test_removing_can_be_undone_for_a_month(library, territory):
    name = keep(library, territory)
    library.remove(territory, name)
    assert library.layers(territory) == []
    library.restore(territory, name)
    assert [layer.about.id for layer in library.layers(territory)] == [name]
    library.remove(territory, name)
    library.clock = lambda: 1000.0 + REMOVED_SECONDS + 1
    keep(library, territory, "Autre")
    with pytest.raises(LayerError):
        library.restore(territory, name)


@pytest.mark.parametrize("name", ["../../x", "absent", "", "A", "x/y"])
def test_a_name_that_is_not_a_layer_is_refused(library, territory, name):
    for act in (library.remove, library.restore):
        with pytest.raises(LayerError):
            act(territory, name)


def test_a_file_somebody_broke_hides_no_other(library, territory, tmp_path):
    name = keep(library, territory)
    (tmp_path / "layers" / territory.slug / "autre.geojson").write_text("{")
    sound, broken = library.layers(territory)
    assert (sound.about.id, sound.problem) == (name, None)
    assert broken.problem is not None


def test_where_imported_layers_live(monkeypatch, tmp_path):
    monkeypatch.delenv("CORDEE_LAYERS", raising=False)
    assert layers_directory(f"sqlite:///{tmp_path}/x.db") == tmp_path / "x.db.layers"
    assert layers_directory("postgresql://a@b/c").name == "layers"
    monkeypatch.setenv("CORDEE_LAYERS", str(tmp_path / "ici"))
    assert layers_directory("postgresql://a@b/c") == tmp_path / "ici"


def test_no_two_kinds_share_a_pattern_a_line_or_a_mark():
    styles = list(KINDS.values())
    assert len({(style.shape, style.angle) for style in styles}) == len(styles)
    assert len({(style.dash, style.width) for style in styles}) == len(styles)
    assert len({style.mark for style in styles}) == len(styles)


def test_the_same_kind_twice_is_told_apart():
    first, second = style_of("hunting", 0), style_of("hunting", 1)
    assert (first.gap, first.angle) != (second.gap, second.angle)
    assert [one["letter"] for one in styles_for_js(["hunting", "river"])] == ["A", "B"]
    assert [letter(i) for i in (0, 25, 26, 27)] == ["A", "Z", "AA", "AB"]


def test_colours_stand_out_on_paper_three_to_one():
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    paper = light("#f6f3ec")
    for style in KINDS.values():
        assert (paper + 0.05) / (light(style.colour) + 0.05) >= 4.5


def test_what_lies_outside_is_named_and_what_reaches_out_is_cut(territory):
    far, half = zone(2.3, 48.8), line((5.72, 45.15), (6.5, 45.15))
    reading = read_geojson(collection(("Paris", far), ("Route", half), ("Ici", point(5.72, 45.15))))
    kept, told = clip(reading.features, territory)
    assert [one.name for one in kept] == ["Route", "Ici"]
    assert [(one.row, one.key) for one in told] == [(1, "outside"), (2, "cut_at_border")]
    assert "Paris" in told[0].sentence("fr")
    assert kept[0].geometry.length < 0.2
    with pytest.raises(LayerError, match="bon fichier"):
        clip(reading.features[:1], territory)
