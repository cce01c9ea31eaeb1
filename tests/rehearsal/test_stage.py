"""The throwaway meeting: nothing of it is left, and no other meeting is touched."""

import socket
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.meeting.store.schema import OF_A_MEETING
from components.rehearsal import stage
from tests.phone.conftest import SHEET


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(Store(f"sqlite:///{tmp_path / 'a.db'}"), KeyRing(tmp_path / "keys"))
    yield made
    made.store.close()


def rows(desk: Desk) -> dict[str, int]:
    with desk.store.engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in OF_A_MEETING
        }


def secrets(desk: Desk) -> set[str]:
    folder = desk.keys.directory
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.mark.parametrize("ends", ["well", "by Ctrl-C"])
def test_nothing_is_left_of_a_rehearsal_however_it_ends(desk, ends):
    other = desk.new(SHEET)
    before, kept = rows(desk), secrets(desk)

    def rehearse() -> None:
        with stage.throwaway(desk) as code:
            assert stage.open_vote(desk, code)
            assert desk.store.meetings()[0].code == other, (
                "a page without a code still goes to the real meeting"
            )
            assert secrets(desk) > kept
            if ends == "by Ctrl-C":
                raise KeyboardInterrupt

    if ends == "well":
        rehearse()
    else:
        with pytest.raises(KeyboardInterrupt):
            rehearse()
    assert rows(desk) == before
    assert secrets(desk) == kept
    assert [meeting.code for meeting in desk.store.meetings()] == [other]


def test_a_real_vote_is_not_disturbed(desk):
    code = desk.new(SHEET)
    stage.refuse_during_a_vote(desk)
    desk.act(code, "show", step="un")
    desk.act(code, "open")
    with pytest.raises(stage.VoteOpen, match=code):
        stage.refuse_during_a_vote(desk)


def test_what_a_killed_rehearsal_left_is_swept_and_a_running_one_is_not(desk):
    killed = f"cordee rehearse {socket.gethostname()} 999999999"
    left = desk.new(stage.SHEET.substitute(territory="grenoble-alpes-metropole", mark=killed))
    with stage.throwaway(desk) as running:
        real = desk.new(SHEET)
        stage.sweep(desk)
        assert {meeting.code for meeting in desk.store.meetings()} == {running, real}
    assert left not in {meeting.code for meeting in desk.store.meetings()}
