"""What the console prints, and the single-use codes of a named public: answers as plain values. No server in here."""

from typing import Any

from components.look.i18n import t
from components.meeting.desk import Desk
from components.voting.question import COLLEGES


def paper_answer(desk: Desk, code: str, lang: str) -> dict[str, Any]:
    """`{questions, colleges, codes, …_href}`: what can be printed, codes counted by college; never a code."""
    questions = desk.sheet(code, desk.store.room(code)).questions.values()
    return {
        "questions": [
            {"title": question.text(lang), "href": f"/print/{code}/bulletins/{question.id}.pdf"}
            for question in questions
        ],
        "cards_href": f"/print/{code}/cartes.pdf",
        "codes_href": f"/print/{code}/codes.pdf",
        "signature_href": f"/print/{code}/emargement.pdf",
        "colleges": [{"id": college, "label": _college(college, lang)} for college in ("", *COLLEGES)],
        "codes": [
            {"label": _college(college, lang), "issued": count.issued, "used": count.used}
            for college, count in desk.store.code_counts(code).items()
        ],
    }


def _college(college: str, lang: str) -> str:
    return t(f"meeting.college_{college}" if college else "console.codes_any_college", lang)
