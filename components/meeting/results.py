"""A vote in words and figures: what was asked, the rule announced, the count, and what of it may be told."""

from collections.abc import Mapping
from typing import Any

from components.look.i18n import t
from components.look.numbers import number, percent
from components.meeting.poll import OPEN, Poll
from components.voting.drawing import drawing, explanation
from components.voting.masking import SMALLEST_SHOWN
from components.voting.question import Option, Question
from components.voting.tally import Tally
from components.voting.wording import money, quoted


def method_label(question: Question, lang: str) -> str:
    """How one votes, with the numbers that matter."""
    words = t(
        f"meeting.method_{question.method}",
        lang,
        most=question.max_choices,
        points=number(question.points, lang),
        cap=number(question.cap, lang),
        scale=number(question.scale, lang),
        budget=money(question.budget, lang),
    )
    counting = t(f"meeting.counting_{question.counting}", lang) if question.counting else ""
    return f"{words}, {counting}" if counting else words


def rule_label(question: Question, lang: str) -> str:
    """The rule announced before the vote, in words; empty without one."""
    rule = question.rule
    parts = []
    if rule.turnout:
        parts.append(t("meeting.rule_turnout", lang, turnout=percent(rule.turnout, lang, None)))
    if rule.threshold:
        key = "rule_majority" if rule.threshold == 50 else "rule_threshold"
        of = t(f"meeting.rule_of_{rule.of}", lang)
        parts.append(t(f"meeting.{key}", lang, threshold=percent(rule.threshold, lang, None), of=of))
    return t("meeting.rule_announced", lang, rule=", ".join(parts)) if parts else ""


def verdict_sentences(poll: Poll, tally: Tally, lang: str) -> list[str]:
    """What became of the rule, one sentence each."""
    told, found = tally.verdict, []
    if "turnout_needed" in told:
        # Logs of an older version do not say whose turnout it was: that of all ballots.
        here, present = told.get("here", tally.ballots), told.get("present", poll.present)
        over = present is not None and here > present
        reached = {True: "yes", False: "no", None: "over" if over else "unknown"}[told["turnout_reached"]]
        found.append(
            t(
                f"meeting.verdict_turnout_{reached}",
                lang,
                turnout="" if told["turnout"] is None else percent(told["turnout"], lang, None),
                here=number(here, lang),
                present=number(present, lang),
            )
        )
        if away := tally.ballots - here:
            found.append(
                t(f"meeting.verdict_away_{'one' if away == 1 else 'many'}", lang, n=number(away, lang))
            )
    if "threshold_needed" in told:
        tie = len(tally.winners) > 1 and poll.question.method != "yes_no_blank"
        word = "yes" if told["threshold_reached"] else "no" if told["option"] and told["base"] else "none"
        found.append(
            t(
                f"meeting.verdict_threshold_{word}{'_tie' if tie and word != 'none' else ''}",
                lang,
                option=quoted(poll.question, tally.winners if tie else [told["option"]], lang)
                if word != "none"
                else "",
                share=percent(told["share"], lang, None),
                of=t(f"meeting.rule_of_{told['of']}", lang),
            )
        )
    if poll.question.method == "consent":
        if poll.abandoned:
            found.append(t("meeting.abandoned", lang))
        elif n := poll.not_heard(tally.counts["objection"]):
            found.append(t("meeting.consent_not_heard", lang, n=number(n, lang)))
        elif tally.counts["consent"]:
            found.append(t("meeting.consent_reached", lang))
    return found


def option_words(option: Option, lang: str) -> dict[str, Any]:
    words: dict[str, Any] = {"id": option.id, "label": option.text(lang), "role": option.role}
    if option.cost:
        words |= {"cost": option.cost, "cost_text": money(option.cost, lang)}
    return words


def objections(poll: Poll, words: Mapping[str, str], lang: str) -> list[dict[str, Any]]:
    """Objections to a proposal put to consent, in the order they were raised."""
    gone = t("meeting.text_removed", lang)
    return [
        {
            "id": one.id,
            "words": words.get(one.id, gone),
            "lifted": one.lifted,
            "how": words.get(one.how, gone) if one.lifted else "",
        }
        for one in poll.objections
    ]


def batches(poll: Poll, words: Mapping[str, str], lang: str) -> list[dict[str, Any]]:
    """Batches of slips keyed by hand that count: how many, where, how they were gathered."""
    return [
        {
            "id": batch.id,
            "channel": batch.channel,
            "slips": batch.slips,
            "place": words.get(batch.place, ""),
            "mode": batch.mode,
            "mode_label": t(f"meeting.mode_{batch.mode}", lang),
            "at": batch.at,
        }
        for batch in poll.batches.values()
    ]


def in_room(poll: Poll, counted: Tally) -> int:
    """Ballots of people in the room: not those who take part from afar, nor slips gathered elsewhere."""
    return counted.ballots - counted.by_channel.get("remote", 0) - poll.elsewhere


def channels_sentence(tally: Tally, lang: str) -> str:
    """« 84 par téléphone, 36 sur papier »: every channel that brought a ballot, and the phones always."""
    return ", ".join(
        t(f"meeting.channel_{name}", lang, n=number(n, lang))
        for name, n in tally.by_channel.items()
        if n or name == "phone"
    )


