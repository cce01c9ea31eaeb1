"""Results by college: nothing under five, and nothing under five to be found by subtraction."""

from collections.abc import Mapping
from typing import Any

SMALLEST_SHOWN = 5
"""No count of a smaller vote, and no smaller cell of a breakdown, is ever shown."""


def shown_by_college(
    ballots: Mapping[str, int], counts: Mapping[str, Mapping[str, int]], others: int
) -> dict[str, dict[str, Any]]:
    """College → {ballots, counts}, with None for what may not be told.

    ballots: college → ballots; counts: college → option → number; others: ballots of no college (raised hands,
    totals keyed by hand), which keep a lone hidden college from being found by subtraction when they are five
    or more. In each option's column, small cells are hidden; a lone hidden cell takes the smallest other with it.
    """
    told = {college: n for college, n in ballots.items() if n}
    hidden = {college for college, n in told.items() if n < SMALLEST_SHOWN}
    if hidden and sum(told[c] for c in hidden) + others < SMALLEST_SHOWN and len(hidden) < len(told):
        hidden.add(min(told.keys() - hidden, key=lambda college: (told[college], college)))
    shown = [college for college in told if college not in hidden]
    cells: dict[str, dict[str, int | None]] = {college: dict(counts.get(college, {})) for college in shown}
    _hide_small(cells, alone=not hidden and not others)
    return {
        college: {
            "ballots": None if college in hidden else n,
            "counts": None if college in hidden else cells[college],
        }
        for college, n in told.items()
    }


def _hide_small(cells: dict[str, dict[str, int | None]], alone: bool) -> None:
    """Hide cells of 1 to 4, then more: no row keeps a lone hidden cell, nor a column whose total is known.

    alone: the colleges shown are all there is, so that a column adds up to the public total of its option.
    """
    for row in cells.values():
        for option, value in row.items():
            if value is not None and 0 < value < SMALLEST_SHOWN:
                row[option] = None
    options = list(next(iter(cells.values()), {}))
    lines = [[(college, option) for option in options] for college in cells]
    if alone:
        lines += [[(college, option) for college in cells] for option in options]
    changed = True
    while changed:
        changed = False
        for line in lines:
            left = [(cells[c][o], c, o) for c, o in line if cells[c][o] is not None]
            if len(line) - len(left) == 1 and left:
                _, college, option = min((value or 0, c, o) for value, c, o in left)
                cells[college][option] = None
                changed = True
