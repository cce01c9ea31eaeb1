"""What everything printed shares: the fonts, words made printable, boxes to tick, sheets with their cut marks.

The font is Bitstream Vera, which ReportLab carries (free licence, embedded in each file): it has all French signs,
œ included. It lacks the narrow no-break space, drawn as a no-break space, and lower figures, drawn as such. A sign it
cannot draw nor spell otherwise becomes a lozenge, never nothing, and the sheet says what the lozenge stands for.
"""

import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Spacer

from components.look.i18n import t
from components.look.words import plain

REGULAR, BOLD = "Vera", "VeraBd"
INK = HexColor("#17211f")
FAINT = HexColor("#8a9492")
SIDES = {"left": TA_LEFT, "right": TA_RIGHT, "center": TA_CENTER}
LOST = "◊"
"""What stands for a sign that the font cannot draw. Not a square: that is a box to tick."""
SUBSCRIPTS = {chr(0x2080 + n): str(n) for n in range(10)}
SUPERSCRIPTS = {"\u2070": "0", **{chr(0x2070 + n): str(n) for n in range(4, 10)}}
SPELT = {
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\u2028\u2029\n\t", " "),
    "\u2044": "/",
    "\u02bc": "’",
    "\u2032": "'",
    "\u2033": '"',
    "\u2a7d": "≤",
    "\u2a7e": "≥",
    "→": "->",
    "←": "<-",
    "↔": "<->",
}
"""Signs of ordinary French texts that the font lacks, and how they are written without it."""


