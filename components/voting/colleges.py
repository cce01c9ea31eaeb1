"""Results by college: nothing under five, and nothing under five to be found by subtraction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.voting.masking import SMALLEST_SHOWN, Table, hidden_cells, is_small

NO_COLLEGE = ""
"""Ballots that say no college: raised hands, totals keyed by hand."""

NOT_AGAIN = {"": {"ballots": None, "counts": None}}
"""In place of a breakdown that was shown once, of a count that then changed."""


@dataclass(frozen=True)
class _Row:
    """A line of the table behind the results: a college told, those pooled, or the ballots of no college."""

    ballots: int
    counts: tuple[int, ...]
    pool: bool = False


def shown_by_college(
    ballots: Mapping[str, int],
    counts: Mapping[str, Mapping[str, int]],
    marks: int = 1,
    cap: int = 1,
    blank: int | None = None,
) -> dict[str, dict[str, Any]]:
    """College → {ballots, counts}, with None for what may not be told.

    ballots: college → ballots; counts: college → option → number; `NO_COLLEGE` is a row like the others, never told.
    marks: what a ballot gives at most, in all; cap: to one option; blank: ballots that may give nothing.
    The totals by option are public, and so are the ballots told: a reader can subtract. So the colleges under five
    are pooled, with the smallest others until the pool has five, and cells are hidden until no small one can be found.
    """
    apart = ballots.get(NO_COLLEGE, 0)
    cast = {college: n for college, n in ballots.items() if n and college != NO_COLLEGE}
    pooled = {college for college, n in cast.items() if n < SMALLEST_SHOWN}
    while pooled and len(pooled) < len(cast) and sum(cast[college] for college in pooled) < SMALLEST_SHOWN:
        pooled.add(min(cast.keys() - pooled, key=lambda college: (cast[college], college)))
    told = [college for college in cast if college not in pooled]
    options = list(dict.fromkeys(option for row in counts.values() for option in row))

    def row(*colleges: str, pool: bool = False) -> _Row:
        numbers = tuple(sum(counts.get(c, {}).get(o, 0) for c in colleges) for o in options)
        return _Row(sum(ballots.get(c, 0) for c in colleges), numbers, pool)

    rows = [row(college) for college in told]
    unsaid = [row(*sorted(pooled), pool=True)] if pooled else []
    unsaid += [row(NO_COLLEGE)] if apart else []
    if told and (hidden := _hidden(rows, unsaid, marks, cap, blank)) is not None:
        shown = {
            college: {
                "ballots": cast[college],
                "counts": {
                    option: None if (i, j) in hidden else rows[i].counts[j]
                    for j, option in enumerate(options)
                },
            }
            for i, college in enumerate(told)
        }
    else:
        shown = {}
    return {college: shown.get(college, {"ballots": None, "counts": None}) for college in cast}


def _hidden(
    rows: list[_Row], unsaid: list[_Row], marks: int, cap: int, blank: int | None
) -> set[tuple[int, int]] | None:
    """Places (row, option) to hide in `rows`; None where the breakdown cannot be told at all.

    The last column is what ballots did not give: anybody can work it out of a row told whole, and of one mark a
    ballot it is as many people.
    """
    every = [*rows, *unsaid]
    size = len(every[0].counts)
    cells = [[*row.counts, max(0, marks * row.ballots - sum(row.counts))] for row in every]
    nothing = [row.ballots if blank is None else min(blank, row.ballots) for row in every]
    most = [
        [max(n, cap * row.ballots) for n in row.counts]
        + [max(rest[-1], max(0, marks - 1) * row.ballots + empty if marks else 0)]
        for row, rest, empty in zip(every, cells, nothing, strict=True)
    ]
    places = [(i, j) for i in range(len(cells)) for j in range(size + 1)]
    small = {(i, j) for i, j in places if is_small(cells[i][j]) and (j < size or marks == 1)}
    kept_back = small | {(i, j) for i, j in places if i >= len(rows) or j == size}
    # Colleges too small to be told, all of one mind: what each of them said would be known.
    one_mind = {
        (i, j)
        for i, row in enumerate(every)
        for j in range(size)
        if row.pool and cells[i][j] == sum(cells[i]) > 0
    }
    return hidden_cells(Table(cells, most), kept_back, small | one_mind)
