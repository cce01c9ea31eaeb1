"""Majority judgment: the option with the best majority grade comes first.

Balinski & Laraki, *Majority Judgment* (MIT Press, 2011), ch. 1 and 13: between options of the same majority grade, one
ballot of that grade is removed from each and the majority grades are read again, until they differ; options that never
differ are tied. An option left ungraded counts as rejected, so that all are judged by as many people.
"""

from collections.abc import Mapping, Sequence
from functools import cmp_to_key
from itertools import groupby, pairwise
from typing import Any

from components.voting.ballots import Choice
from components.voting.methods.grades import profile
from components.voting.question import Question
from components.voting.trace import Outcome

Value = tuple[tuple[tuple[int, ...], int], ...]
"""Majority grades one after the other (0 is the best), as (grades that come round, how many times)."""


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots`, each a choice of `option=grade`; an empty one is blank and judges nothing."""
    judges = sum(times for choice, times in ballots.items() if choice)
    given = profile(question, ballots)
    graded = {option: sum(row) for option, row in given.items()}
    counts = {option: [*row[:-1], row[-1] + judges - graded[option]] for option, row in given.items()}
    if not judges:
        return Outcome((), graded, _trace(question, counts, {}, {}, [], judges))
    values = {option: majority_value(row) for option, row in counts.items()}
    worse_last = cmp_to_key(_compared)
    ordered = sorted(values, key=lambda option: worse_last(values[option]))
    ranks: dict[str, int] = {}
    for place, option in enumerate(ordered, start=1):
        before = ordered[place - 2] if place > 1 else None
        ranks[option] = ranks[before] if before and not _compared(values[before], values[option]) else place
    winners = tuple(option for option in question.option_ids if ranks[option] == 1)
    return Outcome(winners, graded, _trace(question, counts, ranks, values, ordered, judges))


def majority_value(row: Sequence[int]) -> Value:
    """The majority grades read one after the other as each is removed, out of `row`, ballots by grade.

    Removing the majority grade each time takes, from the middle outwards, now the lower, now the upper neighbour. An
    even number is read on its worse side first, an odd one in its middle. Worked out on the counts, however large.
    """
    half, odd = divmod(sum(row), 2)
    worse, better = _outwards(row[::-1], half), _outwards(row, half)
    value: list[tuple[tuple[int, ...], int]] = []
    if odd:
        middle = next(place for place in range(len(row)) if sum(row[: place + 1]) > half)
        value.append(((middle,), 1))
    last = len(row) - 1
    while worse:
        (low, many), (high, more) = worse.pop(), better.pop()
        times = min(many, more)
        value.append(((last - low, high), times))
        if many > times:
            worse.append((low, many - times))
        if more > times:
            better.append((high, more - times))
    return tuple(value)


def _outwards(row: Sequence[int], half: int) -> list[tuple[int, int]]:
    """The first `half` ballots of `row` as (place, how many), the outermost first."""
    found: list[tuple[int, int]] = []
    for place, number in enumerate(row):
        times = min(number, half)
        half -= times
        if times:
            found.append((place, times))
    return found


def _parting(one: Value, two: Value) -> tuple[int, int, int] | None:
    """(removals before the grades differ, grade of `one`, grade of `two`), None where they never do.

    Both are of as many ballots.
    """
    left, right = list(reversed(one)), list(reversed(two))
    removed = 0
    while left:
        (grades, many), (others, more) = left.pop(), right.pop()
        for place, (a, b) in enumerate(zip(grades, others, strict=True)):
            if a != b:
                return removed + place, a, b
        times = min(many, more)
        removed += times * len(grades)
        if many > times:
            left.append((grades, many - times))
        if more > times:
            right.append((others, more - times))
    return None


def _compared(one: Value, two: Value) -> int:
    """Negative when `one` is the better."""
    parted = _parting(one, two)
    return parted[1] - parted[2] if parted else 0


def _trace(
    question: Question,
    counts: Mapping[str, list[int]],
    ranks: Mapping[str, int],
    values: Mapping[str, Value],
    ordered: Sequence[str],
    judges: int,
) -> dict[str, Any]:
    return {
        "rule": "majority_judgment",
        "judges": judges,
        "profile": dict(counts),
        "majority_grade": {
            option: question.grade_ids[values[option][0][0][0]] if option in values else None
            for option in counts
        },
        "ranks": dict(ranks),
        "separated": _separations(question, values, ordered),
        "ties": [sorted(tied, key=question.option_ids.index) for tied in _ties(ranks)],
        "tie": sum(1 for rank in ranks.values() if rank == 1) > 1,
    }


def _ties(ranks: Mapping[str, int]) -> list[list[str]]:
    by_rank = sorted(ranks, key=lambda option: ranks[option])
    groups = [list(tied) for _, tied in groupby(by_rank, key=lambda option: ranks[option])]
    return [tied for tied in groups if len(tied) > 1]


def _separations(
    question: Question, values: Mapping[str, Value], ordered: Sequence[str]
) -> list[dict[str, Any]]:
    """Neighbours in the ranking that share a majority grade: after how many removals which grades part them."""
    found: list[dict[str, Any]] = []
    for first, second in pairwise(ordered):
        parted = _parting(values[first], values[second])
        # Other majority grades need no removal, and the same ones to the end are a tie.
        if parted is None or not parted[0]:
            continue
        removed, better, worse = parted
        found.append(
            {
                "options": [first, second],
                "removed": removed,
                "grades": [question.grade_ids[better], question.grade_ids[worse]],
            }
        )
    return found
