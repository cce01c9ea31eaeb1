"""The speaking queue: asking for the floor, having it, giving it back."""

from collections.abc import Sequence
from typing import Any

from components.meeting import events as e
from components.meeting.commands.base import Context, Refused, command, words_of
from components.voting.question import COLLEGES

LONGEST_QUEUE = 100
LONGEST_LABEL = 80
LONGEST_SPEECH = 3600


@command("queue")
def ask_to_speak(c: Context, college: Any = "", label: Any = "") -> Sequence[e.Event]:
    """Somebody asks to speak. No name: a college at most, and a short label the facilitator can erase."""
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if college not in ("", *COLLEGES):
        raise Refused("unknown_college", college=str(college)[:40])
    if len(c.room.floor.queue) >= LONGEST_QUEUE:
        raise Refused("queue_full", most=LONGEST_QUEUE)
    text, digest = "", ""
    if label is not None and label != "":
        text, digest = c.tx.keep_text(words_of(label, LONGEST_LABEL))
    # The version this event will have: no other entry of this meeting can bear it, not even one taken back.
    return [e.SpeechAsked(f"s{c.room.version + 1}", college, text, digest)]


@command("speak")
def give_the_floor(c: Context, entry: Any = None) -> Sequence[e.Event]:
    """The floor to the first who asked, or to `entry`; whoever speaks has then finished."""
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    floor = c.room.floor
    if entry is None:
        if not floor.queue:
            raise Refused("queue_empty")
        return [e.SpeechStarted(floor.queue[0].entry)]
    if floor.speaker and floor.speaker.entry == entry:
        return []
    if floor.waiting(str(entry)) is None:
        raise Refused("unknown_speech")
    return [e.SpeechStarted(str(entry))]


@command("speech_end")
def end_speech(c: Context, entry: Any = None) -> Sequence[e.Event]:
    """The speaker has finished. `entry`: who was speaking when the key was pressed; otherwise nothing happens."""
    speaker = c.room.floor.speaker
    if entry is not None:
        return [e.SpeechEnded(speaker.entry)] if speaker and speaker.entry == entry else []
    if speaker is None:
        raise Refused("nobody_speaks")
    return [e.SpeechEnded(speaker.entry)]


@command("queue_drop")
def leave_queue(c: Context, entry: Any) -> Sequence[e.Event]:
    """Somebody gives up speaking."""
    return [e.SpeechDropped(str(entry))] if c.room.floor.waiting(str(entry)) else []


@command("floor_clock")
def set_floor_clock(c: Context, limit: Any = None, by_college: Any = None) -> Sequence[e.Event]:
    """Seconds announced for one speech (0: none), and whether the screen shows each college's share of the time."""
    floor = c.room.floor
    wanted = floor.limit if limit is None else limit
    shown = floor.by_college if by_college is None else by_college
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not 0 <= wanted <= LONGEST_SPEECH:
        raise Refused("not_a_count", value=str(wanted)[:40])
    if not isinstance(shown, bool):
        raise Refused("unknown_command", name="floor_clock")
    return [] if (wanted, shown) == (floor.limit, floor.by_college) else [e.FloorSet(wanted, shown)]
