"""One meeting as the urn sees it, without a server."""

import pytest

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing, meeting_secret
from components.meeting.store import Cast, Store, UnknownMeeting
from components.phone.hall import Hall
from components.phone.limits import Meter
from components.phone.refusal import Refusal

from .conftest import SHEET


@pytest.fixture
def desk(tmp_path):
    made = Desk(Store(f"sqlite:///{tmp_path / 'hall.db'}"), KeyRing(tmp_path / "keys"))
    yield made
    made.store.close()


@pytest.fixture
def code(desk):
    return desk.new(SHEET)


def test_what_phones_are_told_is_computed_once_until_something_visible_moves(desk, code):
    hall = Hall(desk, code)
    told = hall.told("fr")
    assert hall.told("fr") is told
    assert hall.told("en").digest != told.digest
    assert not hall.look()
    desk.act(code, "timer", action="add", seconds=60)
    assert hall.look()
    assert hall.told("fr").digest == told.digest  # phones see no timer


def test_a_growing_result_is_read_twice_a_second(desk, code):
    now = [100.0]
    hall = Hall(desk, code, clock=lambda: now[0])
    desk.act(code, "show", step="direct")
    desk.act(code, "open")
    hall.look()
    for n in range(6):
        desk.store.cast([Cast(code, "direct", f"v{n}", ("yes",))])
    assert not hall.look()
    assert hall.result_due
    assert hall.told("fr").state["vote"]["result"]["too_few"]
    now[0] += 0.6
    hall.look()
    assert hall.told("fr").state["vote"]["result"]["ballots"] == 6
    assert not hall.result_due


def test_a_deleted_and_a_restarted_meeting(desk, code):
    hall = Hall(desk, code)
    assert not hall.restarted()
    desk.store.restart(code, 5.0)
    assert hall.look()
    assert hall.restarted()
    assert not hall.restarted()
    desk.store.delete(code)
    with pytest.raises(UnknownMeeting):
        hall.look()
    with pytest.raises(UnknownMeeting):
        Hall(desk, "ZZZZ")


def test_after_the_end_no_secret_is_made_again(desk, code):
    hall = Hall(desk, code)
    token = hall.new_token()
    desk.act(code, "show", step="fin")
    desk.act(code, "close_meeting")
    hall.look()
    for ask in (hall.new_token, lambda: hall.check(token), lambda: hall.slip(token, "un", "a")):
        with pytest.raises(Refusal) as refused:
            ask()
        assert refused.value.status == 409
    assert hall.own(token) is None
    assert desk.keys.get(meeting_secret(code)) is None


def test_secrets_are_not_kept_in_memory_after_the_seal(desk, code):
    hall = Hall(desk, code)
    desk.act(code, "show", step="un")
    desk.act(code, "open")
    hall.look()
    hall.slip(hall.new_token(), "un", "a")
    assert len(hall._secrets) == 3  # the meeting's, the vote's, the pair's
    desk.act(code, "close")
    desk.act(code, "seal")
    hall.look()
    assert hall._secrets == {}


def test_one_token_gives_one_voter_key_a_vote_and_unlike_keys_in_two_votes(desk, code):
    hall = Hall(desk, code)
    token = hall.new_token()
    keys = []
    for question in ("un", "encore"):
        desk.act(code, "show", step=question)
        desk.act(code, "open")
        hall.look()
        one, two = hall.slip(token, question, "a"), hall.slip(token, question, "b")
        assert one.cast.voter == two.cast.voter
        assert one.receipt == two.receipt
        keys.append((one.cast.voter, one.cast.pair))
        desk.act(code, "close")
    assert keys[0][0] != keys[1][0]
    assert keys[0][1] == keys[1][1] != ""


def test_a_keys_folder_that_cannot_be_read_is_503(desk, code, monkeypatch):
    hall = Hall(desk, code)

    def broken(name):
        raise PermissionError(name)

    monkeypatch.setattr(desk.keys, "make", broken)
    with pytest.raises(Refusal) as refused:
        hall.new_token()
    assert refused.value.status == 503


def test_the_meter_counts_each_phone_apart_and_forgives_with_time():
    now = [0.0]
    meter = Meter(burst=3, rate=1, clock=lambda: now[0])
    for _ in range(3):
        meter.spend("one")
    with pytest.raises(Refusal) as refused:
        meter.spend("one")
    assert refused.value.status == 429
    meter.spend("two")
    now[0] = 1.5
    meter.spend("one")
    with pytest.raises(Refusal):
        meter.spend("one")


def test_the_meter_forgets_phones_that_rest():
    now = [0.0]
    meter = Meter(burst=3, rate=1, clock=lambda: now[0])
    for n in range(20_000):
        meter.spend(str(n))
    now[0] = 60.0
    meter.spend("late")
    assert len(meter._left) == 1


def test_a_crowd_that_does_not_rest_is_not_gone_through_at_each_message():
    now = [0.0]
    meter = Meter(burst=3, rate=1, clock=lambda: now[0])
    for n in range(30_000):
        meter.spend(str(n))
    assert len(meter._left) == 30_000
    kept = meter._left
    meter.spend("one more")
    assert meter._left is kept
