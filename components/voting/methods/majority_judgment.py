"""Majority judgment: the option with the best majority grade comes first.

Balinski & Laraki, *Majority Judgment* (MIT Press, 2011), ch. 1 and 13: between options of the same majority grade, one
ballot of that grade is removed from each and the majority grades are read again, until they differ; options that never
differ are tied. An option left ungraded counts as rejected, so that all are judged by as many people.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from components.voting.ballots import Choice
from components.voting.methods.grades import profile
from components.voting.question import Question
from components.voting.trace import Outcome


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots`, each a choice of `option=grade`; an empty one is blank and judges nothing."""
    judges = sum(times for choice, times in ballots.items() if choice)
    given = profile(question, ballots)
    graded = {option: sum(row) for option, row in given.items()}
    counts = {option: [*row[:-1], row[-1] + judges - graded[option]] for option, row in given.items()}
    if not judges:
        return Outcome((), graded, _trace(question, counts, {}, {}, [], judges))
    values = {option: majority_value(row) for option, row in counts.items()}
    ordered = sorted(values, key=lambda option: values[option])
    ranks: dict[str, int] = {}
    for place, option in enumerate(ordered, start=1):
        before = ordered[place - 2] if place > 1 else None
        ranks[option] = ranks[before] if before and values[before] == values[option] else place
    winners = tuple(option for option in question.option_ids if ranks[option] == 1)
    return Outcome(winners, graded, _trace(question, counts, ranks, values, ordered, judges))


def majority_value(row: Sequence[int]) -> tuple[int, ...]:
    """The majority grades (0 is the best) read one after the other as each is removed; smaller is better.

    Removing the majority grade each time takes, from the middle outwards, now the lower, now the upper neighbour.
    """
    grades = [place for place, number in enumerate(row) for _ in range(number)]
    total = len(grades)
    lower = total // 2
    upper = lower - 1
    value: list[int] = []
    # An even number is read on its worse side first, an odd one in its middle.
    while len(value) < total:
        if not value or (total - len(value)) % 2 == 0:
            value.append(grades[lower])
            lower += 1
        else:
            value.append(grades[upper])
            upper -= 1
    return tuple(value)


def _trace(
    question: Question,
    counts: Mapping[str, list[int]],
    ranks: Mapping[str, int],
    values: Mapping[str, tuple[int, ...]],
    ordered: Sequence[str],
    judges: int,
) -> dict[str, Any]:
    return {
        "rule": "majority_judgment",
        "judges": judges,
        "profile": dict(counts),
        "majority_grade": {
            option: question.grade_ids[values[option][0]] if option in values else None for option in counts
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
    question: Question, values: Mapping[str, tuple[int, ...]], ordered: Sequence[str]
) -> list[dict[str, Any]]:
    """Neighbours in the ranking that share a majority grade: after how many removals which grades part them."""
    found: list[dict[str, Any]] = []
    for first, second in pairwise(ordered):
        one, two = values[first], values[second]
        if one[0] != two[0] or one == two:
            continue
        removed = next(place for place, (a, b) in enumerate(zip(one, two, strict=True)) if a != b)
        found.append(
            {
                "options": [first, second],
                "removed": removed,
                "grades": [question.grade_ids[one[removed]], question.grade_ids[two[removed]]],
            }
        )
    return found
