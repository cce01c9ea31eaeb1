"""What equal shares surely buys in a large vote: quick floats between bounds, never a verdict where they overlap.

For all shares between two at once, what everyone has left lies between a lower and an upper bound, and so does the
price of each project, which only rises as money is missing. A project that costs at most what any other costs at least
is bought next, whichever the share. Where that cannot be said, `components.voting.methods.shares` decides, in whole
numbers.
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from components.voting.methods.shares import Electorate, Row

Floats = npt.NDArray[np.float64]

NEVER = float("inf")
"""The price of what nobody can pay."""

EXACT = 2**52
"""Below this a sum of whole numbers is a whole number in floats too."""


class _Supporters:
    """Those who gave points to one project: their places in the electorate, the points each gave, how many people."""

    def __init__(self, rows: list[Row]) -> None:
        self.points = sum([given * times for _, given, times in rows])
        group, given, times = zip(*rows, strict=True)
        self.group = np.array(group, dtype=np.intp)
        self.given = np.array(given, dtype=np.float64)
        self.times = np.array(times, dtype=np.float64)

    def price(self, cost: float, left: Floats) -> float:
        """The price a point at which they pay `cost`, but for rounding."""
        money, given, times = left[self.group], self.given, self.times
        price = 0.0
        while len(money):
            # Rounding must not lower it again: those found too poor for an earlier price give all they have.
            price = max(price, cost / _product(given, times))
            able = money >= price * given
            if able.all():
                return price
            cost -= _product(money[~able], times[~able])
            money, given, times = money[able], given[able], times[able]
        return NEVER


class Crowd:
    """An electorate whose purchases can be told for many shares at once.

    margin: more than what rounding can change in a sum over all ballots, as a part of it. A project is taken for that
    much dearer, or cheaper, before its price is called a bound.
    """

    def __init__(self, voters: Electorate) -> None:
        self.costs = voters.costs
        self.ballots = len(voters.points)
        self.margin = 1e-12 + 1e-15 * self.ballots
        self.supporters = {project: _Supporters(rows) for project, rows in voters.rows.items()}
        self.order = {project: place for place, project in enumerate(voters.costs)}

    def bought(self, lowest: Fraction, highest: Fraction) -> list[str] | None:
        """What any share between these two buys, in the order bought; None when that cannot be said."""
        less, more = 1 - self.margin, 1 + self.margin
        poorest = np.full(self.ballots, float(lowest) * less)
        richest = np.full(self.ballots, float(highest) * more)
        at_least = {
            project: self.costs[project] / theirs.points * less for project, theirs in self.supporters.items()
        }
        found: list[str] = []
        while at_most := self._bounds(at_least, poorest, richest):
            best = min(at_most.values())
            rivals = [project for project, price in at_least.items() if price <= best]
            sure = len(rivals) == 1 and best < NEVER
            chosen = rivals[0] if sure else self._first(rivals, poorest, richest)
            if chosen is None:
                return None
            group, given = self.supporters[chosen].group, self.supporters[chosen].given
            poorest[group] = np.maximum(poorest[group] - at_most[chosen] * given, 0) * less
            richest[group] = np.maximum(richest[group] - at_least[chosen] * given, 0) * more
            del at_least[chosen]
            found.append(chosen)
        return found

    def _bounds(self, at_least: dict[str, float], poorest: Floats, richest: Floats) -> dict[str, float]:
        """The highest prices of all that may be next; raises the lowest ones, and drops what nobody can pay."""
        at_most: dict[str, float] = {}
        best = NEVER
        for project in sorted(at_least, key=at_least.__getitem__):
            # A price can only rise from one purchase to the next: what was its lower bound still is one.
            if at_least[project] > best:
                break
            cost, theirs = self.costs[project], self.supporters[project]
            at_least[project] = theirs.price(cost * (1 - self.margin), richest)
            if at_least[project] == NEVER:
                del at_least[project]
            elif at_least[project] <= best:
                at_most[project] = theirs.price(cost * (1 + self.margin), poorest)
                best = min(best, at_most[project])
        return at_most

    def _first(self, rivals: list[str], poorest: Floats, richest: Floats) -> str | None:
        """The next of several, by exact prices and then by the order announced; None where a price is not known."""
        prices: dict[str, Fraction] = {}
        for project in rivals:
            price = self._exact(project, poorest, richest)
            if price is None:
                return None
            prices[project] = price
        return min(rivals, key=lambda project: (prices[project], self.order[project]))

    def _exact(self, project: str, poorest: Floats, richest: Floats) -> Fraction | None:
        """The price, known where all who have anything left surely pay for all their points; most ties are there."""
        theirs = self.supporters[project]
        some = richest[theirs.group] > 0
        group, given = theirs.group[some], theirs.given[some]
        points = _product(given, theirs.times[some])
        if not 0 < points < EXACT:
            return None
        price = Fraction(self.costs[project], int(points))
        enough = poorest[group] >= float(price) * (1 + self.margin) * given
        return price if enough.all() else None


def _product(these: Floats, those: Floats) -> float:
    """Not `@`: its threads wait for each other on a busy computer, and then take ten times as long."""
    return float((these * those).sum())
