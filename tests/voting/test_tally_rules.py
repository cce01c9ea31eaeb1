"""What a vote adds to its count: the rule announced before, colleges, the finer channels."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.voting.answers import YES_NO_BLANK, completed
from components.voting.channels import Keyed, KeyedRefused, read_keyed
from components.voting.colleges import shown_by_college
from components.voting.drawing import drawing, explanation
from components.voting.question import Option, Question, Rule
from components.voting.tally import SMALLEST_SHOWN, tally

YES_NO = Question("q", "yes_no_blank", {"fr": "?"}, YES_NO_BLANK)


@pytest.mark.parametrize(
    ("threshold", "of", "yes", "no", "blank", "reached"),
    [
        (50, "votes_cast", 50, 50, 0, False),  # the absolute majority is more than half
        (50, "votes_cast", 51, 50, 40, True),
        (50, "ballots", 51, 50, 40, False),
        (66.6, "votes_cast", 666, 334, 0, True),  # any other threshold is reached from that share on
        (66.6, "votes_cast", 665, 335, 0, False),
        (66, "votes_cast", 0, 0, 10, False),
    ],
)
def test_the_threshold_is_exact(
    threshold: float, of: str, yes: int, no: int, blank: int, reached: bool
) -> None:
    question = replace(YES_NO, rule=Rule(threshold=threshold, of=of))
    found = tally(question, {("phone", ""): {("yes",): yes, ("no",): no, ("blank",): blank}})
    assert found.verdict["threshold_reached"] is reached


def test_the_turnout_is_held_against_the_people_present() -> None:
    question = replace(YES_NO, rule=Rule(turnout=50))
    cast = {("phone", ""): {("yes",): 30, ("blank",): 20}}
    assert tally(question, cast, present=100).verdict["turnout_reached"] is True
    assert tally(question, cast, present=101).verdict["turnout_reached"] is False
    assert tally(question, cast).verdict["turnout_reached"] is None, "nobody counted who is there"
    assert tally(YES_NO, cast, present=100).verdict == {}


def test_channels_are_told_finely_but_never_who_chose_what_from_afar() -> None:
    whole = {("phone", ""): {("yes",): 9}, ("remote", ""): {("no",): 1}, ("paper", ""): {("no",): 6}}
    found = tally(YES_NO, whole, {"hands": Keyed({"yes": 3}, 3)})
    assert found.by_channel == {"phone": 9, "remote": 1, "paper": 6, "hands": 3, "cards": 0}
    assert set(found.counts_by_channel) == {"phone", "hands", "cards", "paper"}
    assert found.counts_by_channel["phone"] == {"yes": 9, "no": 1, "blank": 0}
    assert "counts_by_channel" not in found.to_dict(), (
        "the log and the minutes never say which channel chose what"
    )
    assert found.ballots == 19
    assert found.counts == {"yes": 12, "no": 7, "blank": 0}


def test_dots_on_a_poster_are_keyed_by_option() -> None:
    question = completed(
        Question("d", "dots", {"fr": "?"}, tuple(Option(o, {"fr": o}) for o in "abc"), points=3, cap=2)
    )
    keyed = read_keyed(question, {"a": 20, "b": 8}, slips=10)
    found = tally(question, {("phone", ""): {("a=2", "c=1"): 1}}, {"paper": keyed})
    assert found.counts == {"a": 22, "b": 8, "c": 1}
    assert found.ballots == 11
    with pytest.raises(KeyedRefused):
        read_keyed(question, {"a": 21, "b": 8}, slips=10)  # two dots on one option at most
    with pytest.raises(KeyedRefused):
        read_keyed(question, {"a": 20, "b": 11}, slips=10)  # three dots a slip at most


def test_ballots_with_several_grades_are_never_keyed_by_totals() -> None:
    graded = completed(
        Question("g", "grades", {"fr": "?"}, (Option("a", {"fr": "A"}), Option("b", {"fr": "B"})))
    )
    assert "hands" not in graded.channels
    with pytest.raises(KeyedRefused, match="keyed_whole_slips"):
        read_keyed(graded, {"a": 3}, slips=3)


colleges = st.dictionaries(
    st.sampled_from(["citizen", "elected", "officer", "press"]),
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)),
    min_size=1,
)


@given(colleges)
def test_no_college_under_five_is_told_or_found_by_subtraction(made: dict[str, tuple[int, int, int]]) -> None:
    counts = {college: dict(zip("abc", row, strict=True)) for college, row in made.items()}
    ballots = {college: sum(row) for college, row in made.items()}
    told = shown_by_college(ballots, counts)
    hidden = [college for college, row in told.items() if row["ballots"] is None]
    for row in told.values():
        assert row["ballots"] is None or row["ballots"] >= SMALLEST_SHOWN
        cells = list((row["counts"] or {}).values())
        assert all(cell is None or cell == 0 or cell >= SMALLEST_SHOWN for cell in cells)
        assert cells.count(None) != 1
    assert (
        not hidden
        or sum(ballots[college] for college in hidden) >= SMALLEST_SHOWN
        or len(hidden) == len(told)
    )
    # What anybody finds by taking the colleges told from the totals: never a small number, never who said what.
    found = {}
    for option in "abc":
        column = [row["counts"][option] for row in told.values() if row["counts"] is not None]
        if column and None not in column:  # with no college told there is nothing to subtract
            found[option] = sum(counts[college][option] for college in told) - sum(column)
    assert all(n == 0 or n >= SMALLEST_SHOWN for n in found.values())
    if hidden and len(hidden) < len(told):
        assert not (len(found) == 3 and sum(1 for n in found.values() if n) < 2)


def test_a_pool_of_one_mind_tells_nothing() -> None:
    counts = {"citizen": {"o1": 5, "o2": 5}, "elected": {"o1": 3, "o2": 0}, "press": {"o1": 2, "o2": 0}}
    told = shown_by_college({college: sum(row.values()) for college, row in counts.items()}, counts)
    assert told["citizen"]["counts"] == {"o1": None, "o2": None}


def test_while_ballots_come_in_a_budget_tells_points_and_no_winner() -> None:
    projects = tuple(Option(o, {"fr": o}, "", cost) for o, cost in (("a", 60), ("b", 30), ("c", 50)))
    question = completed(Question("b", "budget", {"fr": "?"}, projects, points=5, cap=3, budget=100))
    cast = {("phone", ""): {("a=3", "b=2"): 4, ("c=3",): 3, (): 1}}
    live, counted = tally(question, cast, live=True), tally(question, cast)
    assert live.counts == counted.counts == {"a": 12, "b": 8, "c": 9}
    assert (live.winners, live.ballots, live.blank) == ((), 8, 1)
    assert counted.winners
    assert drawing(question, live, "fr") == {"kind": "bars", "unit": "points"}
    assert len(explanation(question, live, "en")) == 1
    assert drawing(question, counted, "fr")["kind"] == "budget"
