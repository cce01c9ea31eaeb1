"""What may be seen of the floor: by the room the speaker's clock and, if wanted, the shares of time; by the
facilitator the queue too. Only time of speech, never a number of people of a college."""

from collections.abc import Mapping
from typing import Any

from components.look.i18n import t
from components.meeting.floor import Floor, Speech, seconds_at, shares
from components.voting.question import COLLEGES


def college_label(college: str, lang: str) -> str:
    return t(f"meeting.college_{college}", lang) if college else t("floor.college_none", lang)


def public_floor(floor: Floor, now: float, lang: str) -> dict[str, Any] | None:
    """None while nobody speaks. `elapsed` and `limit` in seconds (limit 0: none announced), `since` when the
    speech began (seconds since 1970), `waiting` how many wait, `shares` of the speeches that are over."""
    if floor.speaker is None:
        return None
    return {
        "college": college_label(floor.speaker.college, lang) if floor.speaker.college else "",
        "elapsed": round(max(0.0, now - floor.since), 1),
        "since": floor.since,
        "limit": floor.limit,
        "waiting": len(floor.queue),
        "shares": times(floor.seconds, lang) if floor.by_college else [],
    }


def console_floor(floor: Floor, words: Mapping[str, str], now: float, lang: str) -> dict[str, Any]:
    """Queue and speaker with their labels, time by college (the speech under way left out), the settings."""

    def told(speech: Speech) -> dict[str, Any]:
        return {
            "entry": speech.entry,
            "college": college_label(speech.college, lang) if speech.college else "",
            "label": words.get(speech.text, t("meeting.text_removed", lang)) if speech.text else "",
        }

    return {
        "queue": [told(speech) for speech in floor.queue],
        "speaker": told(floor.speaker) if floor.speaker else None,
        "elapsed": round(max(0.0, now - floor.since), 1) if floor.speaker else 0.0,
        "since": floor.since,
        "limit": floor.limit,
        "by_college": floor.by_college,
        "times": times(floor.seconds, lang),
        "colleges": [{"id": college, "label": college_label(college, lang)} for college in COLLEGES],
    }


def times(seconds: Mapping[str, float], lang: str) -> list[dict[str, Any]]:
    """`[{college, label, seconds, percent}]`, colleges in their order, those who have not spoken left out."""
    percents = shares(seconds)
    return [
        {
            "college": college,
            "label": college_label(college, lang),
            "seconds": round(seconds[college]),
            "percent": percents.get(college, 0),
        }
        for college in (*COLLEGES, "")
        if college in seconds
    ]


def minutes_floor(floor: Floor, now: float, lang: str) -> list[dict[str, Any]]:
    """For the minutes: `times` with `speeches`, how many times the floor was given; the speech under way counts."""
    rows = times(seconds_at(floor, now), lang)
    return [{**row, "speeches": floor.speeches.get(row["college"], 0)} for row in rows]
