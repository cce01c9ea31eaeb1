"""Printed things of the evening that are not ballots: voting cards, code slips, the signature sheet."""

import io
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from components.documents.paper import (
    BOLD,
    EIGHTHS,
    FAINT,
    INK,
    MARGIN,
    QUARTERS,
    Flow,
    Rule,
    gap,
    height_of,
    lost,
    new_canvas,
    print_pieces,
    stack,
    words,
)
from components.look.i18n import t

__all__ = ["cards_pdf", "codes_pdf", "signature_pdf"]

Codes = Sequence[tuple[int, str, str]]
"""(number, college, code) of each code given out."""
ROWS = 22
SHRINKS = (1.0, 0.92, 0.84, 0.76, 0.68)
"""What small print is multiplied by, until a long title leaves it its room."""


def _fitting(make: Callable[[float], Flow], width: float, height: float) -> Flow:
    """The first of the flows, from the largest print to the smallest, that this room holds; else the smallest."""
    flow: Flow = []
    for shrink in SHRINKS:
        flow = make(shrink)
        if height_of(flow, width) <= height:
            break
    return flow


def cards_pdf(meeting_title: str, lang: str, letters: str = "ABCD", sets: int = 1) -> bytes:
    """Cards to raise, A6: a sheet holds one set of four letters, told apart by letter, shape and edge, never by
    colour alone: they print in black and are counted from the front of the room."""
    width, height = QUARTERS.size

    def draw(canvas: Canvas, i: int) -> None:
        place = i % len(letters)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(3)
        inset = 12 + 6 * place
        for line in range(place + 1):  # A one frame, B two, C three, D four
            edge = 12 + 6 * line
            canvas.rect(edge, edge, width - 2 * edge, height - 2 * edge)
        canvas.setFillColor(INK)
        words(letters[place], 12)  # registers the font
        canvas.setFont(BOLD, 210)
        canvas.drawCentredString(width / 2, height / 2 - 42, letters[place])
        side, bottom, top = inset + 16, inset + 12, height / 2 - 62
        flow = _fitting(said, width - 2 * side, top - bottom)
        stack(canvas, flow, side, bottom + height_of(flow, width - 2 * side), width - 2 * side)

    def said(shrink: float) -> Flow:
        return [
            words(t("print.cards_how", lang), 8.5 * shrink, side="center"),
            gap(3),
            words(meeting_title, 7.5 * shrink, side="center"),
            *lost([meeting_title], lang, 6 * shrink, "center"),
        ]

    title = t("print.cards_title", lang, letters=", ".join(letters))
    return print_pieces(title, lang, QUARTERS, len(letters) * sets, draw)


def codes_pdf(codes: Codes, meeting_title: str, lang: str, address: str = "") -> bytes:
    """Slips with single-use codes, eight on a sheet, in the order of their numbers."""
    width, height = EIGHTHS.size

    def draw(canvas: Canvas, i: int) -> None:
        number, college, code = codes[i]
        of = f" · {t(f'meeting.college_{college}', lang)}" if college else ""

        def slip(shrink: float) -> Flow:
            return [
                words(meeting_title, 8.5 * shrink, bold=True),
                words(f"{t('print.code_number', lang, number=number)}{of}", 8 * shrink),
                Rule(0.6, 3),
                words(t("print.code_slip", lang), 9 * shrink),
                gap(3),
                words(code, 21, bold=True, side="center"),
                gap(6),
                words(t("print.code_how", lang) + (f" {address}" if address else ""), 8 * shrink),
                words(t("print.code_once", lang), 8 * shrink),
                *lost([meeting_title], lang, 6.5 * shrink),
            ]

        flow = _fitting(slip, width - 2 * MARGIN, height - 2 * MARGIN)
        stack(canvas, flow, MARGIN, height - MARGIN, width - 2 * MARGIN)

    if not codes:
        return _sentence_pdf(t("print.no_codes", lang), t("print.codes_title", lang), lang)
    return print_pieces(t("print.codes_title", lang), lang, EIGHTHS, len(codes), draw)


def signature_pdf(codes: Codes, meeting_title: str, lang: str) -> bytes:
    """The sheet to sign on receiving a code: numbers and colleges, never the codes themselves."""
    if not codes:
        return _sentence_pdf(t("print.no_codes", lang), t("print.signature_title", lang), lang)
    out = io.BytesIO()
    title = t("print.signature_title", lang)
    canvas = new_canvas(out, title, lang)
    width = A4[0] - 2 * MARGIN
    pages = -(-len(codes) // ROWS)
    for page in range(pages):
        part = codes[page * ROWS : (page + 1) * ROWS]
        head = [
            words(meeting_title, 10),
            words(title, 17, bold=True),
            gap(4),
            words(t("print.signature_how", lang), 9),
            *lost([meeting_title], lang, 8),
            gap(8),
        ]
        stack(canvas, head, MARGIN, A4[1] - MARGIN, width)
        table = _signature_table(part, lang, width)
        _, tall = table.wrapOn(canvas, width, A4[1])
        table.drawOn(canvas, MARGIN, A4[1] - MARGIN - height_of(head, width) - tall)
        foot = words(t("print.page_of", lang, page=page + 1, pages=pages), 8, side="right")
        stack(canvas, [foot], MARGIN, MARGIN + height_of([foot], width), width)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _signature_table(codes: Codes, lang: str, width: float) -> Table:
    names = ("number", "college", "name", "sign")
    rows = [[words(t(f"print.signature_{name}", lang), 9.5, bold=True) for name in names]]
    for number, college, _ in codes:
        rows.append(
            [
                words(str(number), 10),
                words(t(f"meeting.college_{college}", lang) if college else "", 9.5),
                words("", 9.5),
                words("", 9.5),
            ]
        )
    table = Table(rows, [36, 92, (width - 128) * 0.52, (width - 128) * 0.48], [22, *[29] * len(codes)])
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.6, FAINT), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    )
    return table


def _sentence_pdf(sentence: str, title: str, lang: str) -> bytes:
    out = io.BytesIO()
    canvas = new_canvas(out, title, lang)
    stack(
        canvas,
        [words(title, 17, bold=True), gap(8), words(sentence, 12)],
        MARGIN,
        A4[1] - MARGIN,
        A4[0] - 2 * MARGIN,
    )
    canvas.showPage()
    canvas.save()
    return out.getvalue()
