"""Where everything lies on a printed page: proposals with their boxes, nothing off the paper, nothing over another."""

from dataclasses import dataclass, field

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph

from components.documents.ballot_pdf import CIRCLES, FORMATS, LARGE, SMALL, ballot_pdf, pieces
from components.documents.paper import MARGIN, QUARTERS
from components.documents.slips_pdf import cards_pdf, codes_pdf, signature_pdf
from components.look.i18n import t
from components.voting.answers import FIXED_OPTIONS, completed
from components.voting.methods import METHODS
from components.voting.question import COLLEGES, MOST_SHOWN, Option, Question, Rule

from .test_ballot_pdf import HOSTILE, text_of

LONG = (
    "Aménager une voie sûre et ombragée, entre l’école, la gare et la salle des fêtes, avec des bancs — œuvre "
    * 3
)
TITLE = (
    "Convention citoyenne de l’agglomération sur la rénovation et les mobilités, séance numéro sept, " * 3
)[:160]
LABELS = {
    "plain": tuple(f"Réponse {i}" for i in range(6)),
    "long": tuple(f"{i}. {LONG}"[:300] for i in range(20)),
    "hostile": (HOSTILE, "مسار الدراجات", "自転車道" * 50, "x" * 300, "👩‍🌾 1️⃣ e\u0301", "{label} %s ${x}"),
}
VARIANTS: tuple[tuple[str, dict[str, object]], ...] = (
    *((method, {}) for method in METHODS),
    ("score", {"scale": 20}),
    ("score", {"scale": 100}),
    ("dots", {"points": 10, "cap": 10}),
    ("budget", {"points": 10, "cap": 10}),
    ("budget", {"points": 10, "cap": 3}),
    (
        "grades",
        {"grades": tuple(Option(f"g{i}", {"fr": f"Mention plutôt longue numéro {i}"}) for i in range(10))},
    ),
    ("grades", {"grades": tuple(Option(f"g{i}", {"fr": f"{i}. {LONG}"[:200]}) for i in range(10))}),
)


def question(method: str, labels: tuple[str, ...], **more: object) -> Question:
    options = tuple(
        Option(f"o{i}", {"fr": label}, cost=9_999_999_999 if method == "budget" else 0)
        for i, label in enumerate(labels)
    )
    values = {"budget": 10_000_000_000, "rule": Rule(50, 66), "by_college": True, **more}
    return completed(Question("q", method, {"fr": LONG[:299]}, options, **values))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Mark:
    """Something drawn: its corners on its page, in points, and its words if it has any."""

    page: int
    left: float
    bottom: float
    right: float
    top: float
    text: str = ""

    def over(self, other: "Mark") -> bool:
        """Whether both lie on one spot, by more than a hair."""
        return (
            self.page == other.page
            and min(self.right, other.right) - max(self.left, other.left) > 0.5
            and min(self.top, other.top) - max(self.bottom, other.bottom) > 0.5
        )


