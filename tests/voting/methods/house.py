"""Questions and ballots of every method, drawn by hypothesis."""

from collections import Counter
from collections.abc import Iterable

from hypothesis import strategies as st

from components.voting.answers import completed
from components.voting.ballots import Choice
from components.voting.methods import METHODS
from components.voting.question import Option, Question
from components.voting.trace import Outcome

NAMES = "abcd"
COSTS = {"a": 30, "b": 45, "c": 60, "d": 20}
MADE = ("approval", "dots", "grades", "majority_judgment", "score", "budget", "single")


def question(method: str, names: Iterable[str] = NAMES, counting: str = "", budget: int = 100) -> Question:
    """A question of `method` about the options `names`, in that order."""
    options = tuple(
        Option(name, {"fr": name.upper(), "en": name.upper()}, cost=COSTS.get(name, 10)) for name in names
    )
    return completed(
        Question(
            "q",
            method,
            {"fr": "?"},
            options,
            max_choices=len(options) if method == "approval" else 1,
            points=5 if method in ("dots", "budget") else 0,
            cap=3 if method in ("dots", "budget") else 0,
            counting=counting,
            budget=budget if method == "budget" else 0,
        )
    )


def choices(asked: Question) -> st.SearchStrategy[Choice]:
    """Valid ballots, blank ones included."""
    names = list(asked.option_ids)
    if asked.method in ("single", "yes_no_blank", "consent"):
        return st.sampled_from(names).map(lambda name: (name,))
    if asked.method == "approval":
        return st.sets(st.sampled_from(names)).map(lambda some: in_order(asked, some))
    if asked.method == "ranking":
        return st.lists(st.sampled_from(names), unique=True).map(tuple)
    if asked.grades:
        values = st.dictionaries(st.sampled_from(names), st.sampled_from(asked.grade_ids))
        return values.map(lambda given: written(asked, given))
    if asked.method == "score":
        scores = st.dictionaries(st.sampled_from(names), st.integers(0, asked.scale))
        return scores.map(lambda given: written(asked, given))
    return st.dictionaries(st.sampled_from(names), st.integers(1, asked.cap), max_size=2).map(
        lambda given: written(asked, given) if sum(given.values()) <= asked.points else ()
    )


def in_order(asked: Question, some: Iterable[str]) -> Choice:
    named = set(some)
    return tuple(name for name in asked.option_ids if name in named)


def written(asked: Question, given: dict[str, object]) -> Choice:
    return tuple(f"{name}={given[name]}" for name in asked.option_ids if name in given)


def count(asked: Question, ballots: Iterable[Choice]) -> Outcome:
    return METHODS[asked.method].count(asked, Counter(ballots))


def renamed(choice: Choice, names: dict[str, str]) -> Choice:
    """The ballot with its options renamed."""
    parts = (part.partition("=") for part in choice)
    return tuple(f"{names[name]}{sign}{value}" for name, sign, value in parts)
