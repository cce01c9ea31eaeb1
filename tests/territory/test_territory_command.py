"""`cordee territory` through its parser: check, list, show, find, build."""

import argparse
import io
from pathlib import Path

import pytest

from components.command import territory
from components.command.arguments import CommandError
from components.territory import census, create, write
from components.territory.france import read_files
from components.territory.pack import TERRITORIES, load_territory
from tests.territory import small_france
from tests.territory.small_france import CENSUS, VALLEY

GRENOBLE = TERRITORIES / "grenoble-alpes-metropole"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser("cordee")
    territory.add(parser.add_subparsers())
    arguments = parser.parse_args(["territory", *words])
    return int(arguments.run(arguments))


def test_a_sound_pack(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", str(GRENOBLE)) == 0
    assert "49 communes" in capsys.readouterr().out


def test_a_broken_pack_one_fault_a_line(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pack / "communes.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("38057,Bresson,671,2.78", "38057,Bresson,671,-2.78")
    )
    assert run("check", str(pack)) == 1
    first = capsys.readouterr().err.splitlines()[0]
    assert first == "communes.csv:2: «\u202farea_km2\u202f» est négatif\u202f: -2.78."


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "/nulle/part") == 1
    assert "n’existe pas" in capsys.readouterr().err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    assert "grenoble-alpes-metropole\tGrenoble-Alpes Métropole\t49" in capsys.readouterr().out


def test_help_is_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("check", "--help")
    assert "vérifie un pack de territoire" in capsys.readouterr().out


def test_show_says_what_is_known_and_what_is_to_import(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "pays-du-grand-brianconnais") == 0
    out = capsys.readouterr().out
    assert "36 communes, 33\u202f484 habitants" in out
    assert "34\u202f962 des 53\u202f420 logements" in out
    assert "200067452 Communauté de communes du Guillestrois et du Queyras (15)" in out
    assert "ADEME, 2016, modélisé" in out
    known, _, unknown = out.partition("À importer")
    assert "Émissions du transport routier" in known
    assert "Consommation d’électricité" in unknown
    assert "Émissions de gaz à effet de serre" in unknown


def test_show_of_a_territory_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match=r"atlantide.*n’existe pas.*grenoble-alpes-metropole"):
        run("show", "atlantide")


@pytest.fixture
def france(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packages as if installed, a dozen communes in them; returns where to write a pack."""
    known = read_files(*small_france.write(tmp_path / "france"), version="1.1.0")
    monkeypatch.setattr(create, "read_france", lambda progress: known)
    monkeypatch.setattr(territory, "read_france", lambda: known)
    monkeypatch.setattr(census, "missing_package", lambda: "")
    monkeypatch.setattr(census, "version", lambda: "0.50.0")
    monkeypatch.setattr(
        census, "read_census", lambda f, codes: {c: dict(CENSUS[c]) for c in codes if c in CENSUS}
    )
    return tmp_path / "ma vallée" / "pack"


def test_build_writes_a_sound_pack_and_says_what_next(
    france: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("build", VALLEY, "--out", str(france)) == 0
    said = capsys.readouterr()
    assert "Communauté de communes du Briançonnais : 3 communes" in said.out.replace("\u202f", " ")
    assert "explore?territory=brianconnais" in said.out
    assert "Contours des communes" in said.err
    assert run("check", str(france)) == 0
    assert [path.name for path in france.parent.iterdir()] == ["pack"]


def test_a_folder_in_use_is_not_touched(france: Path) -> None:
    france.mkdir(parents=True)
    (france / "vacances.txt").write_text("photos", encoding="utf-8")
    for words in ([], ["--force"]):
        with pytest.raises(CommandError, match="autre chose qu’un pack"):
            run("build", VALLEY, "--out", str(france), *words)
    with pytest.raises(CommandError, match="est un fichier"):
        run("build", VALLEY, "--out", str(france / "vacances.txt"))
    assert [path.name for path in france.iterdir()] == ["vacances.txt"]


def test_a_pack_is_replaced_only_when_asked_and_keeps_its_identity(france: Path) -> None:
    assert run("build", VALLEY, "--out", str(france)) == 0
    path = france / "territory.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "identity:\n  logo: logo.svg\n", encoding="utf-8")
    (france / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    with pytest.raises(CommandError, match="--force"):
        run("build", VALLEY, "--out", str(france))
    assert run("build", f"{VALLEY},38185", "--out", str(france), "--force") == 0
    made = load_territory(f"{france}/")
    assert len(made.communes) == 4
    assert made.identity.brand.logo


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "disque est plein"),
        (OSError(13, "Permission denied"), "Impossible"),
    ],
)
def test_what_the_disk_refuses_leaves_nothing(
    france: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, said: str
) -> None:
    def refuse(*args: object) -> None:
        raise error

    monkeypatch.setattr(write.os, "replace", refuse)
    with pytest.raises(CommandError, match=said):
        run("build", VALLEY, "--out", str(france))
    assert list(france.parent.iterdir()) == []


def test_an_interruption_leaves_nothing(
    france: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "inspect", interrupt)
    assert run("build", VALLEY, "--out", str(france)) == 130
    assert "rien n’a été écrit" in capsys.readouterr().err
    assert list(france.parent.iterdir()) == []


def test_find(france: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("find", "briançon") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{VALLEY}\tCommunauté de communes du Briançonnais\t3 communes"
    assert lines[1] == f"05023\tBriançon\tCommunauté de communes du Briançonnais ({VALLEY})"
    with pytest.raises(CommandError, match="ne ressemble"):
        run("find", "xyzzy")


def test_the_bar_is_drawn_on_a_terminal_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stderr", terminal)
    bar = territory.Bar()
    for share in (0.0, 0.5, 1.0):
        bar.step("packs.step_outlines", share)
    bar.close()
    assert "100\u202f% Contours des communes" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\033[K")


def test_list_warns_of_folders_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CORDEE_TERRITORIES", "/nulle/part")
    assert run("list") == 1
    said = capsys.readouterr()
    assert "/nulle/part" in said.err
    assert "grenoble-alpes-metropole" in said.out