@dataclass
class Drawn:
    """What is drawn on a file's pages: words, and boxes to fill in."""

    words: list[Mark] = field(default_factory=list)
    boxes: list[Mark] = field(default_factory=list)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Fills up while a file is drawn."""
    found = Drawn()

    def mark(canvas: Canvas, x: float, y: float, width: float, height: float, text: str = "") -> Mark:
        left, bottom = canvas.absolutePosition(x, y)
        return Mark(canvas.getPageNumber(), left, bottom, left + width, bottom + height, text)

    draw_on, rect, circle, centred = Flowable.drawOn, Canvas.rect, Canvas.circle, Canvas.drawCentredString

    def on(self: Flowable, canvas: Canvas, x: float, y: float, _sW: float = 0) -> None:
        if isinstance(self, Paragraph) and self.getPlainText().strip():
            wide = max(self.getActualLineWidths0())
            if (
                self.width < wide < self.width * 1.01
            ):  # its spaces are drawn a little narrower to hold one more word
                wide = self.width
            start = {0: 0.0, 1: (self.width - wide) / 2, 2: self.width - wide}[self.style.alignment]
            found.words.append(mark(canvas, x + start, y, wide, self.height, self.getPlainText()))
        draw_on(self, canvas, x, y, _sW)

    def box(
        self: Canvas, x: float, y: float, width: float, height: float, *args: object, **more: object
    ) -> None:
        found.boxes.append(mark(self, x, y, width, height))
        rect(self, x, y, width, height, *args, **more)

    def ring(self: Canvas, x: float, y: float, r: float, *args: object, **more: object) -> None:
        found.boxes.append(mark(self, x - r, y - r, 2 * r, 2 * r))
        circle(self, x, y, r, *args, **more)

    def number(self: Canvas, x: float, y: float, text: str, *args: object, **more: object) -> None:
        wide = self.stringWidth(text)
        holder = [one for one in found.boxes if one.page == self.getPageNumber()][-1]
        inside = mark(self, x - wide / 2, y, wide, 1, text)
        assert holder.left < inside.left, text
        assert inside.right < holder.right, text
        centred(self, x, y, text, *args, **more)

    monkeypatch.setattr(Flowable, "drawOn", on)
    monkeypatch.setattr(Canvas, "rect", box)
    monkeypatch.setattr(Canvas, "circle", ring)
    monkeypatch.setattr(Canvas, "drawCentredString", number)
    return found


def inside(drawn: Drawn) -> None:
    """Nothing out of the paper's margins, no words over others or over a box."""
    for one in [*drawn.words, *drawn.boxes]:
        assert one.left >= MARGIN - 1, one
        assert one.bottom >= MARGIN - 1, one
        assert one.right <= A4[0] - MARGIN + 1, one
        assert one.top <= A4[1] - MARGIN + 1, one
    everything = [*drawn.words, *drawn.boxes]
    for i, one in enumerate(everything):
        for other in everything[i + 1 :]:
            assert not one.over(other), (one, other)


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("size", FORMATS)
@pytest.mark.parametrize(("method", "more"), VARIANTS)
def test_a_proposal_stays_with_its_boxes_and_nothing_overlaps(
    drawn: Drawn, method: str, more: dict[str, object], size: str, labels: str
) -> None:
    asked = question(method, LABELS[labels], **more)
    ballot_pdf(asked, TITLE, "fr", size, copies=1, code="TF4C")
    inside(drawn)
    if method in ("grades", "majority_judgment"):
        with_boxes(drawn, asked)
    elif method == "score":
        with_scores(drawn, asked)


def with_scores(drawn: Drawn, asked: Question) -> None:
    """On each page as many rows of numbers, or lines to write on, as proposals."""
    headings = tuple(f"{chr(65 + i)}\xa0 " for i in range(len(asked.options)))
    for page in {one.page for one in drawn.words}:
        said = [one.text for one in drawn.words if one.page == page]
        proposals = sum(text.startswith(headings) for text in said)
        if asked.scale > MOST_SHOWN:
            assert sum(text.startswith("Note de 0") for text in said) == proposals
        else:
            colleges = len(COLLEGES) if "Je vote comme\xa0:" in said else 0
            boxes = [one for one in drawn.boxes if one.page == page]
            assert len(boxes) - colleges == proposals * (asked.scale + 1)


def with_boxes(drawn: Drawn, asked: Question) -> None:
    """Each box's own words come after a heading on the same page, the heading of the right proposal, in full number."""
    headings = [f"{chr(65 + i)}\xa0 " for i in range(len(asked.options))]
    grades = [grade.text("fr").strip() for grade in asked.grades]
    found: dict[str, list[str]] = {heading: [] for heading in headings}
    for page in sorted({one.page for one in drawn.words}):
        current = ""
        for one in drawn.words:
            if one.page != page:
                continue
            current = next((heading for heading in headings if one.text.startswith(heading)), current)
            if one.text.strip() in grades:
                assert current, f"page {page}: boxes without a proposal"
                found[current].append(one.text.strip())
            elif one.text.startswith("Je vote comme"):
                break
    assert found == {heading: grades for heading in headings}


def test_boxes_that_need_more_than_a_page_go_on_under_their_proposal(drawn: Drawn) -> None:
    grades = tuple(Option(f"g{i}", {"fr": f"{i}. {LONG}"[:200]}) for i in range(10))
    asked = question("grades", LABELS["long"][:2], grades=grades)
    ballot_pdf(asked, TITLE, "fr", LARGE, copies=1)
    again = [one.text for one in drawn.words if one.text.endswith("(suite)")]
    assert [text[0] for text in again] == ["A", "B"]
    with_boxes(drawn, asked)


def test_a_page_number_has_room_below_the_last_line(drawn: Drawn) -> None:
    for method in METHODS:
        for labels in LABELS.values():
            drawn.words.clear()
            ballot_pdf(question(method, labels), TITLE, "fr", LARGE, copies=1)
            for mark in [one for one in drawn.words if one.text.startswith("page ")]:
                above = [one.bottom for one in drawn.words if one.page == mark.page and one is not mark]
                assert min(above) >= mark.top + 8, (method, mark)


