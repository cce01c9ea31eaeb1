"""Open, close, seal, undo, keyed channels: what a facilitator may do and what is refused."""

import contextlib
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.look.i18n import t
from components.meeting.commands import COMMANDS, Refused
from components.meeting.desk import Desk
from components.meeting.fold import fold
from components.meeting.keys import pair_secret, poll_secret
from components.meeting.scene import console_scene, phone_state, public_scene
from components.meeting.store import NOT_OPEN
from tests.meeting.conftest import Clock, Phones


def refused(desk: Desk, code: str, name: str, **arguments: object) -> str:
    with pytest.raises(Refused) as caught:
        desk.act(code, name, **arguments)
    for lang in ("fr", "en"):
        assert t(f"meeting.{caught.value.key}", lang, **caught.value.values)
    return caught.value.key


@pytest.fixture
def opened(desk: Desk, code: str) -> str:
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    return "dabord-avant"


def test_hands_need_presence_and_never_exceed_it(desk: Desk, code: str, opened: str, phones: Phones) -> None:
    assert refused(desk, code, "hands", counts={"besoins": 3}) == "presence_first"
    desk.act(code, "presence", people=50)
    phones.vote(opened, {f"p{i}": ("local",) for i in range(20)})
    assert refused(desk, code, "hands", counts={"besoins": 310}) == "more_than_present"
    desk.act(code, "hands", counts={"besoins": 20})
    assert refused(desk, code, "paper", counts={"deux": 11}) == "more_than_present"
    desk.act(code, "paper", counts={"deux": "10"})
    assert refused(desk, code, "presence", people=49) == "more_than_present"
    assert refused(desk, code, "hands", counts={"nobody": 1}) == "keyed_unknown_option"
    assert refused(desk, code, "hands", counts={"besoins": -1}) == "keyed_not_a_number"
    assert refused(desk, code, "hands", counts={"besoins": 2.5}) == "keyed_not_a_number"
    counted = desk.snapshot(code).tally
    assert counted is not None
    assert counted.by_channel == {"phone": 20, "hands": 20, "cards": 0, "paper": 10}


def test_several_choices_count_slips(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="freins")
    desk.act(code, "open")
    desk.act(code, "presence", people=40)
    assert refused(desk, code, "paper", counts={"cout": 10}) == "keyed_slips_missing"
    assert refused(desk, code, "paper", counts={"cout": 12}, slips=10) == "keyed_more_than_slips"
    assert refused(desk, code, "paper", counts={"cout": 4}, slips=10) == "keyed_slips_unmarked"
    desk.act(code, "paper", counts={"cout": 8, "temps": 6}, slips=10, blank=2)
    tally = desk.snapshot(code).tally
    assert tally is not None
    assert (tally.ballots, tally.blank, tally.votes_cast) == (10, 2, 8)


def test_a_ballot_counts_only_while_the_vote_is_open(
    desk: Desk, code: str, opened: str, phones: Phones
) -> None:
    phones.vote(opened, {"a": ("local",)})
    desk.act(code, "close")
    assert phones.vote(opened, {"a": ("besoins",), "b": ("besoins",)}) == [NOT_OPEN, NOT_OPEN]
    desk.act(code, "reopen")
    assert phones.vote(opened, {"b": ("besoins",)}) == ["accepted"]
    assert desk.snapshot(code).tally.ballots == 2  # type: ignore[union-attr]


def test_sealing_destroys_the_links(desk: Desk, code: str, opened: str, phones: Phones) -> None:
    phones.vote(opened, {f"p{i}": ("local",) for i in range(9)})
    assert refused(desk, code, "seal") == "vote_is_open"
    desk.act(code, "close")
    assert desk.keys.get(poll_secret(code, opened))
    desk.act(code, "seal")
    assert desk.keys.get(poll_secret(code, opened)) is None
    assert desk.keys.get(pair_secret(code, opened)), "the pairing secret lives until the second seal"
    for name in ("close", "reopen", "seal", "hands"):
        arguments = {"counts": {}} if name == "hands" else {}
        assert refused(desk, code, name, **arguments) == "vote_is_sealed"
    with desk.store.engine.connect() as connection:
        rows = connection.exec_driver_sql("select count(*) from ballot").scalar()
    assert rows == 0
    assert len(desk.store.receipts(code, opened)) == 9
    desk.act(code, "show", step="avis-apres")
    desk.act(code, "open")
    phones.vote("dabord-apres", {f"p{i}": ("deux",) for i in range(9)})
    desk.act(code, "close")
    desk.act(code, "seal")
    assert desk.keys.get(pair_secret(code, opened)) is None
    assert desk.snapshot(code).poll.paired["n"] == 9  # type: ignore[union-attr,index]
    with desk.store.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from sealed_ballot where pair != ''").scalar() == 0


