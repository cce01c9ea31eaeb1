"""`cordee meeting ballots`: what goes to the printer before the doors."""

from pathlib import Path

import pytest

from components.command.main import main
from components.meeting.demo import DEMO


def test_ballots_of_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CORDEE_DB", f"sqlite:///{tmp_path}/store.db")
    monkeypatch.delenv("CORDEE_KEYS", raising=False)
    assert main(["meeting", "load", str(DEMO)]) == 0
    code = capsys.readouterr().out.strip()
    out = str(tmp_path / "bulletins.pdf")
    assert main(["meeting", "ballots", code, "--out", out]) == 1
    assert "Questions\u202f: commune" in capsys.readouterr().err
    assert main(["meeting", "ballots", code, "--question", "freins", "--copies", "8", "--out", out]) == 0
    assert "8 bulletins" in capsys.readouterr().out
    file = Path(out).read_bytes()
    assert file.startswith(b"%PDF-")
    assert file.count(b"/Type /Page") - file.count(b"/Type /Pages") == 2
    for wrong, words in (
        (["--question", "rien", "--out", out], "rien"),
        (["--question", "freins", "--copies", "0", "--out", out], "2000"),
        (["--question", "freins", "--out", str(tmp_path / "nulle" / "part.pdf")], "part.pdf"),
    ):
        assert main(["meeting", "ballots", code, *wrong]) == 1
        assert words in capsys.readouterr().err