@cache
def _known_signs() -> frozenset[int]:
    """Signs the font has; reading them registers it."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def printable(text: str) -> str:
    """Words as paragraph markup, nothing of them read as markup; a sign the font lacks becomes its plain form.

    >>> printable("CO₂ <b> 5\u202f% 你")
    'CO<sub>2</sub> &lt;b&gt; 5\\xa0% ◊'
    """
    return "".join(_drawable(sign) for sign in unicodedata.normalize("NFC", plain(text)))


def _drawable(sign: str) -> str:
    if sign in SUBSCRIPTS:
        return f"<sub>{SUBSCRIPTS[sign]}</sub>"
    if sign in SUPERSCRIPTS:
        return f"<super>{SUPERSCRIPTS[sign]}</super>"
    if sign in "\u202f\u2009\u2007":
        return "\xa0"
    known, kind = _known_signs(), unicodedata.category(sign)
    if kind in (
        "Cf",
        "Mn",
        "Me",
    ):  # joiners, and accents that no letter of the font bears: nothing is drawn of them
        return ""
    if ord(sign) in known and kind != "Cn":
        return escape(sign)
    simple = "".join(SPELT.get(one, one) for one in SPELT.get(sign) or unicodedata.normalize("NFKD", sign))
    bare = "".join(one for one in simple if not unicodedata.combining(one))
    return escape(bare if bare and all(ord(one) in known for one in bare) else LOST)


def lost(texts: Iterable[str], lang: str, size: float, side: str = "left") -> list[Flowable]:
    """The line that says what a lozenge stands for, where one of these texts has a sign that cannot be drawn."""
    found = any(LOST in printable(text) and LOST not in text for text in texts)
    return [words(t("print.lost", lang), size, side=side)] if found else []


def words(text: str, size: float, bold: bool = False, side: str = "left", markup: bool = False) -> Paragraph:
    """A paragraph of plain words (or, with `markup`, of `printable` ones already marked up)."""
    _known_signs()
    style = ParagraphStyle(
        "words",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.24,
        textColor=INK,
        alignment=SIDES[side],
        splitLongWords=True,
    )
    marked = text if markup else printable(text)
    for tag, rise in (("sub", 0.14), ("super", 0.36)):
        marked = marked.replace(f"<{tag}>", f'<{tag} size="{size * 0.68:.1f}" rise="{size * rise:.1f}">')
    return Paragraph(marked, style)


def length(text: str, size: float) -> float:
    """How long these words are on one line, in points, as they are drawn."""
    return float(pdfmetrics.stringWidth(words(text, size).getPlainText(), REGULAR, size))


def gap(height: float) -> Spacer:
    return Spacer(1, height)


class Rule(Flowable):  # type: ignore[misc]
    """A line across."""

    def __init__(self, thickness: float = 0.8, space: float = 2.0) -> None:
        super().__init__()
        self.thickness, self.space = thickness, space

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, self.thickness + 2 * self.space

    def draw(self) -> None:
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(self.thickness)
        self.canv.line(0, self.space, self.width, self.space)


def _box(canvas: Canvas, x: float, y: float, side: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(max(0.8, side / 11))
    canvas.rect(x, y, side, side)


class Ticks(Flowable):  # type: ignore[misc]
    """Boxes to tick, each before its own words, as many on a line as there is room for."""

    def __init__(self, labels: Sequence[str], size: float, indent: float = 0.0) -> None:
        super().__init__()
        self.labels, self.size, self.indent = list(labels), size, indent
        self.places: list[tuple[float, float, Paragraph]] = []

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return width, self._set(width)

    def _set(self, width: float) -> float:
        """Find the place of each label, (x, top, words), and how tall all are. Long words go on below themselves."""
        before, space, line = self.size * 1.5, self.size * 0.9, self.size * 1.6
        x, y, tall, self.places = self.indent, 0.0, 0.0, []
        for label in self.labels:
            taken = before + length(label, self.size) + 2
            if x > self.indent and x + taken > width:
                x, y, tall = self.indent, y + tall, 0.0
            text = words(label, self.size)
            _, high = text.wrap(min(taken, width - x) - before, 10_000)
            self.places.append((x, y, text))
            tall = max(tall, line, high + self.size * 0.36)
            x += taken + space
        self.height = y + tall
        return float(self.height)

    def split(self, width: float, height: float) -> list[Flowable]:
        """Two parts, the first no taller than `height`, no line cut; nothing when not one line fits."""
        for kept in range(len(self.labels) - 1, 0, -1):
            first = Ticks(self.labels[:kept], self.size, self.indent)
            if first.wrap(width, height)[1] <= height:
                return [first, Ticks(self.labels[kept:], self.size, self.indent)]
        return []

    def draw(self) -> None:
        side = self.size * 1.1
        for x, y, text in self.places:
            top = self.height - y
            _box(self.canv, x, top - self.size * 1.35, side)
            text.drawOn(self.canv, x + side + self.size * 0.4, top - self.size * 0.21 - text.height)


class Numbers(Flowable):  # type: ignore[misc]
    """One box a number, the number in it: to circle or cross. As many on a line as there is room for."""

    def __init__(self, numbers: Iterable[int], size: float, indent: float = 0.0) -> None:
        super().__init__()
        self.numbers, self.size, self.indent = list(numbers), size, indent

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        widest = max((length(str(number), self.size * 0.9) for number in self.numbers), default=0.0)
        room, least = width - self.indent, widest + self.size * 0.6
        lines = max(1, -int(-len(self.numbers) * least // room))
        self.across = max(1, -(-len(self.numbers) // lines))
        self.step = min(self.size * 2.5, room / self.across)
        self.height = -(-len(self.numbers) // self.across) * self.size * 1.9
        return width, self.height

    def draw(self) -> None:
        for i, number in enumerate(self.numbers):
            row, column = divmod(i, self.across)
            x, y = self.indent + column * self.step, self.height - (row + 1) * self.size * 1.9
            self.canv.setStrokeColor(INK)
            self.canv.setLineWidth(0.8)
            self.canv.rect(x, y + self.size * 0.2, self.step, self.size * 1.5)
            self.canv.setFillColor(INK)
            self.canv.setFont(REGULAR, self.size * 0.9)
            self.canv.drawCentredString(x + self.step / 2, y + self.size * 0.65, str(number))


class Answer(Flowable):  # type: ignore[misc]
    """One answer on a line: a box to tick before it, or circles or a box to write in after it."""

    def __init__(
        self, text: Paragraph, size: float, mark: str = "tick", circles: int = 0, letter: str = ""
    ) -> None:
        super().__init__()
        self.text, self.size, self.mark, self.circles, self.letter = text, size, mark, circles, letter

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.before = {"tick": 1.9, "write": 3.1}.get(self.mark, 0.0) * self.size
        self.lettered = self.size * (0.75 + 0.75 * len(self.letter)) if self.letter else 0.0
        after = self.circles * self.size * 1.75 if self.mark == "circles" else 0.0
        self.width = width
        self.room = width - self.before - self.lettered - after - (self.size * 0.4 if after else 0)
        _, tall = self.text.wrap(self.room, 10_000)
        least = self.size * (2.1 if self.mark in ("write", "circles") else 1.5)
        self.height = max(tall, least)
        self.tall = tall
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """The words that fit, then the rest with the mark; nothing when no line fits."""
        self.wrap(width, height)
        parts = self.text.split(self.room, height)
        if len(parts) < 2:
            return []
        rest = Answer(parts[1], self.size, self.mark, self.circles)
        return [Answer(parts[0], self.size, "none", letter=self.letter), rest]

    def draw(self) -> None:
        middle = self.height / 2
        top = middle + self.tall / 2
        self.text.drawOn(self.canv, self.before + self.lettered, top - self.tall)
        first = top - self.size * 1.02  # baseline of the first line
        if self.letter:
            self.canv.setFillColor(INK)
            self.canv.setFont(BOLD, self.size)
            self.canv.drawString(self.before, first, self.letter)
        if self.mark == "tick":
            _box(self.canv, 0, first - self.size * 0.2, self.size * 1.15)
        elif self.mark == "write":
            self.canv.setStrokeColor(INK)
            self.canv.setLineWidth(0.9)
            self.canv.rect(0, middle - self.size * 0.95, self.size * 2.5, self.size * 1.9)
        elif self.mark == "circles":
            self.canv.setStrokeColor(INK)
            self.canv.setLineWidth(0.9)
            for i in range(self.circles):
                x = self.width - (self.circles - i - 0.5) * self.size * 1.75
                self.canv.circle(x, middle, self.size * 0.72)


class Dotted(Flowable):  # type: ignore[misc]
    """Lines to write on, after a few words. `long`: how long the line is, in points; all there is room for where 0."""

    def __init__(
        self, label: str, size: float, lines: int = 1, long: float = 0.0, indent: float = 0.0
    ) -> None:
        super().__init__()
        self.label, self.size, self.lines, self.long, self.indent = label, size, lines, long, indent

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, self.lines * self.size * 2.1

    def draw(self) -> None:
        text = words(self.label, self.size)
        taken = self.indent + length(self.label, self.size) + self.size * 0.5
        text.wrap(self.width - self.indent, self.size * 2)
        text.drawOn(self.canv, self.indent, (self.lines - 1) * self.size * 2.1 + self.size * 0.3)
        self.canv.setStrokeColor(FAINT)
        self.canv.setLineWidth(0.7)
        for i in range(self.lines):
            y = i * self.size * 2.1 + self.size * 0.45
            start = taken if i == self.lines - 1 else self.indent
            self.canv.line(start, y, min(self.width, start + self.long) if self.long else self.width, y)


class Together(Flowable):  # type: ignore[misc]
    """Pieces that stay on one page: a proposal and its boxes. Those that even a whole page cannot hold go on under
    `again`, which says whose they are.
    """

    def __init__(self, pieces: Sequence[Flowable], again: Sequence[Flowable] = ()) -> None:
        super().__init__()
        self.pieces, self.again = list(pieces), list(again)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, height_of(self.pieces, width)
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Two parts, the first no taller than `height`; nothing when no part of it fits."""
        left = height
        for i, piece in enumerate(self.pieces):
            tall = piece.wrap(width, 10_000)[1]
            if tall <= left:
                left -= tall
                continue
            parts = piece.split(width, left)
            kept, rest = self.pieces[:i], self.pieces[i:]
            if len(parts) == 2:
                kept, rest = [*kept, parts[0]], [parts[1], *self.pieces[i + 1 :]]
            if not kept or kept == self.again:
                return []
            return [Together(kept), Together([*(self.again if i else ()), *rest], self.again)]
        return []

    def draw(self) -> None:
        stack(self.canv, self.pieces, 0, self.height, self.width)