def test_a_clock_set_back_does_not_leave_a_closed_vote_unsealed_for_hours(
    desk: Desk, code: str, opened: str, clock: Clock
) -> None:
    desk.act(code, "close")
    clock.now -= 1  # the system corrects its clock: nothing is over
    desk.seal_late()
    assert desk.snapshot(code).poll.state == "closed"  # type: ignore[union-attr]
    clock.now -= 3600
    desk.seal_late()
    assert desk.snapshot(code).poll.state == "sealed"  # type: ignore[union-attr]


def test_a_closed_vote_seals_itself_after_a_minute_or_at_the_next_step(
    desk: Desk, code: str, opened: str, clock: Clock
) -> None:
    desk.act(code, "close")
    clock.now += 59
    desk.seal_late()
    assert desk.snapshot(code).poll.state == "closed"  # type: ignore[union-attr]
    clock.now += 2
    desk.seal_late()
    assert desk.snapshot(code).poll.state == "sealed"  # type: ignore[union-attr]
    desk.act(code, "open")
    assert desk.snapshot(code).poll.id == "dabord-avant~2"  # type: ignore[union-attr]
    desk.act(code, "close")
    desk.act(code, "next")
    assert desk.store.room(code).polls["dabord-avant~2"].state == "sealed"


def test_next_never_ends_an_open_vote(desk: Desk, code: str, opened: str) -> None:
    assert refused(desk, code, "next") == "vote_is_open"
    assert refused(desk, code, "close_meeting") == "vote_is_open"


def test_undo_takes_back_each_action_until_the_seal(
    desk: Desk, code: str, opened: str, phones: Phones
) -> None:
    desk.act(code, "presence", people=30)
    desk.act(code, "hands", counts={"besoins": 5})
    desk.act(code, "hands", counts={"besoins": 8})
    desk.act(code, "undo")
    assert desk.snapshot(code).tally.ballots == 5  # type: ignore[union-attr]
    desk.act(code, "close")
    desk.act(code, "reveal")
    before = desk.store.room(code).undoable
    desk.act(code, "undo", version=before.version)  # type: ignore[union-attr]
    desk.act(code, "undo", version=before.version)  # type: ignore[union-attr]  # the same press, twice
    room = desk.store.room(code)
    assert not room.polls[opened].shown
    assert room.polls[opened].state == "closed"
    desk.act(code, "undo")
    assert desk.store.room(code).polls[opened].state == "open"
    assert phones.vote(opened, {"a": ("local",)}) == ["accepted"]
    desk.act(code, "close")
    desk.act(code, "seal")
    assert refused(desk, code, "undo") == "nothing_to_undo"


def test_an_opening_taken_back_keeps_its_ballots(desk: Desk, code: str, opened: str, phones: Phones) -> None:
    phones.vote(opened, {"a": ("local",)})
    desk.act(code, "undo")
    assert desk.snapshot(code).poll is None
    assert phones_refused(phones, opened)
    desk.act(code, "open")
    assert desk.snapshot(code).tally.ballots == 1  # type: ignore[union-attr]


def phones_refused(phones: Phones, poll: str) -> bool:
    states = phones.desk.store
    with states.engine.connect() as connection:
        return (
            connection.exec_driver_sql("select state from poll where poll = ?", (poll,)).scalar()
            == "withdrawn"
        )


def test_a_double_press_moves_one_step(desk: Desk, code: str) -> None:
    desk.act(code, "next", from_step="accueil")
    desk.act(code, "next", from_step="accueil")
    assert desk.store.room(code).step == "promesse"


def test_improvised_question(desk: Desk, code: str) -> None:
    assert refused(desk, code, "improvise", title="  ") == "empty_text"
    assert refused(desk, code, "improvise", title="x" * 10_000) == "too_long"
    assert refused(desk, code, "improvise", title="Et si ?", options=["une"]) == "few_options"
    desk.act(code, "improvise", title="On prolonge de dix minutes ?")
    scene = public_scene(desk.snapshot(code), "fr")
    assert scene["body"]["kind"] == "vote"
    assert [o["id"] for o in scene["body"]["options"]] == [
        "yes",
        "no",
        "blank",
    ]
    desk.act(code, "close")
    desk.act(code, "improvise", title="Laquelle ?", options=["A", "B", "C"], method="approval")
    assert desk.snapshot(code).poll.question.max_choices == 3  # type: ignore[union-attr]


