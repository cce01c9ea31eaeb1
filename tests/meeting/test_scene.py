"""What is shown of a count: nothing from which a group under five could be known."""

from dataclasses import replace

import pytest

from components.meeting.desk import Desk
from components.meeting.scene import public_scene
from tests.meeting.conftest import Phones


@pytest.mark.parametrize(
    ("cast", "shown"),
    [
        ({"38185": 12, "38421": 7, "38057": 3}, {"38185": 12, "38421": None, "38057": None}),
        (  # four ballots from two communes: from 1 to 3 each, anybody could tell
            {"38185": 12, "38421": 7, "38057": 3, "38111": 1},
            {"38185": 12, "38421": None, "38057": None, "38111": None},
        ),
        ({"38185": 12, "elsewhere": 7}, {"38185": 12, "elsewhere": 7}),
        ({"38185": 6}, {"38185": 6}),
    ],
)
def test_communes_under_five(
    desk: Desk, code: str, phones: Phones, cast: dict[str, int], shown: dict[str, int | None]
) -> None:
    desk.act(code, "show", step="essai")
    desk.act(code, "open")
    voters = [commune for commune, times in cast.items() for _ in range(times)]
    phones.vote("commune", {f"p{i}": (commune,) for i, commune in enumerate(voters)})
    desk.act(code, "reveal")
    told = public_scene(desk.snapshot(code), "fr")["body"]["result"]["options"]
    assert {option["id"]: option["count"] for option in told} == shown


def test_communes_are_in_alphabetical_order_without_minding_accents(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="essai")
    desk.act(code, "open")
    poll = desk.snapshot(code).poll
    assert poll is not None
    names = [option.text("fr") for option in poll.question.options]
    assert len(names) == 50
    assert names[-1] == "Ailleurs"
    assert names.index("Champagnier") < names.index("Champ-sur-Drac")
    assert names.index("Domène") < names.index("Échirolles") < names.index("Eybens")


def test_a_question_not_yet_open_says_no_count(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="freins")
    body = public_scene(desk.snapshot(code), "en")["body"]
    assert (body["state"], body["received"], body["result"]) == ("draft", 0, None)
    assert body["options"][0]["label"] == "cost"


def test_time_left_counts_down_only_while_running(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="tables")
    start = desk.snapshot(code)
    later = replace(start, now=start.now + 90)
    assert public_scene(later, "fr")["timer"]["left"] == 30 * 60 - 90
    desk.act(code, "timer", action="pause")
    paused = desk.snapshot(code)
    assert public_scene(replace(paused, now=paused.now + 500), "fr")["timer"]["left"] == 30 * 60


def test_the_earlier_opinion_stands_beside_the_later_only_when_both_are_shown(
    desk: Desk, code: str, phones: Phones
) -> None:
    for step, question, choice in (
        ("avis-avant", "dabord-avant", "besoins"),
        ("avis-apres", "dabord-apres", "local"),
    ):
        desk.act(code, "show", step=step)
        desk.act(code, "open")
        phones.vote(question, {f"{question}{i}": (choice,) for i in range(9)})
        desk.act(code, "close")

    def before() -> object:
        return public_scene(desk.snapshot(code), "fr")["body"]["before"]

    desk.act(code, "reveal")
    assert before() is None
    desk.act(code, "reveal", poll="dabord-avant")
    shown = before()
    assert isinstance(shown, dict)
    assert shown["result"]["options"][0]["count"] == 9
    desk.act(code, "hide")
    assert before() is None


def test_the_promise_comes_back_over_a_neutral_screen(desk: Desk, code: str) -> None:
    def shown() -> str:
        return str(public_scene(desk.snapshot(code), "fr")["body"]["kind"])

    desk.act(code, "show", step="savoirs")
    for act, kind in (
        ("neutral", "neutral"),
        ("promise", "promise"),
        ("promise", "neutral"),
        ("neutral", "card"),
        ("promise", "promise"),
        ("neutral", "neutral"),
        ("neutral", "card"),
    ):
        desk.act(code, act)
        assert shown() == kind


@pytest.mark.parametrize("kind", ["pause", "floor", "tables", "scenario", "close", "welcome"])
def test_a_step_without_text_is_never_an_empty_screen(desk: Desk, kind: str) -> None:
    source = f"""
meeting: {{title: Essai, territory: grenoble-alpes-metropole}}
steps:
  - {{id: first, kind: welcome, minutes: 0}}
  - {{id: bare, kind: {kind}, minutes: 0}}
"""
    code = desk.new(source)
    desk.act(code, "show", step="bare")
    body = public_scene(desk.snapshot(code), "fr")["body"]
    assert body["kind"] == "scenario" or body["text"]
