"""Templates, form and YAML of a run sheet."""

from pathlib import Path

import pytest

from components.console.sheets import (
    BLANK,
    faults,
    from_template,
    has_comments,
    read_form,
    templates,
    write_form,
)
from components.meeting.demo import DEMO, RUN_SHEETS
from components.meeting.run_sheet import RunSheetError, load_run_sheet


def test_the_form_gives_back_the_same_run_sheet() -> None:
    source = DEMO.read_text(encoding="utf-8")
    assert load_run_sheet(write_form(read_form(source))) == load_run_sheet(source)


def test_the_end_follows_from_the_start_and_the_minutes() -> None:
    form = read_form(DEMO.read_text(encoding="utf-8"))
    form["steps"][1]["minutes"] = 35
    sheet = load_run_sheet(write_form(form))
    assert sheet.starts is not None
    assert sheet.ends is not None
    assert (sheet.ends - sheet.starts).total_seconds() == sheet.minutes * 60 == 150 * 60


def test_a_start_that_is_no_date_is_refused_at_its_line() -> None:
    form = read_form(BLANK)
    form["meeting"]["starts"] = "demain"
    with pytest.raises(RunSheetError) as refused:
        load_run_sheet(write_form(form))
    assert any("date" in fault.sentence for fault in refused.value.faults)


def test_a_new_meeting_takes_the_template_but_not_its_evening() -> None:
    sheet = load_run_sheet(from_template(DEMO.name, "Soirée à Vif : « et si ? »", "grenoble-alpes-metropole"))
    assert sheet.title == {"fr": "Soirée à Vif : « et si ? »"}
    assert sheet.starts is None
    assert len(sheet.steps) == 12


def test_the_blank_one_is_valid_and_an_unknown_file_is_refused() -> None:
    assert len(load_run_sheet(from_template("", "", "")).steps) == 2
    with pytest.raises(RunSheetError):
        from_template("../../etc/passwd", "x", "")


def test_a_broken_template_is_left_out_of_the_list(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(BLANK, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("meeting: [", encoding="utf-8")
    assert [one["file"] for one in templates("fr", tmp_path)] == ["good.yaml"]


EVERY_WAY = RUN_SHEETS / "toutes-les-facons-de-voter.yaml"


def test_every_way_of_voting_goes_through_the_form() -> None:
    source = EVERY_WAY.read_text(encoding="utf-8")
    assert load_run_sheet(write_form(read_form(source))) == load_run_sheet(source)


def test_a_text_with_a_comma_and_a_date_stay_what_they_were() -> None:
    source = BLANK.replace("when: à préciser", "when: 2027-03-01").replace(
        '{fr: "Bienvenue", en: "Welcome"}', "{fr: Bonsoir à toutes, à tous, en: Welcome}"
    )
    form = read_form(source)
    assert form["steps"][0]["title"] == {"fr": "Bonsoir à toutes, à tous", "en": "Welcome"}
    assert form["meeting"]["promise"]["when"] == "2027-03-01"
    assert load_run_sheet(write_form(form)) == load_run_sheet(source)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("questions", "freins", "dots", "beaucoup"), "questions.freins.dots"),
        (("questions", "zone-30", "rule", {"threshold": 166}), "questions.zone-30.rule.threshold"),
        (("questions", "trajectoires", "options", []), "questions.trajectoires.options"),
        (("questions", "projets", "budget", ""), "questions.projets.budget"),
        (("questions", "motion", "max", 2), "questions.motion.max"),
        (("steps", 3, "minutes", "beaucoup"), "steps.3.minutes"),
        (("meeting", "promise", "decides", ""), "meeting.promise.decides"),
    ],
)
def test_a_fault_names_its_field(change: tuple[str, str | int, str, object], path: str) -> None:
    form = read_form(EVERY_WAY.read_text(encoding="utf-8"))
    form["meeting"].pop("starts")
    section, name, key, value = change
    form[section][name][key] = value
    source = write_form(form)
    with pytest.raises(RunSheetError) as refused:
        load_run_sheet(source)
    told = faults(refused.value, source)
    assert told[0]["path"] == path
    assert told[0]["sentence"]
    assert faults(refused.value)[0]["path"] == ""


def test_a_missing_cost_names_its_answer() -> None:
    form = read_form(EVERY_WAY.read_text(encoding="utf-8"))
    del form["questions"]["projets"]["options"][2]["cost"]
    source = write_form(form)
    with pytest.raises(RunSheetError) as refused:
        load_run_sheet(source)
    assert faults(refused.value, source)[0]["path"].startswith("questions.projets.options.2")


@pytest.mark.parametrize(
    ("source", "comments"),
    [
        ("# en tête\na: b\n", True),
        ("a: b # pour mémoire\n", True),
        ("a: {fr: b}   # c\nd: e\n", True),
        ('a: "b # c"\n', False),
        ("a: b#c\n", False),
        ("a: |\n  # un titre dans le texte\n  b\n", False),
        ("a: [1, 2]\n", False),
        ("a: {fr: Où ?} # c\n", True),
    ],
)
def test_comments_are_seen_where_they_are(source: str, comments: bool) -> None:
    assert has_comments(source) is comments
