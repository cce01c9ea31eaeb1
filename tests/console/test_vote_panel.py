"""What the console says of a vote, and how its slips are keyed, for every way of voting."""

from typing import Any

import pytest

from components.console.message import console_message, unchanging
from components.console.orders import Orders
from components.console.vote_panel import vote_panel
from components.meeting.demo import RUN_SHEETS
from components.meeting.desk import Desk
from components.voting.ballots import read_choice
from tests.meeting.conftest import Clock

pytest_plugins = ["tests.meeting.conftest"]

EVERY_WAY = RUN_SHEETS / "toutes-les-facons-de-voter.yaml"


@pytest.fixture
def code(desk: Desk) -> str:
    made = desk.new(EVERY_WAY.read_text(encoding="utf-8"))
    desk.act(made, "presence", people=300)
    return made


@pytest.fixture
def orders(desk: Desk, code: str) -> Orders:
    return Orders(desk, code, "fr")


def panel(desk: Desk, code: str, lang: str = "fr") -> dict[str, Any]:
    found = vote_panel(desk.snapshot(code), lang)
    assert found is not None
    return found


STEPS = {
    "oui-non": ("pick", ["hands", "cards", "paper"]),
    "un-choix": ("pick", ["hands", "cards", "paper"]),
    "plusieurs": ("pick", ["hands", "cards", "paper"]),
    "gommettes": ("points", ["cards", "paper"]),
    "appreciations": ("grade", []),
    "mentions": ("grade", []),
    "consentement": ("pick", ["hands", "cards", "paper"]),
    "classement": ("rank", []),
    "elimination": ("rank", []),
    "notes": ("score", []),
    "budget": ("points", []),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_way_is_said_in_words_and_keyed_as_it_can_be_counted(desk: Desk, code: str, step: str) -> None:
    desk.act(code, "show", step=step)
    before = panel(desk, code)
    assert before["asked"]
    assert (before["poll"], before["slips"], before["by_option"]) == ("", None, [])
    desk.act(code, "open")
    found = panel(desk, code)
    kind, by_option = STEPS[step]
    assert found["asked"] == before["asked"]
    assert (found["slips"]["kind"], found["by_option"]) == (kind, by_option)
    assert found["slips"]["channels"] == ["paper", "cards"]
    assert all(panel(desk, code, "en")["asked"])
    desk.act(code, "close", abandon=True)
    desk.act(code, "seal")
    assert (panel(desk, code)["slips"], panel(desk, code)["by_option"]) == (None, [])


def test_scores_up_to_a_hundred_are_keyed_in_figures(desk: Desk) -> None:
    sheet = EVERY_WAY.read_text(encoding="utf-8")
    for scale in (20, 21, 100):
        code = desk.new(sheet.replace("method: score", f"method: score\n    scale: {scale}"))
        desk.act(code, "show", step="notes")
        desk.act(code, "open")
        slips = panel(desk, code)["slips"]
        assert (slips["most"], slips["written"]) == (scale, scale > 20)
        choices = [{"haies": scale, "velo": 0, "combles": 1}]
        desk.act(code, "presence", people=5)
        poll = panel(desk, code)["poll"]
        desk.act(code, "slips", poll=poll, batch="a" * 16, channel="paper", mode="room", choices=choices)


def test_nothing_is_asked_where_no_vote_is(desk: Desk, code: str) -> None:
    assert vote_panel(desk.snapshot(code), "fr") is None


def test_rule_grades_and_colleges_are_said(desk: Desk, code: str) -> None:
    desk.act(code, "show", step="oui-non")
    assert any("50\u202f%" in line for line in panel(desk, code)["asked"])
    desk.act(code, "show", step="appreciations")
    said = panel(desk, code)["asked"]
    assert any("Très favorable" in line for line in said)
    assert any("collège" in line for line in said)
    desk.act(code, "open")
    colleges = panel(desk, code)["slips"]["colleges"]
    assert [one["id"] for one in colleges] == ["citizen", "elected", "officer", "press"]
    desk.act(code, "close")
    desk.act(code, "show", step="mentions")
    desk.act(code, "open")
    assert panel(desk, code)["slips"]["colleges"] == []
    assert "À rejeter" in panel(desk, code)["slips"]["help"]


def test_what_the_form_may_send_is_a_ballot_of_the_question(desk: Desk, code: str) -> None:
    """The most and the total told to the form are those the ballot is checked with."""
    for step, (kind, _) in STEPS.items():
        if kind == "pick":
            continue
        desk.act(code, "show", step=step)
        desk.act(code, "open")
        rules = panel(desk, code)["slips"]
        poll = desk.snapshot(code).poll
        assert poll is not None
        first = rules["options"][0]["id"]
        most = rules["grades"][rules["most"] - 1]["id"] if kind == "grade" else rules["most"]
        raw = [option["id"] for option in rules["options"]] if kind == "rank" else {first: most}
        assert read_choice(poll.question, raw)
        if kind == "points":
            assert rules["total"] == poll.question.points
        desk.act(code, "close", abandon=True)
        desk.act(code, "seal")


def test_a_batch_goes_in_once_and_can_be_set_aside(orders: Orders, desk: Desk, code: str) -> None:
    desk.act(code, "show", step="mentions")
    desk.act(code, "open")
    args = {
        "batch": "lot-0001",
        "channel": "paper",
        "mode": "market",
        "place": "Marché de Vif",
        "choices": [{"a": "good"}, {}, {"a": "reject", "b": "very_good", "c": "passable"}],
    }
    for _ in range(2):
        assert orders.answer("act", {"name": "slips", "args": args}) == {"ok": True}
    snapshot = desk.snapshot(code)
    assert snapshot.tally is not None
    assert (snapshot.tally.ballots, snapshot.tally.by_channel["paper"]) == (3, 3)
    refused = orders.answer(
        "act", {"name": "slips", "args": {**args, "batch": "lot-0002", "choices": [{"a": "great"}]}}
    )
    assert (refused["ok"], refused["key"]) == (False, "slip_unknown_grade")
    assert refused["sentence"].startswith("Bulletin 1")
    assert orders.answer("act", {"name": "strike_batch", "args": {"batch": "lot-0001"}})["ok"]
    assert desk.snapshot(code).tally.ballots == 0  # type: ignore[union-attr]


def test_the_clock_of_a_speech_repaints_nothing(desk: Desk, code: str, clock: Clock) -> None:
    def seen() -> dict[str, Any]:
        return console_message(desk.snapshot(code), clock.now, "fr", None, None, set(), [])

    desk.act(code, "queue", college="citizen")
    desk.act(code, "speak")
    first = seen()
    clock.now += 30
    later = seen()
    assert (first["floor"]["elapsed"], later["floor"]["elapsed"]) == (0, 30)
    assert later["mirror"]["floor"]["elapsed"] == 30
    assert unchanging(later) == unchanging(first)


def test_commitments_come_in_parts_and_an_erased_one_says_so(desk: Desk, code: str, clock: Clock) -> None:
    desk.act(code, "decide", words="Publier les chiffres", who="Mme Martin", when="2027-03-01")
    desk.act(code, "contest", words="22 t par habitant ?")

    def parts() -> list[list[tuple[str, str, bool]]]:
        message = console_message(desk.snapshot(code), clock.now, "fr", None, None, set(), [])
        return [
            [(p["name"], p["words"], bool(p["text"])) for p in one["parts"]] for one in message["incidents"]
        ]

    assert parts() == [
        [("", "Publier les chiffres", True), ("who", "Mme Martin", True), ("when", "2027-03-01", True)],
        [("", "22 t par habitant ?", True)],
    ]
    desk.act(code, "erase", text=desk.store.room(code).notes[0].who)
    assert parts()[0][1] == ("who", "texte effacé", False)
