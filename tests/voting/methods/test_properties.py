"""What must hold of every method: order and names of people and options do not matter, more support never hurts."""

import json
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.voting.ballots import GRADED, Choice, choice_values
from components.voting.methods import METHODS
from components.voting.question import Question
from tests.examples import examples
from tests.voting.methods.house import MADE, choices, count, in_order, question, renamed, written

ASKED = {
    **{method: question(method) for method in MADE},
    "yes_no_blank": question("yes_no_blank"),
    "consent": question("consent"),
    "schulze": question("ranking", counting="schulze"),
    "instant_runoff": question("ranking", counting="instant_runoff"),
}
EVERY = pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)


def test_every_method_of_the_registry_is_here() -> None:
    assert {asked.method for asked in ASKED.values()} | {"commune"} == set(METHODS)


@EVERY
@settings(max_examples=examples(30), deadline=None)
@given(data=st.data(), drawn=st.randoms(use_true_random=False))
def test_anonymity_and_reproducibility(asked: Question, data: st.DataObject, drawn: random.Random) -> None:
    ballots = data.draw(st.lists(choices(asked), max_size=25))
    shuffled = ballots[:]
    drawn.shuffle(shuffled)
    one, two = count(asked, ballots), count(asked, shuffled)
    assert one == two
    assert json.loads(json.dumps(one.trace)) == one.trace
    assert METHODS[asked.method].totals(asked, Counter(ballots)) == one.counts


@EVERY
@settings(max_examples=examples(30), deadline=None)
@given(data=st.data(), order=st.permutations("abcd"))
def test_neutrality(asked: Question, data: st.DataObject, order: list[str]) -> None:
    """Options renamed, and announced in the same order, are judged the same under their new names."""
    if asked.method in ("yes_no_blank", "consent"):
        return
    ballots = data.draw(st.lists(choices(asked), max_size=20))
    names = dict(zip("abcd", order, strict=True))
    twin = question(asked.method, order, asked.counting)
    costs = {names[option.id]: option.cost for option in asked.options}
    twin = type(twin)(
        **{
            **twin.__dict__,
            "options": tuple(type(o)(o.id, o.label, o.role, costs[o.id]) for o in twin.options),
        }
    )
    one = count(asked, ballots)
    two = count(twin, [renamed(choice, names) for choice in ballots])
    assert tuple(names[name] for name in one.winners) == two.winners
    assert {names[name]: n for name, n in one.counts.items()} == two.counts


@pytest.mark.parametrize("name", [name for name in ASKED if name != "budget"])
@settings(max_examples=examples(30), deadline=None)
@given(data=st.data(), order=st.permutations("abcd"))
def test_winners_do_not_depend_on_the_order_announced(
    name: str, data: st.DataObject, order: list[str]
) -> None:
    """Except where a tie is broken by it, and then the trace says so."""
    asked = ASKED[name]
    if asked.method in ("yes_no_blank", "consent"):
        return
    ballots = data.draw(st.lists(choices(asked), max_size=20))
    other = question(asked.method, order, asked.counting)
    one, two = count(asked, ballots), count(other, ballots)
    if not one.trace.get("by_order") and not two.trace.get("by_order"):
        assert set(one.winners) == set(two.winners)


@EVERY
def test_no_ballot_and_only_blank_ones(asked: Question) -> None:
    blank = [(name,) for name in asked.blank_ids] or [()]
    for ballots in ([], blank * 7):
        found = count(asked, ballots)
        assert found.winners == ()
        assert all(n == 0 for name, n in found.counts.items() if name not in asked.blank_ids)


UNANIMOUS: dict[str, Choice] = {
    "yes_no_blank": ("no",),
    "single": ("c",),
    "approval": ("c",),
    "dots": ("c=2",),
    "majority_judgment": ("a=insufficient", "c=passable"),
    "score": ("a=1", "c=2"),
    "schulze": ("c", "a"),
    "instant_runoff": ("c", "a"),
    "consent": ("consent",),
    "budget": ("c=1",),
}


@pytest.mark.parametrize(("name", "choice"), UNANIMOUS.items(), ids=UNANIMOUS)
def test_unanimity(name: str, choice: Choice) -> None:
    winner = choice[0] if name in ("schulze", "instant_runoff") else choice[-1].partition("=")[0]
    found = count(ASKED[name], [choice] * 9)
    assert found.winners == (winner,)
    assert found.trace["tie"] is False


def _raised(asked: Question, choice: Choice, winner: str, drawn: random.Random) -> Choice:
    """The same ballot with the winner better placed, and nothing else changed."""
    if asked.method == "single":
        return (winner,)
    if asked.method == "approval":
        return in_order(asked, {*choice, winner})
    if asked.method == "ranking":
        others = [name for name in choice if name != winner]
        place = choice.index(winner) if winner in choice else len(others)
        others.insert(drawn.randint(0, place), winner)
        return tuple(others)
    values: dict[str, object] = dict(choice_values(choice))
    if asked.grades:
        now = asked.grade_ids.index(str(values[winner])) if winner in values else len(asked.grades) - 1
        values[winner] = asked.grade_ids[drawn.randint(0, now)]
    else:
        values[winner] = max(int(str(values.get(winner, 0))), drawn.randint(0, asked.scale or asked.cap))
    return written(asked, values)


@pytest.mark.parametrize("name", ["single", "approval", "dots", "majority_judgment", "score", "schulze"])
@settings(max_examples=examples(30), deadline=None)
@given(data=st.data(), drawn=st.randoms(use_true_random=False))
def test_monotonicity(name: str, data: st.DataObject, drawn: random.Random) -> None:
    """A winner that a ballot places better still wins (instant run-off and equal shares do not promise it)."""
    asked = ASKED[name]
    ballots = [choice for choice in data.draw(st.lists(choices(asked), min_size=1, max_size=15)) if choice]
    before = count(asked, ballots)
    for winner in before.winners:
        one = drawn.randrange(len(ballots))
        better = [*ballots[:one], _raised(asked, ballots[one], winner, drawn), *ballots[one + 1 :]]
        assert winner in count(asked, better).winners


def test_raised_hands_are_only_for_one_mark_an_option() -> None:
    assert {name for name, method in METHODS.items() if method.hands} == {
        "yes_no_blank",
        "single",
        "approval",
        "commune",
        "consent",
    }
    assert not any(METHODS[name].keyed_by_option for name in (*GRADED, "score", "ranking", "budget"))
