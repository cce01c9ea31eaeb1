"""Points given to projects that cost money: the method of equal shares, completed.

What a project is worth to someone is the points she gave it. When the shares leave money unspent, every share is raised
by one unit at a time for as long as what is bought fits the budget (Add1U); what is left then goes to the projects with
the most points for their cost. Ties go to the project announced first. The same choices in pabutools:
`method_of_equal_shares(…, Additive_Cardinal_Sat, voter_budget_increment=1)`, then `greedy_utilitarian_welfare`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from components.voting.ballots import Choice
from components.voting.methods.dots import points_of, totals
from components.voting.methods.shares import Electorate, Purchase, buy
from components.voting.methods.steady import next_change
from components.voting.question import Question
from components.voting.trace import Outcome

PATIENCE = 4
"""Runs that buy the same in a row before it pays to work out how long that will last."""


@dataclass(frozen=True)
class Funded:
    """What is funded. free: cost nothing; shares: bought with equal shares of `share`, raised by `raised`;
    completion: added with what was left."""

    free: tuple[str, ...]
    shares: tuple[Purchase, ...]
    completion: tuple[str, ...]
    share: Fraction
    raised: int

    @property
    def projects(self) -> tuple[str, ...]:
        return (*self.free, *(purchase.project for purchase in self.shares), *self.completion)


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots` of points; the winners are the funded projects, in the order they were funded.

    Blank ballots have no share. A project nobody gave a point to is never funded.
    """
    costs = {option.id: option.cost for option in question.options}
    cast = {choice: times for choice, times in ballots.items() if choice and times}
    counts = totals(question, cast)
    points = [points_of(choice) for choice in cast]
    voters = Electorate(
        {project: cost for project, cost in costs.items() if cost > 0 and counts[project]},
        points,
        list(cast.values()),
    )
    free = tuple(project for project, cost in costs.items() if cost == 0 and counts[project])
    funded = fund(voters, question.budget, free, counts)
    supporters = dict.fromkeys(costs, 0)
    for ballot, times in zip(points, voters.times, strict=True):
        for project, given in ballot.items():
            if given:
                supporters[project] += times
    spent = sum(costs[project] for project in funded.projects)
    trace = {
        "rule": "equal_shares",
        "satisfaction": "points",
        "budget": question.budget,
        "spent": spent,
        "people": voters.people,
        "share": str(funded.share),
        "raised": funded.raised,
        "free": list(funded.free),
        "shares": [
            {"option": p.project, "price": str(p.price), "payers": p.payers, "tied": list(p.tied)}
            for p in funded.shares
        ],
        "completion": list(funded.completion),
        "supporters": supporters,
        "unsupported": [project for project in costs if not counts[project]],
        "tie": any(purchase.tied for purchase in funded.shares),
    }
    return Outcome(funded.projects, counts, trace)


def fund(voters: Electorate, budget: int, free: tuple[str, ...], points: Mapping[str, int]) -> Funded:
    """Equal shares, raised unit by unit, then completed. points: all points of each project."""
    if not voters.people:
        return Funded(free, (), (), Fraction(0), 0)
    start = Fraction(budget, voters.people)
    kept: tuple[int, list[Purchase]] = (0, buy(voters, start))
    raised, same, patience = 0, 0, PATIENCE
    while not _full(voters, budget, (purchase.project for purchase in kept[1])):
        names = [purchase.project for purchase in kept[1]]
        step = 1
        if same >= patience:
            step, same = next_change(voters, start + raised, names), 0
            # In a crowd someone's money runs out at nearly every step: looking ahead then costs more than it spares.
            patience = PATIENCE if step > PATIENCE else 2 * patience
        # Every unit up to the one before the change buys the same, and so would be kept.
        bought = buy(voters, start + raised + step)
        if sum(voters.costs[purchase.project] for purchase in bought) > budget:
            if step > 1:
                kept = (raised + step - 1, buy(voters, start + raised + step - 1))
            break
        raised += step
        same = same + 1 if [purchase.project for purchase in bought] == names else 0
        kept = (raised, bought)
    raised, purchases = kept
    chosen = [purchase.project for purchase in purchases]
    money = budget - sum(voters.costs[project] for project in chosen)
    completion = []
    order = {project: place for place, project in enumerate(voters.costs)}
    for project in sorted(
        order.keys() - set(chosen),
        key=lambda name: (-Fraction(points[name], voters.costs[name]), order[name]),
    ):
        if voters.costs[project] <= money:
            completion.append(project)
            money -= voters.costs[project]
    return Funded(free, tuple(purchases), tuple(completion), start + raised, raised)


def _full(voters: Electorate, budget: int, bought: Iterable[str]) -> bool:
    """Whether no other project fits what is left."""
    chosen = set(bought)
    money = budget - sum(voters.costs[project] for project in chosen)
    return all(cost > money for project, cost in voters.costs.items() if project not in chosen)
