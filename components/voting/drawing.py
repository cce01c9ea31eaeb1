"""The drawing proper to each method, as data: what the screen, the minutes and the console draw, each its own way."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from components.look.i18n import t
from components.look.numbers import number
from components.voting.explanation import (
    consent_sentence,
    explanation,
    first_place,
    ranking_text,
    round_sentence,
)
from components.voting.question import Question
from components.voting.tally import Tally
from components.voting.wording import grade, label, money, tied

__all__ = ["drawing", "explanation"]

Draw = Callable[[Question, Tally, str], dict[str, Any]]


def drawing(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    """`{"kind": …}` and what that kind needs: bars, profile, scores, transfers, duels, budget or consent.

    JSON-able; every text is plain and unescaped.
    """
    if tally.trace.get("live"):
        return {"kind": "bars", "unit": t("voting.unit_points", lang)}
    return KINDS[question.method](question, tally, lang)


def _bars(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    return {"kind": "bars", "unit": t("voting.unit_dots", lang) if question.method == "dots" else ""}


def _profile(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    """Rows of `counts` and `shares` (percent) by grade, best grade first; ranked rows in their order."""
    trace = tally.trace
    ranks = trace.get("ranks", {})
    rows = []
    for option in sorted(question.option_ids, key=lambda name: ranks.get(name, 0)):
        counts = list(trace["profile"][option])
        total = sum(counts)
        middle = trace["majority_grade"][option]
        rows.append(
            {
                "id": option,
                "label": label(question, option, lang),
                "counts": counts,
                "shares": [round(100 * n / total, 1) if total else 0.0 for n in counts],
                "median": middle,
                "median_label": grade(question, middle, lang) if middle else "",
                "rank": ranks.get(option),
                "winner": option in tally.winners,
            }
        )
    return {
        "kind": "profile",
        "grades": [{"id": g.id, "label": g.text(lang)} for g in question.grades],
        "rows": rows,
        "sentence": _profile_sentence(question, tally, lang),
    }


def _profile_sentence(question: Question, tally: Tally, lang: str) -> str:
    if not tally.votes_cast:
        return t("voting.nothing_cast", lang)
    if not tally.winners:
        return t("voting.grades_sentence", lang, n=number(tally.votes_cast, lang))
    first = tally.winners[0]
    return t(
        "voting.mj_sentence" if len(tally.winners) == 1 else "voting.mj_sentence_tie",
        lang,
        label=label(question, first, lang),
        options=tied(question, tally.winners, lang),
        grade=grade(question, tally.trace["majority_grade"][first], lang),
    )


def _scores(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    """Means are over all votes cast, an unscored option having 0; rows from the highest sum to the lowest."""
    voters = tally.trace["voters"]
    means = {
        option: Fraction(tally.counts[option], voters) if voters else None for option in question.option_ids
    }
    rows = [
        {
            "id": option,
            "label": label(question, option, lang),
            "mean": None if mean is None else round(float(mean), 4),
            "mean_text": "" if mean is None else number(float(mean), lang, 2),
            "sum": tally.counts[option],
            "distribution": list(tally.trace["distribution"][option]),
            "winner": option in tally.winners,
        }
        for option, mean in means.items()
    ]
    rows.sort(key=lambda row: -tally.counts[str(row["id"])])
    if len(tally.winners) == 1:
        sentence = t(
            "voting.score_sentence",
            lang,
            label=label(question, tally.winners[0], lang),
            mean=rows[0]["mean_text"],
            scale=question.scale,
        )
    elif voters and not tally.winners:
        sentence = t("voting.score_zero", lang)
    else:
        sentence = first_place(question, tally, lang)
    return {"kind": "scores", "scale": question.scale, "rows": rows, "sentence": sentence}


def _ranking(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    return (_duels if tally.trace["rule"] == "schulze" else _transfers)(question, tally, lang)


def _duels(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    trace = tally.trace
    if len(tally.winners) == 1:
        sentence = t("voting.schulze_sentence", lang, label=label(question, tally.winners[0], lang))
    else:
        sentence = first_place(question, tally, lang)
    return {
        "kind": "duels",
        "options": [{"id": option.id, "label": option.text(lang)} for option in question.options],
        "matrix": [list(row) for row in trace["duels"]],
        "strongest": [list(row) for row in trace["strongest"]],
        "ranking": [list(level) for level in trace["ranking"]],
        "ranking_text": ranking_text(question, trace["ranking"], lang),
        "sentence": sentence,
    }


def _transfers(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    rounds: list[dict[str, Any]] = []
    before: dict[str, int] = {}
    for place, told in enumerate(tally.trace["rounds"]):
        votes: dict[str, int] = told["votes"]
        rows = []
        for option in question.options:
            gained = votes.get(option.id, 0) - before.get(option.id, 0) if place and option.id in votes else 0
            rows.append(
                {
                    "id": option.id,
                    "label": option.text(lang),
                    "votes": votes.get(option.id, 0),
                    "gained": gained,
                    "state": _state(option.id, told, tally.winners),
                }
            )
        rounds.append(
            {
                "round": place + 1,
                "rows": rows,
                "exhausted": told["exhausted"],
                "sentence": round_sentence(question, tally, place, lang),
            }
        )
        before = votes
    if not rounds:
        sentence = t("voting.nothing_cast", lang)
    else:
        sentence = t(
            "voting.runoff_sentence" if len(tally.winners) == 1 else "voting.runoff_sentence_tie",
            lang,
            label=label(question, tally.winners[0], lang),
            options=tied(question, tally.winners, lang),
            round=len(rounds),
        )
    return {"kind": "transfers", "rounds": rounds, "sentence": sentence}


def _state(option: str, told: dict[str, Any], winners: tuple[str, ...]) -> str:
    if option not in told["votes"]:
        return "out"
    if option == told["eliminated"]:
        return "eliminated"
    # Tied at the end, nobody is elected: all stay in.
    return "elected" if told["eliminated"] is None and winners == (option,) else "in"


def _budget(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    """Rows in the order funded, then the others by points."""
    trace = tally.trace
    order = {option: place for place, option in enumerate(tally.winners, start=1)}
    rows = [
        {
            "id": option.id,
            "label": option.text(lang),
            "cost": option.cost,
            "cost_text": money(option.cost, lang),
            "points": tally.counts[option.id],
            "supporters": trace["supporters"][option.id],
            "funded": option.id in order,
            "order": order.get(option.id),
        }
        for option in question.options
    ]
    last = len(order) + 1
    rows.sort(key=lambda row: (order.get(str(row["id"]), last), -tally.counts[str(row["id"])]))
    sentence = t(
        "voting.budget_sentence" if order else "voting.budget_nothing",
        lang,
        funded=len(order),
        projects=len(rows),
        spent=money(trace["spent"], lang),
        budget=money(trace["budget"], lang),
    )
    return {
        "kind": "budget",
        "budget": trace["budget"],
        "spent": trace["spent"],
        "rows": rows,
        "sentence": sentence,
    }


def _consent(question: Question, tally: Tally, lang: str) -> dict[str, Any]:
    return {
        "kind": "consent",
        "consent": tally.counts["consent"],
        "aside": tally.counts["aside"],
        "objections": tally.counts["objection"],
        "sentence": consent_sentence(tally, lang),
    }


KINDS: dict[str, Draw] = {
    "yes_no_blank": _bars,
    "single": _bars,
    "approval": _bars,
    "commune": _bars,
    "dots": _bars,
    "grades": _profile,
    "majority_judgment": _profile,
    "score": _scores,
    "ranking": _ranking,
    "budget": _budget,
    "consent": _consent,
}
