"""What crosses answers with people is told once; who was in the room is counted apart; words agree with verdicts."""

from collections.abc import Callable
from typing import Any

import pytest

from components.documents.minutes import gather, minutes
from components.documents.proof import as_text, proof
from components.documents.render import page
from components.documents.visible import page_problems
from components.meeting.desk import Desk
from components.meeting.keys import poll_secret
from components.meeting.results import result
from components.meeting.scene import console_scene, public_scene
from components.meeting.store import Cast
from components.voting.sealing import voter_key

SHEET = """meeting:
  title: {fr: "Essai"}
  territory: grenoble-alpes-metropole
  starts: 2026-12-01T18:00+01:00
  ends: 2026-12-01T18:03+01:00
  promise: {level: information, decides: X, when: soir, negotiable: T, not_negotiable: R}
steps:
  - {id: vote, kind: vote, minutes: 3, question: q}
  - {id: fin, kind: close, minutes: 0}
questions:
  q:
    title: {fr: "Q ?"}
"""
YES_NO = "    method: yes_no_blank\n"
BY_COLLEGE = YES_NO + "    by_college: true\n"
NOT_AGAIN = "non redits"


def plain(sentences: list[str]) -> list[str]:
    return [sentence.replace("\u202f", " ") for sentence in sentences]


class Evening:
    """A vote that is open, and ballots of any college from anywhere."""

    def __init__(self, desk: Desk, question: str, present: int = 100) -> None:
        self.desk = desk
        self.code = desk.new(SHEET + question)
        self.voters = 0
        self.act("presence", people=present)
        self.act("show", step="vote")
        self.act("open")

    def act(self, name: str, **arguments: Any) -> None:
        self.desk.act(self.code, name, **arguments)

    def vote(self, college: str = "", channel: str = "phone", **choices: int) -> None:
        secret = self.desk.keys.get(poll_secret(self.code, "q"))
        assert secret is not None
        for choice, times in choices.items():
            for _ in range(times):
                self.voters += 1
                key = voter_key(secret, f"p{self.voters}")
                cast = Cast(self.code, "q", key, (choice,), channel=channel, college=college)
                assert self.desk.store.cast([cast]) == ["accepted"]

    @property
    def result(self) -> dict[str, Any]:
        snapshot = self.desk.snapshot(self.code)
        assert snapshot.poll is not None
        assert snapshot.tally is not None
        return result(snapshot.poll, snapshot.tally, "fr")

    @property
    def colleges(self) -> dict[str, list[int | None]]:
        return {one["id"]: [row["count"] for row in one["rows"]] for one in self.result["colleges"]}


@pytest.fixture
def evening(desk: Desk) -> Evening:
    found = Evening(desk, BY_COLLEGE)
    found.vote("citizen", yes=12, no=8)
    found.vote("elected", yes=6, no=5)
    return found


WHOLE = {"citizen": [12, 8, 0], "elected": [6, 5, 0]}


def test_no_breakdown_while_ballots_come_in(desk: Desk) -> None:
    live = Evening(desk, BY_COLLEGE + "    hidden_until: live\n")
    live.vote("citizen", yes=12, no=8)
    live.vote("elected", yes=6, no=5)
    scene = console_scene(desk.snapshot(live.code), "fr", peek=True)
    assert scene["body"]["result"]["colleges"] == scene["poll"]["hidden_result"]["colleges"] == []
    live.act("close")
    assert live.colleges == WHOLE


def reopened(evening: Evening) -> None:
    evening.act("close")
    evening.act("reveal")
    evening.act("reopen")
    evening.vote("elected", no=1)
    evening.act("close")


def undone(evening: Evening) -> None:
    evening.act("close")
    evening.act("reveal")
    evening.act("undo")
    evening.act("undo")
    evening.vote("elected", no=1)
    evening.act("close")


