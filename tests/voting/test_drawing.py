"""Drawings and explanations: their form, their numbers, their ties, in both languages, for every method."""

import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.voting.ballots import Choice
from components.voting.drawing import drawing, explanation
from components.voting.question import Option, Question
from components.voting.tally import Tally, tally
from tests.voting.methods.house import choices, question
from tests.voting.methods.test_properties import ASKED
from tests.voting.methods.test_ranking import SCHULZE_45, TENNESSEE

EVERY = pytest.mark.parametrize("asked", [*ASKED.values(), question("commune")], ids=[*ASKED, "commune"])
KINDS = {
    "yes_no_blank": "bars",
    "single": "bars",
    "approval": "bars",
    "commune": "bars",
    "dots": "bars",
    "grades": "profile",
    "majority_judgment": "profile",
    "score": "scores",
    "budget": "budget",
    "consent": "consent",
}


def counted(asked: Question, ballots: list[Choice]) -> Tally:
    found = tally(asked, {("phone", ""): Counter(ballots)})
    return Tally.from_dict(json.loads(json.dumps(found.to_dict())))


def plain(sentences: list[str]) -> str:
    return re.sub("[\u202f\xa0]", " ", "\n".join(sentences))


@EVERY
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_vote_can_be_drawn_and_explained(asked: Question, data: st.DataObject) -> None:
    single = question("single") if asked.method == "commune" else asked
    found = counted(asked, data.draw(st.lists(choices(single), max_size=12)))
    for lang in ("fr", "en"):
        made = drawing(asked, found, lang)
        json.dumps(made)
        assert made["kind"] == KINDS.get(asked.method) or made["kind"] in ("duels", "transfers")
        said = explanation(asked, found, lang)
        assert len(said) >= 2
        assert all(sentence.endswith((".", "…")) for sentence in said)
        assert not any("{" in sentence for sentence in said)


@EVERY
def test_no_ballot_at_all_is_said(asked: Question) -> None:
    found = counted(asked, [])
    assert "Aucun suffrage exprimé" in plain(explanation(asked, found, "fr"))
    assert drawing(asked, found, "en")["kind"]


def test_blank_ballots_are_explained() -> None:
    asked = question("dots")
    for blanks, words in ((0, "Aucun bulletin blanc"), (1, "1 bulletin blanc"), (3, "3 bulletins blancs")):
        found = counted(asked, [("a=1",), *[()] * blanks])
        assert words in plain(explanation(asked, found, "fr"))


def test_ties_are_announced() -> None:
    cases: list[tuple[Question, list[Choice]]] = [
        (question("single"), [("a",), ("b",)]),
        (question("dots"), [("a=2", "b=2")]),
        (question("majority_judgment"), [("a=good", "b=good")]),
        (question("score"), [("a=3", "b=3")]),
        (question("ranking", counting="schulze"), [("a", "b"), ("b", "a")]),
        (question("ranking", counting="instant_runoff"), [("a", "b"), ("b", "a")]),
    ]
    for asked, ballots in cases:
        found = counted(asked, ballots)
        said = plain(explanation(asked, found, "fr"))
        assert "« A » et « B »" in said
        assert "égalité" in said.casefold()
        assert "tie" in plain(explanation(asked, found, "en"))


def test_a_tie_of_many_names_five() -> None:
    names = [f"o{n}" for n in range(60)]
    ranked = [tuple(names[n:] + names[:n]) for n in range(60)]
    cases: list[tuple[Question, list[Choice]]] = [
        (question("single", names), [(name,) for name in names]),
        (question("majority_judgment", names), [tuple(f"{name}=good" for name in names)]),
        (question("ranking", names, "instant_runoff"), ranked),
    ]
    for asked, ballots in cases:
        found = counted(asked, ballots)
        for said in (
            explanation(asked, found, "fr"),
            [drawing(asked, found, "fr").get("sentence", "« O4 » et 55 autres")],
        ):
            assert "« O4 » et 55 autres" in plain(said)
            assert "« O5 », " not in plain(said)
        assert "“O4” and 55 others" in plain(explanation(asked, found, "en"))
    six = counted(question("single", "abcdef"), [(name,) for name in "abcdef"])
    assert "« E » et « F »" in plain(explanation(question("single", "abcdef"), six, "fr"))


