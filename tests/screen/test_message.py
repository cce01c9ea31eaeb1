"""The screen's message: nothing hidden or private in it, and no repaint for the clock alone."""

import json
from dataclasses import replace
from typing import Any

from components.meeting.desk import Desk
from components.screen.live import Preview
from components.screen.message import screen_message, unchanging
from components.screen.scenery import scenery, scenery_setup, shown
from tests.meeting.conftest import Clock, Phones

pytest_plugins = ["tests.meeting.conftest"]


def message(desk: Desk, code: str, preview: Preview | None = None) -> dict[str, Any]:
    return screen_message(desk.snapshot(code), desk.clock(), "fr", None, preview)


def test_a_hidden_result_and_private_notes_are_in_no_byte(desk: Desk, code: str, phones: Phones) -> None:
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    phones.vote("dabord-avant", {f"p{i}": ("besoins" if i < 31 else "local",) for i in range(46)})
    text = json.dumps(message(desk, code), ensure_ascii=False)
    assert '"received": 46' in text
    assert "31" not in text
    assert "15" not in text
    assert "caché jusqu" not in text
    desk.act(code, "close")
    assert "31" not in json.dumps(message(desk, code))
    desk.act(code, "reveal")
    assert '"count": 31' in json.dumps(message(desk, code))
    desk.act(code, "hide")
    assert '"count": 31' not in json.dumps(message(desk, code))


def test_time_alone_repaints_nothing_but_a_minute_added_does(desk: Desk, code: str, clock: Clock) -> None:
    desk.act(code, "show", step="tables")
    first = unchanging(message(desk, code), clock.now)
    clock.pass_minutes(2)
    assert unchanging(message(desk, code), clock.now) == first
    desk.act(code, "timer", action="add", seconds=60)
    later = unchanging(message(desk, code), clock.now)
    assert {**later, "version": 0} != {**first, "version": 0}


def test_the_scenario_is_drawn_from_the_positions_of_the_room(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="curseurs")
    still = message(desk, code)["body"]
    assert still["frame"]["change"] == ""
    assert [lever["moved"] for lever in still["levers"]] == [False] * 5
    desk.act(code, "levers", changes={"km_per_person": -26.0})
    moved = message(desk, code)["body"]
    assert moved["levers"][0] | {"moved": True} in moved["levers"]
    assert "−26" in moved["frame"]["change"]
    assert moved["frame"]["map"]["values"] != still["frame"]["map"]["values"]


def test_a_drag_is_shown_before_it_is_settled_and_several_sliders_are_told_together(
    desk: Desk, code: str
) -> None:
    desk.act(code, "show", step="curseurs")
    dragged = message(desk, code, Preview({"km_per_person": -10.0, "setpoint": -1.0}, "moving"))["body"]
    assert dragged["note"] == "moving"
    assert dragged["frame"]["change"].startswith("2 curseurs")


def test_a_territory_that_is_no_longer_installed_gives_a_sentence(desk: Desk, code: str) -> None:
    room = replace(desk.store.room(code), territory="nulle-part")
    assert "nulle-part" in scenery(shown(room, None, "fr"))["unavailable"]
    assert scenery_setup("nulle-part", "fr") is None
