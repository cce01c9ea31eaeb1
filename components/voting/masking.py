"""Which cells of a table of people must stay hidden, so that nobody finds a small one by subtraction.

Whoever reads a table knows its cells that are shown, the total of every row and column, and that no cell is negative.
Hidden cells are then what a transport problem leaves free: how far one can move is a greatest flow, found exactly.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SMALLEST_SHOWN = 5
"""No count of a smaller vote, and no smaller cell of a breakdown, is ever shown."""

Cell = tuple[int, int]
Node = tuple[str, int]


def is_small(count: int) -> bool:
    """Whether a cell tells of a few people only. Nobody at all is nobody's secret."""
    return 0 < count < SMALLEST_SHOWN


@dataclass(frozen=True)
class Table:
    """cells: row by row; most: what each cell can be at most, as anybody knows; both of one shape."""

    cells: Sequence[Sequence[int]]
    most: Sequence[Sequence[int]]


def hidden_cells(table: Table, kept_back: Iterable[Cell], guarded: Iterable[Cell]) -> set[Cell] | None:
    """`kept_back` and what must be hidden with it; None where hiding every cell would not be enough.

    kept_back: cells not shown in any case; guarded: those of them that nobody may find. A reader can think of a small
    one that it is 0, or 5 and more; of a larger one that it is one more or less.
    """
    hidden = set(kept_back)
    for cell in sorted(guarded):
        i, j = cell
        value = table.cells[i][j]
        down, up = (value, SMALLEST_SHOWN - value) if is_small(value) else (1, 1)
        ways = [
            way
            for start, end, units in ((("row", i), ("column", j), down), (("column", j), ("row", i), up))
            if (end[0] == "column" or value + units <= table.most[i][j])
            and (way := _way_round(table, hidden, cell, start, end, units)) is not None
        ]
        if not ways:
            return None
        hidden |= min(ways, key=lambda way: (sum(table.cells[r][c] + 1 for r, c in way), sorted(way)))
    return hidden


def _way_round(
    table: Table, hidden: set[Cell], cell: Cell, start: Node, end: Node, units: int
) -> set[Cell] | None:
    """Cells to hide, small ones first, so that `units` less (from row to column) or more of `cell` are made good
    by other hidden cells; empty where they are already, None where no hiding does it."""
    cells = [list(row) for row in table.cells]
    opened: set[Cell] = set()
    while units:
        path = _cheapest(table, cells, hidden | opened, cell, start, end)
        if path is None:
            return None
        step = min(units, *(_room(table, cells, one, sign) for one, sign in path))
        for (i, j), sign in path:
            cells[i][j] += sign * step
            if (i, j) not in hidden:
                opened.add((i, j))
        units -= step
    return opened


def _room(table: Table, cells: list[list[int]], cell: Cell, sign: int) -> int:
    i, j = cell
    return table.most[i][j] - cells[i][j] if sign > 0 else cells[i][j]


def _cheapest(
    table: Table, cells: list[list[int]], free: set[Cell], without: Cell, start: Node, end: Node
) -> list[tuple[Cell, int]] | None:
    """The path (cell, +1 or -1) from a row to a column or back that shows the fewest people less (Dijkstra).

    From a row to a column a cell grows, from a column to a row it shrinks.
    """
    best: dict[Node, int] = {start: 0}
    came: dict[Node, tuple[Node, Cell, int]] = {}
    queue = [(0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if cost > best[node]:
            continue
        kind, n = node
        sign, others = (1, len(cells[0])) if kind == "row" else (-1, len(cells))
        for m in range(others):
            cell = (n, m) if kind == "row" else (m, n)
            if cell == without or _room(table, cells, cell, sign) <= 0:
                continue
            i, j = cell
            total = cost + (0 if cell in free else table.cells[i][j] + 1)
            following = ("column" if kind == "row" else "row", m)
            if total < best.get(following, total + 1):
                best[following] = total
                came[following] = (node, cell, sign)
                heapq.heappush(queue, (total, following))
    if end not in came:
        return None
    path = []
    node = end
    while node != start:
        node, cell, sign = came[node]
        path.append((cell, sign))
    return path
