"""An evening goes from SQLite to PostgreSQL and back, the same."""

from pathlib import Path

import pytest

from components.meeting import archive
from tests.meeting.evenings import desk_on, hold
from tests.meeting.test_archive import same


@pytest.mark.parametrize("sealed", [True, False])
def test_there_and_back(url: str, tmp_path: Path, sealed: bool) -> None:
    laptop = desk_on(f"sqlite:///{tmp_path}/soir.db", tmp_path / "a")
    server = desk_on(url, tmp_path / "b")
    again = desk_on(f"sqlite:///{tmp_path}/retour.db", tmp_path / "c")
    code, _ = hold(laptop, ballots=40, sealed=sealed, closed=sealed)
    archive.export(laptop, code, tmp_path / "un.cordee")
    assert archive.load(server, tmp_path / "un.cordee").code == code
    same(laptop, code, server, code)
    archive.export(server, code, tmp_path / "deux.cordee")
    assert archive.load(again, tmp_path / "deux.cordee").code == code
    same(laptop, code, again, code)
    # And an evening begun on PostgreSQL comes home.
    other, _ = hold(server, ballots=7)
    archive.export(server, other, tmp_path / "trois.cordee")
    assert archive.load(laptop, tmp_path / "trois.cordee").code == other
    same(server, other, laptop, other)
    for desk in (laptop, server, again):
        desk.store.close()
