"""The floor: who asked to speak, who speaks since when, how long each college has spoken. No name is asked.

Counted in time of speech, never in people, so nothing here tells how many of a college are in the room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

LIMIT = 120
"""Seconds of speech announced unless the facilitator chooses otherwise; the clock tells, it never cuts."""


@dataclass(frozen=True)
class Speech:
    """Somebody who asked to speak. `college` may be empty; `text`: identifier of a short label, or empty."""

    entry: str
    college: str
    text: str = ""
    asked_at: float = 0.0


@dataclass(frozen=True)
class Floor:
    """Queue in the order of asking, the speaker since `since`, seconds spoken and speeches by college.

    labels: identifiers of every label given, to be erased at the end of the meeting;
    limit: seconds announced for one speech; by_college: the screen shows how time is shared between colleges.
    """

    queue: tuple[Speech, ...] = ()
    speaker: Speech | None = None
    since: float = 0.0
    seconds: Mapping[str, float] = field(default_factory=dict)
    speeches: Mapping[str, int] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    limit: int = LIMIT
    by_college: bool = False

    def waiting(self, entry: str) -> Speech | None:
        return next((speech for speech in self.queue if speech.entry == entry), None)


def asked(floor: Floor, speech: Speech) -> Floor:
    labels = (*floor.labels, speech.text) if speech.text else floor.labels
    return replace(floor, queue=(*floor.queue, speech), labels=labels)


def dropped(floor: Floor, entry: str) -> Floor:
    return replace(floor, queue=tuple(speech for speech in floor.queue if speech.entry != entry))


def started(floor: Floor, entry: str, at: float) -> Floor:
    """The floor to `entry`; whoever spoke has finished."""
    speech = floor.waiting(entry)
    if speech is None:
        return floor
    return replace(dropped(ended(floor, at), entry), speaker=speech, since=at)


def ended(floor: Floor, at: float) -> Floor:
    """The speaker has finished: the time goes to the speaker's college."""
    if floor.speaker is None:
        return floor
    college = floor.speaker.college
    spoken = max(0.0, at - floor.since)  # a clock set back while somebody speaks counts nothing
    return replace(
        floor,
        speaker=None,
        seconds={**floor.seconds, college: floor.seconds.get(college, 0.0) + spoken},
        speeches={**floor.speeches, college: floor.speeches.get(college, 0) + 1},
    )


def seconds_at(floor: Floor, now: float) -> Mapping[str, float]:
    """Seconds by college, the speech under way included."""
    return ended(floor, now).seconds


def shares(seconds: Mapping[str, float]) -> dict[str, int]:
    """Percent of the time spoken by college, adding up to 100 (largest remainders); empty before any speech."""
    total = sum(seconds.values())
    if total <= 0:
        return {}
    exact = {college: 100 * spoken / total for college, spoken in seconds.items()}
    rounded = {college: int(share) for college, share in exact.items()}
    missing = 100 - sum(rounded.values())
    for college in sorted(exact, key=lambda one: (rounded[one] - exact[one], one))[:missing]:
        rounded[college] += 1
    return rounded
