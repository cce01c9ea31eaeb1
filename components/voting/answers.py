"""Answers that a method fixes itself, and what a question has when nobody says otherwise."""

from dataclasses import replace

from components.voting.methods import METHODS
from components.voting.question import CHANNELS, Option, Question

YES_NO_BLANK = (
    Option("yes", {"fr": "Oui", "en": "Yes"}),
    Option("no", {"fr": "Non", "en": "No"}),
    Option("blank", {"fr": "Blanc", "en": "Blank"}, "blank"),
)
CONSENT = (
    Option("consent", {"fr": "Je consens", "en": "I consent"}),
    Option("aside", {"fr": "Je m’abstiens", "en": "I stand aside"}, "blank"),
    Option("objection", {"fr": "J’ai une objection", "en": "I object"}),
)
FIXED_OPTIONS = {"yes_no_blank": YES_NO_BLANK, "consent": CONSENT, "commune": ()}
"""Methods whose answers are not written in the run sheet; the communes are the territory's."""

JUDGMENTS = (
    Option("very_good", {"fr": "Très bien", "en": "Very good"}),
    Option("good", {"fr": "Bien", "en": "Good"}),
    Option("fairly_good", {"fr": "Assez bien", "en": "Fairly good"}),
    Option("passable", {"fr": "Passable", "en": "Passable"}),
    Option("insufficient", {"fr": "Insuffisant", "en": "Insufficient"}),
    Option("reject", {"fr": "À rejeter", "en": "To be rejected"}),
)
"""The six grades of the French experiments of majority judgment (Balinski and Laraki, Orsay 2007), best to worst."""

SCALE = (
    Option("strongly_for", {"fr": "Très favorable", "en": "Strongly in favour"}),
    Option("for", {"fr": "Plutôt favorable", "en": "Rather in favour"}),
    Option("mixed", {"fr": "Partagé", "en": "Mixed"}),
    Option("against", {"fr": "Plutôt défavorable", "en": "Rather against"}),
    Option("strongly_against", {"fr": "Très défavorable", "en": "Strongly against"}),
)
COUNTINGS = ("schulze", "instant_runoff")
DOTS, POINTS, HIGHEST_SCORE = 3, 10, 10


def channels_of(method: str) -> tuple[str, ...]:
    """Ways of handing in a ballot that the method allows: several grades, ranks or points are never raised by hand."""
    return tuple(channel for channel in CHANNELS if channel != "hands" or METHODS[method].hands)


def completed(question: Question) -> Question:
    """The question with what its method fixes, and defaults for what was left out."""
    method = question.method
    filled = replace(
        question,
        options=FIXED_OPTIONS.get(method) or question.options,
        channels=tuple(channel for channel in question.channels if channel in channels_of(method)),
    )
    if method == "majority_judgment":
        return replace(filled, grades=JUDGMENTS)
    if method == "grades":
        return replace(filled, grades=filled.grades or SCALE)
    if method in ("dots", "budget"):
        points = filled.points or (DOTS if method == "dots" else POINTS)
        return replace(filled, points=points, cap=min(filled.cap or points, points))
    if method == "score":
        return replace(filled, scale=filled.scale or HIGHEST_SCORE)
    if method == "ranking":
        return replace(filled, counting=filled.counting or COUNTINGS[0])
    return filled
