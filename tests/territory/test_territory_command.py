"""`cordee territory check` and `list`, through their parser."""

import argparse
from pathlib import Path

import pytest

from components.command import territory
from components.territory.pack import TERRITORIES

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
