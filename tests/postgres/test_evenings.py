"""Whole evenings on PostgreSQL: the meeting's own tests, on a desk over a base of the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from tests.examples import thorough
from tests.meeting.conftest import Clock, Phones
from tests.meeting.test_commands import (
    test_a_ballot_counts_only_while_the_vote_is_open,
    test_a_closed_vote_seals_itself_after_a_minute_or_at_the_next_step,
    test_a_double_press_moves_one_step,
    test_a_revised_run_sheet,
    test_clearing_a_rehearsal,
    test_hands_need_presence_and_never_exceed_it,
    test_meeting_closed_for_good,
    test_nothing_of_a_hidden_result_in_any_scene,
    test_sealing_destroys_the_links,
    test_several_choices_count_slips,
    test_undo_takes_back_each_action_until_the_seal,
)
from tests.meeting.test_evening import test_the_whole_run_sheet_and_its_minutes

pytestmark = thorough

__all__ = [
    "test_a_ballot_counts_only_while_the_vote_is_open",
    "test_a_closed_vote_seals_itself_after_a_minute_or_at_the_next_step",
    "test_a_double_press_moves_one_step",
    "test_a_revised_run_sheet",
    "test_clearing_a_rehearsal",
    "test_hands_need_presence_and_never_exceed_it",
    "test_meeting_closed_for_good",
    "test_nothing_of_a_hidden_result_in_any_scene",
    "test_sealing_destroys_the_links",
    "test_several_choices_count_slips",
    "test_the_whole_run_sheet_and_its_minutes",
    "test_undo_takes_back_each_action_until_the_seal",
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(url: str, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    made = Desk(Store(url), KeyRing(tmp_path / "keys"), clock)
    yield made
    made.store.close()


@pytest.fixture
def code(desk: Desk) -> str:
    return desk.new(DEMO.read_text(encoding="utf-8"))


@pytest.fixture
def phones(desk: Desk, code: str) -> Phones:
    return Phones(desk, code)


@pytest.fixture
def opened(desk: Desk, code: str) -> str:
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    return "dabord-avant"
