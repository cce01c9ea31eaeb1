"""One file a method; the registry names those this version counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components.voting.ballots import Choice
from components.voting.methods import (
    approval,
    budget,
    consent,
    dots,
    grades,
    majority_judgment,
    plurality,
    ranking,
    score,
)
from components.voting.question import Question
from components.voting.trace import Outcome

Count = Callable[[Question, Mapping[Choice, int]], Outcome]


Totals = Callable[[Question, Mapping[Choice, int]], dict[str, int]]


@dataclass(frozen=True)
class Method:
    """A way of voting: how it is counted and how its ballot is filled in.

    several: a ballot may name several options. hands: raised hands can say it. keyed_by_option: totals by
    option, keyed by hand, count exactly. quick_totals: the `counts` of `count` alone, where the rest takes long.
    """

    id: str
    count: Count
    several: bool = False
    hands: bool = False
    keyed_by_option: bool = False
    quick_totals: Totals | None = None

    def totals(self, question: Question, ballots: Mapping[Choice, int]) -> dict[str, int]:
        """Option → number, as `count` gives it: what a channel's or a college's part of a vote needs."""
        return (
            self.quick_totals(question, ballots)
            if self.quick_totals
            else self.count(question, ballots).counts
        )


METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        Method("yes_no_blank", plurality.count, hands=True, keyed_by_option=True),
        Method("single", plurality.count, hands=True, keyed_by_option=True),
        Method("approval", approval.count, several=True, hands=True, keyed_by_option=True),
        Method("commune", plurality.count, hands=True, keyed_by_option=True),
        Method("dots", dots.count, several=True, keyed_by_option=True),
        Method("grades", grades.count, several=True),
        Method("majority_judgment", majority_judgment.count, several=True),
        Method("consent", consent.count, hands=True, keyed_by_option=True),
        Method("ranking", ranking.count, several=True),
        Method("score", score.count, several=True),
        Method("budget", budget.count, several=True, quick_totals=dots.totals),
    )
}
