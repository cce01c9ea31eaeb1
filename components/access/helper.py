"""The code that lets helpers in for one meeting: rapporteurs at their tables, people who count paper.

Eight figures said aloud or shown by the console, derived from the meeting's secret, so that nothing is stored that
a backup could give away. It ends with the meeting, or when the facilitator asks for another one.
"""

import hashlib
import hmac
import secrets

from components.access.store import Settings
from components.meeting.desk import Desk
from components.meeting.keys import meeting_secret
from components.meeting.store import UnknownMeeting

GENERATION = "helper:"


def _secret(desk: Desk, code: str, settings: Settings) -> bytes | None:
    """The secret of the present code; None without such a meeting, or once it is closed."""
    try:
        if desk.store.room(code).closed_at is not None:
            return None
    except UnknownMeeting:
        return None
    generation = settings.get(GENERATION + code) or ""
    made = desk.keys.make(meeting_secret(code))
    return hmac.new(made, f"helper:{code}:{generation}".encode(), hashlib.sha256).digest()


def helper_pin(desk: Desk, code: str, settings: Settings) -> str | None:
    """`4812 0937`: what helpers type; None when the meeting takes none."""
    secret = _secret(desk, code, settings)
    if secret is None:
        return None
    figures = f"{int.from_bytes(secret[:8]) % 10**8:08d}"
    return f"{figures[:4]} {figures[4:]}"


def opens(desk: Desk, code: str, typed: str, settings: Settings) -> bool:
    """Whether `typed` is the meeting's code for helpers, with spaces or without."""
    pin = helper_pin(desk, code, settings)
    figures = "".join(sign for sign in typed[:40] if sign.isascii() and sign.isdigit())
    return pin is not None and hmac.compare_digest(pin.replace(" ", ""), figures)


def epoch(desk: Desk, code: str, settings: Settings) -> str | None:
    """What a helper's sign-in must carry to count now; None once the meeting takes no helpers any more."""
    secret = _secret(desk, code, settings)
    return secret[8:20].hex() if secret else None


def renew(code: str, settings: Settings) -> None:
    """Another code from now on; helpers who came in with the old one must type the new one."""
    settings.put({GENERATION + code: secrets.token_hex(8)})
