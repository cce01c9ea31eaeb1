"""A scenario as a short code: what differs from the trend, written so that a hand can copy it.

Form: version digit, then for each moved lever three characters naming it and its value, then two of checksum, in
Crockford's base 32 (no i, l, o, u; case, spaces and hyphens do not matter): https://www.crockford.com/base32.html
"""

import zlib
from collections.abc import Iterable, Mapping

from components.look.i18n import t

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
DIGITS = {c: i for i, c in enumerate(ALPHABET)} | {"i": 1, "l": 1, "o": 0}
VERSION = 1
LONGEST = 600  # characters: more than every lever moved; longer input is not worth reading


class CodeError(ValueError):
    """A code that does not open; `key` names the sentence to show in `locale/*/scenario.yaml`."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(t(key))

    def sentence(self, lang: str = "fr") -> str:
        return t(self.key, lang)


def encode(overrides: Mapping[str, float], trend: Mapping[str, float]) -> str:
    """The code of a scenario; `trend` holds every lever's trend value. All at trend is the empty text."""
    names = _names(trend)
    moved = sorted(lever for lever, value in overrides.items() if value != trend[lever])
    if not moved:
        return ""
    body = ALPHABET[VERSION] + "".join(_base32(names[lever], 3) + _value(overrides[lever]) for lever in moved)
    return body + _checksum(body)


def decode(code: str, trend: Mapping[str, float]) -> dict[str, float]:
    """The overrides a code holds, `{}` for the trend. Raises CodeError; bounds are the engine's to check."""
    text = "".join(code.lower().replace("-", "").split())
    if not text:
        raise CodeError("scenario.code_empty")
    if len(text) > LONGEST or any(c not in DIGITS for c in text):
        raise CodeError("scenario.code_wrong")
    text = "".join(ALPHABET[DIGITS[c]] for c in text)
    body, check = text[:-2], text[-2:]
    if len(body) < 1 or _checksum(body) != check:
        raise CodeError("scenario.code_wrong")
    if DIGITS[body[0]] != VERSION:
        raise CodeError("scenario.code_newer" if DIGITS[body[0]] > VERSION else "scenario.code_wrong")
    levers = {name: lever for lever, name in _names(trend).items()}
    overrides: dict[str, float] = {}
    at = 1
    while at < len(body):
        name = _number(body[at : at + 3])
        value, at = _read_value(body, at + 3)
        if name not in levers:
            raise CodeError("scenario.code_unknown_lever")
        overrides[levers[name]] = value
    return overrides


def _names(levers: Iterable[str]) -> dict[str, int]:
    """Fifteen bits of a lever's id: they stay the same when other levers come or go."""
    names = {lever: zlib.crc32(lever.encode()) & 0x7FFF for lever in levers}
    if len(set(names.values())) < len(names):
        raise ValueError("two levers share a short name: rename one")
    return names


def _value(x: float) -> str:
    """A number with up to three decimals: its sign, its decimals, then its digits in groups of four bits."""
    decimals = next((d for d in range(3) if round(x, d) == round(x, 3)), 3)
    scaled = round(abs(x) * 10**decimals)
    bits = (scaled << 3) | (decimals << 1) | (x < 0)
    out = ""
    while True:
        group, bits = bits & 15, bits >> 4
        out += ALPHABET[group | (16 if bits else 0)]
        if not bits:
            return out


def _read_value(body: str, at: int) -> tuple[float, int]:
    bits = shift = 0
    while True:
        if at >= len(body):
            raise CodeError("scenario.code_wrong")
        digit = DIGITS[body[at]]
        bits |= (digit & 15) << shift
        shift += 4
        at += 1
        if not digit & 16:
            break
    value = (bits >> 3) / 10 ** ((bits >> 1) & 3)
    return (-value if bits & 1 else value), at


def _base32(x: int, width: int) -> str:
    return "".join(ALPHABET[(x >> 5 * i) & 31] for i in reversed(range(width)))


def _number(text: str) -> int:
    if len(text) < 3:
        raise CodeError("scenario.code_wrong")
    return DIGITS[text[0]] << 10 | DIGITS[text[1]] << 5 | DIGITS[text[2]]


def _checksum(body: str) -> str:
    return _base32(zlib.crc32(body.encode()) & 0x3FF, 2)
