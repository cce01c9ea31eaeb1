"""What a facilitator may do: each command looks at the room and answers with events, or refuses with a sentence.

Nothing here waits, reads a clock or opens a file: time and secrets come in the `Context`.
"""

import hashlib
import random
import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components.look.words import plain
from components.meeting import events as e
from components.meeting.keys import KeyRing, meeting_secret, pair_secret, poll_secret
from components.meeting.room import CLOSED, OPEN, SEALED, Figure, Poll, Room
from components.meeting.run_sheet import YES_NO_BLANK, RunSheet, RunSheetError, load_run_sheet, pick
from components.meeting.store import Transaction
from components.territory.pack import PackError, load_territory
from components.voting.channels import Keyed, KeyedRefused, read_keyed
from components.voting.methods import METHODS
from components.voting.pairs import pair_votes
from components.voting.question import Option, Question, question_to_dict
from components.voting.sealing import receipt, seal_root
from components.voting.tally import Tally, tally

LONGEST_TITLE = 300
LONGEST_NOTE = 2000
SEAL_AFTER = 60.0
"""Seconds between the close of a vote and its seal, unless a facilitator seals or moves on before."""


class Refused(ValueError):
    """The command makes no sense now. `key` names the sentence in the locale area `meeting`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Context:
    """All a command may know."""

    room: Room
    sheet: RunSheet
    now: float
    tx: Transaction
    keys: KeyRing

    @property
    def step(self) -> str:
        return self.sheet.steps[self.sheet.index(self.room.step)].id

    @property
    def poll(self) -> Poll | None:
        """The vote the room is looking at."""
        return focus_poll(self.room, self.sheet)


Command = Callable[..., Sequence[e.Event]]
COMMANDS: dict[str, Command] = {}


def command(name: str) -> Callable[[Command], Command]:
    def register(function: Command) -> Command:
        COMMANDS[name] = function
        return function

    return register


def focus_poll(room: Room, sheet: RunSheet) -> Poll | None:
    """The vote on screen: an improvised one if there is, else the last one on the step's question."""
    if room.focus in room.polls:
        return room.polls[room.focus]
    return room.latest_poll(sheet.steps[sheet.index(room.step)].question)


def count(tx: Transaction, poll: Poll) -> Tally:
    """The count of a vote as the store and the keyed channels stand."""
    return tally(poll.question, tx.phone_counts(poll.id), poll.hands, poll.paper)


# --- steps ------------------------------------------------------------------------------------------


@command("next")
def next_step(c: Context, from_step: str | None = None) -> Sequence[e.Event]:
    """The following step. `from_step`: where the presser was; a second press of the same moment does nothing."""
    return _move(c, 1, from_step)


@command("previous")
def previous_step(c: Context, from_step: str | None = None) -> Sequence[e.Event]:
    return _move(c, -1, from_step)


def _move(c: Context, by: int, from_step: str | None) -> Sequence[e.Event]:
    if from_step is not None and from_step != c.step:
        return []
    index = c.sheet.index(c.room.step) + by
    if not 0 <= index < len(c.sheet.steps):
        raise Refused("no_next_step" if by > 0 else "no_previous_step")
    return show_step(c, c.sheet.steps[index].id)


@command("show")
def show_step(c: Context, step: str) -> Sequence[e.Event]:
    """Go to a step by its id. A closed vote is sealed on the way; an open one must be closed first."""
    found = c.sheet.step(step)
    if found is None:
        raise Refused("unknown_step", step=str(step)[:60], known=", ".join(s.id for s in c.sheet.steps))
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if c.room.open_poll:
        raise Refused("vote_is_open")
    return [*_seal_closed(c), e.StepShown(found.id, found.minutes * 60)]


@command("timer")
def timer(c: Context, action: str, seconds: float = 0) -> Sequence[e.Event]:
    """`pause`, `resume`, or `add` (seconds, may be negative)."""
    left = c.room.timer.left_at(c.now)
    if action == "pause":
        return [e.TimerSet(left, False)] if c.room.timer.running else []
    if action == "resume":
        return [] if c.room.timer.running else [e.TimerSet(left, True)]
    if action == "add" and isinstance(seconds, int | float) and abs(seconds) <= 36_000:
        return [e.TimerSet(left + seconds, c.room.timer.running)]
    raise Refused("unknown_command", name="timer")


@command("neutral")
def neutral(c: Context, on: bool | None = None) -> Sequence[e.Event]:
    """Blank the screen or bring the step back; without `on`, the other of the two."""
    wanted = (not c.room.neutral) if on is None else bool(on)
    return [e.ScreenNeutral(wanted)] if wanted != c.room.neutral else []


