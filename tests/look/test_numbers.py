import pytest

from components.look.numbers import number, percent, round_significant, signed, two_significant

S = "\u202f"


@pytest.mark.parametrize(
    ("x", "lang", "digits", "text"),
    [
        (1857.729, "fr", None, f"1{S}857,729"),
        (1857.729, "en", None, "1,857.729"),
        (1234567, "fr", 0, f"1{S}234{S}567"),
        (-0.5, "fr", 1, "−0,5"),
        (-0.001, "fr", 1, "0,0"),
        (0, "fr", None, "0"),
        (float("nan"), "fr", None, "–"),
        (None, "en", None, "–"),
    ],
)
def test_number(x, lang, digits, text):
    assert number(x, lang, digits) == text


def test_signed_and_percent():
    assert signed(12.0) == "+12"
    assert signed(-180.0) == "−180"
    assert signed(0.0) == "0"
    assert signed(0.04, digits=1) == "0,0"
    assert percent(16) == f"16{S}%"
    assert percent(16, "en") == "16%"
    assert percent(-5.6, "fr", 0, sign=True) == f"−6{S}%"
    assert percent(2.7, "fr", None) == f"2,7{S}%"


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (1857.7, f"1{S}900"),
        (1.8577, "1,9"),
        (0.5333, "0,53"),
        (0.0996, "0,10"),
        (99.6, "100"),
        (4.0, "4,0"),
        (0.0, "0"),
        (-182.0, "−180"),
    ],
)
def test_two_significant(x, text):
    assert two_significant(x) == text


def test_round_significant_keeps_zero():
    assert round_significant(0.0) == 0.0
    assert round_significant(1234.0, 3) == 1230.0
