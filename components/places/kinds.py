"""The kinds of layers and how each is told from the others without colour: a pattern, a dash, a mark.

Zones of two layers that lie over each other stay legible because each pattern is transparent between its lines and
runs at an angle of its own; the same kind used twice gets another spacing, and every layer a letter.
"""

from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any


@dataclass(frozen=True)
class Style:
    """shape: lines, dots, crosses or waves of the pattern; angle in degrees; gap between them, dash and width in
    pixels on the page; mark: outline of a point; colour: hexadecimal, at least 3:1 on paper, never the only sign."""

    shape: str
    angle: int
    gap: float
    dash: str
    width: float
    mark: str
    colour: str


KINDS: dict[str, Style] = {
    "project": Style("lines", 45, 9, "", 3.5, "circle", "#9c3a1b"),
    "protected": Style("dots", 0, 9, "1 5", 3.0, "square", "#0b6148"),
    "river": Style("waves", 0, 8, "", 2.2, "drop", "#0b5fa5"),
    "hunting": Style("lines", 135, 9, "9 4", 2.4, "triangle", "#7a3b00"),
    "fishing": Style("lines", 0, 9, "2 3", 2.4, "diamond", "#00566b"),
    "grazing": Style("crosses", 0, 13, "10 4 2 4", 2.4, "pentagon", "#4d5b00"),
    "hiking": Style("lines", 90, 11, "6 5", 2.8, "hexagon", "#5b3285"),
    "other": Style("grid", 45, 14, "14 3 3 3 3 3", 2.2, "cross", "#33403e"),
}
"""Kind → style. `project` first, as in the lists people choose from."""


def style_of(kind: str, before: int) -> Style:
    """The style of a layer; `before`: how many layers of its kind were drawn already."""
    style = KINDS.get(kind, KINDS["other"])
    return replace(style, gap=style.gap * (1 + 0.6 * before), angle=(style.angle + 20 * before) % 180)


def letter(index: int) -> str:
    """A, B… Z, AA, AB…: the letter of the layer at a place in the list (0 = first)."""
    number, letters = index + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = ascii_uppercase[rest] + letters
    return letters


def styles_for_js(kinds: list[str]) -> list[dict[str, Any]]:
    """Letter and style of each layer of a list, in its order, as the drawing wants them."""
    return [
        {"letter": letter(i), **vars(style_of(kind, kinds[:i].count(kind)))} for i, kind in enumerate(kinds)
    ]
