"""« Résultat d'un scrutin tenu aux urnes »: a form, and what the numbers of an official record amount to.

It keeps nothing and never meets a vote counted by Cordée; the page says so before anything else.
"""

from collections.abc import Mapping
from typing import Any

from components.documents.render import TEMPLATES
from components.look.i18n import t
from components.look.theme import theme_css
from components.look.words import plain
from components.voting.consultation import CONSULTATION, KINDS, PLACES, ConsultationRefused, Held, consult

NUMBERS = ("registered", "voted", "yes", "no", "blank", "null")
MOST_SIGNS = 12


def polls_page(typed: Mapping[str, str], lang: str) -> tuple[str, int]:
    """The page and its HTTP status. `typed`: kind, place and the six numbers, as somebody wrote them."""
    told: list[str] = []
    problem = ""
    if any(typed.get(name, "").strip() for name in NUMBERS):
        try:
            told = consult(_held(typed)).sentences(lang)
        except ConsultationRefused as refused:
            problem = refused.sentence(lang)
    page = TEMPLATES.get_template("polls.html").render(
        lang=lang,
        other="en" if lang == "fr" else "fr",
        say=lambda name, **values: t(f"voting.consult_{name}", lang, **values),
        css=theme_css(),
        kinds=KINDS,
        places=PLACES,
        numbers=NUMBERS,
        typed={name: plain(value)[:40] for name, value in typed.items()},
        kind=typed.get("kind") if typed.get("kind") in KINDS else CONSULTATION,
        place=typed.get("place") if typed.get("place") in PLACES else PLACES[0],
        told=told,
        problem=problem,
    )
    return page, 400 if problem else 200


def _held(typed: Mapping[str, str]) -> Held:
    numbers: dict[str, Any] = {name: _whole(typed.get(name, "")) for name in NUMBERS}
    return Held(typed.get("kind", CONSULTATION), typed.get("place", PLACES[0]), **numbers)


def _whole(text: str) -> int:
    """« 12 450 » → 12450; nothing written is 0. Raises `ConsultationRefused`."""
    digits = "".join(text.split()).replace("\u202f", "").replace("\xa0", "")
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_SIGNS):
        raise ConsultationRefused("number")
    return int(digits)
