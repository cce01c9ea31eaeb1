"""Words typed by people, made safe to set beside others."""

import unicodedata

DIRECTION_MARKS = {
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
    "\u200e",
    "\u200f",
    "\u061c",
}


def plain(text: str) -> str:
    """The text without marks that turn the reading direction of what follows, nor control signs but line ends.

    >>> plain("a\u202eb\x07c")
    'abc'
    """
    return "".join(
        sign
        for sign in text
        if sign in "\n\t" or (sign not in DIRECTION_MARKS and unicodedata.category(sign) not in ("Cc", "Cs"))
    )
