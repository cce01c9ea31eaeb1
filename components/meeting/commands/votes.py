"""Opening, closing and showing votes."""

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.look.words import plain
from components.meeting import events as e
from components.meeting.commands.base import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    Context,
    Refused,
    command,
    count,
    poll_named,
    whole,
    words_of,
)
from components.meeting.commands.seal import seal_closed
from components.meeting.keys import pair_secret, poll_secret
from components.meeting.poll import CLOSED, OPEN
from components.territory.pack import PackError, load_territory
from components.voting.answers import COUNTINGS, FIXED_OPTIONS, completed
from components.voting.methods import METHODS
from components.voting.question import Option, Question, question_to_dict


@command("open")
def open_vote(c: Context, question: str | None = None) -> Sequence[e.Event]:
    """Open the vote of the step (or a named question of the run sheet); after a seal this is a new vote."""
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if c.room.open_poll:
        raise Refused("vote_already_open")
    wanted = question or c.sheet.steps[c.sheet.index(c.room.step)].question
    found = c.sheet.questions.get(wanted)
    if found is None:
        raise Refused("no_question_here")
    if c.sheet.promise is None:
        raise Refused("no_promise")
    latest = c.room.latest_poll(wanted)
    if latest and latest.state == CLOSED:
        return [e.QuestionReopened(latest.id)]
    return [*seal_closed(c), _opening(c, found, improvised=False)]


def _opening(c: Context, question: Question, improvised: bool) -> e.QuestionOpened:
    frozen = question_to_dict(_with_options(c, question))
    taken = {**{poll.id: None for poll in c.room.polls.values()}, **c.room.withdrawn}
    number, poll = 1, question.id
    while poll in taken:
        before = c.room.withdrawn.get(poll)
        if (
            before
            and {**before, "options": None} == {**frozen, "options": None}
            and _same_options(before, frozen)
        ):
            frozen = dict(before)  # taken back by undo, unchanged since: its ballots are still there
            break
        number += 1
        poll = f"{question.id}~{number}"
    c.keys.make(poll_secret(c.tx.code, poll))
    if question.pair:
        c.keys.make(pair_secret(c.tx.code, question.pair))
    return e.QuestionOpened(poll, frozen, improvised)