def peeked(evening: Evening) -> None:
    evening.act("close")
    evening.act("peek")
    evening.act("reopen")
    evening.vote("elected", no=1)
    evening.act("close")


def keyed(evening: Evening) -> None:
    evening.act("close")
    evening.act("reveal")
    evening.act("paper", counts={"no": 1})


def slipped(evening: Evening) -> None:
    evening.act("close")
    evening.act("reveal")
    evening.act("slips", batch="lot-1", channel="paper", choices=["no"], colleges=["elected"])


@pytest.mark.parametrize("change", [reopened, undone, peeked, keyed, slipped])
def test_a_breakdown_that_was_seen_is_not_told_of_another_count(
    evening: Evening, change: Callable[[Evening], None]
) -> None:
    change(evening)
    evening.act("reveal")
    (only,) = evening.result["colleges"]
    assert NOT_AGAIN in only["sentence"]
    assert (only["ballots"], only["rows"]) == (None, [])
    assert evening.result["options"][1]["count"] == 14, "the total is told again"
    evening.act("close_meeting")
    found = proof(evening.desk, evening.code)
    told = minutes(gather(evening.desk, evening.code), "fr")
    words = page(told, "fr", found)
    assert NOT_AGAIN in words
    assert "elected" not in as_text({"votes": found["votes"]})
    assert page_problems(words, found) == []


def test_a_breakdown_that_nobody_saw_is_told_after_reopening(evening: Evening) -> None:
    evening.act("close")
    evening.act("reopen")
    evening.vote("elected", no=1)
    evening.act("close")
    evening.act("reveal")
    assert evening.colleges == {"citizen": [12, 8, 0], "elected": [6, 6, 0]}
    evening.act("seal")
    assert evening.colleges == {"citizen": [12, 8, 0], "elected": [6, 6, 0]}


def test_a_hidden_cell_says_the_same_whether_small_or_not(desk: Desk) -> None:
    evening = Evening(desk, BY_COLLEGE)
    evening.vote("citizen", yes=10, no=6)
    evening.vote("elected", yes=8, no=2)
    evening.vote("press", yes=1, no=1)
    evening.vote("officer", yes=3, no=2)
    for act in ("close", "reveal", "close_meeting"):
        evening.act(act)
    found = minutes(gather(desk, evening.code), "fr")
    cells = {cell for row in found["votes"][0]["sheets"][-1].rows for cell in row[1:]}
    assert cells >= {"non dit"}
    words = page(found, "fr", proof(desk, evening.code))
    assert "moins de 5<" not in words
    assert "<strong>Presse</strong> — Résultat non montré" in words
    with desk.store.engine.connect() as connection:
        kept = connection.exec_driver_sql("select distinct college from sealed_ballot").all()
    assert kept == [("",)], "ballots that stay would give the hidden cells when counted again"


def test_the_turnout_is_that_of_the_room(desk: Desk) -> None:
    evening = Evening(desk, YES_NO + "    rule: {turnout: 50}\n", present=20)
    assert "(bulletins de la salle)" in public_scene(desk.snapshot(evening.code), "fr")["body"]["rule"]
    evening.vote(yes=6)
    evening.vote(channel="remote", no=6)
    evening.act("slips", batch="lot-1", channel="paper", choices=["yes"] * 10, place="Marché", mode="market")
    evening.act("close")
    evening.act("reveal")
    assert plain(evening.result["verdict"]) == [
        "Participation dans la salle : 30 % (6 sur 20), la règle n’est pas atteinte.",
        "16 bulletins venus d’ailleurs n’y sont pas comptés.",
    ]
    assert evening.result["sentence"].startswith("22 réponses, dont 6 de personnes présentes")
    evening.act("close_meeting")
    found = proof(desk, evening.code)
    told = minutes(gather(desk, evening.code), "fr")
    assert told["votes"][0]["abstention"] == 14
    assert page_problems(page(told, "fr", found), found) == []


