"""Names and numbers inside the sentences of a count."""

from collections.abc import Iterable
from fractions import Fraction

from components.look.i18n import t
from components.look.numbers import number
from components.voting.question import Question

TOLD = 5
"""Options named in the sentence of a longer tie."""


def label(question: Question, option: str, lang: str) -> str:
    """The text of an option."""
    return next(o.text(lang) for o in question.options if o.id == option)


def grade(question: Question, grade_id: str, lang: str) -> str:
    """The text of a grade."""
    return next(g.text(lang) for g in question.grades if g.id == grade_id)


def quoted(question: Question, options: Iterable[str], lang: str) -> str:
    """« A », « B » et « C »."""
    return listed([t("voting.quoted", lang, label=label(question, option, lang)) for option in options], lang)


def tied(question: Question, options: Iterable[str], lang: str) -> str:
    """« A », « B » et « C » ; of a crowd, the first five and « 55 autres »."""
    names = [t("voting.quoted", lang, label=label(question, option, lang)) for option in options]
    if len(names) > TOLD + 1:  # « et 1 autre » would be no shorter than the name
        names = [*names[:TOLD], t("voting.others", lang, n=number(len(names) - TOLD, lang))]
    return listed(names, lang)


def listed(parts: list[str], lang: str) -> str:
    """« a, b et c »."""
    if len(parts) < 2:
        return "".join(parts)
    return t("voting.and", lang, list=", ".join(parts[:-1]), last=parts[-1])


def money(amount: int | Fraction, lang: str) -> str:
    """Euros, with cents where there are some."""
    whole = Fraction(amount)
    digits = 0 if whole.denominator == 1 else 2
    return t("voting.money", lang, n=number(float(whole), lang, digits))


def priced(question: Question, options: Iterable[str], lang: str) -> str:
    """« A » (7 000 €), « B » (250 €)."""
    costs = {option.id: option.cost for option in question.options}
    return ", ".join(
        t("voting.budget_project", lang, label=label(question, option, lang), cost=money(costs[option], lang))
        for option in options
    )