@command("promise")
def promise(c: Context, on: bool | None = None) -> Sequence[e.Event]:
    """Show the promise over the step, or put it away."""
    if c.sheet.promise is None:
        raise Refused("no_promise")
    wanted = (not c.room.promise) if on is None else bool(on)
    return [e.PromiseShown(wanted)] if wanted != c.room.promise else []


@command("presence")
def presence(c: Context, people: Any) -> Sequence[e.Event]:
    """How many people are in the room now."""
    number = _whole(people)
    poll = c.room.open_poll
    if poll and (poll.hands.slips or poll.paper.slips):
        counted = count(c.tx, poll).ballots
        if counted > number:
            raise Refused("more_than_present", ballots=counted, present=number)
    return [e.PresenceCounted(number)]


def _whole(value: Any, most: int = 100_000) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 9:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Refused("not_a_count", value=str(value)[:40])
    return value


# --- votes ------------------------------------------------------------------------------------------


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
    return [*_seal_closed(c), _opened(c, found, improvised=False)]


def _opened(c: Context, question: Question, improvised: bool) -> e.QuestionOpened:
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


@command("improvise")
def improvise(
    c: Context, title: Any, options: Any = None, method: str = "single", max_choices: Any = None
) -> Sequence[e.Event]:
    """A question typed on the spot, opened at once. Without options it is yes / no / blank."""
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if c.room.open_poll:
        raise Refused("vote_already_open")
    if c.sheet.promise is None:
        raise Refused("no_promise")
    words = _words(title, LONGEST_TITLE)
    lines = [line for line in options or [] if isinstance(line, str) and plain(line).strip()]
    if lines and len(lines) < 2:
        raise Refused("few_options")
    if len(lines) > 20 or any(len(line) > 200 for line in lines):
        raise Refused("too_long", most=200)
    if not lines:
        answers: tuple[Option, ...] = YES_NO_BLANK
        method = "yes_no_blank"
    else:
        method = method if method in ("single", "approval") else "single"
        answers = tuple(Option(f"o{i}", {"fr": plain(line).strip()}) for i, line in enumerate(lines, 1))
    most = len(answers) if METHODS[method].several else 1
    if most > 1 and max_choices:
        most = min(most, max(1, _whole(max_choices, 60)))
    number = 1 + sum(1 for poll in (*c.room.polls, *c.room.withdrawn) if poll.startswith("improvised-"))
    question = Question(f"improvised-{number}", method, {"fr": words}, answers, most)
    return [*_seal_closed(c), _opened(c, question, improvised=True)]


def _words(value: Any, most: int) -> str:
    if isinstance(value, str) and len(value) > most:
        raise Refused("too_long", most=most)
    if not isinstance(value, str) or not plain(value).strip():
        raise Refused("empty_text")
    return plain(value).strip()


def _poll(c: Context, poll: str | None, *states: str) -> Poll:
    found = c.room.polls.get(poll) if poll else c.poll
    if found is None:
        raise Refused("no_vote")
    if states and found.state not in states:
        raise Refused(f"vote_is_{found.state}")
    return found


@command("hands")
def count_hands(
    c: Context, counts: Any, slips: Any = None, blank: Any = 0, poll: str | None = None
) -> Sequence[e.Event]:
    """Raised hands by option. Refused without a count of presence, or when bulletins would exceed it."""
    found, keyed = _keyed(c, poll, "hands", counts, slips, blank)
    return [e.HandsCounted(found.id, dict(keyed.counts), keyed.slips, keyed.blank)]


@command("paper")
def count_paper(
    c: Context, counts: Any, slips: Any = None, blank: Any = 0, poll: str | None = None
) -> Sequence[e.Event]:
    """Paper ballots by option, under the same conditions as raised hands."""
    found, keyed = _keyed(c, poll, "paper", counts, slips, blank)
    return [e.PaperCounted(found.id, dict(keyed.counts), keyed.slips, keyed.blank)]


def _keyed(
    c: Context, poll: str | None, channel: str, counts: Any, slips: Any, blank: Any
) -> tuple[Poll, Keyed]:
    found = _poll(c, poll, OPEN, CLOSED)
    if channel not in found.question.channels:
        raise Refused("channel_not_allowed")
    if not isinstance(counts, Mapping):
        raise Refused("unknown_command", name=channel)
    if c.room.present is None:
        raise Refused("presence_first")
    try:
        keyed = read_keyed(found.question, counts, slips, blank)
    except KeyedRefused as error:
        raise Refused(error.key, **error.values) from None
    with_it = replace(found, hands=keyed) if channel == "hands" else replace(found, paper=keyed)
    total = count(c.tx, with_it).ballots
    if total > c.room.present:
        raise Refused("more_than_present", ballots=total, present=c.room.present)
    return found, keyed


