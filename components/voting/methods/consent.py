"""Consent: a proposal stands when nobody objects; each objection must be lifted, one by one, by the assembly."""

from collections.abc import Mapping

from components.voting.ballots import Choice
from components.voting.methods.plurality import count as count_named
from components.voting.question import Question
from components.voting.trace import Outcome

CONSENT, ASIDE, OBJECTION = "consent", "aside", "objection"


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count `ballots`. Consent wins only without a single objection: no majority overrules one."""
    counts = count_named(question, ballots).counts
    consented = bool(counts[CONSENT]) and not counts[OBJECTION]
    return Outcome(
        (CONSENT,) if consented else (),
        counts,
        {"rule": "consent", "objections": counts[OBJECTION], "consented": consented, "tie": False},
    )
