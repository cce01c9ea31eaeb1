"""The door for another machine's rehearsal: its own meeting only, and nothing left of it."""

import os
import socket
from pathlib import Path

import pytest

from components.meeting.commands import Refused
from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.rehearsal import door as doors
from components.rehearsal import stage
from components.rehearsal.door import Busy, Door, NotOurs
from tests.phone.conftest import SHEET


class Watched:
    """A door over a store of its own, its clock set by hand."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(Store(f"sqlite:///{folder / 'a.db'}"), KeyRing(folder / "keys"))
        self.hub = Hub(self.desk).start()
        self.now = 0.0
        self.door = Door(lambda: self.desk, lambda: self.hub, lambda: self.now)

    def codes(self) -> set[str]:
        return {meeting.code for meeting in self.desk.store.meetings()}


@pytest.fixture
def watched(tmp_path: Path):
    made = Watched(tmp_path)
    yield made
    made.hub.stop()
    made.desk.store.close()


def test_a_meeting_is_made_opened_judged_and_removed(watched):
    real = watched.desk.new(SHEET)
    code = watched.door.make()["code"]
    assert watched.door.open(code)["poll"]
    with pytest.raises(Refused):
        watched.door.open(code)
    found = watched.door.judge(code, ["nobody’s"])
    assert (found["stored"], found["held"]) == (0, {"nobody’s": None})
    assert [ballots for _, ballots in found["seen"]] == [0]
    watched.door.end(code)
    assert watched.codes() == {real}
    with pytest.raises(NotOurs):
        watched.door.judge(code, [])


def test_no_meeting_but_its_own_can_be_named(watched):
    real = watched.desk.new(SHEET)
    for order in (watched.door.here, watched.door.open, watched.door.end):
        with pytest.raises(NotOurs):
            order(real)
    with stage.throwaway(watched.desk) as of_the_command, pytest.raises(NotOurs):
        watched.door.end(of_the_command)
    assert watched.codes() == {real}


def test_one_rehearsal_at_a_time_and_none_during_a_vote(watched):
    code = watched.door.make()["code"]
    with pytest.raises(Busy):
        watched.door.make(force=True)
    watched.door.end(code)
    real = watched.desk.new(SHEET)
    watched.desk.act(real, "show", step="un")
    watched.desk.act(real, "open")
    with pytest.raises(stage.VoteOpen, match=real):
        watched.door.make()
    watched.door.end(watched.door.make(force=True)["code"])
    assert watched.codes() == {real}


def test_silence_removes_the_meeting_and_a_sign_of_life_keeps_it(watched):
    code = watched.door.make()["code"]
    watched.now = doors.SILENT_SECONDS
    watched.door.here(code)
    watched.now = 2 * doors.SILENT_SECONDS
    watched.door.look_after()
    assert watched.codes() == {code}
    watched.now += 1
    watched.door.look_after()
    assert watched.codes() == set()


def test_a_start_removes_what_a_former_process_left_even_one_of_the_same_number(watched):
    ours = f"cordee rehearse {socket.gethostname()} {os.getpid()}"
    watched.desk.new(stage.SHEET.substitute(territory="grenoble-alpes-metropole", mark=ours))
    real = watched.desk.new(SHEET)
    code = watched.door.make()["code"]
    watched.door.look_after()
    assert watched.codes() == {real, code}


def test_a_meeting_removed_from_the_control_desk_is_no_trouble(watched):
    code = watched.door.make()["code"]
    watched.desk.delete(code)
    watched.door.end(code)
    watched.door.end(watched.door.make()["code"])
