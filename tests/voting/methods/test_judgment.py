"""Grades, majority judgment, scores, dots and consent, against counts made by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.voting.ballots import Choice
from components.voting.methods.grades import middle
from components.voting.methods.majority_judgment import majority_value
from tests.voting.methods.house import count, question

rows = st.lists(st.integers(0, 6), min_size=6, max_size=6).filter(any)


def removed_one_by_one(row: list[int]) -> tuple[int, ...]:
    """Balinski and Laraki's definition to the letter: read the majority grade, remove one such ballot, again."""
    left, found = list(row), []
    while sum(left):
        grades = [place for place, number in enumerate(left) for _ in range(number)]
        grade = grades[len(grades) // 2]
        found.append(grade)
        left[grade] -= 1
    return tuple(found)


@given(rows)
def test_majority_value_is_removal_one_by_one(row: list[int]) -> None:
    value = [grade for grades, times in majority_value(row) for _ in range(times) for grade in grades]
    assert tuple(value) == removed_one_by_one(row)
    assert value[0] == middle(row)


@given(st.lists(st.lists(st.integers(0, 5), min_size=9, max_size=9), min_size=2, max_size=4))
def test_the_ranking_is_that_of_removals_one_by_one(judged: list[list[int]]) -> None:
    asked = question("majority_judgment", "abcd"[: len(judged)])
    ballots = [
        tuple(
            f"{name}={asked.grade_ids[grades[judge]]}" for name, grades in zip("abcd", judged, strict=False)
        )
        for judge in range(9)
    ]
    found = count(asked, ballots)
    by_hand = {name: removed_one_by_one(row) for name, row in found.trace["profile"].items()}
    assert found.trace["ranks"] == {
        name: 1 + sum(other < value for other in by_hand.values()) for name, value in by_hand.items()
    }
    for parted in found.trace["separated"]:
        first, second = (by_hand[name] for name in parted["options"])
        assert first[: parted["removed"]] == second[: parted["removed"]]
        there = [asked.grade_ids[value[parted["removed"]]] for value in (first, second)]
        assert there == parted["grades"]
        assert first < second


def test_of_an_even_number_the_lower_middle_counts() -> None:
    found = count(
        question("majority_judgment", "ab"), [("a=very_good", "b=good"), ("a=reject", "b=passable")]
    )
    assert found.trace["majority_grade"] == {"a": "reject", "b": "passable"}
    assert found.winners == ("b",)


def test_same_majority_grade_is_parted_by_removals() -> None:
    ballots: list[Choice] = [
        ("a=very_good", "b=good"),
        ("a=good", "b=good"),
        ("a=good", "b=good"),
        ("a=passable", "b=passable"),
        ("a=reject", "b=insufficient"),
    ]
    found = count(question("majority_judgment", "ab"), ballots)
    assert found.trace["majority_grade"] == {"a": "good", "b": "good"}
    # Both: good, then passable, then good; then a: reject, b: insufficient.
    assert found.trace["separated"] == [
        {"options": ["b", "a"], "removed": 3, "grades": ["insufficient", "reject"]}
    ]
    assert found.winners == ("b",)
    assert found.trace["tie"] is False


def test_the_same_grades_are_a_tie() -> None:
    ballots: list[Choice] = [("a=good", "b=reject", "c=reject"), ("a=reject", "b=good", "c=reject")]
    found = count(question("majority_judgment", "abc"), ballots)
    assert found.winners == ("a", "b")
    assert found.trace["ranks"] == {"a": 1, "b": 1, "c": 3}
    assert found.trace["ties"] == [["a", "b"]]
    assert found.trace["tie"] is True


def test_ungraded_counts_as_rejected_in_majority_judgment_and_as_no_opinion_in_grades() -> None:
    judged = count(question("majority_judgment", "ab"), [("a=good",), ("b=good",), ("a=good",), ()])
    assert judged.trace["profile"] == {"a": [0, 2, 0, 0, 0, 1], "b": [0, 1, 0, 0, 0, 2]}
    assert judged.counts == {"a": 2, "b": 1}
    assert judged.trace["judges"] == 3
    graded = count(question("grades", "ab"), [("a=for",), ("a=against",), ()])
    assert graded.trace["profile"] == {"a": [0, 1, 0, 1, 0], "b": [0] * 5}
    assert graded.trace["majority_grade"] == {"a": "against", "b": None}
    assert graded.winners == ()


def test_scores_are_summed_and_the_unscored_have_zero() -> None:
    found = count(question("score", "ab"), [("a=10", "b=0"), ("a=1",), ("b=7",), ()])
    assert found.counts == {"a": 11, "b": 7}
    assert found.trace["voters"] == 3
    assert found.trace["scored"] == {"a": 2, "b": 2}
    assert found.trace["distribution"]["a"] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert found.winners == ("a",)


def test_dots_are_added_and_a_tie_is_kept() -> None:
    found = count(question("dots", "abc"), [("a=3", "b=2"), ("b=1",), ()])
    assert found.counts == {"a": 3, "b": 3, "c": 0}
    assert found.winners == ("a", "b")
    assert found.trace["given"] == 6


@pytest.mark.parametrize(
    ("consents", "objections", "winners"), [(9, 0, ("consent",)), (99, 1, ()), (0, 0, ()), (0, 3, ())]
)
def test_one_objection_is_enough(consents: int, objections: int, winners: tuple[str, ...]) -> None:
    ballots: list[Choice] = [*[("consent",)] * consents, *[("objection",)] * objections, ("aside",)]
    found = count(question("consent"), ballots)
    assert found.winners == winners
    assert found.trace["objections"] == objections