@command("close")
def close_vote(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    found = _poll(c, poll, OPEN)
    return [e.QuestionClosed(found.id, count(c.tx, found).to_dict())]


@command("reopen")
def reopen_vote(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    found = _poll(c, poll, CLOSED)
    if c.room.open_poll:
        raise Refused("vote_already_open")
    return [e.QuestionReopened(found.id)]


@command("reveal")
def show_result(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    found = _poll(c, poll)
    return [] if found.shown else [e.ResultShown(found.id)]


@command("hide")
def hide_result(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    found = _poll(c, poll)
    return [e.ResultHidden(found.id)] if found.shown else []


@command("peek")
def read_hidden_counts(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    """The facilitator looks at counts the room does not see; the log says so."""
    return [e.HiddenCountsRead(_poll(c, poll).id)]


@command("seal")
def seal_vote(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    """Destroy the links from phones to ballots, for good."""
    return [_sealed(c, _poll(c, poll, CLOSED))]


@command("seal_late")
def seal_late(c: Context) -> Sequence[e.Event]:
    """Seal what has been closed for a minute."""
    due = [p for p in c.room.polls.values() if p.state == CLOSED and c.now - (p.closed_at or 0) >= SEAL_AFTER]
    return [_sealed(c, poll) for poll in due]


def _seal_closed(c: Context) -> list[e.Event]:
    return [_sealed(c, poll) for poll in c.room.polls.values() if poll.state == CLOSED]


def _sealed(c: Context, poll: Poll) -> e.QuestionSealed:
    final = replace(poll, tally=None)
    counted = count(c.tx, final)
    cast = c.tx.cast_ballots(poll.id)
    secret = c.keys.get(poll_secret(c.tx.code, poll.id))
    given = [receipt(secret, voter) for voter, _, _ in cast] if secret else []
    waits = poll.question.pair == poll.question.id  # first of a pair: its key lives until the second seal
    shuffled = [(choice, pair if waits else "") for _, choice, pair in cast]
    secrets.SystemRandom().shuffle(shuffled)
    paired = None
    if poll.question.pairs_with:
        first = c.room.latest_poll(poll.question.pairs_with)
        if first and first.state == SEALED:
            before = c.tx.paired_ballots(first.id)
            after = {pair: choice for _, choice, pair in cast if pair}
            paired = pair_votes(first.question.option_ids, before, after).to_dict()
            c.tx.unpair(first.id)
    c.tx.seal(poll.id, shuffled, given)
    root = seal_root((",".join(choice) for choice, _ in shuffled), given)
    return e.QuestionSealed(poll.id, counted.to_dict(), root, c.room.present, paired)


# --- scenario ---------------------------------------------------------------------------------------


@command("levers")
def move_levers(c: Context, changes: Any) -> Sequence[e.Event]:
    """Settled positions, already checked by the model: lever → value, None for trend."""
    if not isinstance(changes, Mapping) or len(changes) > 200:
        raise Refused("unknown_command", name="levers")
    wanted: dict[str, float | None] = {}
    for lever, value in changes.items():
        if value is not None and (
            not isinstance(value, int | float) or isinstance(value, bool) or value != value
        ):
            raise Refused("not_a_count", value=str(value)[:40])
        if c.room.levers.get(str(lever)) != value:
            wanted[str(lever)[:80]] = None if value is None else float(value)
    return [e.LeverMoved(wanted)] if wanted else []


@command("reset_levers")
def reset_levers(c: Context) -> Sequence[e.Event]:
    return [e.LeverMoved(dict.fromkeys(c.room.levers))] if c.room.levers else []


@command("view")
def choose_view(c: Context, variable: str, year: Any, per_inhabitant: bool) -> Sequence[e.Event]:
    chosen = e.ViewChosen(str(variable)[:120], _whole(year, 2100), bool(per_inhabitant))
    view = c.room.view
    same = (view.variable, view.year, view.per_inhabitant) == (
        chosen.variable,
        chosen.year,
        chosen.per_inhabitant,
    )
    return [] if same else [chosen]


@command("explain")
def explain_figure(
    c: Context,
    variable: Any = "",
    region: Any = "",
    year: Any = 0,
    per_inhabitant: Any = False,
    on: Any = True,
) -> Sequence[e.Event]:
    """Where a figure comes from, on the screen (`on`), or put away; the model has already checked the figure.

    Not while a vote is open: an argument would then stand in the place of the question.
    """
    if on is False:
        return [e.FigureExplained("", "", 0, False, False)] if c.room.explained else []
    words = (variable, region)
    if on is not True or any(not isinstance(word, str) or not 0 < len(word) <= 120 for word in words):
        raise Refused("unknown_command", name="explain")
    if not isinstance(per_inhabitant, bool):
        raise Refused("unknown_command", name="explain")
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if c.room.open_poll:
        raise Refused("vote_is_open")
    figure = Figure(variable, region, _whole(year, 2100), per_inhabitant)
    if figure == c.room.explained:
        return []
    return [e.FigureExplained(figure.variable, figure.region, figure.year, figure.per_inhabitant, True)]


@command("save_scenario")
def save_scenario(c: Context) -> Sequence[e.Event]:
    """Keep the room's positions under the next letter."""
    if len(c.room.scenarios) >= 26:
        raise Refused("too_many_scenarios")
    return [e.ScenarioSaved(chr(ord("A") + len(c.room.scenarios)), dict(c.room.levers))]


@command("recall_scenario")
def recall_scenario(c: Context, letter: str) -> Sequence[e.Event]:
    kept = c.room.scenarios.get(letter)
    if kept is None:
        raise Refused("unknown_scenario", letter=str(letter)[:4])
    return move_levers(c, {**dict.fromkeys(c.room.levers), **kept})


# --- notes, run sheet, end --------------------------------------------------------------------------


@command("contest")
def contest_figure(c: Context, words: Any) -> Sequence[e.Event]:
    """« Chiffre contesté »: which figure, what was said, who answers by when."""
    text, digest = c.tx.keep_text(_words(words, LONGEST_NOTE))
    return [e.FigureContested(text, digest, c.step)]


@command("decide")
def note_decision(c: Context, words: Any) -> Sequence[e.Event]:
    """A decision or a dated commitment said aloud."""
    text, digest = c.tx.keep_text(_words(words, LONGEST_NOTE))
    return [e.DecisionNoted(text, digest, c.step)]


@command("revise")
def revise_run_sheet(c: Context, source: Any, base: int | None = None) -> Sequence[e.Event]:
    """Replace the run sheet. `base`: the revision that was edited; refused if somebody else revised it since."""
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if not isinstance(source, str):
        raise Refused("empty_text")
    if base is not None and base != c.room.revision:
        raise Refused("sheet_changed_meanwhile")
    if c.room.open_poll:
        raise Refused("vote_is_open")
    try:
        sheet = load_run_sheet(source)
    except RunSheetError as error:
        raise Refused("sheet_refused", faults="\n".join(str(fault) for fault in error.faults[:8])) from None
    if sheet.step(c.step) is None and c.room.step:
        raise Refused("sheet_lost_step", step=c.step)
    revision = c.room.revision + 1
    c.tx.revise(revision, source, pick(sheet.title, "fr"), sheet.territory)
    return [e.RunSheetRevised(revision, hashlib.sha256(source.encode()).hexdigest())]


@command("close_meeting")
def close_meeting(c: Context) -> Sequence[e.Event]:
    """End: every vote sealed, every remaining link destroyed; the minutes are then final."""
    if c.room.closed_at is not None:
        return []
    if c.room.open_poll:
        raise Refused("vote_is_open")
    sealing = _seal_closed(c)
    for poll in c.room.polls.values():
        if poll.question.pair == poll.question.id:
            c.tx.unpair(poll.id)
    for poll_id in c.room.withdrawn:
        c.tx.drop_ballots(poll_id)
    return [*sealing, e.MeetingClosed(c.room.present)]


@command("undo")
def undo(c: Context, version: int | None = None) -> Sequence[e.Event]:
    """Take back the last thing done. `version`: what the presser saw as last; otherwise nothing happens."""
    last = c.room.undoable
    if last is None:
        raise Refused("nothing_to_undo")
    if version is not None and version != last.version:
        return []
    return [e.Undone(last.version)]


def spent_secrets(room: Room, code: str) -> list[str]:
    """Names of the secrets that must no longer exist, given what is sealed."""
    sealed = [poll for poll in room.polls.values() if poll.state == SEALED]
    names = [poll_secret(code, poll.id) for poll in sealed]
    names += [pair_secret(code, poll.question.pair) for poll in sealed if poll.question.pairs_with]
    if room.closed_at is not None:
        names += [poll_secret(code, poll) for poll in room.withdrawn]
        names += [pair_secret(code, poll.question.pair) for poll in sealed if poll.question.pair]
        names.append(meeting_secret(code))
    return names
