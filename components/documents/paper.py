"""What everything printed shares: the fonts, words made printable, boxes to tick, sheets with their cut marks.

The font is Bitstream Vera, which ReportLab carries (free licence, embedded in each file): it has all French signs,
œ included. It lacks the narrow no-break space, drawn as a no-break space, and lower figures, drawn as such.
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

from components.look.words import plain

REGULAR, BOLD = "Vera", "VeraBd"
INK = HexColor("#17211f")
FAINT = HexColor("#8a9492")
SIDES = {"left": TA_LEFT, "right": TA_RIGHT, "center": TA_CENTER}
SUBSCRIPTS = {chr(0x2080 + n): str(n) for n in range(10)}


@cache
def _known_signs() -> frozenset[int]:
    """Signs the font has; reading them registers it."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def printable(text: str) -> str:
    """Words as paragraph markup, nothing of them read as markup; a sign the font lacks becomes its plain form.

    >>> printable("CO₂ <b> 5\u202f%")
    'CO<sub>2</sub> &lt;b&gt; 5\\xa0%'
    """
    known = _known_signs()
    written = []
    for sign in plain(text):
        if sign in SUBSCRIPTS:
            written.append(f"<sub>{SUBSCRIPTS[sign]}</sub>")
        elif sign in "\u202f\u2009\u2007":
            written.append("\xa0")
        elif sign in "\n\t":
            written.append(" ")
        elif ord(sign) in known:
            written.append(escape(sign))
        else:
            simple = "".join(one for one in unicodedata.normalize("NFKD", sign) if ord(one) in known)
            written.append(escape(simple or "·"))
    return "".join(written)


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
    lowered = f'<sub size="{size * 0.68:.1f}" rise="{size * 0.14:.1f}">'
    return Paragraph((text if markup else printable(text)).replace("<sub>", lowered), style)


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
        self.labels, self.size, self.indent = labels, size, indent
        self.places: list[tuple[float, float, Paragraph]] = []

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        side, space, line = self.size * 1.1, self.size * 0.9, self.size * 1.6
        x, y, self.places = self.indent, line, []
        for label in self.labels:
            taken = side + self.size * 0.4 + pdfmetrics.stringWidth(label, REGULAR, self.size) + 2
            if x > self.indent and x + taken > width:
                x, y = self.indent, y + line
            text = words(label, self.size)
            text.wrap(min(taken, width - x - side - self.size * 0.4), line)
            self.places.append((x, y, text))
            x += taken + space
        self.height = y
        return width, y

    def draw(self) -> None:
        side = self.size * 1.1
        for x, y, text in self.places:
            bottom = self.height - y + self.size * 0.25
            _box(self.canv, x, bottom, side)
            text.drawOn(self.canv, x + side + self.size * 0.4, bottom - self.size * 0.1)


class Numbers(Flowable):  # type: ignore[misc]
    """One box a number, the number in it: to circle or cross."""

    def __init__(self, numbers: Iterable[int], size: float, indent: float = 0.0) -> None:
        super().__init__()
        self.numbers, self.size, self.indent = list(numbers), size, indent

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.step = min(self.size * 2.5, (width - self.indent) / max(1, len(self.numbers)))
        return width, self.size * 1.9

    def draw(self) -> None:
        for i, number in enumerate(self.numbers):
            x = self.indent + i * self.step
            self.canv.setStrokeColor(INK)
            self.canv.setLineWidth(0.8)
            self.canv.rect(x, self.size * 0.2, self.step, self.size * 1.5)
            self.canv.setFillColor(INK)
            self.canv.setFont(REGULAR, self.size * 0.9)
            self.canv.drawCentredString(x + self.step / 2, self.size * 0.65, str(number))


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
        room = width - self.before - self.lettered - after - (self.size * 0.4 if after else 0)
        _, tall = self.text.wrap(room, height)
        least = self.size * (2.1 if self.mark in ("write", "circles") else 1.5)
        self.height = max(tall, least)
        self.tall = tall
        return width, self.height

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
    """Lines to write on, after a few words."""

    def __init__(self, label: str, size: float, lines: int = 1) -> None:
        super().__init__()
        self.label, self.size, self.lines = label, size, lines

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, self.lines * self.size * 2.1

    def draw(self) -> None:
        text = words(self.label, self.size)
        taken = pdfmetrics.stringWidth(self.label, REGULAR, self.size) + self.size * 0.5
        text.wrap(self.width, self.size * 2)
        text.drawOn(self.canv, 0, (self.lines - 1) * self.size * 2.1 + self.size * 0.3)
        self.canv.setStrokeColor(FAINT)
        self.canv.setLineWidth(0.7)
        for i in range(self.lines):
            y = i * self.size * 2.1 + self.size * 0.45
            self.canv.line(taken if i == self.lines - 1 else 0, y, self.width, y)


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
