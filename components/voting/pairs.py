"""Before and after: who moved from which answer to which, told without telling of anyone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.voting.ballots import Choice
from components.voting.masking import SMALLEST_SHOWN, Table, hidden_cells, is_small


@dataclass(frozen=True)
class Paired:
    """`cells[i][j]`: people who answered `options[i]` before and `options[j]` after; None below five, and where a
    smaller cell could be found from it.

    n: people found in both votes (phones only: hands and paper cannot be paired); None where no cell may be told.
    """

    n: int | None
    options: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        return {"n": self.n, "options": list(self.options), "cells": [list(row) for row in self.cells]}


def pair_votes(options: tuple[str, ...], before: Mapping[str, Choice], after: Mapping[str, Choice]) -> Paired:
    """Cross the first choices of those found in both. Both totals are taken as known: they are when all were found."""
    cells = [[0] * len(options) for _ in options]
    both = [key for key in before if key in after and before[key] and after[key]]
    for key in both:
        cells[options.index(before[key][0])][options.index(after[key][0])] += 1
    places = [(i, j) for i in range(len(options)) for j in range(len(options))]
    few = {(i, j) for i, j in places if cells[i][j] < SMALLEST_SHOWN}
    most = [[len(both)] * len(options) for _ in options]
    hidden = hidden_cells(Table(cells, most), few, {(i, j) for i, j in few if is_small(cells[i][j])})
    if hidden is None or len(hidden) == len(places):
        return Paired(None, options, tuple((None,) * len(options) for _ in options))
    shown = tuple(
        tuple(None if (i, j) in hidden else n for j, n in enumerate(row)) for i, row in enumerate(cells)
    )
    return Paired(len(both), options, shown)
