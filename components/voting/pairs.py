"""Before and after: who moved from which answer to which, told without telling of anyone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.voting.ballots import Choice
from components.voting.tally import SMALLEST_SHOWN


@dataclass(frozen=True)
class Paired:
    """`cells[i][j]`: people who answered `options[i]` before and `options[j]` after; None below five.

    n: people found in both votes (phones only: hands and paper cannot be paired).
    """

    n: int
    options: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        return {"n": self.n, "options": list(self.options), "cells": [list(row) for row in self.cells]}


def pair_votes(options: tuple[str, ...], before: Mapping[str, Choice], after: Mapping[str, Choice]) -> Paired:
    """Cross the first choices of those found in both; small cells hidden so that margins do not give them away."""
    cells: list[list[int | None]] = [[0] * len(options) for _ in options]
    both = [key for key in before if key in after and before[key] and after[key]]
    for key in both:
        row, column = options.index(before[key][0]), options.index(after[key][0])
        cells[row][column] = (cells[row][column] or 0) + 1
    _hide_small(cells)
    return Paired(len(both), options, tuple(tuple(row) for row in cells))


def _hide_small(cells: list[list[int | None]]) -> None:
    """Hide cells below five, then more until no row or column has a single hidden cell."""
    size = range(len(cells))
    for i in size:
        for j in size:
            if (cells[i][j] or 0) < SMALLEST_SHOWN:
                cells[i][j] = None
    lines = [[(i, j) for j in size] for i in size] + [[(i, j) for i in size] for j in size]
    changed = True
    while changed:
        changed = False
        for line in lines:
            shown = [(cells[i][j], i, j) for i, j in line if cells[i][j] is not None]
            if len(line) - len(shown) == 1 and shown:
                _, i, j = min(shown)
                cells[i][j] = None
                changed = True