def test_a_turnout_of_more_than_everybody_is_not_told(desk: Desk) -> None:
    evening = Evening(desk, YES_NO + "    rule: {turnout: 50}\n", present=10)
    evening.vote(yes=15)
    evening.act("close")
    (said,) = evening.result["verdict"]
    assert "plus de bulletins (15) que de personnes comptées (10)" in said
    assert "atteinte" not in said
    evening.act("presence", people=20)
    assert "75" in evening.result["verdict"][0]


@pytest.mark.parametrize(
    ("rule", "counts", "present", "said"),
    [
        ("{turnout: 50}", {"yes": 60}, 121, "salle : 49,6 % (60 sur 121), la règle n’est pas"),
        ("{turnout: 50}", {"yes": 60}, 120, "salle : 50 % (60 sur 120), la règle est"),
        (
            "{threshold: 66}",
            {"yes": 6599, "no": 3401},
            10_000,
            "65,99 % des suffrages exprimés, le seuil n’est pas",
        ),
        (
            "{threshold: 50}",
            {"yes": 5001, "no": 4999},
            10_000,
            "50,01 % des suffrages exprimés, le seuil est",
        ),
        ("{threshold: 50}", {"yes": 10, "no": 10}, 20, "50 % des suffrages exprimés, le seuil n’est pas"),
        (
            "{threshold: 66.67}",
            {"yes": 20, "no": 10},
            30,
            "66,667 % des suffrages exprimés, le seuil n’est pas",
        ),
        ("{threshold: 66.6}", {"yes": 20, "no": 10}, 30, "67 % des suffrages exprimés, le seuil est"),
    ],
)
def test_the_words_never_contradict_the_verdict(
    desk: Desk, rule: str, counts: dict[str, int], present: int, said: str
) -> None:
    evening = Evening(desk, f"{YES_NO}    rule: {rule}\n", present=present)
    evening.act("hands", counts=counts)
    evening.act("close")
    assert said in plain(evening.result["verdict"])[0]
    needed = rule.split()[1].rstrip("}").replace(".", ",")
    if needed != "50":
        assert f"{needed}\u202f%" in evening.result["rule"]


def test_a_tie_names_all_who_reach_the_threshold(desk: Desk) -> None:
    options = "".join(f'      - {{id: {o}, fr: "{o.upper()}"}}\n' for o in "abc")
    evening = Evening(desk, f"    method: single\n    rule: {{threshold: 40}}\n    options:\n{options}")
    evening.act("hands", counts={"a": 9, "b": 9, "c": 2})
    evening.act("close")
    (said,) = plain(evening.result["verdict"])
    assert said.startswith("« A » et « B », à égalité : 45")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"38185": 20, "38421": 1, "38151": 1}, {"38185": 20, "38421": None, "38151": None}),
        ({"38185": 20, "38421": 8, "38151": 1}, {"38185": 20, "38421": None, "38151": None}),
        ({"38185": 4, "38421": 4}, {"38185": None, "38421": None}),
        ({"38185": 3, "38421": 2}, {}),
    ],
)
def test_a_commune_of_few_is_not_found_from_the_total(
    desk: Desk, counts: dict[str, int], told: dict[str, int | None]
) -> None:
    """Named because somebody answered, two communes that have two ballots together have one each."""
    evening = Evening(desk, "    method: commune\n")
    evening.vote(**counts)
    evening.act("close")
    shown = {option["id"]: option["count"] for option in evening.result["options"]}
    hidden = [count for commune, count in counts.items() if shown.get(commune) is None]
    if any(commune in shown for commune in counts if shown.get(commune) is None):
        assert sum(hidden) - (len(hidden) - 1) >= 5
    assert set(shown) <= set(counts)
    assert all(count is None or count >= 5 for count in shown.values())
    if told:
        assert set(shown) >= {commune for commune, n in counts.items() if n >= 5}
    assert {o["count_text"] for o in evening.result["options"] if o["count"] is None} <= {"non dit"}
