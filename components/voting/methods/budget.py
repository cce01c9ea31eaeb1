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
"""Runs in a row that went well before more units are tried at once, or that bought the same before it pays to work
out how long that will last."""

Tie = tuple[str, tuple[str, ...]]
"""The project that went first, and those it was tied with."""


@dataclass(frozen=True)
class Funded:
    """What is funded. free: cost nothing; shares: bought with equal shares of `share`, raised by `raised`;
    completion: added with what was left; completion_ties: those of them that went before others, with as many points
    for their cost, that the money left could have paid too."""

    free: tuple[str, ...]
    shares: tuple[Purchase, ...]
    completion: tuple[str, ...]
    completion_ties: tuple[Tie, ...]
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
        "completion_ties": [{"option": ahead, "tied": list(tied)} for ahead, tied in funded.completion_ties],
        "supporters": supporters,
        "unsupported": [project for project in costs if not counts[project]],
        "tie": bool(funded.completion_ties) or any(purchase.tied for purchase in funded.shares),
    }
    return Outcome(funded.projects, counts, trace)


def fund(voters: Electorate, budget: int, free: tuple[str, ...], points: Mapping[str, int]) -> Funded:
    """Equal shares, raised unit by unit, then completed. points: all points of each project."""
    if not voters.people:
        return Funded(free, (), (), (), Fraction(0), 0)
    start = Fraction(budget, voters.people)
    raised = _units(voters, budget, start)
    purchases = buy(voters, start + raised)
    chosen = [purchase.project for purchase in purchases]
    money = budget - sum(voters.costs[project] for project in chosen)
    completion, ties = _complete(
        {name: cost for name, cost in voters.costs.items() if name not in chosen}, points, money
    )
    return Funded(free, tuple(purchases), completion, ties, start + raised, raised)


def _complete(
    costs: Mapping[str, int], points: Mapping[str, int], money: int
) -> tuple[tuple[str, ...], tuple[Tie, ...]]:
    """What `money` still pays, most points for the cost first, and the ties that the order announced settled."""
    worth = {name: Fraction(points[name], cost) for name, cost in costs.items()}
    added: list[str] = []
    ties: list[Tie] = []
    # The sort keeps the announced order among equals.
    waiting = sorted(costs, key=lambda name: -worth[name])
    for place, name in enumerate(waiting):
        if costs[name] > money:
            continue
        tied = tuple(
            other for other in waiting[place + 1 :] if worth[other] == worth[name] and costs[other] <= money
        )
        if tied:
            ties.append((name, tied))
        added.append(name)
        money -= costs[name]
    return tuple(added), tuple(ties)


def _units(voters: Electorate, budget: int, start: Fraction) -> int:
    """By how many units `start` is raised: one after the other until nothing else fits the budget, or one too many.

    Nearly every unit buys what the one before bought. Bounds tell so for many units at once; where they cannot, as on
    a tie, lines do in a small vote. Nothing is skipped that could differ.
    """
    # Loading numpy takes longer than most counts, and only this one needs it.
    from components.voting.methods.crowd import Crowd

    crowd = Crowd(voters)
    # In a crowd someone's money runs out at nearly every unit: following lines then costs more than it spares.
    shortest = PATIENCE + len(voters.points) // 10
    patience, same, width, sure = shortest, 0, 1, 0
    raised, names = 0, crowd.bought(start, start) or _exactly(voters, start)
    while not _full(voters, budget, names):
        if same >= patience:
            step, same = next_change(voters, start + raised, names), 0
            patience = shortest if step > shortest else 2 * patience
            # Every unit up to the one before the change buys the same.
            raised += step - 1
        first = start + raised + 1
        bought = crowd.bought(first, first + width - 1)
        sure = sure + 1 if bought is not None else 0
        if bought is None and width > 1:
            width //= 2
            continue
        if bought is None:
            bought = _exactly(voters, first)
        if sum(voters.costs[project] for project in bought) > budget:
            break
        raised += 1 if _full(voters, budget, bought) else width
        same = same + 1 if bought == names else 0
        names = bought
        if sure == PATIENCE:
            width, sure = 2 * width, 0
    return raised


def _exactly(voters: Electorate, share: Fraction) -> list[str]:
    return [purchase.project for purchase in buy(voters, share)]


def _full(voters: Electorate, budget: int, bought: Iterable[str]) -> bool:
    """Whether no other project fits what is left."""
    chosen = set(bought)
    money = budget - sum(voters.costs[project] for project in chosen)
    return all(cost > money for project, cost in voters.costs.items() if project not in chosen)
