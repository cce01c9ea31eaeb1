"""A grade for each option: how each is judged, side by side; nothing is elected."""

from collections.abc import Mapping, Sequence

from components.voting.ballots import Choice, choice_values
from components.voting.question import Question
from components.voting.trace import Outcome

Profile = dict[str, list[int]]
"""Option → ballots by grade, best grade first."""


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots`, each a choice of `option=grade`. An option left ungraded is « no opinion » there."""
    counts = profile(question, ballots)
    graded = {option: sum(row) for option, row in counts.items()}
    return Outcome(
        (),
        graded,
        {
            "rule": "grades",
            "profile": counts,
            "majority_grade": {option: majority_grade(question, row) for option, row in counts.items()},
            "tie": False,
        },
    )


def profile(question: Question, ballots: Mapping[Choice, int]) -> Profile:
    """How many ballots gave each option each grade."""
    place = {grade: index for index, grade in enumerate(question.grade_ids)}
    counts: Profile = {option: [0] * len(place) for option in question.option_ids}
    for choice, times in ballots.items():
        for option, grade in choice_values(choice).items():
            counts[option][place[grade]] += times
    return counts


def majority_grade(question: Question, row: Sequence[int]) -> str | None:
    """The best grade at least which more than half give; of an even number, the lower of the two in the middle.

    None when nobody graded the option.
    """
    if not sum(row):
        return None
    return question.grade_ids[middle(row)]


def middle(row: Sequence[int]) -> int:
    """The place of the majority grade in `row` (ballots by grade, best first; at least one)."""
    wanted = sum(row) // 2
    seen = 0
    for place, number in enumerate(row):
        seen += number
        if seen > wanted:
            return place
    raise ValueError("no ballot in this row")
