"""What is written down, the run sheet revised, the end, and undo."""

import hashlib
from collections.abc import Sequence
from typing import Any

from components.look.words import plain
from components.meeting import events as e
from components.meeting.commands.base import LONGEST_NOTE, Context, Refused, command, words_of
from components.meeting.commands.seal import seal_closed
from components.meeting.run_sheet import RunSheetError, load_run_sheet, pick

LONGEST_NAME = 200


@command("contest")
def contest_figure(c: Context, words: Any) -> Sequence[e.Event]:
    """« Chiffre contesté »: which figure, what was said, who answers by when."""
    text, digest = c.tx.keep_text(words_of(words, LONGEST_NOTE))
    return [e.FigureContested(text, digest, c.step)]


@command("decide")
def note_decision(c: Context, words: Any, who: Any = "", when: Any = "") -> Sequence[e.Event]:
    """A decision or a commitment said aloud: what, and where it was said, who and by when (a date or words)."""
    said = words_of(words, LONGEST_NOTE)
    about = [words_of(part, LONGEST_NAME) if plain(str(part or "")).strip() else "" for part in (who, when)]
    text, digest = c.tx.keep_text(said)
    rows = [c.tx.keep_text(part) if part else ("", "") for part in about]
    return [e.DecisionNoted(text, digest, c.step, *rows[0], *rows[1])]


@command("erase")
def erase_text(c: Context, text: Any) -> Sequence[e.Event]:
    """Delete the words of a note or a label for good, even after the end; that there was one stays written."""
    return [e.TextErased(str(text))] if c.tx.erase_text(str(text)) else []


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
    sealing = seal_closed(c)
    for poll in c.room.polls.values():
        if poll.question.pair == poll.question.id:
            c.tx.unpair(poll.id)
    for poll_id in c.room.withdrawn:
        c.tx.drop_ballots(poll_id)
    for label in c.room.floor.labels:
        c.tx.erase_text(label)
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
