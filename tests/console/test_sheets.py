"""Templates, form and YAML of a run sheet."""

from pathlib import Path

import pytest

from components.console.sheets import BLANK, from_template, read_form, templates, write_form
from components.meeting.demo import DEMO
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
