"""Ballots to print, for every way of voting: small ones on cut sheets, and one in large print."""

import io
import textwrap
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Spacer

from components.documents.paper import (
    HALVES,
    MARGIN,
    QUARTERS,
    WHOLE,
    Answer,
    Cut,
    Dotted,
    Flow,
    Numbers,
    Rule,
    Ticks,
    Together,
    gap,
    height_of,
    lost,
    new_canvas,
    print_pieces,
    printable,
    stack,
    words,
)
from components.look.i18n import t
from components.meeting.results import rule_label
from components.voting.question import BLANK, MOST_SHOWN, Question
from components.voting.wording import money

SMALL, LARGE = "a6", "large"
FORMATS = (SMALL, LARGE)
MOST_COPIES = 2_000
SIZES = {SMALL: (10.0, 9.0, 8.2, 7.6), LARGE: (21.0, 19.0, 18.0)}
"""Text sizes tried, in points, the widest first; a large-print ballot never goes below 18 and takes more pages."""
CIRCLES = 6
"""Circles drawn on a line; more points than that are written in figures."""
TITLE_AGAIN = 90
"""Signs of the question that each further page recalls."""


def ballot_pdf(
    question: Question,
    meeting_title: str,
    lang: str,
    size: str = SMALL,
    copies: int = 4,
    code: str = "",
    drawn: bool = True,
) -> bytes:
    """`copies` ballots as a PDF. `size`: "a6" (four on an A4 sheet, on larger pieces where the options need it) or
    "large" (18 points or more, on A4). `drawn`: whether the order announced as drawn has been drawn already.

    Raises ValueError for another size or number.
    """
    if size not in FORMATS or not 1 <= copies <= MOST_COPIES:
        raise ValueError(f"{size!r}, {copies}")

    def flow(points: float) -> Flow:
        return pieces(question, meeting_title, lang, points, code, drawn)

    for cut in (QUARTERS, HALVES, WHOLE) if size == SMALL else (WHOLE,):
        width, height = (side - 2 * MARGIN for side in cut.size)
        for points in SIZES[size]:
            if height_of(flow(points), width) <= height:
                return _on_cut_sheets(flow(points), question, lang, cut, copies)
    points = SIZES[size][-1]
    return _on_pages(flow(points), question, lang, points, copies)


def pieces(
    question: Question, meeting_title: str, lang: str, points: float, code: str = "", drawn: bool = True
) -> Flow:
    """All that is on one ballot, one under the other, at a text size in points."""
    return [
        *_head(question, meeting_title, lang, points, code),
        *_body(question, lang, points),
        *_foot(question, meeting_title, lang, points, drawn),
    ]


def _head(question: Question, meeting_title: str, lang: str, points: float, code: str) -> Flow:
    small = max(7.0, points * 0.78)
    place = f"{meeting_title} · {t('print.meeting', lang, code=code)}" if code else meeting_title
    worth = f"<b>{printable(t('print.indicative_short', lang))}</b> · {printable(place)}"
    return [
        words(worth, small, markup=True),
        Rule(1.0, points * 0.3),
        words(question.text(lang), points * 1.25, bold=True),
        gap(points * 0.4),
        words(_how(question, lang), points),
        gap(points * 0.5),
    ]


def _how(question: Question, lang: str) -> str:
    """How to fill it in, as it is drawn."""
    method = question.method
    if method == "approval" and question.max_choices == 1:
        method = "single"
    elif method == "approval" and question.max_choices >= len(question.options):
        method = "approval_any"
    elif method == "score" and question.scale > MOST_SHOWN:
        method = "score_written"
    elif method in ("dots", "budget") and question.points == 1:
        method = f"{method}_one"
    elif method in ("dots", "budget") and question.cap > CIRCLES:
        method = f"{method}_written"
    return t(
        f"print.how_{method}",
        lang,
        most=question.max_choices,
        points=question.points,
        cap=question.cap,
        scale=question.scale,
        budget=money(question.budget, lang),
    )


def _body(question: Question, lang: str, points: float) -> Flow:
    if question.method == "commune":
        return [Dotted(t("print.my_commune", lang), points)]
    rows: Flow = []
    for i, option in enumerate(question.options):
        row = _row(question, lang, points, i)
        if option.role == "" and question.method == "consent" and option.id == "objection":
            row = Together([row, Dotted(t("print.my_objection", lang), points * 0.9, 3)])
        rows += [row, gap(points * (0.15 if question.method in ("single", "approval") else 0.35))]
    return rows


def _row(question: Question, lang: str, points: float, i: int) -> Flowable:
    """One proposal with what is filled in for it."""
    option = question.options[i]
    letter = _letter(i)
    named = words(option.text(lang), points)
    if question.method in ("grades", "majority_judgment", "score"):
        heading = words(f"<b>{letter}</b>\xa0 {printable(option.text(lang))}", points, markup=True)
        again = f"<b>{letter}</b>\xa0 {printable(t('print.again', lang, label=option.text(lang)))}"
        marks = _marks(question, lang, points)
        return Together([heading, *marks], [words(again, points, markup=True), *marks[:-1]])
    if question.method == "ranking":
        return Answer(named, points, "write", letter=letter)
    if question.method in ("dots", "budget"):
        if option.cost:
            named = words(
                f"{printable(option.text(lang))} (<b>{printable(money(option.cost, lang))}</b>)",
                points,
                markup=True,
            )
        if question.cap <= CIRCLES:
            return Answer(named, points, "circles", question.cap, letter)
        return Answer(named, points, "write", letter=letter)
    return Answer(
        named, points, "tick", letter="" if question.method in ("yes_no_blank", "consent") else letter
    )