def test_a_revised_run_sheet(desk: Desk, code: str) -> None:
    source = desk.source(code)
    assert refused(desk, code, "revise", source="a: [") == "sheet_refused"
    assert refused(desk, code, "revise", source=source, base=7) == "sheet_changed_meanwhile"
    desk.act(code, "revise", source=source.replace("Première opinion", "Premier avis"), base=1)
    snapshot = desk.snapshot(code)
    assert snapshot.room.revision == 2
    assert snapshot.sheet.steps[3].title["fr"] == "Premier avis"


def test_meeting_closed_for_good(desk: Desk, code: str) -> None:
    desk.act(code, "close_meeting")
    for name, arguments in {
        "next": {},
        "open": {},
        "improvise": {"title": "?"},
        "revise": {"source": ""},
    }.items():
        assert refused(desk, code, name, **arguments) == "meeting_closed"
    with pytest.raises(Refused):
        desk.clear_rehearsal(code)


def test_clearing_a_rehearsal(desk: Desk, code: str, opened: str, phones: Phones) -> None:
    phones.join(["a"])
    phones.vote(opened, {"a": ("local",)})
    desk.clear_rehearsal(code)
    snapshot = desk.snapshot(code)
    assert (snapshot.joined, snapshot.poll, snapshot.room.version, len(snapshot.room.polls)) == (
        0,
        None,
        1,
        0,
    )
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    assert desk.snapshot(code).tally.ballots == 0  # type: ignore[union-attr]


HIDDEN = st.sampled_from(["open", "close", "hide", "peek", "seal", "reopen"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(HIDDEN, max_size=6), split=st.integers(210, 290))
def test_nothing_of_a_hidden_result_in_any_scene(
    desk: Desk, acts: list[str], split: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from components.meeting.demo import DEMO

    code = desk.new(DEMO.read_text(encoding="utf-8"))
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    voters = Phones(desk, code)
    voters.vote("dabord-avant", {f"p{i}": ("besoins" if i < split else "local",) for i in range(500)})
    for act in acts:
        with contextlib.suppress(Refused):
            desk.act(code, act)
        snapshot = desk.snapshot(code)
        if snapshot.poll and snapshot.poll.id != "dabord-avant":
            break  # sealed, then opened anew
        for scene in (public_scene(snapshot, "fr"), console_scene(snapshot, "en")):
            assert str(split) not in repr({**scene, "incidents": None}), act
            assert scene["body"]["received"] == 500
        assert str(split) not in repr(phone_state(snapshot, "fr"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_any_sequence_of_commands_folds_and_keeps_its_chain(desk: Desk, seed: int) -> None:
    from components.meeting.demo import DEMO

    code, drawn = desk.new(DEMO.read_text(encoding="utf-8")), random.Random(seed)
    arguments = {
        "show": {"step": "freins"},
        "presence": {"people": 40},
        "hands": {"counts": {"cout": 3, "besoins": 2}, "slips": 5},
        "paper": {"counts": {}},
        "timer": {"action": "pause"},
        "levers": {"changes": {"setpoint": -1}},
        "view": {"variable": "Final Energy", "year": 2040, "per_inhabitant": False},
        "recall_scenario": {"letter": "A"},
        "improvise": {"title": "Et alors ?"},
        "contest": {"words": "trop bas"},
        "decide": {"words": "oui"},
        "revise": {"source": desk.source(code)},
    }
    names = sorted(set(COMMANDS) - {"close_meeting"})
    for _ in range(40):
        name = drawn.choice(names)
        with contextlib.suppress(Refused):
            desk.act(code, name, **arguments.get(name, {}))
        snapshot = desk.snapshot(code)
        for lang in ("fr", "en"):
            (
                public_scene(snapshot, lang),
                console_scene(snapshot, lang, peek=True),
                phone_state(snapshot, lang),
            )
    entries = desk.store.entries(code)
    assert fold(entries) == desk.store.room(code)
    assert desk.store.broken_link(code) is None
    assert sum(poll.state == "open" for poll in fold(entries).polls.values()) <= 1


def test_a_tampered_row_is_named(desk: Desk, code: str, tmp_path: Path) -> None:
    for _ in range(3):
        desk.act(code, "next")
    with desk.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "update event set body = replace(body, 'essai', 'autre') where version = 3"
        )
    assert desk.store.broken_link(code) == 3
