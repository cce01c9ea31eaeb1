"""Equal shares against an independent, slow reading of its definition, and against a budget voted in Toulouse."""

import random
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.voting.ballots import Choice
from components.voting.methods.budget import fund
from components.voting.methods.crowd import Crowd
from components.voting.methods.shares import Electorate, buy
from components.voting.methods.steady import next_change
from tests.examples import examples
from tests.voting.methods.house import count, question

NAMES = "abcde"
ballots_of_points = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3), min_size=1, max_size=3), min_size=1, max_size=8
)
costs_of_all = st.fixed_dictionaries({name: st.integers(1, 60) for name in NAMES})


def electorate(ballots: list[dict[str, int]], costs: dict[str, int]) -> Electorate:
    named = {name for ballot in ballots for name in ballot}
    return Electorate({name: costs[name] for name in NAMES if name in named}, ballots, [1] * len(ballots))


def price_by_search(cost: int, money: list[Fraction], points: list[int]) -> Fraction | None:
    """The price at which min(money, price × points) sums to the cost, tried between all breaking points."""
    if sum(m for m, p in zip(money, points, strict=True) if p) < cost:
        return None
    breaks = sorted({m / p for m, p in zip(money, points, strict=True) if p})
    for end in breaks:
        raised = sum(min(m, end * p) for m, p in zip(money, points, strict=True))
        if raised >= cost:
            full = [(m, p) for m, p in zip(money, points, strict=True) if p and m / p >= end]
            rest = sum(m for m, p in zip(money, points, strict=True) if p and m / p < end)
            return (cost - rest) / Fraction(sum(p for _, p in full))
    return None


def bought_slowly(ballots: list[dict[str, int]], costs: dict[str, int], share: Fraction) -> list[str]:
    money = [share] * len(ballots)
    found: list[str] = []
    while True:
        prices = {
            name: price_by_search(cost, money, [ballot.get(name, 0) for ballot in ballots])
            for name, cost in costs.items()
            if name not in found and any(ballot.get(name) for ballot in ballots)
        }
        known = {name: price for name, price in prices.items() if price is not None}
        if not known:
            return found
        best = min(known, key=lambda name: (known[name], NAMES.index(name)))
        found.append(best)
        money = [m - min(m, known[best] * b.get(best, 0)) for m, b in zip(money, ballots, strict=True)]


def funded_slowly(ballots: list[dict[str, int]], costs: dict[str, int], budget: int) -> list[str]:
    """Add1U one unit after the other, then greedily."""
    share = Fraction(budget, len(ballots))
    supported = {name: sum(b.get(name, 0) for b in ballots) for name in costs}
    supported = {name: points for name, points in supported.items() if points}
    kept: list[str] = []
    while True:
        bought = bought_slowly(ballots, costs, share)
        spent = sum(costs[name] for name in bought)
        if spent > budget:
            break
        kept = bought
        if all(spent + costs[name] > budget for name in supported if name not in bought):
            break
        share += 1
    for name in sorted(supported, key=lambda n: (-Fraction(supported[n], costs[n]), NAMES.index(n))):
        if name not in kept and sum(costs[n] for n in kept) + costs[name] <= budget:
            kept = [*kept, name]
    return kept


@settings(max_examples=examples(60), deadline=None)
@given(ballots_of_points, costs_of_all, st.integers(10, 150))
@example([{"a": 1}, {"b": 1}], dict.fromkeys(NAMES, 5), 5)
def test_equal_to_the_slow_reading(ballots: list[dict[str, int]], costs: dict[str, int], budget: int) -> None:
    voters = electorate(ballots, costs)
    points = {name: sum(ballot.get(name, 0) for ballot in ballots) for name in voters.costs}
    assert list(fund(voters, budget, (), points).projects) == funded_slowly(ballots, costs, budget)


@settings(max_examples=examples(60), deadline=None)
@given(ballots_of_points, costs_of_all, st.integers(1, 40))
def test_nothing_else_is_bought_before_the_change(
    ballots: list[dict[str, int]], costs: dict[str, int], share: int
) -> None:
    voters = electorate(ballots, costs)
    bought = [purchase.project for purchase in buy(voters, Fraction(share))]
    if len(bought) == len(voters.costs):
        return
    for more in range(min(next_change(voters, Fraction(share), bought), 40)):
        assert [purchase.project for purchase in buy(voters, Fraction(share + more))] == bought


@settings(max_examples=examples(120), deadline=None)
@given(ballots_of_points, costs_of_all, st.integers(1, 60), st.integers(0, 20), st.fractions(0, 1))
def test_what_a_crowd_surely_buys_is_bought_with_every_share_between(
    ballots: list[dict[str, int]], costs: dict[str, int], share: int, wide: int, part: Fraction
) -> None:
    voters = electorate(ballots, costs)
    told = Crowd(voters).bought(Fraction(share), Fraction(share + wide))
    if told is not None:
        for between in (Fraction(share), share + wide * part, Fraction(share + wide)):
            assert [purchase.project for purchase in buy(voters, between)] == told


@pytest.mark.parametrize("seed", range(200))
def test_bounds_that_are_far_apart_still_hold(seed: int) -> None:
    """Several purchases one after the other, of many who run out of money, with shares far from each other."""
    drawn = random.Random(seed)
    names = [f"p{n}" for n in range(8)]
    ballots = [
        {name: drawn.randint(1, 3) for name in drawn.sample(names, drawn.randint(1, 5))} for _ in range(30)
    ]
    costs = {name: drawn.randint(300, 1500) for name in names if any(name in ballot for ballot in ballots)}
    voters = Electorate(costs, ballots, [drawn.choice((1, 2, 7)) for _ in ballots])
    share = Fraction(drawn.randint(30, 100))
    for wide in (0, 1, 3, 6, 12, 20):
        told = Crowd(voters).bought(share, share + wide)
        # Nothing is tied here: one share alone is always told.
        assert told is not None or wide
        if told is not None:
            for between in (share, share + Fraction(wide, 2), share + wide):
                assert [purchase.project for purchase in buy(voters, between)] == told


