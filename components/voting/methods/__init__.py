"""One file a method; the registry names those this version counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components.voting.ballots import Choice
from components.voting.methods import approval, plurality
from components.voting.question import Question
from components.voting.trace import Outcome

Count = Callable[[Question, Mapping[Choice, int]], Outcome]


@dataclass(frozen=True)
class Method:
    """A way of voting: how it is counted and how many choices a ballot holds by default.

    hands: raised hands can say it; keyed_by_option: totals by option, keyed by hand, count exactly.
    """

    id: str
    count: Count
    several: bool = False
    hands: bool = False
    keyed_by_option: bool = False


METHODS: dict[str, Method] = {
    "yes_no_blank": Method("yes_no_blank", plurality.count, hands=True, keyed_by_option=True),
    "single": Method("single", plurality.count, hands=True, keyed_by_option=True),
    "approval": Method("approval", approval.count, several=True, hands=True, keyed_by_option=True),
    "commune": Method("commune", plurality.count, hands=True, keyed_by_option=True),
}
