"""Printed ballots: everything a voter needs on each, in the order announced, on as few sheets as can be read."""

import pytest
from reportlab.platypus import Flowable, Paragraph

from components.documents.ballot_pdf import LARGE, SMALL, ballot_pdf, pieces
from components.documents.paper import Answer, Dotted, Numbers, Ticks, Together, printable, words
from components.documents.slips_pdf import cards_pdf, codes_pdf, signature_pdf
from components.look.i18n import LANGUAGES, t
from components.voting.methods import METHODS
from components.voting.question import Option, Question, Rule

LABELS = (
    "Bœufs & volailles < 5 %",
    "Piste cyclable",
    "Cantine",
    "Forêt à 1 200 m",
    "Chaleur",
    "Œuvre (tCO₂e)",
)
HOSTILE = "<b>gras</b> <para> &amp; ]]> \u202eçeci\u202c 🙂"


def text_of(flow: list[Flowable]) -> list[str]:
    """What is written, piece by piece."""
    found: list[str] = []
    for piece in flow:
        if isinstance(piece, Paragraph):
            found.append(piece.getPlainText())
        elif isinstance(piece, Answer):
            found.append(f"{piece.letter} {piece.text.getPlainText()}".strip())
        elif isinstance(piece, Ticks):
            found.extend(piece.labels)
        elif isinstance(piece, Numbers):
            found.append(" ".join(map(str, piece.numbers)))
        elif isinstance(piece, Dotted):
            found.append(piece.label)
        elif isinstance(piece, Together):
            found.extend(text_of(piece.pieces))
    return found


def question(method: str, labels: tuple[str, ...] = LABELS, **more: object) -> Question:
    options = tuple(
        Option(f"o{i}", {"fr": label}, cost=1_000 * (i + 1) * (method == "budget"))
        for i, label in enumerate(labels)
    )
    if method == "consent":
        options = (
            Option("consent", {"fr": "Je consens"}),
            Option("aside", {"fr": "Je m’abstiens"}, "blank"),
            Option("objection", {"fr": "J’ai une objection"}),
        )
    grades = tuple(Option(g, {"fr": g}) for g in ("Très bien", "Bien", "Passable", "À rejeter"))
    values = {"points": 5, "cap": 3, "scale": 10, "budget": 9_000, "grades": grades, "max_choices": 2, **more}
    return Question("q", method, {"fr": "Que choisir ?"}, options, **values)  # type: ignore[arg-type]


def pages(file: bytes) -> int:
    return file.count(b"/Type /Page") - file.count(b"/Type /Pages")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("method", METHODS)
def test_each_way_of_voting_has_its_ballot(method: str, lang: str) -> None:
    asked = question(method, rule=Rule(turnout=50, threshold=66), by_college=True)
    for size, points in ((SMALL, 9.0), (LARGE, 18.0)):
        said = text_of(pieces(asked, "Débat", lang, points, "AB23"))
        whole = "\n".join(said)
        assert "Que choisir" in whole
        assert "AB23" in said[0]
        assert t("print.indicative_short", lang) in said[0]
        assert t("meeting.indicative", lang).replace("\u202f", "\xa0") in whole
        assert t("meeting.college_citizen", lang) in whole
        assert "66" in whole
        if method != "commune":
            places = [whole.index(words(option.text(lang), 9).getPlainText()) for option in asked.options]
            assert places == sorted(places), "the order announced"
        file = ballot_pdf(asked, "Débat", lang, size, copies=4, code="AB23")
        assert file.startswith(b"%PDF-")
        assert file == ballot_pdf(asked, "Débat", lang, size, copies=4, code="AB23"), (
            "the same bytes each time"
        )


