"""A scenario as a short code: what differs from the trend, written so that a hand can copy it.

Form: version digit, then for each moved lever three characters naming it and its value, then two of checksum, in
Crockford's base 32 (no i, l, o, u; case, spaces and hyphens do not matter): https://www.crockford.com/base32.html
A hypothesis is written by the names of its group and of its option, so that options may come, go or change places.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence

from components.look.i18n import t
from components.scenario.levers import RAMP_PARTS

Options = Mapping[str, Sequence[str]]
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


def encode(overrides: Mapping[str, float], trend: Mapping[str, float], options: Options | None = None) -> str:
    """The code of a scenario; `trend` holds every setting's default value. All at trend is the empty text.

    `options`: ids of the options of each `hypothesis.GROUP`, in order; `lever.start` and `lever.end` are kept too.
    """
    options = options or {}
    names = short_names(trend, options)
    moved = {
        f"{name}={options[name][int(value)]}" if name in options else name: 1.0 if name in options else value
        for name, value in overrides.items()
        if value != trend.get(name)
    }
    if not moved:
        return ""
    body = ALPHABET[VERSION] + "".join(
        _base32(names[name], 3) + _value(moved[name]) for name in sorted(moved)
    )
    return body + _checksum(body)


def decode(code: str, trend: Mapping[str, float], options: Options | None = None) -> dict[str, float]:
    """The overrides a code holds, `{}` for the trend. Raises CodeError; bounds are the engine's to check."""
    options = options or {}
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
    known = {name: setting for setting, name in short_names(trend, options).items()}
    overrides: dict[str, float] = {}
    at = 1
    while at < len(body):
        name = _number(body[at : at + 3])
        value, at = _read_value(body, at + 3)
        if name not in known:
            raise CodeError("scenario.code_unknown_lever")
        setting, _, option = known[name].partition("=")
        overrides[setting] = float(options[setting].index(option)) if option else value
    return overrides


def short_names(settings: Iterable[str], options: Options) -> dict[str, int]:
    """Fifteen bits of the name of all that may be set: they stay the same when others come or go.

    Raises ValueError naming two that share theirs: one must be called otherwise.
    """
    levers = [name for name in settings if name not in options]
    wanted = [*levers, *(f"{group}={option}" for group, ids in options.items() for option in ids)]
    wanted += [f"{lever}.{part}" for lever in levers for part in RAMP_PARTS]
    names: dict[str, int] = {}
    owner: dict[int, str] = {}
    for name in wanted:
        short = zlib.crc32(name.encode()) & 0x7FFF
        if owner.setdefault(short, name) != name:
            raise ValueError(name, owner[short])
        names[name] = short
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
