"""`cordee territory layer`: a French sentence for each fault, nothing kept when in doubt, the doc that says so."""

from pathlib import Path

import pytest

from components.command.main import main
from components.places.kinds import KINDS
from components.territory.pack import load_territory
from tests.places.conftest import SLUG, collection, point, zone

DOC = Path(__file__).resolve().parents[2] / "docs" / "carte-des-lieux.md"
TOLD = ["--kind", "hunting", "--label", "Zones de chasse", "--producer", "ACCA", "--licence", "LO"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_LAYERS", str(tmp_path / "layers"))


def layer(*words: str) -> int:
    return main(["territory", "layer", *words])


def written(tmp_path: Path, content: bytes) -> str:
    file = tmp_path / "chasse.geojson"
    file.write_bytes(content)
    return str(file)


def test_a_layer_is_added_listed_removed_and_brought_back(tmp_path, capsys):
    file = written(tmp_path, collection(("Nord", zone(5.7, 45.1))))
    assert layer("add", SLUG, file, *TOLD) == 0
    assert "«\u202fzones-de-chasse\u202f» importée. Objets\u202f: 1." in capsys.readouterr().out
    assert layer("list", SLUG) == 0
    assert capsys.readouterr().out == "zones-de-chasse\thunting\t1\timportée\tZones de chasse\n"
    assert layer("remove", SLUG, "zones-de-chasse") == 0
    assert f"layer restore {SLUG} zones-de-chasse" in capsys.readouterr().out
    assert layer("list", SLUG) == 0
    assert "Aucune couche" in capsys.readouterr().out
    assert layer("restore", SLUG, "zones-de-chasse") == 0
    assert layer("list", SLUG) == 0


def test_a_file_with_faults_is_refused_whole_unless_the_sound_ones_are_wanted(tmp_path, capsys):
    file = written(tmp_path, collection(("Nord", zone(5.7, 45.1)), ("", point(5.7, 45.1))))
    assert layer("add", SLUG, file, *TOLD) == 1
    said = capsys.readouterr().err
    assert "Objet n° 2" in said
    assert "--keep-sound" in said
    assert layer("list", SLUG) == 0
    assert "Aucune couche" in capsys.readouterr().out
    assert layer("add", SLUG, file, *TOLD, "--keep-sound") == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "atlantide", "x", *TOLD], "Il n’y a pas de territoire"),
        (["add", SLUG, "absent.geojson", *TOLD], "ne se lit pas"),
        (["remove", SLUG, "../../etc"], "Il n’y a pas de couche"),
        (["restore", SLUG, "jamais"], "Il n’y a pas de couche"),
    ],
)
def test_what_is_not_there_is_one_sentence(capsys, words, sentence):
    assert layer(*words) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_an_unknown_kind_names_those_there_are(tmp_path, capsys):
    file = written(tmp_path, collection(("Nord", zone(5.7, 45.1))))
    assert layer("add", SLUG, file, "--kind", "chasse", *TOLD[2:]) == 1
    assert ", ".join(KINDS) in capsys.readouterr().err


def test_the_doc_names_every_kind_and_its_example_of_a_pack_loads(tmp_path):
    from components.places.layers import pack_layers

    text = DOC.read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"`{kind}`" in text
    example = text.split("```yaml\n")[1].split("```")[0]
    folder = tmp_path / "layers"
    folder.mkdir()
    (folder / "layers.yaml").write_text(example, encoding="utf-8")
    content = collection(("Grand pré", zone(5.7, 45.1))).replace(b'"nom"', b'"lieu_dit"')
    (folder / "alpages.geojson").write_bytes(content)
    (found,) = pack_layers(tmp_path)
    assert found.problem is None
    assert [one.name for one in found.features] == ["Grand pré"]


def test_the_shipped_packs_layers_if_any_all_load():
    from components.places.layers import pack_layers
    from components.territory.pack import list_territories

    for slug in list_territories():
        assert [one.problem for one in pack_layers(load_territory(slug).path) if one.problem] == []
