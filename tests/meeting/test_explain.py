"""« D'où vient ce chiffre ? » in the log: shown, put away by what follows, undone, refused."""

from typing import Any

import pytest

from components.meeting.commands import Refused
from components.meeting.desk import Desk
from components.meeting.room import Figure
from components.meeting.scene import console_scene, phone_state, public_scene

EMISSIONS: dict[str, Any] = {
    "variable": "Emissions|CO2e",
    "region": "territory",
    "year": 2040,
    "per_inhabitant": True,
}


def kind(desk: Desk, code: str) -> str:
    return str(public_scene(desk.snapshot(code), "fr")["body"]["kind"])


def test_the_screen_is_told_which_figure_and_the_phone_nothing(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="curseurs")
    phone = phone_state(desk.snapshot(code), "fr")
    desk.act(code, "explain", **EMISSIONS)
    assert desk.store.room(code).explained == Figure(**EMISSIONS)
    assert public_scene(desk.snapshot(code), "fr")["body"] == {"kind": "why", **EMISSIONS}
    assert {**phone_state(desk.snapshot(code), "fr"), "version": 0} == {**phone, "version": 0}
    version = desk.store.room(code).version
    desk.act(code, "explain", **EMISSIONS)
    assert desk.store.room(code).version == version, "the same figure again is nothing new"
    undo = console_scene(desk.snapshot(code), "en")["undo"]
    assert undo["label"] == "the explanation of a figure"
    desk.act(code, "undo", version=undo["version"])
    assert kind(desk, code) == "scenario"


def test_it_is_put_away_by_what_the_room_turns_to(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="curseurs")
    for name, arguments in (
        ("explain", {"on": False}),
        ("show", {"step": "curseurs"}),
        ("neutral", {"on": True}),
        ("promise", {"on": True}),
        ("improvise", {"title": "Faut-il une pause ?"}),
    ):
        desk.act(code, "explain", **EMISSIONS)
        assert kind(desk, code) == "why"
        desk.act(code, name, **arguments)
        assert desk.store.room(code).explained is None, name
        assert kind(desk, code) != "why"
    desk.act(code, "close")
    desk.act(code, "explain", **EMISSIONS)
    desk.act(code, "reveal")
    assert kind(desk, code) == "vote"


def test_it_takes_the_place_of_the_neutral_screen_and_the_promise(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="curseurs")
    desk.act(code, "neutral", on=True)
    desk.act(code, "explain", **EMISSIONS)
    assert kind(desk, code) == "why"
    desk.act(code, "promise", on=True)
    desk.act(code, "explain", **EMISSIONS)
    assert kind(desk, code) == "why"


@pytest.mark.parametrize(
    "wrong",
    [
        {"variable": ""},
        {"variable": 4},
        {"variable": "x" * 121},
        {"region": None},
        {"region": "9" * 500},
        {"year": "soon"},
        {"year": 99_999},
        {"year": True},
        {"per_inhabitant": "yes"},
        {"on": "yes"},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(desk: Desk, code: str, wrong: dict[str, Any]) -> None:
    before = desk.store.room(code)
    with pytest.raises(Refused):
        desk.act(code, "explain", **{**EMISSIONS, **wrong})
    assert desk.store.room(code) == before


def test_no_figure_stands_over_an_open_vote_or_a_closed_meeting(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    with pytest.raises(Refused, match="vote_is_open"):
        desk.act(code, "explain", **EMISSIONS)
    desk.act(code, "close")
    desk.act(code, "close_meeting")
    with pytest.raises(Refused, match="meeting_closed"):
        desk.act(code, "explain", **EMISSIONS)
