"""Several dots a ballot, a few at most on one option: the option with the most dots comes first."""

from collections.abc import Mapping

from components.voting.ballots import Choice, choice_values
from components.voting.question import Question
from components.voting.trace import Outcome, leaders


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots`, each a choice of `option=dots`; an empty one is blank and gives nothing."""
    counts = totals(question, ballots)
    winners = leaders(counts)
    return Outcome(
        winners,
        counts,
        {
            "rule": "dots",
            "points": question.points,
            "cap": question.cap,
            "given": sum(counts.values()),
            "tie": len(winners) > 1,
        },
    )


def totals(question: Question, ballots: Mapping[Choice, int]) -> dict[str, int]:
    """Option → all that ballots of numbers gave it (dots, points, scores)."""
    counts = dict.fromkeys(question.option_ids, 0)
    for choice, times in ballots.items():
        for option, number in points_of(choice).items():
            counts[option] += number * times
    return counts


def points_of(choice: Choice) -> dict[str, int]:
    """Option → the number one ballot gave it."""
    return {option: int(number) for option, number in choice_values(choice).items()}