def test_a_high_score_is_written_and_a_low_one_is_circled() -> None:
    high, low = (question("score", LABELS["plain"], scale=scale) for scale in (21, 20))
    written = text_of(pieces(high, "Débat", "fr", 9))
    assert sum(line.startswith("Note de 0 à 21") for line in written) == len(LABELS["plain"])
    assert "Écrivez une note par ligne, de 0 à 21." in written
    circled = text_of(pieces(low, "Débat", "fr", 9))
    assert circled.count(" ".join(map(str, range(21)))) == len(LABELS["plain"])
    assert any(line.startswith("Entourez") for line in circled)


@pytest.mark.parametrize("method", ["dots", "budget"])
def test_the_sentence_says_what_is_drawn(method: str) -> None:
    for points, cap, words in (
        (10, CIRCLES, "cochez un rond par"),
        (10, CIRCLES + 1, "écrivez dans chaque cadre"),
        (1, 1, "le rond"),
    ):
        said = "\n".join(
            text_of(pieces(question(method, LABELS["plain"], points=points, cap=cap), "D", "fr", 9))
        )
        assert words in said
        assert ("rond" in said) == (cap <= CIRCLES)
    one = question("approval", LABELS["plain"], max_choices=1)
    assert "Cochez une seule case." in text_of(pieces(one, "D", "fr", 9))


def test_a_sign_that_cannot_be_drawn_is_shown_and_explained(drawn: Drawn) -> None:
    told = t("print.lost", "fr")
    for make in (
        lambda title: ballot_pdf(question("single", (title, "Non")), "Débat", "fr", SMALL, 1),
        lambda title: ballot_pdf(question("single", ("Oui", "Non")), title, "fr", LARGE, 1),
        lambda title: cards_pdf(title, "fr"),
        lambda title: codes_pdf([(1, "", "K7RF9-00001")], title, "fr"),
        lambda title: signature_pdf([(1, "", "K7RF9-00001")], title, "fr"),
    ):
        for title, lozenges in (("Été à Łódź", 0), ("شارع", 4)):
            drawn.words.clear()
            make(title)
            said = [one.text for one in drawn.words]
            assert (told.replace("\u202f", "\xa0") in said) == bool(lozenges), title
            assert any("◊" * 4 in text for text in said) == bool(lozenges), title


def _corners(i: int) -> tuple[float, float, float, float]:
    """Of the i-th card of a sheet."""
    (width, height), (row, column) = QUARTERS.size, divmod(i, 2)
    return column * width, A4[1] - (row + 1) * height, (column + 1) * width, A4[1] - row * height


def _within(one: Mark, other: Mark) -> bool:
    across = other.left <= one.left and one.right <= other.right
    return across and other.bottom <= one.bottom and one.top <= other.top


def test_the_words_of_a_card_stay_inside_its_frame(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Canvas, "drawCentredString", lambda *_: None)
    for title in ("Débat", TITLE, "W" * 160, "自" * 160):
        drawn.words.clear()
        drawn.boxes.clear()
        cards_pdf(title, "fr")
        for i in range(4):
            card = Mark(1, *_corners(i))
            frames = [one for one in drawn.boxes if _within(one, card)]
            assert len(frames) == i + 1
            frame = frames[-1]
            said = [one for one in drawn.words if one.over(card)]
            assert said, title
            for one in said:
                assert frame.left + 4 < one.left, one
                assert one.right < frame.right - 4, one
                assert frame.bottom + 4 < one.bottom, one
                assert one.top < card.bottom + QUARTERS.size[1] / 2 - 58, "not over the letter"


def test_slips_and_the_signature_sheet_hold_a_long_title(drawn: Drawn) -> None:
    codes = [(i, COLLEGES[i % 4], f"K7RF9-{i:05d}") for i in range(1, 25)]
    for title in (TITLE, "W" * 160, "自" * 160):
        for file in (
            lambda title: codes_pdf(codes, title, "fr", "http://192.168.100.100:5007/v/K7RF9"),
            lambda title: signature_pdf(codes, title, "fr"),
        ):
            drawn.words.clear()
            drawn.boxes.clear()
            file(title)
            assert any("K7RF9" in one.text or one.text == "Signature" for one in drawn.words)
            inside(drawn)


def test_answers_of_a_method_are_all_on_its_ballot() -> None:
    for method in METHODS:
        asked = question(method, LABELS["plain"])
        said = "\n".join(text_of(pieces(asked, "Débat", "fr", 9)))
        for option in FIXED_OPTIONS.get(method, asked.options):
            assert option.text("fr") in said