Flow = list[Flowable]


def height_of(flow: Sequence[Flowable], width: float) -> float:
    """How tall these pieces are, one under the other, in points."""
    return float(sum(piece.wrap(width, 10_000)[1] for piece in flow))


def stack(canvas: Canvas, flow: Sequence[Flowable], x: float, top: float, width: float) -> None:
    """Draw them one under the other from `top` down."""
    for piece in flow:
        top -= piece.wrapOn(canvas, width, 10_000)[1]
        piece.drawOn(canvas, x, top)


@dataclass(frozen=True)
class Cut:
    """How many of the same piece a sheet of A4 holds, and the size of each in points."""

    across: int
    down: int

    @property
    def size(self) -> tuple[float, float]:
        return A4[0] / self.across, A4[1] / self.down

    @property
    def pieces(self) -> int:
        return self.across * self.down


QUARTERS, HALVES, WHOLE = Cut(2, 2), Cut(1, 2), Cut(1, 1)
EIGHTHS = Cut(2, 4)
MARGIN = 9 * mm


def cut_marks(canvas: Canvas, cut: Cut) -> None:
    """Dashes where to cut, along each cut so that scissors can follow."""
    canvas.saveState()
    canvas.setStrokeColor(FAINT)
    canvas.setLineWidth(0.5)
    canvas.setDash(2, 4)
    width, height = cut.size
    for i in range(1, cut.across):
        canvas.line(i * width, 0, i * width, A4[1])
    for i in range(1, cut.down):
        canvas.line(0, i * height, A4[0], i * height)
    canvas.restoreState()


def new_canvas(out: io.BytesIO, title: str, lang: str) -> Canvas:
    """An A4 file, the same bytes for the same content."""
    canvas = Canvas(
        out, pagesize=A4, invariant=1, pageCompression=1, lang=f"{lang}-FR" if lang == "fr" else lang
    )
    canvas.setTitle(plain(title))
    canvas.setAuthor("Cordée")
    canvas.setCreator("Cordée")
    return canvas


def print_pieces(title: str, lang: str, cut: Cut, count: int, draw: Callable[[Canvas, int], None]) -> bytes:
    """A file of `count` pieces on cut sheets; `draw(canvas, i)` draws piece i with its lower left corner at 0, 0."""
    out = io.BytesIO()
    canvas = new_canvas(out, title, lang)
    width, height = cut.size
    for first in range(0, count, cut.pieces):
        cut_marks(canvas, cut)
        for place in range(min(cut.pieces, count - first)):
            row, column = divmod(place, cut.across)
            canvas.saveState()
            canvas.translate(column * width, A4[1] - (row + 1) * height)
            draw(canvas, first + place)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()
