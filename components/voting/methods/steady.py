"""How far every share can grow before equal shares buys anything else: what makes raising it unit by unit quick.

As long as the same people can pay in full and the same projects come next, every amount of money is a straight line
in the share. The replay below follows those lines and tells the first whole step at which one of them crosses.
"""

from collections.abc import Sequence
from fractions import Fraction

from components.voting.methods.shares import Electorate, Row

Line = tuple[int, int]
"""An amount over the common denominator: what it is now, and what one more unit of share adds to it."""


def next_change(voters: Electorate, share: Fraction, bought: Sequence[str]) -> int:
    """The smallest number of units, at least 1, by which `share` must grow for something other than `bought`, in that
    order, to be possible. It may come early (the same is still bought then), never late.

    Something must be left to buy, else nothing can ever change and ValueError is raised.
    """
    steps: list[int] = []
    unit = share.denominator
    left: list[Line] = [(share.numerator, unit)] * len(voters.points)
    remaining = dict(voters.rows)
    order = {project: place for place, project in enumerate(voters.costs)}
    for chosen in (*bought, None):
        prices: dict[str, tuple[Line, int]] = {}
        for project, rows in list(remaining.items()):
            cost = voters.costs[project] * unit
            have = (
                sum([left[group][0] * times for group, _, times in rows]),
                sum([left[group][1] * times for group, _, times in rows]),
            )
            if have[0] < cost:
                if have[1] > 0:
                    steps.append(-(-(cost - have[0]) // have[1]))
                del remaining[project]
            else:
                prices[project] = _price_line(cost, rows, left, steps)
        if chosen is None:
            break
        missing, points = prices[chosen]
        for project, (other_missing, other_points) in prices.items():
            ahead = other_missing[0] * points - missing[0] * other_points
            growth = other_missing[1] * points - missing[1] * other_points
            if project != chosen and growth < 0:
                # On a tie the option announced first is bought: one announced earlier takes over at equality.
                steps.append(-(ahead // growth) if order[project] < order[chosen] else ahead // -growth + 1)
        left = [(now * points, more * points) for now, more in left]
        for group, given, _ in remaining.pop(chosen):
            now, more = left[group][0] - missing[0] * given, left[group][1] - missing[1] * given
            left[group] = (now, more) if now >= 0 else (0, 0)
        unit *= points
    return max(1, min(steps))


def _price_line(cost: int, rows: list[Row], left: list[Line], steps: list[int]) -> tuple[Line, int]:
    """The price a point: missing money over the points of those who pay in full. Notes in `steps` when they change."""
    missing, points = cost, sum([given * times for _, given, times in rows])
    rich = rows
    while True:
        poor = [row for row in rich if left[row[0]][0] * points < missing * row[1]]
        if not poor:
            break
        rich = [row for row in rich if left[row[0]][0] * points >= missing * row[1]]
        missing -= sum([left[group][0] * times for group, _, times in poor])
        points -= sum([given * times for _, given, times in poor])
    paying = {group for group, _, _ in rich}
    growth = -sum([left[group][1] * times for group, _, times in rows if group not in paying])
    for group, given, _ in rows:
        now = left[group][0] * points - missing * given
        more = left[group][1] * points - growth * given
        # At the crossing itself both readings give the same price: only the unit after it can differ.
        if now >= 0 and more < 0:
            steps.append(now // -more + 1)
        elif now < 0 and more > 0:
            steps.append(-now // more + 1)
    return (missing, growth), points
