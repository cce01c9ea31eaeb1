"""The run sheet: what ships is sound; what is wrong is refused with line and sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.meeting.demo import DEMO, RUN_SHEETS
from components.meeting.run_sheet import Fault, RunSheetError, load_run_sheet
from components.meeting.run_sheet_file import renamed
from tests.examples import examples

SOURCE = DEMO.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(RUN_SHEETS.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_ships_is_sound(path: object) -> None:
    sheet = load_run_sheet(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert sheet.starts
    assert sheet.ends
    assert sheet.minutes == (sheet.ends - sheet.starts).total_seconds() / 60
    assert sheet.promise
    for step in sheet.steps:
        assert set(step.title) == {"fr", "en"}
    for question in sheet.questions.values():
        assert set(question.title) == {"fr", "en"}


def faults(source: str) -> str:
    with pytest.raises(RunSheetError) as caught:
        load_run_sheet(source, "soir.yaml")
    return str(caught.value)


BROKEN = {
    "duration": (("minutes: 30", "minutes: 31"), "121"),
    "no promise": (
        ("  promise:\n    level: concertation", "  promesse:\n    level: concertation"),
        "promise",
    ),
    "unknown key": (("kind: card", "couleur: rouge\n    kind: card"), "couleur"),
    "unknown method": (("method: approval", "method: astrologie"), "astrologie"),
    "later method": (("method: approval", "method: ranking"), "ranking"),
    "unknown question": (("question: freins", "question: frein"), "frein"),
    "unknown card": (("card: bilan-2019", "card: bilan"), "bilan"),
    "no title": (
        (
            '    title: {fr: "Dans quelle commune vivez-vous\u202f?", en: "In which municipality do you live?"}\n',
            "",
        ),
        "title",
    ),
    "unknown lever": (("setpoint,", "setpoing,"), "setpoing"),
    "unknown territory": (("territory: grenoble-alpes-metropole", "territory: atlantide"), "atlantide"),
    "alias": (("kind: card", "kind: &a card"), None),
    "too many": (("max: 3", "max: 30"), "max"),
    "duplicate step": (("id: savoirs", "id: essai"), "essai"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_refused_with_its_line(name: str) -> None:
    (old, new), expected = BROKEN[name]
    assert old in SOURCE, name
    broken = SOURCE.replace(old, new, 1)
    if expected is None:
        load_run_sheet(broken)  # an anchor nobody refers to is harmless
        return
    message = faults(broken)
    assert expected in message
    assert message.startswith("soir.yaml:")


def test_the_line_is_the_right_one() -> None:
    broken = SOURCE.replace("minutes: 30", "minutes: beaucoup", 1)
    line = broken[: broken.index("beaucoup")].count("\n") + 1
    assert f"soir.yaml:{line}:" in faults(broken)


def test_options_are_required() -> None:
    start = SOURCE.index("    options:\n      - {id: pas-du-tout")
    end = SOURCE.index("cards:")
    assert "deux réponses" in faults(SOURCE[:start] + SOURCE[end:])


@pytest.mark.parametrize(
    "source",
    [
        "",
        "[]",
        "a: b",
        "meeting:\n\tx: 1",
        "a: &x [*x]",
        "- 1",
        "{",
        "meeting: !!python/object:os.system x",
        "x" * 2_000_000,
        "[" * 100_000,
        "{a: " * 50_000,
        "a: \0",
        "a: \ud800",
    ],
)
def test_broken_yaml_is_a_sentence(source: str) -> None:
    assert faults(source)


def check(source: str) -> None:
    found: list[Fault] = []
    try:
        load_run_sheet(source)
    except RunSheetError as error:
        found = error.faults
        assert found
    assert all(fault.line >= 1 and fault.sentence for fault in found)


@settings(max_examples=examples(150), deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_sheet_or_a_sentence(text: str) -> None:
    check(text)


@settings(max_examples=examples(100), deadline=None)
@given(st.integers(0, len(SOURCE) - 1), st.text(max_size=12))
def test_a_damaged_sheet_is_a_sheet_or_a_sentence(place: int, text: str) -> None:
    check(SOURCE[:place] + text + SOURCE[place + len(text) + 3 :])


def test_renaming_keeps_the_rest() -> None:
    other = renamed(SOURCE, 'L’eau : "qui" décide ?', None)
    sheet = load_run_sheet(other)
    assert sheet.title["fr"] == 'L’eau : "qui" décide ?'
    assert other.splitlines()[6:] == SOURCE.splitlines()[6:]


def test_the_form_of_the_design_document() -> None:
    """The example of the form, with durations that add up."""
    sheet = load_run_sheet(FORM)
    assert [step.kind for step in sheet.steps] == [
        "welcome",
        "vote",
        "card",
        "scenario",
        "vote",
        "floor",
        "vote",
        "close",
    ]
    assert sheet.questions["first-need"].pairs_with == "first-need-before"
    assert sheet.promise
    assert sheet.promise.when == "2027-03-01"


FORM = """
meeting:
  title: {fr: Débat citoyen pour le climat, en: Citizens' climate debate}
  territory: grenoble-alpes-metropole
  starts: 2026-12-08T18:30+01:00
  ends: 2026-12-08T19:40+01:00
  language: fr
  promise: {level: concertation, decides: Conseil métropolitain, when: 2027-03-01, negotiable: …, not_negotiable: …}
steps:
  - {id: doors, kind: welcome, minutes: 0, title: {fr: Accueil}}
  - {id: from, kind: vote, minutes: 5, question: from-where}
  - {id: known, kind: card, minutes: 10, card: known-unknown}
  - {id: explore, kind: scenario, minutes: 20, levers: [km_per_person, setpoint, bike_share], notes: {fr: Lire.}}
  - {id: before, kind: vote, minutes: 5, question: first-need-before}
  - {id: floor, kind: floor, minutes: 20}
  - {id: after, kind: vote, minutes: 5, question: first-need, pairs_with: first-need-before}
  - {id: end, kind: close, minutes: 5}
questions:
  from-where: {method: commune, title: {fr: Dans quelle commune vivez-vous ?}}
  first-need-before:
    method: single
    title: {fr: Dans les vingt ans, notre territoire doit d'abord…}
    options: [{id: needs, fr: réduire ses besoins}, {id: none, fr: sans avis, role: no_opinion}]
  first-need:
    method: single
    title: {fr: "Dans les vingt ans, notre territoire doit d'abord…"}
    options: [{id: needs, fr: réduire ses besoins}, {id: none, fr: sans avis, role: no_opinion}]
    order: as_written
    who: [citizen, elected, officer, press]
    channels: [phone, hands, paper]
    hidden_until: shown
cards:
  known-unknown: {established: [{fr: …, source: …}], debated: [{fr: …, source: …}], unknown: [{fr: …}]}
"""


ASKED = """meeting:
  title: Soir
  territory: grenoble-alpes-metropole
  promise: {level: consultation, decides: Le conseil, when: mars}
steps:
  - {id: vote, kind: vote, minutes: 5, question: q}
questions:
  q:
    method: METHOD
    title: Que choisir ?
    options:
      - FIRST
      - SECOND
"""


def asked(first: str, second: str, method: str = "single") -> str:
    return ASKED.replace("METHOD", method).replace("FIRST", first).replace("SECOND", second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{id: a, fr: La gare}", "{id: b, fr: La gare}"),
        ("{id: a, fr: La gare}", '{id: b, fr: "LA  gare"}'),
        ("{id: a, fr: La gare, en: The station}", "{id: b, fr: Le quai, en: The station}"),
        ("{id: a, fr: La gare, en: Le quai}", "{id: b, fr: Le quai}"),
    ],
)
def test_two_answers_that_read_the_same_are_refused(first: str, second: str) -> None:
    source = asked(first, second)
    message = faults(source)
    assert message.startswith("soir.yaml:13: Deux réponses de «\u202fq\u202f» se lisent")
    assert len(load_run_sheet(source, kept=True).questions["q"].options) == 2, "a meeting that has it goes on"


def test_two_grades_that_read_the_same_are_refused() -> None:
    source = asked("{id: a, fr: La gare}", "{id: b, fr: Le quai}", "grades")
    grades = "    grades: [{id: x, fr: Utile}, {id: y, fr: utile}]\n"
    assert "se lisent «\u202futile\u202f»" in faults(source.replace("    options:", grades + "    options:"))


def test_a_question_without_a_choice_is_refused() -> None:
    source = asked("{id: a, fr: Blanc, role: blank}", "{id: b, fr: Sans avis, role: no_opinion}")
    message = faults(source)
    assert message.startswith("soir.yaml:11: ")
    assert "aucune réponse qui soit un choix" in message
    assert load_run_sheet(source, kept=True).questions
    load_run_sheet(asked("{id: a, fr: La gare}", "{id: b, fr: Blanc, role: blank}"))
