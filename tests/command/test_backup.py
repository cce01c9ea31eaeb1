"""A copy of the whole database while an evening goes on, and one evening as a file, from the command line."""

import sqlite3
from pathlib import Path

import pytest

from components.command.main import main
from tests.meeting.evenings import desk_on, hold


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CORDEE_DB", f"sqlite:///{tmp_path}/soir.db")
    monkeypatch.setenv("CORDEE_KEYS", str(tmp_path / "keys"))
    return f"sqlite:///{tmp_path}/soir.db"


def test_a_copy_is_whole_and_says_what_it_cannot_do(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = desk_on(url, tmp_path / "keys")
    hold(desk, ballots=9, sealed=False)
    assert main(["backup", str(tmp_path / "copie.db")]) == 0  # the first one still writes
    told = capsys.readouterr()
    assert "séances\u202f: 1)" in told.out
    assert "ne pourra plus reconnaître un téléphone" in told.err
    with sqlite3.connect(tmp_path / "copie.db") as copy:
        assert copy.execute("SELECT count(*) FROM ballot").fetchone() == (9,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert (tmp_path / "copie.db").stat().st_mode & 0o077 == 0
    assert main(["backup", str(tmp_path / "copie.db")]) == 1
    assert "existe déjà" in capsys.readouterr().err
    assert main(["backup", str(tmp_path / "absent" / "copie.db")]) == 1
    assert "n’a pas pu être écrite" in capsys.readouterr().err


def test_a_whole_evening_leaves_and_comes_back(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_on(url, tmp_path / "keys")
    code, _ = hold(desk)
    file = tmp_path / "soir.cordee"
    assert main(["meeting", "export", code.lower(), "--whole", str(file)]) == 0
    assert "écrite en entier" in capsys.readouterr().out
    assert main(["meeting", "load", str(file)]) == 0
    told = capsys.readouterr()
    other = told.out.strip()
    assert other != code
    assert "déjà pris" in told.err
    monkeypatch.setenv("CORDEE_DB", f"sqlite:///{tmp_path}/autre.db")
    assert main(["meeting", "load", str(file)]) == 0
    assert capsys.readouterr().out.strip() == code
    file.write_bytes(b"PK\x03\x04 rien")
    assert main(["meeting", "load", str(file)]) == 1
    assert "rien n’a été chargé" in capsys.readouterr().err
    assert main(["meeting", "export", "NOPE", "--whole", str(file)]) == 1
    assert main(["meeting", "load", str(tmp_path / "absent.cordee")]) == 1
