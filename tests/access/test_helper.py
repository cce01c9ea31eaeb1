"""The code for helpers: the meeting's own, until it closes or another one is asked for."""

import re
from pathlib import Path

import pytest

from components.access import helper
from components.access.store import Settings
from components.meeting.desk import Desk
from tests.command.house import ROOT

SHEET = (ROOT / "data" / "run_sheets" / "debat-citoyen-2h.yaml").read_text(encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.open(f"sqlite:///{tmp_path / 'store.db'}")


@pytest.fixture
def settings(tmp_path: Path, desk: Desk) -> Settings:
    settings = Settings(f"sqlite:///{tmp_path / 'store.db'}")
    settings.prepare()
    return settings


def test_it_is_eight_figures_the_same_until_the_end(desk: Desk, settings: Settings) -> None:
    code = desk.new(SHEET)
    pin = helper.helper_pin(desk, code, settings)
    assert pin is not None
    assert re.fullmatch(r"\d{4} \d{4}", pin)
    assert helper.helper_pin(desk, code, settings) == pin
    assert helper.opens(desk, code, pin, settings)
    assert helper.opens(desk, code, pin.replace(" ", ""), settings)
    epoch = helper.epoch(desk, code, settings)
    desk.act(code, "close_meeting")
    assert helper.helper_pin(desk, code, settings) is None
    assert not helper.opens(desk, code, pin, settings)
    assert epoch is not None
    assert helper.epoch(desk, code, settings) is None


def test_each_meeting_has_its_own(desk: Desk, settings: Settings) -> None:
    one, other = desk.new(SHEET), desk.new(SHEET)
    pin = helper.helper_pin(desk, one, settings)
    assert pin is not None
    assert pin != helper.helper_pin(desk, other, settings)
    assert not helper.opens(desk, other, pin, settings)


def test_another_one_ends_the_first(desk: Desk, settings: Settings) -> None:
    code = desk.new(SHEET)
    pin, epoch = helper.helper_pin(desk, code, settings), helper.epoch(desk, code, settings)
    helper.renew(code, settings)
    assert pin is not None
    assert not helper.opens(desk, code, pin, settings)
    assert helper.epoch(desk, code, settings) != epoch


@pytest.mark.parametrize("typed", ["", "0", "٤٨١٢٠٩٣٧", "1" * 10_000, "\0", "12345678 " * 3])
def test_a_wrong_or_hostile_code_opens_nothing(desk: Desk, settings: Settings, typed: str) -> None:
    assert not helper.opens(desk, desk.new(SHEET), typed, settings)


def test_a_meeting_that_does_not_exist_takes_no_helpers(desk: Desk, settings: Settings) -> None:
    assert helper.helper_pin(desk, "NONE", settings) is None
    assert not helper.opens(desk, "NONE", "", settings)