def _marks(question: Question, lang: str, points: float) -> Flow:
    """What one proposal is given: a grade, a number in sight, or one to write."""
    indent = points * 1.4
    if question.method != "score":
        return [Ticks([grade.text(lang) for grade in question.grades], points * 0.92, indent)]
    if question.scale > MOST_SHOWN:
        label = t("print.score_line", lang, scale=question.scale)
        return [Dotted(label, points * 0.95, long=points * 6, indent=indent)]
    return [gap(points * 0.2), Numbers(range(question.scale + 1), points * 0.95, indent)]


def _letter(i: int) -> str:
    """As on the screen: A to Z, then numbers."""
    return chr(65 + i) if i < 26 else str(i + 1)


def _foot(question: Question, meeting_title: str, lang: str, points: float, drawn: bool) -> Flow:
    small = max(6.8, points * 0.78)
    worst = question.grades[-1].text(lang) if question.grades else ""
    empty = t(f"print.empty_{question.method}", lang, worst=worst)
    has_blank = any(option.role == BLANK for option in question.options)
    lines = [empty]
    if question.method in ("yes_no_blank", "single") and not has_blank:
        lines = [t("print.empty_approval", lang)]
    if question.order == "drawn":
        lines.append(t("print.order_drawn" if drawn else "print.order_not_drawn", lang))
    if rule := rule_label(question, lang):
        lines.append(rule)
    lines.append(t("meeting.indicative", lang))
    found: Flow = []
    if question.asks_college:
        colleges = [t(f"meeting.college_{college}", lang) for college in question.who]
        asked = [
            Rule(0.5, points * 0.3),
            words(t("print.as_college", lang), points),
            Ticks(colleges, points * 0.92),
        ]
        found.append(Together(asked))
    said = [
        meeting_title,
        question.text(lang),
        *(one.text(lang) for one in question.options + question.grades),
    ]
    told = [*(words(line, small) for line in lines), *lost(said, lang, small)]
    return [*found, Together([Rule(0.5, points * 0.35), *told])]


def _on_cut_sheets(flow: Flow, question: Question, lang: str, cut: Cut, copies: int) -> bytes:
    """Each piece is drawn once in the file and placed as often as it is printed."""
    width, height = cut.size
    made: list[Canvas] = []

    def draw(canvas: Canvas, i: int) -> None:
        if not made:
            canvas.beginForm("ballot", 0, 0, width, height)
            stack(canvas, flow, MARGIN, height - MARGIN, width - 2 * MARGIN)
            canvas.endForm()
            made.append(canvas)
        canvas.doForm("ballot")

    return print_pieces(question.text(lang), lang, cut, copies, draw)


def _on_pages(flow: Flow, question: Question, lang: str, points: float, copies: int) -> bytes:
    """More options than a page holds: A4 pages that say which they are."""
    width = A4[0] - 2 * MARGIN
    title = textwrap.shorten(question.text(lang), TITLE_AGAIN, placeholder="…")

    def top(page: int, of: int) -> Flow:
        if not page:
            return [words(t("print.page_mark", lang, pages=of), points * 0.8), gap(points * 0.5)]
        note = t("print.continued", lang, title=title, page=page + 1, pages=of)
        return [words(note, points * 0.8), gap(points)]

    def foot(page: int, of: int) -> Flow:
        return [words(t("print.page_of", lang, page=page + 1, pages=of), points * 0.7, side="right")]

    room = A4[1] - 2 * MARGIN - points * 0.5 - height_of(foot(98, 99), width)
    pages = _pages(flow, width, [room - height_of(top(page, 99), width) for page in (0, 1)])
    out = io.BytesIO()
    canvas = new_canvas(out, question.text(lang), lang)
    for _ in range(copies):
        for i, page in enumerate(pages):
            last = foot(i, len(pages))
            stack(canvas, [*top(i, len(pages)), *page], MARGIN, A4[1] - MARGIN, width)
            stack(canvas, last, MARGIN, MARGIN + height_of(last, width), width)
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def _pages(flow: Sequence[Flowable], width: float, heights: Sequence[float]) -> list[Flow]:
    """What is on each page; `heights`: the room on the first and on each of the next. A piece is parted only where a
    whole page cannot hold it.
    """
    first, other = heights
    pages: list[Flow] = [[]]
    left, waiting = first, list(flow)
    while waiting:
        piece = waiting.pop(0)
        tall = piece.wrap(width, 10_000)[1]
        if tall > left and pages[-1]:
            pages.append([])
            left = other
        parts = piece.split(width, left) if tall > left else []
        if len(parts) > 1:
            piece, waiting = parts[0], [*parts[1:], *waiting]
            tall = piece.wrap(width, 10_000)[1]
        if isinstance(piece, Spacer) and not pages[-1]:
            continue
        pages[-1].append(piece)
        left -= tall
    return pages
