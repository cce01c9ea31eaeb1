"""What is tried before the doors open, left in files beside the secrets: each process reads them as they are now.

A phone that opened the trial page proves what this machine cannot know of itself: that no firewall stands between.
"""

import json
import time
from datetime import datetime
from pathlib import Path

from components.command.places import present_keys, write_private

SEEN = "phone_seen.json"
WITHOUT = "without_phones"
# What counts as « sans téléphone » is kept until it is switched back: a restart in the evening changes nothing.


def note_phone(now: float, keys: Path | None = None) -> None:
    """Remembers that another machine reached the urn, and when; not which one. Raises OSError."""
    keys = keys or present_keys()
    seen = phone_seen(keys)
    if seen is None or abs(now - seen.timestamp()) >= 1.0:
        write_private(keys / SEEN, json.dumps({"at": now}))


def phone_seen(keys: Path | None = None) -> datetime | None:
    """When a phone last opened the trial page; None if none ever did."""
    try:
        text = ((keys or present_keys()) / SEEN).read_text(encoding="utf-8")
        return datetime.fromtimestamp(float(json.loads(text)["at"])).astimezone()
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def without_phones(keys: Path | None = None) -> bool:
    """Whether this evening goes on without phones: no code on the screen, hands, cards and paper."""
    return ((keys or present_keys()) / WITHOUT).exists()


def set_without_phones(on: bool, keys: Path | None = None) -> None:
    """Switches it. Raises OSError."""
    keys = keys or present_keys()
    if on:
        write_private(keys / WITHOUT, "")
    else:
        (keys / WITHOUT).unlink(missing_ok=True)


def _steady() -> float:
    """A clock nobody sets; where the system has one that goes on while the machine sleeps, that one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


_STARTED = (time.time(), _steady())


def clock_jump() -> float:
    """Seconds by which the machine's clock was moved since this process started."""
    return (time.time() - _STARTED[0]) - (_steady() - _STARTED[1])
