"""One choice a ballot: the option named most often comes first (yes/no/blank, single choice, commune)."""

from collections.abc import Mapping

from components.voting.ballots import Choice
from components.voting.question import Question
from components.voting.trace import Outcome, leaders


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots` (choice → how many). Blank and no-opinion answers are counted, but never win."""
    counts = dict.fromkeys(question.option_ids, 0)
    for choice, times in ballots.items():
        for option in choice:
            counts[option] += times
    eligible = {option.id: counts[option.id] for option in question.options if not option.role}
    winners = leaders(eligible)
    return Outcome(winners, counts, {"rule": "plurality", "tie": len(winners) > 1})
