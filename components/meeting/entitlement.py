"""Single-use codes of a named electorate: derived from a secret of the meeting, never stored, never written in the log.

Ten signs in two groups, « K7RF9-DMTX4 »: nine that cannot be guessed (23 signs each, 40.7 bits) and one that checks
them. The alphabet leaves out what is mistaken for something else (0 O Q, 1 I L, 2 Z, 5 S, 8 B, U). It has a prime
number of signs, so that the weighted sum notices every single wrong sign and every two signs exchanged.
"""

import hashlib
import hmac
from typing import TYPE_CHECKING

from components.meeting.keys import codes_secret

if TYPE_CHECKING:
    from components.meeting.desk import Desk

ALPHABET = "34679ACDEFGHJKMNPRTVWXY"
LENGTH = 10
SECRET_SIGNS = LENGTH - 1


class CodeRefused(ValueError):
    """Not a code as we print them. `key` names the sentence in the locale area `phone`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def code_of(secret: bytes, number: int) -> str:
    """The code of that number, as printed."""
    digest = hmac.new(secret, f"entitlement:{number}".encode(), hashlib.sha256).digest()
    value = int.from_bytes(digest, "big") % len(ALPHABET) ** SECRET_SIGNS
    signs = ""
    for _ in range(SECRET_SIGNS):
        value, sign = divmod(value, len(ALPHABET))
        signs += ALPHABET[sign]
    signs += _check_sign(signs)
    return f"{signs[:5]}-{signs[5:]}"


def _check_sign(signs: str) -> str:
    """The sign that makes Σ weight·sign ≡ 0 (mod 23), weights 1 to 9 and -1."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(signs, 1))
    return ALPHABET[total % len(ALPHABET)]


def read_code(text: str) -> str:
    """What was typed, as printed: small letters, spaces and hyphens are forgiven.

    Raises `CodeRefused`: entitlement_length, entitlement_sign (a sign we never print), entitlement_typo.
    """
    signs = "".join(sign for sign in text[:80].upper() if not sign.isspace() and sign not in "-–—.·_")
    foreign = next((sign for sign in signs if sign not in ALPHABET), "")
    if foreign:
        raise CodeRefused("entitlement_sign", sign=foreign)
    if len(signs) != LENGTH:
        raise CodeRefused("entitlement_length", length=LENGTH, typed=len(signs))
    if _check_sign(signs[:SECRET_SIGNS]) != signs[SECRET_SIGNS]:
        raise CodeRefused("entitlement_typo")
    return f"{signs[:5]}-{signs[5:]}"


def voter_of(number: int) -> str:
    """Who votes with a code: the same whatever the phone, so one code is one ballot."""
    return f"code:{number}"


def issued(desk: "Desk", code: str) -> list[tuple[int, str, str]]:
    """(number, college, code) of every code of a meeting that is not revoked, by number; for the printed slips.

    Empty once the meeting is closed: its secret is gone.
    """
    secret = desk.keys.get(codes_secret(code))
    if secret is None:
        return []
    rows = desk.store.entitlements(code)
    return [(row.number, row.college, code_of(secret, row.number)) for row in rows if not row.revoked]