@pytest.mark.parametrize(
    ("n", "french", "english"),
    [
        (0, "Aucune abstention", "Nobody stood aside"),
        (1, "1 abstention :", "1 person stood aside"),
        (5, "5 abstentions :", "5 people stood aside"),
    ],
)
@pytest.mark.parametrize("consents", [0, 2])
def test_an_abstention_is_no_blank_ballot(consents: int, n: int, french: str, english: str) -> None:
    asked = question("consent")
    found = counted(asked, [*[("consent",)] * consents, *[("aside",)] * n])
    said = plain(explanation(asked, found, "fr"))
    assert french in said
    assert "blanc" not in said
    assert english in plain(explanation(asked, found, "en"))
    assert ("Personne n’a consenti" in said) is (not consents and n > 0)
    assert ("Aucun suffrage exprimé" in said) is (not consents and not n)


@pytest.mark.parametrize(
    ("ballots", "french", "english"),
    [
        (
            "sssaab",
            "« Sans avis » : 3, laissé à part. En tête des autres réponses : « A » (2).",
            "left out of the ranking",
        ),
        (
            "sssaaa",
            "« Sans avis » : 3, laissé à part. En tête des autres réponses : « A » (3).",
            "First among the other",
        ),
        (
            "sssaabb",
            "Égalité en tête des autres réponses entre « A » et « B » (2).",
            "A tie for first place among the other",
        ),
        (
            "ssssss",
            "Toutes les réponses sont « Sans avis » : aucune réponse n’arrive en tête.",
            "All answers are",
        ),
        ("ssaaab", "En tête : « A » (3).", "First: “A” (3)."),
        ("", "Aucun suffrage exprimé", "No vote was cast"),
    ],
)
@pytest.mark.parametrize("method", ["single", "approval"])
def test_answers_without_opinion_are_told_and_left_out(
    method: str, ballots: str, french: str, english: str
) -> None:
    asked = question(method, "ab")
    asked = replace(
        asked, options=(*asked.options, Option("s", {"fr": "Sans avis", "en": "No opinion"}, "no_opinion"))
    )
    found = counted(asked, [(name,) for name in ballots])
    said = plain(explanation(asked, found, "fr"))
    assert french in said
    assert english in plain(explanation(asked, found, "en"))
    assert ("Aucun suffrage" in said) is (not ballots)


def test_merit_profile() -> None:
    asked = question("majority_judgment", "abc")
    found = counted(asked, [*[("a=good", "b=very_good")] * 3, ("a=passable", "b=insufficient", "c=good"), ()])
    made = drawing(asked, found, "fr")
    assert [grade["id"] for grade in made["grades"]] == list(asked.grade_ids)
    first = made["rows"][0]
    assert (first["id"], first["rank"], first["winner"], first["median_label"]) == ("b", 1, True, "Très bien")
    assert first["counts"] == [3, 0, 0, 0, 1, 0]
    assert first["shares"] == [75.0, 0.0, 0.0, 0.0, 25.0, 0.0]
    assert [row["rank"] for row in made["rows"]] == [1, 2, 3]
    assert "« B » : mention majoritaire « Très bien » ; 3 bulletins sur 4" in plain(
        explanation(asked, found, "fr")
    )


def test_grades_are_not_ranked() -> None:
    asked = question("grades", "ab")
    made = drawing(asked, counted(asked, [("a=for",)]), "en")
    assert [(row["rank"], row["winner"], row["median"]) for row in made["rows"]] == [
        (None, False, "for"),
        (None, False, None),
    ]


def test_transfers() -> None:
    asked = question("ranking", "mnck", "instant_runoff")
    made = drawing(asked, counted(asked, TENNESSEE), "fr")
    states = [{row["id"]: row["state"] for row in told["rows"]} for told in made["rounds"]]
    assert states == [
        {"m": "in", "n": "in", "c": "eliminated", "k": "in"},
        {"m": "in", "n": "eliminated", "c": "out", "k": "in"},
        {"m": "in", "n": "out", "c": "out", "k": "elected"},
    ]
    gained = [{row["id"]: row["gained"] for row in told["rows"] if row["gained"]} for told in made["rounds"]]
    assert gained == [{}, {"k": 15}, {"k": 26}]
    assert "58 bulletins sur 100" in plain([made["rounds"][-1]["sentence"]])


