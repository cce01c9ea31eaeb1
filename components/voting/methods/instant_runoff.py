"""Instant run-off: the option with the fewest ballots leaves, its ballots go to their next preference."""

from collections.abc import Mapping
from typing import Any

from components.voting.ballots import Choice
from components.voting.question import Question
from components.voting.trace import Outcome


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count rankings, round by round, until one option has more than half of the ballots still counted.

    Tied for the fewest: the one announced last leaves, and the trace says so. When all that remain are tied, nothing
    but the order could part them: they are announced as tied winners. An empty ballot is blank.
    """
    remaining = list(question.option_ids)
    cast = {choice: times for choice, times in ballots.items() if choice and times}
    total = sum(cast.values())
    first = _votes(remaining, cast)
    rounds: list[dict[str, Any]] = []
    winners: tuple[str, ...] = ()
    while total:
        votes = _votes(remaining, cast)
        counted = sum(votes.values())
        told: dict[str, Any] = {"votes": votes, "exhausted": total - counted, "eliminated": None, "tied": []}
        rounds.append(told)
        most, fewest = max(votes.values()), min(votes.values())
        if 2 * most > counted or most == fewest:
            winners = tuple(option for option in remaining if votes[option] == most)
            break
        last = [option for option in remaining if votes[option] == fewest]
        told["eliminated"], told["tied"] = last[-1], last if len(last) > 1 else []
        remaining.remove(last[-1])
    return Outcome(
        winners,
        first,
        {
            "rule": "instant_runoff",
            "rounds": rounds,
            "by_order": [told["eliminated"] for told in rounds if told["tied"]],
            "tie": len(winners) > 1,
        },
    )


def _votes(remaining: list[str], cast: Mapping[Choice, int]) -> dict[str, int]:
    """Each ballot for the first of its preferences that remains."""
    votes = dict.fromkeys(remaining, 0)
    for choice, times in cast.items():
        preferred = next((option for option in choice if option in votes), None)
        if preferred is not None:
            votes[preferred] += times
    return votes