def test_what_an_empty_line_means_and_how_to_fill_it() -> None:
    for method, empty, how in (
        (
            "majority_judgment",
            "Une ligne vide compte «\xa0À rejeter\xa0»",
            "une seule mention par ligne",
        ),
        ("grades", "sans avis", "une seule appréciation par ligne"),
        ("score", "Une ligne vide compte 0", "de 0 à 10"),
        ("ranking", "partagent la dernière place", "Écrivez 1 devant"),
        ("dots", "aucune gommette", "5 gommettes à répartir, 3 au plus par ligne"),
        ("budget", "aucun point", "Budget\xa0: 9\xa0000\xa0€"),
        ("budget", "aucun point", "cochez un rond par point"),
        ("consent", "«\xa0Je m’abstiens\xa0»", "une seule case"),
    ):
        whole = "\n".join(text_of(pieces(question(method), "Débat", "fr", 9)))
        assert empty in whole, method
        assert how in whole, method
    scores = text_of(pieces(question("score"), "Débat", "fr", 9))
    assert scores.count("0 1 2 3 4 5 6 7 8 9 10") == len(LABELS)
    circles = [one.circles for one in pieces(question("dots"), "D", "fr", 9) if isinstance(one, Answer)]
    assert circles == [3] * len(LABELS)


def test_four_on_a_sheet_and_more_paper_only_where_options_need_it() -> None:
    assert pages(ballot_pdf(question("majority_judgment"), "Débat", "fr", SMALL, copies=120)) == 30
    assert pages(ballot_pdf(question("single"), "Débat", "fr", LARGE, copies=3)) == 3
    many = question("single", tuple(f"Réponse {i}" for i in range(60)))
    assert pages(ballot_pdf(many, "Débat", "fr", SMALL, copies=1)) >= 1
    assert pages(ballot_pdf(many, "Débat", "fr", LARGE, copies=2)) >= 4, "never below 18 points"
    assert len(ballot_pdf(question("single"), "Débat", "fr", SMALL, copies=400)) < 200_000, (
        "drawn once, placed often"
    )
    for size, copies in (("a5", 4), (SMALL, 0), (SMALL, 100_000)):
        with pytest.raises(ValueError, match=size):
            ballot_pdf(question("single"), "Débat", "fr", size, copies)


def test_words_are_never_read_as_markup_and_every_sign_can_be_printed() -> None:
    assert printable("CO₂\u202f: <b>") == "CO<sub>2</sub>\xa0: &lt;b&gt;"
    assert printable("Łódź, «\u202fœuvre\u202f»…") == "Łódz, «\xa0œuvre\xa0»…"
    assert printable("🙂") == "◊"
    assert (
        printable("e\u0301te\u0301, 10⁶ m → non\u2011dit, ⅓, й")
        == "été, 10<super>6</super> m -&gt; non-dit, 1/3, ◊"
    )
    assert printable("👩\u200d🌾\ufe0f") == "◊◊", "joiners draw nothing"
    assert words(HOSTILE, 9).getPlainText() == "<b>gras</b> <para> &amp; ]]> çeci ◊"
    hostile = question("majority_judgment", (HOSTILE, "x" * 2_000, *LABELS))
    assert ballot_pdf(hostile, HOSTILE, "fr", SMALL).startswith(b"%PDF-")
    assert ballot_pdf(hostile, HOSTILE, "fr", LARGE).startswith(b"%PDF-")


def test_an_order_not_drawn_yet_is_said() -> None:
    asked = question("single", order="drawn")
    assert any(
        "imprimez après l’ouverture" in line for line in text_of(pieces(asked, "D", "fr", 9, drawn=False))
    )
    assert not any("imprimez après" in line for line in text_of(pieces(asked, "D", "fr", 9, drawn=True)))


def test_cards_codes_and_the_signature_sheet() -> None:
    codes = [(i, ("citizen", "elected", "")[i % 3], f"K7RF9-{i:05d}") for i in range(1, 31)]
    assert pages(cards_pdf("Débat", "fr", sets=3)) == 3
    assert pages(codes_pdf(codes, "Débat", "fr", "http://192.168.1.10:5007")) == 4
    assert pages(signature_pdf(codes, "Débat", "fr")) == 2
    assert pages(codes_pdf([], "Débat", "fr")) == 1
    assert signature_pdf(codes, "Débat", "fr") == signature_pdf(
        [(number, college, "other") for number, college, _ in codes], "Débat", "fr"
    ), "the sheet holds no code"