def test_duels() -> None:
    asked = question("ranking", "abcde", "schulze")
    found = counted(asked, SCHULZE_45)
    made = drawing(asked, found, "fr")
    assert made["ranking"] == [["e"], ["a"], ["c"], ["b"], ["d"]]
    assert made["matrix"][0][1] == 20
    assert made["strongest"][0][1] == 28
    said = plain(explanation(asked, found, "fr"))
    assert "Aucune proposition ne gagne tous ses duels" in said
    assert "25 contre 24 face à « A »" in said


def test_budget_rows() -> None:
    asked = question("budget", "abc")
    found = counted(asked, [*[("a=1", "b=1")] * 3, *[("c=3",)] * 7])
    made = drawing(asked, found, "fr")
    assert [(row["id"], row["order"], row["funded"]) for row in made["rows"]] == [
        ("c", 1, True),
        ("a", 2, True),
        ("b", None, False),
    ]
    assert (made["spent"], made["budget"]) == (90, 100)
    said = plain(explanation(asked, found, "fr"))
    assert "partagé en 10 parts égales, 10 €" in said
    assert "90 € dépensés sur 100 € ; il reste 10 €" in said


def test_a_commune_of_few_is_not_told() -> None:
    asked = question("commune")
    assert not re.search(
        r"\d", plain(explanation(asked, counted(asked, [("a",), ("b",)]), "fr")).split("\n")[0]
    )
    assert "« A" not in plain(explanation(asked, counted(asked, [("a",)]), "fr"))


def test_objections() -> None:
    asked = question("consent")
    made = drawing(asked, counted(asked, [("consent",), ("objection",), ("objection",), ("aside",)]), "fr")
    assert (made["consent"], made["aside"], made["objections"]) == (1, 1, 2)
    assert "que si toutes sont levées" in made["sentence"]


def test_a_budget_tie_is_told_with_who_was_left_out_by_it() -> None:
    """The same cost and support, money for one: whether the shares pay for it or what was left."""
    cases = {
        "À égalité de points par euro": [("a=1",), ("b=1",)],
        "À égalité de prix par point": [("a=1", "b=1")],
    }
    for words, ballots in cases.items():
        options = tuple(replace(option, cost=60) for option in question("budget", "ab").options)
        asked = replace(question("budget"), options=options)
        found = counted(asked, ballots)
        assert found.winners == ("a",)
        assert found.trace["tie"] is True
        said = plain(explanation(asked, found, "fr"))
        assert (
            f"{words}, « A » et « B » ont été départagés par l’ordre annoncé : « A » est passé devant."
            in said
        )
        assert "Il n’est plus resté assez d’argent pour « B »." in said
        assert "settled by the order announced" in plain(explanation(asked, found, "en"))
        old = replace(found, trace={k: v for k, v in found.trace.items() if k != "completion_ties"})
        assert explanation(asked, old, "fr")


def test_a_budget_tie_of_several_is_told_once() -> None:
    options = tuple(replace(o, cost=40) for o in question("budget", "abc").options)
    asked = replace(question("budget"), options=options)
    found = counted(asked, [("a=1", "b=1", "c=1")])
    said = plain(explanation(asked, found, "fr"))
    assert found.winners == ("a", "b")
    assert said.count("départagés") == 1
    assert "assez d’argent pour « C »" in said
    alone = counted(replace(asked, budget=40, options=options[:1]), [("a=1",)])
    assert alone.trace["tie"] is False


@pytest.mark.parametrize(
    ("asked", "ballot"),
    [
        (question("majority_judgment", "ab"), ("a=good", "b=passable")),
        (question("score", "ab"), ("a=3",)),
        (question("budget", "ab"), ("a=1",)),
        (replace(question("dots", "ab"), points=1, cap=1), ("a=1",)),
        (replace(question("approval", "ab"), max_choices=1), ("a",)),
        (question("grades", "ab"), ("a=for",)),
        (question("ranking", "ab", counting="instant_runoff"), ("a", "b")),
        (question("ranking", "a"), ("a",)),
    ],
    ids=lambda value: value.method if isinstance(value, Question) else "",
)
def test_one_ballot_is_told_in_the_singular(asked: Question, ballot: Choice) -> None:
    for ballots in ([], [ballot]):
        found = counted(asked, ballots)
        for lang in ("fr", "en"):
            said = plain(explanation(asked, found, lang))
            assert not re.search(
                r"\b[01] (bulletins|parts égales|gommettes|propositions|ballots|opinions|dots|equal parts)",
                said,
            )
            assert ": ." not in said.replace(" :", ":")
