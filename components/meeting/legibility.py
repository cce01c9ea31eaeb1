"""What a run sheet asks of the screen: steps with too much text to stay readable at fifteen metres.

The screen never cuts words: beyond these measures it makes them smaller than 24 pixels on a 1024 × 768 projector.
The measures were read off that projector's layout, with a margin.
"""

from collections.abc import Iterable
from math import ceil

from components.look.i18n import t
from components.meeting.run_sheet import Card, RunSheet, pick
from components.voting.question import Question

OPTION_SIGNS, OPTION_LINES = 44, 14
CARD_SIGNS, CARD_LINES = 58, 18


def crowded(sheet: RunSheet, lang: str) -> list[str]:
    """One sentence for each question or card that will not stay at 24 pixels; empty when all is well."""
    questions = [
        pick(q.title, lang) for q in sheet.questions.values() if _question_lines(q, lang) > OPTION_LINES
    ]
    cards = [name for name, card in sheet.cards.items() if _card_lines(card, lang) > CARD_LINES]
    return [t("meeting.crowded", lang, what=what) for what in (*questions, *cards)]


def _lines(texts: Iterable[str], signs: int) -> int:
    return sum(ceil(max(1, len(text)) / signs) for text in texts)


def _question_lines(question: Question, lang: str) -> int:
    return _lines((option.text(lang) for option in question.options), OPTION_SIGNS)


def _card_lines(card: Card, lang: str) -> int:
    statements = (*card.established, *card.debated, *card.unknown)
    return _lines((f"{pick(s.text, lang)} {s.source}" for s in statements), CARD_SIGNS)
