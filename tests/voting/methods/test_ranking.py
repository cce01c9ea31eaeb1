"""Rankings against examples counted by hand, and Schulze against a slow independent reading of its definition."""

from itertools import pairwise as pairwise_of
from itertools import permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from components.voting.ballots import Choice
from components.voting.methods.schulze import pairwise, strongest_paths
from tests.examples import examples
from tests.voting.methods.house import choices, count, question

TENNESSEE: list[Choice] = [
    *[("m", "n", "c", "k")] * 42,
    *[("n", "c", "k", "m")] * 26,
    *[("c", "k", "n", "m")] * 15,
    *[("k", "c", "n", "m")] * 17,
]
"""https://en.wikipedia.org/wiki/Condorcet_method: Memphis, Nashville, Chattanooga, Knoxville."""

SCHULZE_45: list[Choice] = [
    tuple(order)
    for order, times in {
        "acbed": 5,
        "adecb": 5,
        "bedac": 8,
        "cabed": 3,
        "caebd": 7,
        "cbade": 2,
        "dceba": 7,
        "ebadc": 8,
    }.items()
    for _ in range(times)
]
"""Schulze's own example, 45 voters; order E > A > C > B > D."""


def test_tennessee_by_schulze_and_by_run_off() -> None:
    schulze = count(question("ranking", "mnck", "schulze"), TENNESSEE)
    assert schulze.winners == ("n",)
    assert schulze.trace["ranking"] == [["n"], ["c"], ["k"], ["m"]]
    assert schulze.trace["beats_all"] is True
    assert schulze.counts == {"m": 42, "n": 26, "c": 15, "k": 17}
    runoff = count(question("ranking", "mnck", "instant_runoff"), TENNESSEE)
    assert runoff.winners == ("k",)
    assert [told["eliminated"] for told in runoff.trace["rounds"]] == ["c", "n", None]
    assert runoff.trace["rounds"][-1]["votes"] == {"m": 42, "k": 58}


def test_schulze_of_45_voters() -> None:
    found = count(question("ranking", "abcde", "schulze"), SCHULZE_45)
    assert found.trace["duels"] == [
        [0, 20, 26, 30, 22],
        [25, 0, 16, 33, 18],
        [19, 29, 0, 17, 24],
        [15, 12, 28, 0, 14],
        [23, 27, 21, 31, 0],
    ]
    assert found.trace["strongest"] == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]
    assert found.trace["ranking"] == [["e"], ["a"], ["c"], ["b"], ["d"]]
    assert found.trace["beats_all"] is False


def test_unranked_options_share_the_last_place() -> None:
    found = count(question("ranking", "abc", "schulze"), [("a",), ("a",), ("b", "c"), ()])
    assert found.trace["duels"] == [[0, 2, 2], [1, 0, 1], [1, 0, 0]]
    assert found.trace["ranking"] == [["a"], ["b"], ["c"]]


def test_ties_stay_ties() -> None:
    found = count(question("ranking", "abc", "schulze"), [("a", "b", "c"), ("b", "a", "c")])
    assert found.winners == ("a", "b")
    assert found.trace["ranking"] == [["a", "b"], ["c"]]
    assert found.trace["tie"] is True
    runoff = count(question("ranking", "ab", "instant_runoff"), [("a", "b"), ("b", "a")])
    assert runoff.winners == ("a", "b")
    assert runoff.trace["by_order"] == []


def test_a_tie_for_the_last_place_is_told_and_broken_by_the_order_announced() -> None:
    ballots: list[Choice] = [*[("a", "b")] * 4, *[("b", "a")] * 3, *[("c", "b")] * 3]
    found = count(question("ranking", "abc", "instant_runoff"), ballots)
    assert found.trace["rounds"][0]["tied"] == ["b", "c"]
    assert found.trace["rounds"][0]["eliminated"] == "c"
    assert found.trace["by_order"] == ["c"]
    assert found.winners == ("b",)
    other = count(question("ranking", "acb", "instant_runoff"), ballots)
    assert other.trace["by_order"] == ["b"]
    assert other.winners == ("a",)


def test_exhausted_ballots_leave_the_count() -> None:
    ballots: list[Choice] = [*[("a",)] * 4, *[("b",)] * 3, *[("c",)] * 2, ()]
    found = count(question("ranking", "abc", "instant_runoff"), ballots)
    assert [told["exhausted"] for told in found.trace["rounds"]] == [0, 2]
    assert found.winners == ("a",)


RANKED = question("ranking", "abcd", "schulze")


@settings(max_examples=examples(60))
@given(st.lists(choices(RANKED), max_size=12))
def test_strongest_paths_as_defined(ballots: list[Choice]) -> None:
    """Every chain is walked, instead of Floyd and Warshall's short cut."""
    duels = pairwise(RANKED.option_ids, {choice: ballots.count(choice) for choice in ballots})
    found = strongest_paths(duels)
    for start, end in product(range(4), repeat=2):
        if start == end:
            continue
        others = [place for place in range(4) if place not in (start, end)]
        chains = [(start, *middle, end) for length in range(3) for middle in permutations(others, length)]
        strengths = [
            min(duels[x][y] if duels[x][y] > duels[y][x] else 0 for x, y in pairwise_of(chain))
            for chain in chains
        ]
        assert found[start][end] == max(strengths)
