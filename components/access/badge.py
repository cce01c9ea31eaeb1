"""What a browser keeps of a sign-in: a short signed text. It says who (a role, nobody's name) and until when.

The signature is under a secret of this installation, so that a badge of another one, or an invented one, is
nothing. What ends a badge before its time (a new passphrase, a sign-out, the end of a meeting) is in `door`.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass

COOKIE = "cordee_session"
HOURS = 12
"""An evening and its preparation."""
LONGEST = 1000


@dataclass(frozen=True)
class Badge:
    """One sign-in."""

    role: str
    epoch: str  # under which it was given: of the passphrase, the meeting's code for helpers, the provider
    sid: str  # this sign-in's own name, by which it can be ended
    until: int  # seconds since 1970
    meeting: str = ""  # the only meeting it counts for; '' for all
    via: str = "passphrase"  # or 'pin', 'provider'


def new(role: str, epoch: str, now: float, meeting: str = "", via: str = "passphrase") -> Badge:
    """A badge from now on."""
    return Badge(role, epoch, secrets.token_urlsafe(16), int(now) + HOURS * 3600, meeting, via)


def _signature(payload: str, key: bytes) -> str:
    return hmac.new(key, b"badge:" + payload.encode(), hashlib.sha256).hexdigest()


def sealed(badge: Badge, key: bytes) -> str:
    """The badge as the cookie's text."""
    text = json.dumps(asdict(badge), separators=(",", ":")).encode()
    payload = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return f"{payload}.{_signature(payload, key)}"


def read(text: str, key: bytes, now: float) -> Badge | None:
    """The badge of a cookie's text; None when it is not ours, or its time is over."""
    payload, dot, signature = text.strip('"').partition(".")
    if not dot or len(text) > LONGEST or not text.isascii():
        return None
    if not hmac.compare_digest(_signature(payload, key), signature):
        return None
    try:
        found = Badge(**json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
    except (binascii.Error, ValueError, TypeError):
        return None
    return found if now < found.until else None
