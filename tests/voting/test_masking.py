"""Nothing under five is to be found by subtraction: an attacker of our own tries every table that could be.

She knows the totals of every row and column, the cells shown, that a cell is no less than 0, and what a ballot can
say. Nothing here is shared with what hides the cells.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.voting.colleges import shown_by_college
from components.voting.pairs import pair_votes

Shown = Sequence[Sequence[int | None]]


def possible(
    shown: Shown, rows: Sequence[int], columns: Sequence[int], most: int = 10**6
) -> list[list[set[int]]]:
    """What each cell can be, of all tables of these totals that hold what is shown; `most` in one cell."""

    def lines(
        i: int, left: tuple[int, ...], j: int = 0, rest: int | None = None
    ) -> Iterator[tuple[int, ...]]:
        rest = rows[i] if rest is None else rest
        known = shown[i][j]
        tries = range(min(rest, left[j], most) + 1) if known is None else [known]
        for value in tries:
            if value > min(rest, left[j]):
                continue
            if j == len(left) - 1:
                if value == rest:
                    yield (value,)
            else:
                for more in lines(i, left, j + 1, rest - value):
                    yield (value, *more)

    @cache
    def can_be(left: tuple[int, ...], which: tuple[int, ...]) -> bool:
        if not which:
            return not any(left)
        return any(can_be(_less(left, line), which[1:]) for line in lines(which[0], left))

    found = [[set[int]() for _ in columns] for _ in rows]
    for i in range(len(rows)):
        others = tuple(k for k in range(len(rows)) if k != i)
        for line in lines(i, tuple(columns)):
            if can_be(_less(tuple(columns), line), others):
                for j, value in enumerate(line):
                    found[i][j].add(value)
    return found


def _less(left: tuple[int, ...], line: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a - b for a, b in zip(left, line, strict=True))


def attacked(counts: dict[str, tuple[int, ...]]) -> tuple[dict[str, Any], list[str]]:
    """What is told of one choice a ballot, and every cell from 1 to 4 that the attacker finds, or holds within 1 to 4.

    The row "" is the ballots of no college; how many they are is known from the channels.
    """
    size = len(next(iter(counts.values())))
    told = shown_by_college(
        {college: sum(row) for college, row in counts.items()},
        {college: {str(j): n for j, n in enumerate(row)} for college, row in counts.items()},
    )
    seen = [college for college, row in told.items() if row["ballots"] is not None]
    if not seen:
        return told, []
    pool = [college for college in told if college not in seen]
    hidden: list[int | None] = [None] * size
    lines = [
        (college, counts[college], [told[college]["counts"][str(j)] for j in range(size)]) for college in seen
    ]
    if pool:
        lines.append(("pool", tuple(sum(counts[c][j] for c in pool) for j in range(size)), hidden))
    if sum(counts.get("", ())):
        lines.append(("none", counts[""], hidden))
    columns = [sum(true[j] for _, true, _ in lines) for j in range(size)]
    ranges = possible([shown for _, _, shown in lines], [sum(true) for _, true, _ in lines], columns)
    leaks = []
    for (name, true, shown), row in zip(lines, ranges, strict=True):
        for j, values in enumerate(row):
            assert true[j] in values, "the attacker is wrong"
            assert shown[j] is None or shown[j] == true[j]
            if 0 < true[j] < 5 and (len(values) == 1 or values <= {1, 2, 3, 4}):
                leaks.append(f"{name} {j}: {values}")
        if name == "pool" and sum(1 for n in true if n) == 1 and len(row[true.index(sum(true))]) == 1:
            leaks.append("the pool is of one mind")
    return told, leaks


few = st.one_of(st.just(0), st.integers(0, 9))
tables = st.integers(2, 3).flatmap(
    lambda size: st.dictionaries(
        st.sampled_from(["citizen", "elected", "officer", ""]),
        st.tuples(*[few] * size),
        min_size=2,
        max_size=3,
    )
)


@settings(max_examples=300, deadline=None)
@given(tables)
def test_no_small_cell_of_a_college_can_be_found(counts: dict[str, tuple[int, ...]]) -> None:
    told, leaks = attacked(counts)
    assert leaks == [], told


@pytest.mark.parametrize(
    "counts",
    [
        {"citizen": (10, 6, 0), "elected": (8, 2, 0)},  # no blank ballot: that column is known to be nothing
        {"citizen": (7, 6, 0), "elected": (6, 5, 0), "": (0, 1, 0)},  # one ballot on paper
        {"citizen": (7, 6, 0), "elected": (6, 5, 0), "": (1, 1, 0)},  # two raised hands
        {"citizen": (5, 5, 0), "elected": (3, 0, 0), "press": (2, 0, 0)},
    ],
)
def test_what_a_zero_or_raised_hands_gave_away(counts: dict[str, tuple[int, ...]]) -> None:
    told, leaks = attacked(counts)
    assert leaks == []
    assert told["citizen"]["ballots"] == sum(counts["citizen"]), "the breakdown is told all the same"


def test_a_breakdown_without_small_cells_is_told_whole() -> None:
    told, _ = attacked({"citizen": (12, 8, 0), "elected": (5, 6, 0), "": (7, 9, 0)})
    assert [row["counts"] for row in told.values()] == [{"0": 12, "1": 8, "2": 0}, {"0": 5, "1": 6, "2": 0}]


def test_where_no_hiding_is_enough_nothing_is_told() -> None:
    """Of four « no » three at least are citizens, however the rest is hidden."""
    told, _ = attacked({"citizen": (17, 3), "": (0, 1)})
    assert told == {"citizen": {"ballots": None, "counts": None}}


def test_what_a_ballot_may_leave_out_is_hidden_too() -> None:
    """One choice a ballot or none: of a row told whole, the blank ballots would be the rest."""
    told = shown_by_college(
        {"citizen": 20, "elected": 12}, {"citizen": {"a": 8, "b": 6}, "elected": {"a": 5, "b": 6}}, blank=7
    )
    assert None in told["elected"]["counts"].values()


moves = st.lists(st.lists(few, min_size=3, max_size=3), min_size=3, max_size=3)


@settings(max_examples=200, deadline=None)
@given(moves)
def test_no_small_cell_of_a_paired_vote_can_be_found(made: list[list[int]]) -> None:
    people = [(i, j) for i, row in enumerate(made) for j, n in enumerate(row) for _ in range(n)]
    found = pair_votes(
        ("0", "1", "2"),
        {str(k): (str(i),) for k, (i, _) in enumerate(people)},
        {str(k): (str(j),) for k, (_, j) in enumerate(people)},
    )
    if found.n is None:
        return
    assert found.n == len(people)
    ranges = possible(
        found.cells, [sum(row) for row in made], [sum(column) for column in zip(*made, strict=True)]
    )
    for row, true in zip(ranges, made, strict=True):
        for values, n in zip(row, true, strict=True):
            assert n in values
            assert n == 0 or n >= 5 or not (len(values) == 1 or values <= {1, 2, 3, 4})


def test_two_who_changed_their_mind_are_not_found() -> None:
    """10 and 6, then 8 and 8: with eight who stayed shown, two moved."""
    people = [("yes", "yes")] * 8 + [("yes", "no")] * 2 + [("no", "no")] * 6
    found = pair_votes(
        ("yes", "no", "blank"),
        {str(k): (before,) for k, (before, _) in enumerate(people)},
        {str(k): (after,) for k, (_, after) in enumerate(people)},
    )
    assert found.n is None
    assert {cell for row in found.cells for cell in row} == {None}
