"""How the ballots of a vote are keyed by hand, and how it is asked, in words. No count is in here."""

from typing import Any

from components.look.i18n import t
from components.meeting.commands.keyed import MODES
from components.meeting.floor_scene import college_label
from components.meeting.results import method_label, rule_label
from components.voting.methods import METHODS
from components.voting.question import COLLEGES, MOST_SHOWN, Option, Question

BATCH = 40
"""Slips of one batch: a pile that can be checked again by hand."""


def asked(question: Question, lang: str) -> list[str]:
    """How the question is answered, counted, by whom: one sentence each, in plain words."""
    lines = [method_label(question, lang)]
    if question.grades:
        grades = ", ".join(grade.text(lang) for grade in question.grades)
        lines.append(t("console.asked_grades", lang, grades=grades))
    if rule := rule_label(question, lang):
        lines.append(rule)
    if set(question.who) != set(COLLEGES):
        who = ", ".join(college_label(college, lang) for college in question.who)
        lines.append(t("console.who_votes", lang, who=who))
    if question.by_college:
        lines.append(t("console.told_by_college", lang))
    return lines


def by_option(question: Question) -> list[str]:
    """Channels keyed as totals by option."""
    method = METHODS[question.method]
    if not method.keyed_by_option:
        return []
    return [
        name
        for name in ("hands", "cards", "paper")
        if name in question.channels and (name != "hands" or method.hands)
    ]


def slip_rules(question: Question, lang: str) -> dict[str, Any] | None:
    """How a whole slip is keyed. kind: pick (one or several options), grade, points, score or rank; `written`: scores
    are too many for a button each.
    """
    channels = [name for name in ("paper", "cards") if name in question.channels]
    if not channels or question.method == "commune":
        return None
    kinds = {
        "grades": "grade",
        "majority_judgment": "grade",
        "dots": "points",
        "budget": "points",
        "score": "score",
        "ranking": "rank",
    }
    kind = kinds.get(question.method, "pick")
    most = {"points": question.cap, "score": question.scale, "rank": len(question.options)}
    return {
        "kind": kind,
        "channels": channels,
        "modes": [{"id": mode, "label": t(f"meeting.mode_{mode}", lang)} for mode in MODES],
        "options": [_option(option, lang) for option in question.options],
        "grades": [_option(grade, lang) for grade in question.grades],
        "most": most.get(kind, question.max_choices if kind == "pick" else len(question.grades)),
        "written": question.scale > MOST_SHOWN,
        "total": question.points if kind == "points" else 0,
        "colleges": [{"id": college, "label": college_label(college, lang)} for college in question.who]
        if question.asks_college
        else [],
        "batch": BATCH,
        "help": t(f"console.slip_help_{'mention' if question.method == 'majority_judgment' else kind}", lang),
    }


def _option(option: Option, lang: str) -> dict[str, str]:
    return {"id": option.id, "label": option.text(lang), "role": option.role}


def slips_asked(question: Question) -> bool:
    """Whether totals by option need the number of ballots too."""
    return question.several or question.method == "dots"
