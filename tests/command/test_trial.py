"""A phone that answered, and the evening without phones, as files that each process reads."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.command import address, trial


def test_a_phone_that_answered_is_remembered_by_its_time_alone(tmp_path: Path) -> None:
    assert trial.phone_seen(tmp_path) is None
    trial.note_phone(1_795_000_000.0, tmp_path)
    assert trial.phone_seen(tmp_path) == datetime.fromtimestamp(1_795_000_000, UTC)
    (file,) = tmp_path.iterdir()
    assert file.read_text() == '{"at": 1795000000.0}'


def test_many_phones_in_a_second_are_written_once(tmp_path: Path) -> None:
    trial.note_phone(100.0, tmp_path)
    written = (tmp_path / trial.SEEN).stat().st_mtime_ns
    for hundredth in range(1, 99):
        trial.note_phone(100.0 + hundredth / 100, tmp_path)
    assert (tmp_path / trial.SEEN).stat().st_mtime_ns == written
    trial.note_phone(101.0, tmp_path)
    assert trial.phone_seen(tmp_path) == datetime.fromtimestamp(101, UTC)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"at": "x"}', '{"at": 1e300}', '{"at": null}'])
def test_a_broken_file_is_no_phone(tmp_path: Path, text: str) -> None:
    (tmp_path / trial.SEEN).write_text(text)
    assert trial.phone_seen(tmp_path) is None


def test_without_phones_no_page_shows_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_KEYS", str(tmp_path))
    address.write_join_base("http://10.0.0.2:5007", tmp_path)
    assert address.shown_join_base() == "http://10.0.0.2:5007"
    trial.set_without_phones(True)
    trial.set_without_phones(True)
    assert address.shown_join_base() == ""
    assert address.join_base() == "http://10.0.0.2:5007"  # the phones that are there still vote
    trial.set_without_phones(False)
    trial.set_without_phones(False)
    assert address.shown_join_base() == "http://10.0.0.2:5007"


def test_a_clock_set_while_cordee_runs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert abs(trial.clock_jump()) < 60
    real = trial.time.time
    monkeypatch.setattr(trial.time, "time", lambda: real() + 7200)
    assert trial.clock_jump() == pytest.approx(7200, abs=60)
