"""The facilitator's passphrase: made of French words, stored only as a hash, compared whatever way typed."""

import secrets
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

WORDS = Path(__file__).with_name("words_fr.txt")
SHORTEST = 8
LONGEST = 200
_hasher = PasswordHasher()


@cache
def words() -> tuple[str, ...]:
    """The words passphrases are drawn from: short, French, without accents: typed alike on any keyboard."""
    return tuple(WORDS.read_text(encoding="utf-8").split())


def generate(below: Callable[[int], int] = secrets.randbelow) -> str:
    """Four words and two digits, `cairn-torrent-brume-loutre-42`: about 43 bits, wrong tries being slowed."""
    drawn = [words()[below(len(words()))] for _ in range(4)]
    return "-".join([*drawn, f"{below(100):02d}"])


def normalise(text: str) -> str:
    """The passphrase whatever way it was typed: capitals, two-character accents, spaces for hyphens."""
    parts = unicodedata.normalize("NFKC", text).casefold().replace("-", " ").split()
    return "-".join(parts)


def fault(text: str) -> str | None:
    """Why a chosen passphrase is refused, as a text key of the area `access`; None when it is accepted."""
    length = len(normalise(text))
    if length < SHORTEST:
        return "access.too_short"
    return "access.too_long" if length > LONGEST else None


def hashed(text: str) -> str:
    """The Argon2id hash to store, its salt and cost inside."""
    return _hasher.hash(normalise(text))


@cache
def nobodys() -> str:
    """A hash that no passphrase matches: a role without one must not answer sooner than the others."""
    return _hasher.hash(secrets.token_urlsafe(24))


def matches(hash_: str, text: str) -> bool:
    """Whether `text` is the passphrase of this hash; False too for a hash that cannot be read."""
    try:
        return _hasher.verify(hash_, normalise(text[: LONGEST * 4]))
    except (VerificationError, InvalidHashError):
        return False
