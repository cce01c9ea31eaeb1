"""Numbers as they are written: French typography (decimal comma, narrow no-break spaces), or English."""

import math
from fractions import Fraction

NARROW = "\u202f"
MINUS = "\u2212"
UNKNOWN = "\u2013"


def number(x: float | None, lang: str = "fr", digits: int | None = None) -> str:
    """`x` with `digits` decimals, or all the decimals it has (six at most) when `digits` is None.

    A missing value (None, NaN, infinite) is written as a dash.
    >>> number(-1857.5)
    '−1\u202f857,5'
    """
    if x is None or not math.isfinite(x):
        return UNKNOWN
    text = f"{abs(x):,.{6 if digits is None else digits}f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if lang == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    is_zero = not any(c in "123456789" for c in text)
    return text if x >= 0 or is_zero else MINUS + text


def signed(x: float | None, lang: str = "fr", digits: int | None = None) -> str:
    """`x` with its sign written, `+` or a true minus; zero has none."""
    text = number(x, lang, digits)
    if x is None or not math.isfinite(x) or x <= 0 or not any(c in "123456789" for c in text):
        return text
    return "+" + text


def percent(x: float | None, lang: str = "fr", digits: int | None = 0, sign: bool = False) -> str:
    """`x`, already in percent, with its mark: `percent(16)` is '16 %' in French and '16%' in English."""
    text = (signed if sign else number)(x, lang, digits)
    return text + (f"{NARROW}%" if lang == "fr" else "%")


def apart(share: Fraction, needed: Fraction, digits: int = 0) -> float:
    """`share` rounded to `digits` decimals, or to the first more that leave it above, at or below `needed` as it is.

    >>> apart(Fraction(6000, 121), Fraction(50)), apart(Fraction(5001, 100), Fraction(50))
    (49.6, 50.01)
    """
    side = (share > needed) - (share < needed)
    for places in range(digits, 16):
        rounded = round(share, places)
        if (rounded > needed) - (rounded < needed) == side:
            break
    return float(rounded)


def round_significant(x: float, figures: int = 2) -> float:
    """`x` rounded to so many significant digits; zero and non-finite values come back unchanged."""
    if x == 0 or not math.isfinite(x):
        return x
    return round(x, figures - 1 - math.floor(math.log10(abs(x))))


def two_significant(x: float | None, lang: str = "fr", sign: bool = False) -> str:
    """`x` as a room can hold it: two significant digits, no more decimals than they need.

    >>> two_significant(1857.7), two_significant(0.5333)
    ('1\u202f900', '0,53')
    """
    if x is None or not math.isfinite(x):
        return UNKNOWN
    rounded = round_significant(x)
    decimals = 0 if rounded == 0 else max(0, 1 - math.floor(math.log10(abs(rounded))))
    return (signed if sign else number)(rounded, lang, decimals)
