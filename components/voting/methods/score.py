"""A score for each option, 0 to the top of the scale: the highest sum comes first."""

from collections.abc import Mapping

from components.voting.ballots import Choice
from components.voting.methods.dots import points_of, totals
from components.voting.question import Question
from components.voting.trace import Outcome, leaders


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots`, each a choice of `option=score`. An option left unscored has 0; an empty ballot is blank."""
    sums = totals(question, ballots)
    voters = sum(times for choice, times in ballots.items() if choice)
    distribution = {option: [0] * (question.scale + 1) for option in question.option_ids}
    scored = dict.fromkeys(question.option_ids, 0)
    for choice, times in ballots.items():
        if not choice:
            continue
        scores = points_of(choice)
        for option in question.option_ids:
            distribution[option][scores.get(option, 0)] += times
            scored[option] += times if option in scores else 0
    winners = leaders(sums)
    return Outcome(
        winners,
        sums,
        {
            "rule": "score",
            "scale": question.scale,
            "voters": voters,
            "scored": scored,
            "distribution": distribution,
            "tie": len(winners) > 1,
        },
    )
