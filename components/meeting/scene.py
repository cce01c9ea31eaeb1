"""What may be seen of a meeting, by whom: the room's screen, a phone, the console. Pure functions of a snapshot.

This is the only place where counts become visible, so a hidden result is hidden here or nowhere: the public
scene and the phone's state of a hidden vote hold the number of ballots received and nothing else of it.
"""

from dataclasses import asdict
from typing import Any

from components.look.i18n import t
from components.meeting.desk import Snapshot
from components.meeting.floor_scene import public_floor
from components.meeting.noted import incidents
from components.meeting.poll import CLOSED, OPEN, SEALED, Poll
from components.meeting.results import (
    batches,
    in_room,
    method_label,
    objections,
    option_words,
    result,
    rule_label,
)
from components.meeting.run_sheet import Card, Step, pick
from components.meeting.tables_scene import public_tables
from components.voting.methods import METHODS
from components.voting.question import COLLEGES, Question
from components.voting.tally import Tally
from components.voting.wording import money


def public_scene(s: Snapshot, lang: str) -> dict[str, Any]:
    """What the screen shows. Keys: version, meeting, step, timer, joined, present, floor, body.

    floor: who has the floor, since when (`public_floor`); None when nobody speaks.
    body.kind is one of doors, text, vote, card, scenario, why, tables, promise, neutral, closed.
    """
    step = current_step(s)
    return {
        "version": s.room.version,
        "meeting": {
            "code": s.meeting.code,
            "title": pick(s.sheet.title, lang),
            "territory": s.room.territory,
            "closed": s.room.closed_at is not None,
        },
        "step": {
            "id": step.id,
            "kind": step.kind,
            "title": pick(step.title, lang),
            "index": s.sheet.index(step.id),
            "count": len(s.sheet.steps),
        },
        "timer": timer(s),
        "joined": s.joined,
        "present": s.room.present,
        "floor": None if s.room.neutral else public_floor(s.room.floor, s.now, lang),
        "body": _body(s, step, lang),
    }


def current_step(s: Snapshot) -> Step:
    return s.sheet.steps[s.sheet.index(s.room.step)]


def timer(s: Snapshot) -> dict[str, Any]:
    """Seconds left at the moment of the snapshot; `planned` is 0 for a step without a duration."""
    clock = s.room.timer
    return {
        "left": round(clock.left_at(s.now), 1),
        "running": clock.running,
        "planned": current_step(s).minutes * 60,
    }


def _body(s: Snapshot, step: Step, lang: str) -> dict[str, Any]:
    if s.room.promise:
        return {"kind": "promise", "promise": promise(s, lang)}
    if s.room.neutral:
        return {"kind": "neutral"}
    if s.room.explained:
        return {"kind": "why", **asdict(s.room.explained)}
    if s.room.tables.shown:
        return public_tables(s.room, s.contributions, s.words, lang)
    if s.poll is not None and (s.poll.improvised or step.kind == "vote" or s.room.focus == s.poll.id):
        return {"kind": "vote", **vote(s, s.poll, s.tally, lang), "before": _before(s, s.poll, lang)}
    if step.kind == "vote":
        question = s.sheet.questions[step.question]
        labels = [] if question.method == "commune" else [option_words(o, lang) for o in question.options]
        return {
            "kind": "vote",
            "poll": "",
            "title": question.text(lang),
            **_asked(question, lang),
            "options": [] if question.order == "drawn" else labels,
            "state": "draft",
            "shown": False,
            "received": 0,
            "result": None,
        }
    text = pick(step.text, lang)
    if step.kind == "card":
        return {"kind": "card", "text": text, **card(s.sheet.cards[step.card], lang)}
    if step.kind == "scenario":
        return {"kind": "scenario", "text": text, "shown_levers": list(step.levers), **scenario(s)}
    if step.kind == "welcome" and s.sheet.index(step.id) == 0:
        return {"kind": "doors", "text": text, "promise": promise(s, lang)}
    if step.kind == "close":
        text = text or t("meeting.empty_close", lang)
        return {"kind": "closed" if s.room.closed_at else "text", "text": text, "promise": promise(s, lang)}
    if step.kind == "welcome" and s.sheet.promise:
        return {"kind": "promise", "text": text, "promise": promise(s, lang)}
    return {"kind": "text", "text": text or t(f"meeting.empty_{step.kind}", lang)}


def _first_of_pair(s: Snapshot, poll: Poll) -> Poll | None:
    """The vote this one is compared with."""
    return s.room.latest_poll(poll.question.pairs_with) if poll.question.pairs_with else None


