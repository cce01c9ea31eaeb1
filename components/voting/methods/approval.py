"""Several choices a ballot: each named option receives one approval; the most approved comes first."""

from collections.abc import Mapping

from components.voting.ballots import Choice
from components.voting.methods.plurality import count as count_named
from components.voting.question import Question
from components.voting.trace import Outcome


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots` (choice → how many); an empty choice is a blank ballot and names nothing."""
    named = count_named(question, ballots)
    return Outcome(
        named.winners,
        named.counts,
        {"rule": "approval", "most": question.max_choices, "tie": named.trace["tie"]},
    )
