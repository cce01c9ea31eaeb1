"""The method of equal shares, exactly: whole numbers and fractions only, for ties decide here.

Every ballot receives an equal share of the budget. A project is bought when those who gave it points can pay for it;
each pays in proportion to the points given, at the same price a point, or all that is left of her share. The next
project is the one whose price a point is lowest. Peters, Pierczyński & Skowron, *Proportional participatory budgeting
under additive utilities* (2021), https://arxiv.org/abs/2008.13276 ; https://equalshares.net.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd

Row = tuple[int, int, int]
"""Ballots that say the same: their place in the electorate, the points they give a project, how many people."""


@dataclass(frozen=True)
class Purchase:
    """One project bought. price: currency a point; payers: ballots that paid; tied: others at the same price."""

    project: str
    price: Fraction
    payers: int
    tied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Electorate:
    """Distinct ballots as points by project, with how many people cast each; costs in the announced order.

    Only projects someone gave a point to are here: nothing else can be bought with anybody's share.
    """

    costs: Mapping[str, int]
    points: Sequence[Mapping[str, int]]
    times: Sequence[int]

    @property
    def people(self) -> int:
        return sum(self.times)

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """Who gave points to each project."""
        found: dict[str, list[Row]] = {project: [] for project in self.costs}
        for group, (ballot, times) in enumerate(zip(self.points, self.times, strict=True)):
            for project, points in ballot.items():
                if points > 0 and project in found:
                    found[project].append((group, points, times))
        return found


def buy(voters: Electorate, share: Fraction) -> list[Purchase]:
    """The projects bought when each ballot holds `share`, in the order bought.

    All money is kept as whole numbers over one common denominator, so that equal is equal.
    """
    unit = share.denominator
    left = [share.numerator] * len(voters.points)
    supporters = voters.rows
    # A price can only rise from one purchase to the next: an old one is a lower bound that spares most work.
    lowest = {
        project: Fraction(voters.costs[project], sum(points * times for _, points, times in rows))
        for project, rows in supporters.items()
    }
    order = {project: place for place, project in enumerate(voters.costs)}
    bought: list[Purchase] = []
    while lowest:
        best: Fraction | None = None
        tied: list[str] = []
        # Likely winners first; being only roughly in order is harmless, every comparison that decides is exact.
        for project in sorted(lowest, key=lambda name: float(lowest[name])):
            if best is not None and lowest[project] > best:
                continue
            price = _price(voters.costs[project], unit, supporters[project], left)
            if price is None:
                del lowest[project]
                continue
            lowest[project] = price
            if best is None or price < best:
                best, tied = price, [project]
            elif price == best:
                tied.append(project)
        if best is None:
            break
        chosen = min(tied, key=order.__getitem__)
        paid, unit = _pay(supporters[chosen], left, best, unit)
        del lowest[chosen]
        others = tuple(sorted((name for name in tied if name != chosen), key=order.__getitem__))
        bought.append(Purchase(chosen, best, paid, others))
    return bought


def _price(cost: int, unit: int, rows: list[Row], left: list[int]) -> Fraction | None:
    """The lowest price a point at which `rows` pay `cost` together; None when all they have is not enough.

    Those who cannot pay that price for all their points give what they have; the others share the rest.
    """
    missing = cost * unit
    rich = rows
    points = sum([given * times for _, given, times in rich])
    while rich:
        able: list[Row] = []
        given_up = 0
        points_left = points
        for row in rich:
            group, given, times = row
            if left[group] * points < missing * given:
                given_up += left[group] * times
                points_left -= given * times
            else:
                able.append(row)
        if points_left == points:
            return Fraction(missing, points * unit)
        missing -= given_up
        rich, points = able, points_left
    return None


def _pay(rows: list[Row], left: list[int], price: Fraction, unit: int) -> tuple[int, int]:
    """Takes the price from the shares of `rows`; returns how many paid, and the new common denominator."""
    factor = price.denominator // gcd(price.denominator, unit)
    if factor > 1:
        unit *= factor
        left[:] = [money * factor for money in left]
    each = price.numerator * (unit // price.denominator)
    payers = 0
    for group, given, times in rows:
        if left[group]:
            payers += times
            left[group] -= min(left[group], each * given)
    return payers, unit