def test_a_crowd_tells_ties_where_all_can_pay_and_leaves_the_others() -> None:
    two = Electorate({"b": 10, "a": 10}, [{"a": 1}, {"b": 1}], [1, 1])
    assert Crowd(two).bought(Fraction(20), Fraction(30)) == ["b", "a"]
    # One of two gives all she has, for either project: equal, but no float can tell.
    poor = Electorate({"b": 10, "a": 10}, [{"a": 3}, {"a": 1}, {"b": 3}, {"b": 1}], [1] * 4)
    assert Crowd(poor).bought(Fraction(6), Fraction(6)) is None
    assert [purchase.tied for purchase in buy(poor, Fraction(6))] == [("a",), ()]


@pytest.mark.parametrize("seed", range(examples(100)))
def test_many_ballots_are_counted_as_one_unit_after_the_other(seed: int) -> None:
    """Few costs and points, hence ties, and a mirrored half in one of two: some that only whole numbers decide."""
    drawn = random.Random(seed)
    names = [f"{half}{n}" for half in "xy" for n in range(drawn.randint(2, 5))]
    cost_of = {n: drawn.choice((400, 600, 900, 901)) for n in {name[1:] for name in names}}
    costs = {name: cost_of[name[1:]] for name in names}
    ballots = [
        {name: drawn.randint(1, drawn.choice((1, 3))) for name in drawn.sample(names, drawn.randint(1, 4))}
        for _ in range(drawn.randint(20, 60))
    ]
    times = [drawn.choice((1, 1, 2, 7)) for _ in ballots]
    if seed % 2:
        ballots += [{"yx"["xy".index(name[0])] + name[1:]: n for name, n in b.items()} for b in ballots]
        times += times
    points = {name: sum(b.get(name, 0) * n for b, n in zip(ballots, times, strict=True)) for name in names}
    voters = Electorate({name: costs[name] for name in names if points[name]}, ballots, times)
    budget = drawn.randint(1500, 6000)
    found = fund(voters, budget, (), points)
    start = Fraction(budget, voters.people)
    raised, kept = -1, list(found.shares)
    for more in range(found.raised + 2):
        bought = buy(voters, start + more)
        spent = sum(costs[purchase.project] for purchase in bought)
        if more and spent > budget:
            break
        raised, kept = more, bought
        others = voters.costs.keys() - {purchase.project for purchase in bought}
        if all(spent + costs[name] > budget for name in others):
            break
    assert (found.raised, list(found.shares)) == (raised, kept)


def test_groups_of_the_same_ballot_count_like_each_alone() -> None:
    costs = {"a": 50, "b": 33, "c": 20}
    points = [{"a": 2, "b": 1}, {"c": 3}, {"b": 2}]
    grouped = Electorate(costs, points, [3, 1, 2])
    alone = Electorate(costs, [points[0]] * 3 + [points[1]] + [points[2]] * 2, [1] * 6)
    assert buy(grouped, Fraction(50, 3)) == buy(alone, Fraction(50, 3))


def test_minorities_get_their_share() -> None:
    """Seven want a and b, three want c: the three can pay c with their own shares, and do."""
    asked = question("budget", "abc")  # costs 30, 45, 60; budget 100
    ballots: list[Choice] = [*[("a=1", "b=1")] * 3, *[("c=3",)] * 7]
    found = count(asked, ballots)
    assert found.winners == ("c", "a")
    assert found.counts == {"a": 3, "b": 3, "c": 21}
    assert found.trace["share"] == "10"
    assert found.trace["spent"] == 90


def test_a_tie_goes_to_the_option_announced_first_and_is_told() -> None:
    ballots: list[Choice] = [("x=1",), ("y=1",)]
    for order in ("xy", "yx"):
        found = count(question("budget", order, budget=10), ballots)  # each costs 10, each share 5
        assert found.winners == (order[0],)
        assert found.trace["raised"] == 4
        assert found.trace["completion"] == [order[0]]


def test_free_projects_and_those_nobody_wants() -> None:
    asked = question("budget", "abc")
    free = type(asked)(
        **{**asked.__dict__, "options": tuple(type(o)(o.id, o.label, "", 0) for o in asked.options)}
    )
    found = count(free, [("b=1",)])
    assert found.winners == ("b",)
    assert found.trace["unsupported"] == ["a", "c"]


def test_small_assembly_with_a_large_budget_is_quick() -> None:
    """A share of 200 000 is raised some ten thousand times: only the changes are worked out."""
    costs = {"a": 310_000, "b": 277_000, "c": 190_000, "d": 421_000, "e": 88_000}
    ballots = [{"a": 1, "c": 2}, {"b": 3}, {"c": 1, "d": 1}, {"e": 2, "a": 2}, {"d": 3, "e": 1}]
    voters = electorate(ballots, costs)
    points = {name: sum(ballot.get(name, 0) for ballot in ballots) for name in costs}
    found = fund(voters, 1_000_000, (), points)
    assert found.raised > 1000
    before = [purchase.project for purchase in buy(voters, found.share)]
    after = [purchase.project for purchase in buy(voters, found.share + 1)]
    assert before == [purchase.project for purchase in found.shares]
    assert before != after or not found.completion
