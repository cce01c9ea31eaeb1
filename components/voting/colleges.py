"""Results by college: nothing under five, and nothing under five to be found by subtraction."""

from collections.abc import Mapping
from typing import Any

SMALLEST_SHOWN = 5
"""No count of a smaller vote, and no smaller cell of a breakdown, is ever shown."""

Cells = dict[str, dict[str, int | None]]
REST = ""
"""The row of all colleges that are not told: nobody sees it, everybody can subtract."""


def shown_by_college(
    ballots: Mapping[str, int], counts: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, Any]]:
    """College → {ballots, counts}, with None for what may not be told.

    ballots: college → ballots; counts: college → option → number. The totals by option are public, and so may be
    the ballots of no college (raised hands): a reader can subtract the colleges told from them. So the colleges
    under five are pooled, with the smallest others until the pool has five; the pool is a row like the others, all
    of it hidden when it is of one mind; and no row or column keeps a lone hidden cell.
    """
    told = {college: n for college, n in ballots.items() if n}
    hidden = {college for college, n in told.items() if n < SMALLEST_SHOWN}
    while hidden and len(hidden) < len(told) and sum(told[college] for college in hidden) < SMALLEST_SHOWN:
        hidden.add(min(told.keys() - hidden, key=lambda college: (told[college], college)))
    cells: Cells = {college: dict(counts.get(college, {})) for college in told if college not in hidden}
    if hidden and cells:
        options = next(iter(cells.values()))
        cells[REST] = {o: sum(counts.get(c, {}).get(o, 0) for c in hidden) for o in options}
        if sum(1 for value in cells[REST].values() if value) < 2:
            cells[REST] = dict.fromkeys(options)
    _hide_small(cells)
    return {
        college: {
            "ballots": None if college in hidden else n,
            "counts": None if college in hidden else cells[college],
        }
        for college, n in told.items()
    }


def _hide_small(cells: Cells) -> None:
    """Hide cells of 1 to 4, then more, until no row and no column has a lone hidden cell: both have known totals."""
    for row in cells.values():
        for option, value in row.items():
            if value is not None and 0 < value < SMALLEST_SHOWN:
                row[option] = None
    options = list(next(iter(cells.values()), {}))
    lines = [[(college, option) for option in options] for college in cells]
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
