"""`cordee tally` and `cordee consultation`: words or JSON, code 2 and one French sentence when refused."""

import json
import re
from pathlib import Path

import pytest

from components.command.main import main

TENNESSEE = """bulletin;nombre
Memphis > Nashville > Chattanooga > Knoxville;42
Nashville > Chattanooga > Knoxville > Memphis;26
Chattanooga > Knoxville > Nashville > Memphis;15
Knoxville > Chattanooga > Nashville > Memphis;17
blanc;3
"""
Capture = pytest.CaptureFixture[str]


def said(capsys: Capture) -> str:
    return re.sub("[\u202f\xa0]", " ", capsys.readouterr().out)


@pytest.fixture
def tennessee(tmp_path: Path) -> str:
    path = tmp_path / "tennessee.csv"
    path.write_text(TENNESSEE, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("counting", "winner"), [("schulze", "Nashville"), ("instant_runoff", "Knoxville")])
def test_json(tennessee: str, counting: str, winner: str, capsys: Capture) -> None:
    assert main(["tally", "ranking", tennessee, "--json", "--counting", counting]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["method"] == "ranking"
    assert (found["ballots"], found["blank"], found["votes_cast"]) == (103, 3, 100)
    assert found["winners"] == [winner]
    assert found["counts"]["Memphis"] == 42
    assert found["trace"]["rule"] == counting
    assert found["explanation"]


def test_words(tennessee: str, capsys: Capture) -> None:
    assert main(["tally", "ranking", tennessee]) == 0
    words = said(capsys)
    assert "Bulletins : 103, dont blancs : 3. Suffrages exprimés : 100." in words
    assert "Comment avons-nous compté ?" in words
    assert "« Nashville » gagne tous ses duels" in words
    assert main(["tally", "ranking", tennessee, "--lang", "en"]) == 0
    assert "How did we count?" in said(capsys)


def test_budget_with_costs(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "b.csv").write_text("Haies,Bancs\n2,1\n3,\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("option;cost\nHaies;60\nBancs;50\n", encoding="utf-8")
    words = [
        "tally",
        "budget",
        str(tmp_path / "b.csv"),
        "--budget",
        "100",
        "--costs",
        str(tmp_path / "c.csv"),
    ]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["winners"] == ["Haies"]
    assert found["trace"]["spent"] == 60


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["budget", "b.csv"], "--budget"),
        (["budget", "b.csv", "--budget", "5"], "--costs"),
        (["approval", "absent.csv"], "absent.csv ne peut pas être lu : il n’existe pas"),
        (["approval", "b.csv"], "b.csv, ligne 2 : « 2 » pour « Haies »"),
        (["dots", "b.csv", "--points", "0"], "--points doit être un nombre entier de 1 à 1 000."),
        (["dots", "b.csv", "--points", "1001"], "--points doit être un nombre entier de 1 à 1 000."),
        (["dots", "b.csv", "--per-option", "1001"], "--per-option doit être un nombre entier de 1 à 1 000."),
        (["score", "b.csv", "--scale", "101"], "--scale doit être un nombre entier de 1 à 100."),
        (["score", "b.csv", "--scale", "9" * 400], "--scale doit être un nombre entier de 1 à 100."),
        (
            ["budget", "b.csv", "--budget", "9" * 400],
            "--budget doit être un nombre entier de 1 à 999 999 999 999.",
        ),
        (["score", "header.csv"], "header.csv : le fichier ne contient aucun bulletin sous la ligne"),
        (["single", "none.csv"], "none.csv : le fichier ne contient aucun bulletin sous la ligne"),
        (["grades", "b.csv", "--grades", "Bien"], "--grades"),
        (["dots", "b.csv", "--per-option", "1"], "ligne 2 : 2 pour « Haies »"),
        (["dots", "b.csv", "--options", "Haies,Bancs,haies"], "--options cite deux fois « haies »."),
        (["dots", "b.csv", "--options", "Haies,Haies"], "--options cite deux fois « Haies »."),
    ],
)
def test_refusals(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "b.csv").write_text("Haies,Bancs\n2,1\n", encoding="utf-8")
    (tmp_path / "header.csv").write_text("Haies,Bancs\n", encoding="utf-8")
    (tmp_path / "none.csv").write_text("choix,nombre\nHaies,0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["tally", *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert sentence in re.sub("[\u202f\xa0]", " ", told.err)


def test_a_hundred_million_ballots_are_counted_at_once(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "huge.csv"
    path.write_text(
        "Haies;Bancs;nombre\nBien;Bien;50000000\nPassable;Insuffisant;50000000\n", encoding="utf-8"
    )
    assert main(["tally", "majority_judgment", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["ballots"], found["winners"]) == (100_000_000, ["Haies"])


@pytest.mark.parametrize(
    ("meta", "sentence"),
    [("max_points;999999999999\n", "les notes vont jusqu’à 999999999999"), ("", "ligne 9 : 12 pour « 1 »")],
)
def test_scores_of_a_pabulib_file_are_bounded(
    meta: str, sentence: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "x.pb"
    head = f"META\nkey;value\nvote_type;scoring\n{meta}PROJECTS\nproject_id;cost\n1;3\n"
    path.write_text(f"{head}VOTES\nvoter_id;vote;points\n1;1;12\n", encoding="utf-8")
    assert main(["tally", "score", str(path)]) == 2
    assert sentence in re.sub("[\u202f\xa0]", " ", capsys.readouterr().err)


def test_limits_and_warnings_of_a_pabulib_file_are_told(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "x.pb"
    path.write_text(
        "META\nkey;value\nvote_type;scoring\nmin_points;1\nmax_points;5\nmin_length;1\n"
        "PROJECTS\nproject_id;cost\n1;3\nVOTES\nvoter_id;vote;points\na;1;4\nb;;\n",
        encoding="utf-8",
    )
    assert main(["tally", "score", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["limits"] == {"min_length": 1, "min_points": 1, "max_points": 5}
    assert len(found["warnings"]) == 1
    assert found["trace"]["scale"] == 5
    assert main(["tally", "score", str(path)]) == 0
    words = said(capsys)
    assert "Limites vérifiées sur chaque bulletin : min_length = 1, min_points = 1, max_points = 5." in words
    assert "ligne 6 : bulletins blancs comptés malgré la limite « min_length » du fichier : 1." in words
    assert main(["tally", "score", str(path), "--scale", "3"]) == 2
    assert "ligne 12 : 4 pour « 1 », alors que 3" in re.sub("[\u202f\xa0]", " ", capsys.readouterr().err)


def test_a_tie_that_decides_what_is_funded_is_told(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "tie.pb"
    path.write_text(
        "META\nkey;value\nbudget;100\nvote_type;approval\nPROJECTS\nproject_id;cost\nA;60\nB;60\n"
        "VOTES\nvoter_id;vote\n1;A\n2;B\n",
        encoding="utf-8",
    )
    assert main(["tally", "budget", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["winners"], found["trace"]["tie"]) == (["A"], True)
    assert found["trace"]["completion_ties"] == [{"option": "A", "tied": ["B"]}]
    assert any("départagés par l’ordre annoncé" in sentence for sentence in found["explanation"])


def test_own_grades(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "g.csv"
    path.write_text("Haies,Bancs\noui,Plutôt non\nOui,\n", encoding="utf-8")
    words = ["tally", "majority_judgment", str(path), "--grades", "Oui,Plutôt oui,Plutôt non,Non", "--json"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["trace"]["profile"] == {"Haies": [2, 0, 0, 0], "Bancs": [0, 0, 1, 1]}
    assert found["winners"] == ["Haies"]


def consultation(kind: str, place: str, voted: int, *more: str) -> list[str]:
    numbers = ["--registered", "1000", "--voted", str(voted), "--yes", str(voted - 100), "--no", "100"]
    return ["consultation", kind, "--place", place, *numbers, *more]


def test_consultation(capsys: Capture) -> None:
    assert main(consultation("referendum", "commune", 500)) == 0
    words = said(capsys)
    assert words.startswith("Résultats saisis d’un scrutin tenu aux urnes")
    assert "est adopté (article LO1112-7" in words
    assert main(consultation("referendum", "commune", 499, "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["adopted"], found["turnout"], found["turnout_reached"]) == (False, 49.9, False)


def test_consultation_refusals(capsys: Capture) -> None:
    assert main(consultation("referendum", "epci", 500)) == 2
    assert "L5211-49" in capsys.readouterr().err
    assert main(consultation("consultation", "epci", 500)) == 0
    assert main(consultation("referendum", "commune", 500, "--null", "1")) == 2
