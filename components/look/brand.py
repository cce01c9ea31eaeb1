"""The marks of whoever holds the meeting: logo, favicon, colours; and the contrast a colour must have to be read.

Ratios are those of WCAG 2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

import re
from dataclasses import dataclass, field

PAPER, DARK_PAPER = "#fcfaf6", "#141b1a"  # --paper of theme.css, light and dark
READABLE = 4.5
HEXADECIMAL = re.compile("#[0-9a-fA-F]{6}")
_BLACK, _WHITE, _INK = "#000000", "#ffffff", "#17211f"


@dataclass(frozen=True)
class Brand:
    """What a page shows of whoever holds the meeting; everything empty means Cordée's own look.

    logo, favicon: `data:` addresses. colours: hexadecimal by role, `accent` and `ink`, readable on paper.
    """

    name: str = ""
    logo: str = ""
    favicon: str = ""
    colours: dict[str, str] = field(default_factory=dict)

    @property
    def css(self) -> str:
        """The colours as variables of theme.css, light and dark."""
        light, dark = [], []
        for role, colour in self.colours.items():
            at_night = readable(colour, DARK_PAPER)
            light.append(f"--{role}:{colour}")
            dark.append(f"--{role}:{at_night}")
            if role == "accent":
                light += [f"--accent-ink:{_on(colour)}", f"--brand-accent:{colour}"]
                dark.append(f"--accent-ink:{_on(at_night)}")
        if not light:
            return ""
        return f':root{{{";".join(light)}}}\n:root[data-theme="dark"]{{{";".join(dark)}}}'


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two hexadecimal colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, paper: str = PAPER) -> str:
    """`colour` itself when it can be read on `paper`, else the nearest one that can, of the same hue.

    It is mixed with black on a light paper and with white on a dark one, as little as it takes.
    """
    if contrast(colour, paper) >= READABLE:
        return colour
    end = _BLACK if _luminance(paper) > 0.18 else _WHITE
    mixed = (_mix(colour, end, step / 256) for step in range(1, 257))
    return next(one for one in mixed if contrast(one, paper) >= READABLE)


def _on(colour: str) -> str:
    """White or ink, whichever is read better on a colour."""
    return max((_WHITE, _INK), key=lambda text: contrast(text, colour))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (v / 255 for v in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