def _before(s: Snapshot, poll: Poll, lang: str) -> dict[str, Any] | None:
    """The earlier vote's result beside this one's: only when the room may see both."""
    first = _first_of_pair(s, poll)
    if first is None or first.tally is None or not (first.shown and poll.shown):
        return None
    return {"poll": first.id, "result": result(first, first.tally, lang)}


def scenario(s: Snapshot) -> dict[str, Any]:
    """The room's positions (lever → value; the others are at trend) and what the map shows."""
    view = s.room.view
    return {
        "levers": dict(s.room.levers),
        "last_change": {lever: list(pair) for lever, pair in s.room.last_change.items()},
        "view": {"variable": view.variable, "year": view.year, "per_inhabitant": view.per_inhabitant},
        "scenarios": {letter: dict(settings) for letter, settings in s.room.scenarios.items()},
    }


def promise(s: Snapshot, lang: str) -> dict[str, str] | None:
    """What becomes of the room's opinion, in the words of the run sheet."""
    made = s.sheet.promise
    if made is None:
        return None
    return {
        "level": t(f"meeting.level_{made.level}", lang),
        "decides": made.decides,
        "when": made.when,
        "negotiable": made.negotiable,
        "not_negotiable": made.not_negotiable,
    }


def card(found: Card, lang: str) -> dict[str, Any]:
    def column(statements: Any) -> list[dict[str, str]]:
        return [{"text": pick(statement.text, lang), "source": statement.source} for statement in statements]

    return {
        "established": column(found.established),
        "debated": column(found.debated),
        "unknown": column(found.unknown),
    }


def vote(s: Snapshot, poll: Poll, tally: Tally | None, lang: str) -> dict[str, Any]:
    """A vote as the room may see it: `result` is None while hidden, and then nothing of it is in here."""
    question = poll.question
    return {
        "poll": poll.id,
        "title": question.text(lang),
        **_asked(question, lang),
        "options": [] if question.method == "commune" else [option_words(o, lang) for o in question.options],
        "state": poll.state,
        "shown": poll.shown,
        "received": tally.ballots if tally else 0,
        "result": result(poll, tally, lang) if poll.shown and tally else None,
        "method_on": s.room.method_on,
        "objections": objections(poll, s.words, lang),
        "abandoned": poll.abandoned,
    }


def _asked(question: Question, lang: str) -> dict[str, Any]:
    """How the question is put: method, grades, points, rule. Keys: see docs/api.md."""
    return {
        "method": question.method,
        "method_label": method_label(question, lang),
        "order": t(f"meeting.order_{question.order}", lang),
        "rule": rule_label(question, lang),
        "grades": [{"id": grade.id, "label": grade.text(lang)} for grade in question.grades],
        "points": question.points,
        "cap": question.cap,
        "scale": question.scale,
        "budget": question.budget,
        "budget_text": money(question.budget, lang) if question.budget else "",
        "counting": question.counting,
        "max_choices": question.max_choices,
    }


def phone_state(s: Snapshot, lang: str) -> dict[str, Any]:
    """What a phone is told. `vote` is the question to answer or just answered; None between votes."""
    step = current_step(s)
    found = vote(s, s.poll, s.tally, lang) if s.poll is not None else None
    if found is not None and s.poll is not None:
        question = s.poll.question
        found["several"] = question.several
        found["who"] = list(question.who)
        found["college_needed"] = question.asks_college
        found["colleges"] = [
            {"id": college, "label": t(f"meeting.college_{college}", lang)} for college in COLLEGES
        ]
        found["shared_allowed"] = s.room.sharing
        found["options"] = [option_words(o, lang) for o in s.poll.question.options]
        found["phones_vote"] = "phone" in s.poll.question.channels
        for name in ("received", "method_on", "counting"):
            del found[name]
    return {
        "version": s.room.version,
        "meeting": {
            "code": s.meeting.code,
            "title": pick(s.sheet.title, lang),
            "closed": s.room.closed_at is not None,
        },
        "step": {"kind": step.kind, "title": pick(step.title, lang)},
        "promise": promise(s, lang),
        "indicative": t("meeting.indicative", lang),
        "vote": None if s.room.neutral and not (s.poll and s.poll.state == OPEN) else found,
    }


