"""The speaking queue: order, clock, time by college, labels that go, and commitments with who and when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.look.i18n import t
from components.meeting.commands import Refused
from components.meeting.desk import Desk
from components.meeting.floor import LIMIT, Floor, Speech, asked, seconds_at, shares, started
from components.meeting.floor_scene import console_floor, minutes_floor, public_floor
from components.meeting.scene import public_scene
from tests.meeting.conftest import Clock


def refused(desk: Desk, code: str, name: str, **arguments: object) -> str:
    before = desk.store.room(code)
    with pytest.raises(Refused) as caught:
        desk.act(code, name, **arguments)
    for lang in ("fr", "en"):
        assert t(f"meeting.{caught.value.key}", lang, **caught.value.values)
    assert desk.store.room(code) == before
    return caught.value.key


def floor_of(desk: Desk, code: str) -> Floor:
    return desk.store.room(code).floor


def entries(desk: Desk, code: str) -> list[str]:
    return [speech.entry for speech in floor_of(desk, code).queue]


def test_each_speaks_in_turn_and_the_time_goes_to_their_college(desk: Desk, code: str, clock: Clock) -> None:
    for college in ("citizen", "elected", "citizen"):
        desk.act(code, "queue", college=college)
    first, second, third = entries(desk, code)
    desk.act(code, "speak")
    clock.now += 100
    desk.act(code, "speak", entry=third)  # out of turn: the first has finished
    clock.now += 30
    desk.act(code, "speech_end", entry=third)
    clock.now += 500  # silence belongs to nobody
    desk.act(code, "speak")
    clock.now += 130
    desk.act(code, "speech_end")
    floor = floor_of(desk, code)
    assert dict(floor.seconds) == {"citizen": 130, "elected": 130}
    assert dict(floor.speeches) == {"citizen": 2, "elected": 1}
    assert (floor.queue, floor.speaker) == ((), None)
    assert first != second
    rows = minutes_floor(floor, clock.now, "fr")
    assert [(row["label"], row["seconds"], row["percent"], row["speeches"]) for row in rows] == [
        ("Habitantes et habitants", 130, 50, 2),
        ("Élues et élus", 130, 50, 1),
    ]


def test_a_key_pressed_twice_counts_once(desk: Desk, code: str) -> None:
    desk.act(code, "queue")
    desk.act(code, "queue")
    first, second = entries(desk, code)
    desk.act(code, "speak", entry=first)
    version = desk.store.room(code).version
    desk.act(code, "speak", entry=first)
    desk.act(code, "speech_end", entry=second)
    desk.act(code, "queue_drop", entry=first)
    assert desk.store.room(code).version == version
    desk.act(code, "speech_end", entry=first)
    assert floor_of(desk, code).speaker is None
    assert entries(desk, code) == [second]


def test_undo_gives_the_floor_back_to_who_had_it(desk: Desk, code: str, clock: Clock) -> None:
    desk.act(code, "queue", college="citizen")
    desk.act(code, "queue", college="press")
    one, two = entries(desk, code)
    desk.act(code, "speak")
    clock.now += 40
    desk.act(code, "speak")
    desk.act(code, "undo")
    floor = floor_of(desk, code)
    assert floor.speaker is not None
    assert (floor.speaker.entry, [s.entry for s in floor.queue], dict(floor.seconds)) == (one, [two], {})
    clock.now += 5
    assert dict(seconds_at(floor, clock.now)) == {"citizen": 45}
    desk.act(code, "undo")
    desk.act(code, "undo")
    desk.act(code, "queue", college="elected")
    waiting = entries(desk, code)
    assert waiting[0] == one
    assert two not in waiting, "a request taken back does not lend its name to another"


def test_what_cannot_be(desk: Desk, code: str) -> None:
    assert refused(desk, code, "speak") == "queue_empty"
    assert refused(desk, code, "speak", entry="s9") == "unknown_speech"
    assert refused(desk, code, "speech_end") == "nobody_speaks"
    assert refused(desk, code, "queue", college="mayor") == "unknown_college"
    assert refused(desk, code, "queue", college=["citizen"]) == "unknown_college"
    assert refused(desk, code, "queue", label="x" * 81) == "too_long"
    assert refused(desk, code, "queue", label=4) == "empty_text"
    for wrong in (-1, 2.5, True, "120", 4000):
        assert refused(desk, code, "floor_clock", limit=wrong) == "not_a_count"
    assert refused(desk, code, "floor_clock", by_college="yes") == "unknown_command"
    for _ in range(100):
        desk.act(code, "queue")
    assert refused(desk, code, "queue") == "queue_full"
    desk.act(code, "close_meeting")
    assert refused(desk, code, "queue") == "meeting_closed"
    assert refused(desk, code, "speak") == "meeting_closed"


def test_another_step_ends_the_speech_and_keeps_the_queue(desk: Desk, code: str, clock: Clock) -> None:
    desk.act(code, "show", step="parole")
    desk.act(code, "queue", college="citizen")
    desk.act(code, "queue", college="citizen")
    desk.act(code, "speak")
    clock.now += 60
    desk.act(code, "next")
    clock.now += 600
    floor = floor_of(desk, code)
    assert (floor.speaker, dict(floor.seconds), len(floor.queue)) == (None, {"citizen": 60}, 1)
    desk.act(code, "speak")
    clock.now += 15
    desk.act(code, "close_meeting")
    clock.now += 3600
    assert dict(seconds_at(floor_of(desk, code), clock.now)) == {"citizen": 75}


def test_labels_are_never_in_the_log_nor_on_screen_and_go_at_the_end(desk: Desk, code: str) -> None:
    desk.act(code, "queue", college="citizen", label="dame au foulard rouge")
    desk.act(code, "queue", label="  homme <b>debout</b>\u202e ")
    label = floor_of(desk, code).queue[0].text
    assert desk.store.words(code)[label] == "dame au foulard rouge"
    assert "foulard" not in str(desk.store.room(code))
    told = console_floor(floor_of(desk, code), desk.store.words(code), 0, "fr")
    assert [one["label"] for one in told["queue"]] == ["dame au foulard rouge", "homme <b>debout</b>"]
    desk.act(code, "speak")
    assert "foulard" not in str(public_floor(floor_of(desk, code), 0, "fr"))
    desk.act(code, "erase", text=label)
    assert label not in desk.store.words(code)
    told = console_floor(floor_of(desk, code), desk.store.words(code), 0, "fr")
    assert told["speaker"]["label"] == "texte effacé"
    desk.act(code, "close_meeting")
    assert desk.store.words(code) == {}


def test_the_screen_gets_a_clock_and_shares_only_when_asked(desk: Desk, code: str, clock: Clock) -> None:
    def public() -> dict[str, object] | None:
        return public_floor(floor_of(desk, code), clock.now, "fr")

    desk.act(code, "queue", college="elected")
    desk.act(code, "queue", college="citizen")
    assert public() is None
    desk.act(code, "speak")
    clock.now += 90
    found = public()
    assert found is not None
    assert (found["elapsed"], found["limit"], found["waiting"], found["shares"]) == (90, LIMIT, 1, [])
    assert found["college"] == "Élues et élus"
    desk.act(code, "floor_clock", limit=180, by_college=True)
    desk.act(code, "speak")
    clock.now += 10
    found = public()
    assert found is not None
    assert (found["limit"], found["elapsed"]) == (180, 10)
    assert found["shares"] == [
        {"college": "elected", "label": "Élues et élus", "seconds": 90, "percent": 100}
    ]
    version = desk.store.room(code).version
    desk.act(code, "floor_clock", limit=180, by_college=True)
    assert desk.store.room(code).version == version
    assert public_scene(desk.snapshot(code), "fr")["floor"] == found
    desk.act(code, "neutral", on=True)
    assert public_scene(desk.snapshot(code), "fr")["floor"] is None


def test_a_clock_set_back_counts_nothing() -> None:
    floor = started(asked(Floor(), Speech("a", "press")), "a", 1000)
    assert dict(seconds_at(floor, 900)) == {"press": 0}
    assert started(floor, "nobody", 1001) is floor


@given(st.dictionaries(st.sampled_from(["citizen", "elected", "officer", "press", ""]), st.floats(0, 1e6)))
def test_shares_add_up_to_a_hundred(seconds: dict[str, float]) -> None:
    found = shares(seconds)
    assert sum(found.values()) == (100 if sum(seconds.values()) > 0 else 0)
    assert all(abs(found[c] - 100 * s / sum(seconds.values())) < 1 for c, s in seconds.items() if found)


def test_a_commitment_says_who_and_when_and_its_words_can_go(desk: Desk, code: str) -> None:
    desk.act(code, "decide", words="Publier les chiffres", who="Mme Martin", when="2027-03-01")
    desk.act(code, "decide", words="Réunir les tables", who=" ", when=None)
    first, second = desk.store.room(code).notes
    words = desk.store.words(code)
    assert [words[part] for part in (first.text, first.who, first.when)] == [
        "Publier les chiffres",
        "Mme Martin",
        "2027-03-01",
    ]
    assert (second.who, second.when) == ("", "")
    assert refused(desk, code, "decide", words="", who="x") == "empty_text"
    assert refused(desk, code, "decide", words="x", who="y" * 201) == "too_long"
    desk.act(code, "close_meeting")
    desk.act(code, "erase", text=first.who)
    assert set(desk.store.words(code)) == {first.text, first.when, second.text}
    version = desk.store.room(code).version
    desk.act(code, "erase", text=first.who)
    assert desk.store.room(code).version == version, "what is gone is not erased again"
    assert desk.store.room(code).notes == (first, second)
