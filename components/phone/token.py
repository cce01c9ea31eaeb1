"""Who a phone is for one meeting: a random token, signed so that it cannot be invented. No name, no address.

A token is compared sign by sign with what we would have written: another spelling of the same bytes (capital
hexadecimal, padding) is not the same token, so it cannot vote a second time. Its first half is the person's; the
signature also says whether the phone came by the link for those who are not in the room, so the same phone in
another place is still one person.
"""

import hmac
import secrets

LONGEST = 97  # 32 hexadecimal signs, a dot, 64 hexadecimal signs
ROOM, REMOTE = "room", "remote"
PLACES = (ROOM, REMOTE)


def new_token(secret: bytes, code: str, place: str = ROOM) -> str:
    """A token of the meeting `code`, under that meeting's secret."""
    return _signed(secret, code, place, secrets.token_hex(16))


def moved(secret: bytes, code: str, token: str, place: str) -> str:
    """The genuine `token` of the same person, now in `place`."""
    return _signed(secret, code, place, token.partition(".")[0])


def place_of(secret: bytes, code: str, token: str) -> str | None:
    """`ROOM` or `REMOTE` for a token made by `new_token` for this meeting, None for any other."""
    if len(token) != LONGEST or not token.isascii():
        return None
    chance = token.partition(".")[0]
    return next((p for p in PLACES if hmac.compare_digest(_signed(secret, code, p, chance), token)), None)


def is_genuine(secret: bytes, code: str, token: str) -> bool:
    """Whether this very token was made by `new_token` for this meeting."""
    return place_of(secret, code, token) is not None


def person(token: str, second: bool = False) -> str:
    """Who votes with a genuine token; `second`: the other person on the same phone."""
    chance = token.partition(".")[0]
    return f"{chance}#2" if second else chance


def device_key(secret: bytes, person: str) -> str:
    """The key under which a phone is counted as present, or holds a code (hex); it says nothing about any vote."""
    return hmac.digest(secret, b"device:" + person.encode(), "sha256").hex()


def origin_mark(secret: bytes, seen_as: str) -> str:
    """16 hexadecimal signs shared by the ballots of one vote that came from one device (`network.seen_as`).

    Under the vote's secret: it dies with it at the seal, and never joins two votes.
    """
    return hmac.digest(secret, b"origin:" + seen_as.encode(), "sha256").hex()[:16]


def _signed(secret: bytes, code: str, place: str, chance: str) -> str:
    words = f"token:{code}:{chance}" if place == ROOM else f"token:{code}:{place}:{chance}"
    return f"{chance}.{hmac.digest(secret, words.encode(), 'sha256').hex()}"