def console_scene(s: Snapshot, lang: str, peek: bool = False) -> dict[str, Any]:
    """What the facilitators see: the public scene, the run sheet with private notes, what can be done now.

    `peek`: the facilitator asked for the hidden counts (and the log says so); otherwise they are not here either.
    """
    step = current_step(s)
    poll = s.poll
    return {
        **public_scene(s, lang),
        "run_sheet": _run_sheet(s, lang),
        "notes": pick(step.notes, lang),
        "next": next_action(s),
        "undo": {"version": s.room.undoable.version, "label": t(f"meeting.did_{s.room.undoable.kind}", lang)}
        if s.room.undoable
        else None,
        "late_minutes": late_minutes(s),
        "is_neutral": s.room.neutral,
        "promise_on": s.room.promise,
        "sharing": s.room.sharing,
        "presence_stale": poll is not None and poll.state == OPEN and s.room.present_at < poll.opened_at,
        "poll": _console_poll(s, poll, lang, peek) if poll else None,
        "questions": [{"id": q.id, "title": q.text(lang)} for q in s.sheet.questions.values()],
        "incidents": incidents(s, lang),
        "revision": s.room.revision,
        "never_shown": [p.question.text(lang) for p in s.room.polls.values() if not p.shown],
        "scenario": scenario(s),
    }


def _run_sheet(s: Snapshot, lang: str) -> list[dict[str, Any]]:
    here = s.sheet.index(s.room.step)
    done = {poll.question.id for poll in s.room.polls.values() if poll.state == SEALED}
    return [
        {
            "id": step.id,
            "kind": step.kind,
            "kind_label": t(f"meeting.kind_{step.kind}", lang),
            "title": pick(step.title, lang),
            "minutes": step.minutes,
            "place": "past" if i < here else "here" if i == here else "ahead",
            "voted": step.question in done,
        }
        for i, step in enumerate(s.sheet.steps)
    ]


def _console_poll(s: Snapshot, poll: Poll, lang: str, peek: bool) -> dict[str, Any]:
    visible = poll.shown or peek
    first = _first_of_pair(s, poll)
    by_channel = s.tally.by_channel if s.tally else {}
    return {
        **vote(s, poll, s.tally, lang),
        "improvised": poll.improvised,
        "first": {"poll": first.id, "shown": first.shown} if first else None,
        "several": poll.question.several,
        "channels": list(poll.question.channels),
        "all_options": [option_words(o, lang) for o in poll.question.options],
        "by_channel": dict(by_channel),
        # Totals keyed by hand are part of the result: hidden with it. Whoever keyed them has them in her own page.
        **{
            channel: {
                "counts": dict(keyed.counts) if visible else None,
                "slips": keyed.slips,
                "blank": keyed.blank if visible else None,
            }
            for channel, keyed in poll.keyed.items()
        },
        "batches": batches(poll, s.words, lang),
        "origins": [
            {"origin": origin, "ballots": n, "struck": origin in poll.struck}
            for origin, n in s.origins.items()
        ],
        "keyed_by_option": METHODS[poll.question.method].keyed_by_option,
        "asks_college": poll.question.asks_college,
        "who": list(poll.question.who),
        "over_present": bool(
            s.tally and s.room.present is not None and in_room(poll, s.tally) > s.room.present
        ),
        "seals_in": max(0, round(60 - (s.now - poll.closed_at)))
        if poll.state == CLOSED and poll.closed_at
        else None,
        "hidden_result": result(poll, s.tally, lang) if visible and s.tally else None,
    }


def next_action(s: Snapshot) -> str:
    """The one big thing to do now: open, close, reveal, next, close_meeting or none."""
    step = current_step(s)
    if s.room.closed_at is not None:
        return "none"
    if s.poll and s.poll.state == OPEN:
        return "close"
    if s.poll and not s.poll.shown and (step.kind == "vote" or s.poll.improvised):
        return "reveal"
    if step.kind == "vote" and s.poll is None:
        return "open"
    return "next" if s.sheet.index(step.id) + 1 < len(s.sheet.steps) else "close_meeting"


def late_minutes(s: Snapshot) -> int:
    """Minutes behind the run sheet (negative: ahead), from when the second step was first shown."""
    index = s.sheet.index(s.room.step)
    if index == 0 or not s.room.steps_shown:
        return 0
    started = s.room.steps_shown[0][1]
    planned = sum(step.minutes for step in s.sheet.steps[:index])
    first = s.sheet.index(s.room.steps_shown[0][0])
    planned -= sum(step.minutes for step in s.sheet.steps[:first])
    here = s.sheet.steps[index].minutes * 60
    overrun = max(0.0, s.now - s.room.step_at - here)
    return round((s.room.step_at - started - planned * 60 + overrun) / 60)