def _same_options(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def by_id(question: Mapping[str, Any]) -> list[Any]:
        return sorted(question["options"], key=lambda option: str(option["id"]))

    return by_id(one) == by_id(other)


def _with_options(c: Context, question: Question) -> Question:
    """The question as it will be asked: communes filled in, order drawn where the run sheet says so."""
    if question.method == "commune":
        try:
            communes = load_territory(c.room.territory).communes
        except PackError:
            raise Refused("no_territory", slug=c.room.territory) from None
        named = sorted(((str(name), str(code)) for code, name in communes["name"].items()), key=_alphabetical)
        options = [Option(code, {"fr": name}) for name, code in named]
        return replace(
            question, options=(*options, Option("elsewhere", {"fr": "Ailleurs", "en": "Elsewhere"}))
        )
    if question.order == "drawn":
        drawn = [option for option in question.options if not option.role]
        random.SystemRandom().shuffle(drawn)
        return replace(question, options=(*drawn, *(option for option in question.options if option.role)))
    return question


def _alphabetical(named: tuple[str, str]) -> str:
    """Neither accents nor hyphens count: Échirolles stands with the E, Champagnier before Champ-sur-Drac."""
    return "".join(c for c in unicodedata.normalize("NFD", named[0]) if c.isalnum()).lower()


IMPROVISED = ("single", "approval", "dots", "grades", "majority_judgment", "consent", "ranking", "score")


@command("improvise")
def improvise(
    c: Context,
    title: Any,
    options: Any = None,
    method: Any = "single",
    max_choices: Any = None,
    points: Any = None,
    cap: Any = None,
    counting: Any = "",
) -> Sequence[e.Event]:
    """A question typed on the spot, opened at once. Without options it is yes / no / blank, or put to consent.

    points, cap: dots of a ballot, and on one option; counting: of rankings.
    """
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if c.room.open_poll:
        raise Refused("vote_already_open")
    if c.sheet.promise is None:
        raise Refused("no_promise")
    words = words_of(title, LONGEST_TITLE)
    if method not in IMPROVISED:
        method = "single"
    lines = [line for line in options or [] if isinstance(line, str) and plain(line).strip()]
    if method in FIXED_OPTIONS:
        lines = []
    elif not lines:
        method = "yes_no_blank"
    elif len(lines) < 2:
        raise Refused("few_options")
    if len(lines) > 20 or any(len(line) > 200 for line in lines):
        raise Refused("too_long", most=200)
    answers = tuple(Option(f"o{i}", {"fr": plain(line).strip()}) for i, line in enumerate(lines, 1))
    most = len(answers) if METHODS[method].several and method == "approval" else 1
    if most > 1 and max_choices:
        most = min(most, max(1, whole(max_choices, 60)))
    number = 1 + sum(1 for poll in (*c.room.polls, *c.room.withdrawn) if poll.startswith("improvised-"))
    question = Question(
        f"improvised-{number}",
        method,
        {"fr": words},
        answers,
        most,
        points=whole(points, 100) if points else 0,
        cap=whole(cap, 100) if cap else 0,
        counting=counting if method == "ranking" and counting in COUNTINGS else "",
    )
    return [*seal_closed(c), _opening(c, completed(question), improvised=True)]


@command("close")
def close_vote(c: Context, poll: str | None = None, abandon: Any = False) -> Sequence[e.Event]:
    """Stop ballots. A vote by consent with an objection that stands is only ended with `abandon`, which says so."""
    found = poll_named(c, poll, OPEN)
    counted = count(c.tx, found, c.room.present)
    if found.question.method == "consent" and abandon is not True:
        standing = [one for one in found.objections if not one.lifted]
        if standing:
            raise Refused("objection_stands", n=len(standing))
        if found.not_heard(counted.counts["objection"]):
            raise Refused("objection_not_written")
    return [
        e.QuestionClosed(found.id, counted.to_dict(), abandon is True and found.question.method == "consent")
    ]


@command("objection")
def raise_objection(c: Context, words: Any, poll: str | None = None, people: Any = 1) -> Sequence[e.Event]:
    """Write down an objection to the proposal put to consent, held by `people`. A closed vote is reopened first."""
    found = poll_named(c, poll, OPEN)
    if found.question.method != "consent":
        raise Refused("no_consent_vote")
    text, digest = c.tx.keep_text(words_of(words, LONGEST_NOTE))
    return [e.ObjectionRaised(found.id, text, digest, max(1, whole(people or 1, 10_000)))]


@command("lift_objection")
def lift_objection(c: Context, objection: Any, how: Any, poll: str | None = None) -> Sequence[e.Event]:
    """An objection is lifted; `how` says what changed or what was answered."""
    found = poll_named(c, poll, OPEN)
    known = {one.id: one for one in found.objections}
    if objection not in known:
        raise Refused("no_such_objection")
    if known[objection].lifted:
        return []
    text, digest = c.tx.keep_text(words_of(how, LONGEST_NOTE))
    return [e.ObjectionLifted(found.id, objection, text, digest)]


@command("sharing")
def allow_sharing(c: Context, on: Any = True) -> Sequence[e.Event]:
    """Whether one phone may hold the ballots of two people."""
    wanted = on is True
    return [e.SharingAllowed(wanted)] if wanted != c.room.sharing else []


@command("method")
def show_method(c: Context, on: Any = None) -> Sequence[e.Event]:
    """« Comment avons-nous compté ? » beside the result on screen; without `on`, the other of shown and hidden."""
    wanted = (not c.room.method_on) if on is None else on is True
    return [e.MethodShown(wanted)] if wanted != c.room.method_on else []


@command("reopen")
def reopen_vote(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    found = poll_named(c, poll, CLOSED)
    if c.room.open_poll:
        raise Refused("vote_already_open")
    return [e.QuestionReopened(found.id)]


@command("reveal")
def show_result(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    found = poll_named(c, poll)
    return [] if found.shown else [e.ResultShown(found.id)]


@command("hide")
def hide_result(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    found = poll_named(c, poll)
    return [e.ResultHidden(found.id)] if found.shown else []


@command("peek")
def read_hidden_counts(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    """The facilitator looks at counts the room does not see; the log says so."""
    return [e.HiddenCountsRead(poll_named(c, poll).id)]
