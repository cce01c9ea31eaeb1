"""`cordee meeting`: a whole meeting without a browser."""

import json
from pathlib import Path

import pytest

from components.command.main import main
from components.meeting.demo import DEMO


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_DB", f"sqlite:///{tmp_path}/store.db")
    monkeypatch.delenv("CORDEE_KEYS", raising=False)
    monkeypatch.setenv("CORDEE_JOIN_URL", "http://192.0.2.7:5007")


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["meeting", *words])
        heard = capsys.readouterr()
        return code, heard.out.strip(), heard.err.strip()

    return run


def test_load_drive_and_export(say, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    _, code, _ = say("load", str(DEMO))
    assert len(code) == 4
    for words in (["show", "avis-avant"], ["open"], ["presence", "50"], ["hands", "besoins=20", "local=12"]):
        assert say("act", code, *words)[0] == 0
    status, _, error = say("act", code, "paper", "deux=19")
    assert status == 1
    assert "51 bulletins pour 50" in error
    for words in (["close"], ["reveal"], ["seal"], ["next"], ["undo"]):
        assert say("act", code.lower(), *words)[0] == 0, words
    shown = json.loads(say("show", code)[1])
    assert shown["body"]["result"]["ballots"] == 32
    out = tmp_path / "soir.yaml"
    assert say("export", code, "--out", str(out))[0] == 0
    assert out.read_text(encoding="utf-8") == DEMO.read_text(encoding="utf-8")
    assert say("load", str(out))[0] == 0
    assert say("join-url", code)[1] == f"http://192.0.2.7:5007/v/{code}"


def test_new_duplicate_clear_delete(say) -> None:  # type: ignore[no-untyped-def]
    assert "Aucune séance" in say("list")[1]
    _, first, _ = say("new", "--title", "L’eau : qui décide ?")
    _, second, _ = say("duplicate", first)
    titles = {row["code"]: row["title"] for row in json.loads(say("list", "--json")[1])}
    assert titles == {first: "L’eau : qui décide ?", second: "L’eau : qui décide ?"}
    say("act", first, "next")
    assert say("clear-rehearsal", first)[0] == 0
    assert json.loads(say("show", first)[1])["version"] == 1
    assert say("delete", first)[0] == 0
    assert list(json.loads(say("list", "--json")[1])) != []
    assert say("act", first, "next")[0] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["act", "ZZZZ", "next"], "Aucune séance"),
        (["duplicate", "ZZZZ"], "Aucune séance"),
        (["load", "/nowhere.yaml"], "ne peut pas être lu"),
        (["new", "--title", "x", "--territory", "atlantide"], "n’est pas installé"),
        (["join-url", "ZZZZ"], "Aucune séance"),
    ],
)
def test_refusals_are_one_french_sentence(say, words: list[str], sentence: str) -> None:  # type: ignore[no-untyped-def]
    status, out, error = say(*words)
    assert status == 1
    assert out == ""
    assert sentence in error
    assert "Traceback" not in error


def test_levers_are_checked_by_the_model(say) -> None:  # type: ignore[no-untyped-def]
    code = say("load", str(DEMO))[1]
    assert say("act", code, "levers", "km_per_person=-20", "setpoint=-1")[0] == 0
    assert json.loads(say("show", code)[1])["scenario"]["levers"] == {
        "km_per_person": -20.0,
        "setpoint": -1.0,
    }
    for wrong in ("km_per_person=-500", "nobody=1", "nobody=trend", "heat_replacement.wood=90"):
        status, _, error = say("act", code, "levers", wrong)
        assert status == 1
        assert error.endswith(".")
    assert say("act", code, "levers", "km_per_person=trend")[0] == 0
    assert json.loads(say("show", code)[1])["scenario"]["levers"] == {"setpoint": -1.0}


def test_a_template_written_for_another_territory_says_so(say) -> None:  # type: ignore[no-untyped-def]
    _, _, quiet = say("new", "--title", "Ici", "--territory", "grenoble-alpes-metropole")
    assert quiet == ""
    status, code, said = say("new", "--title", "Là", "--territory", "pays-du-grand-brianconnais")
    assert status == 0
    assert json.loads(say("show", code)[1])["meeting"]["territory"] == "pays-du-grand-brianconnais"
    assert "écrit pour grenoble-alpes-metropole" in said