def result(poll: Poll, tally: Tally, lang: str) -> dict[str, Any]:
    """The count in figures and words, nothing below five shown (`too_few`, or `count: None` for a commune).

    What crosses answers with people is told once the vote is closed: while ballots come in, each would show its own.
    """
    if tally.ballots < SMALLEST_SHOWN:
        return {"too_few": True, "sentence": t("meeting.too_few", lang), "options": [], "ballots": None}
    question = poll.question
    commune = question.method == "commune"
    hidden, named = _too_small(tally) if commune else (frozenset(), True)
    base = tally.ballots if question.several or not question.blank_ids else tally.votes_cast
    options = []
    for option in question.options:
        count: int | None = tally.counts[option.id]
        if commune and (count == 0 or (option.id in hidden and not named)):
            continue
        if option.id in hidden:
            count = None
        has_share = count is not None and base and option.role != "blank" and question.method in SHARES
        share = 100 * (count or 0) / base if has_share else None
        options.append(
            {
                **option_words(option, lang),
                "count": count,
                "percent": None if share is None else round(share, 1),
                "count_text": t("meeting.not_told", lang) if count is None else number(count, lang),
                "percent_text": "" if share is None else percent(share, lang),
            }
        )
    return {
        "too_few": False,
        "sentence": _who_answered(tally, lang),
        "base": _base_sentence(question, tally, base, lang),
        "channels": channels_sentence(tally, lang),
        "ballots": tally.ballots,
        "blank": tally.blank,
        "votes_cast": tally.votes_cast,
        "by_channel": dict(tally.by_channel),
        "options": options,
        "winners": [one for one in tally.winners if one not in hidden] if poll.state != OPEN else [],
        "paired": paired(poll, lang),
        "indicative": t("meeting.indicative", lang),
        "drawing": drawing(question, tally, lang),
        "explanation": explanation(question, tally, lang),
        "rule": rule_label(question, lang),
        "verdict": verdict_sentences(poll, tally, lang) if poll.state != OPEN else [],
        "colleges": colleges(question, tally, lang) if poll.state != OPEN else [],
        "struck": t(
            f"meeting.struck{'_one' if tally.struck == 1 else ''}", lang, n=number(tally.struck, lang)
        )
        if tally.struck
        else "",
    }


def _who_answered(tally: Tally, lang: str) -> str:
    """How many answered, and how many of them were in the room where not all were."""
    key = "who_answered" if tally.here == tally.ballots else "who_answered_partly"
    if not tally.here:
        key = "who_answered_away"
    return t(f"meeting.{key}", lang, n=number(tally.ballots, lang), here=number(tally.here, lang))


def _base_sentence(question: Question, tally: Tally, base: int, lang: str) -> str:
    """What percentages are of; empty where the result has none, or each option its own."""
    if question.method == "majority_judgment":
        base = tally.votes_cast
    elif question.method not in SHARES:
        return ""
    if not base:
        return ""
    of = "ballots" if base == tally.ballots else "votes_cast"
    return t(f"meeting.base_{of}{'_one' if base == 1 else ''}", lang, n=number(base, lang))


SHARES = frozenset({"yes_no_blank", "single", "approval", "commune", "consent"})
"""Methods whose counts by option are ballots, so that a share of them means something."""


def colleges(question: Question, tally: Tally, lang: str) -> list[dict[str, Any]]:
    """Results by college, `ballots` None and no row where they may not be told; empty unless asked for.

    A cell that may not be told says so alike whether it is small or hidden for the sake of another. Where a count by
    option says nothing, the one row is that of the ballots.
    """
    labels = {option.id: option.text(lang) for option in question.options}
    whole = {"": t("meeting.college_ballots", lang)}
    found = []
    for college, row in tally.by_college.items():
        told = row["ballots"] is not None
        counts = row["counts"] or {"": row["ballots"]}
        found.append(
            {
                "id": college,
                "label": t(f"meeting.college_{college or 'all'}", lang),
                "ballots": row["ballots"],
                "sentence": ""
                if told
                else t(f"meeting.{'college_hidden' if college else 'college_not_again'}", lang),
                "rows": [
                    {
                        "id": option,
                        "label": label,
                        "count": counts[option],
                        "count_text": t("meeting.not_told", lang)
                        if counts[option] is None
                        else number(counts[option], lang),
                    }
                    for option, label in (labels if row["counts"] else whole).items()
                ]
                if told
                else [],
            }
        )
    return found


def _too_small(tally: Tally) -> tuple[frozenset[str], bool]:
    """Communes whose count may not be shown, and whether they may be named.

    A commune is named where somebody answered, and what all those hidden have together is known. So the smallest
    others are hidden with them until one of them could have five; where that is never so, none of them is named.
    """
    present = {option: count for option, count in tally.counts.items() if count}
    small = {option for option, count in present.items() if count < SMALLEST_SHOWN}
    if not small:
        return frozenset(), True
    hidden = set(small)
    larger = sorted(present.keys() - hidden, key=lambda option: (present[option], option))

    def safe() -> bool:
        return len(hidden) > 1 and sum(present[o] for o in hidden) - (len(hidden) - 1) >= SMALLEST_SHOWN

    while not safe() and larger:
        hidden.add(larger.pop(0))
    return (frozenset(hidden), True) if safe() else (frozenset(small), False)


def paired(poll: Poll, lang: str) -> dict[str, Any] | None:
    """Who moved from which answer to which, for phones found in both votes; small cells hidden."""
    if not poll.paired:
        return None
    if (poll.paired["n"] or 0) < SMALLEST_SHOWN:
        return {"n": None, "sentence": t("meeting.paired_not_told", lang), "labels": [], "cells": []}
    labels = {option.id: option.text(lang) for option in poll.question.options}
    return {
        "n": poll.paired["n"],
        "sentence": t("meeting.paired", lang, n=number(poll.paired["n"], lang)),
        "labels": [labels.get(option, option) for option in poll.paired["options"]],
        "cells": poll.paired["cells"],
    }
