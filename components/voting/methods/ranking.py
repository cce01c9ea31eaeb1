"""Options put in order of preference, counted as announced: Schulze's method or instant run-off."""

from collections.abc import Mapping

from components.voting.ballots import Choice
from components.voting.methods import instant_runoff, schulze
from components.voting.question import Question
from components.voting.trace import Outcome

COUNTINGS = {"schulze": schulze.count, "instant_runoff": instant_runoff.count}


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots`, each the option ids in order of preference. `counts` are the first preferences."""
    return COUNTINGS[question.counting or "schulze"](question, ballots)
