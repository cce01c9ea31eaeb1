import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.scenario.saved import CodeError, decode, encode

TREND = {
    "km_per_person": 0.0,
    "bike_share": 2.7,
    "setpoint": 0.0,
    "car_occupancy": 1.6,
    "roof_pv": 31.0,
    "heat_replacement.heat_pump": 60.0,
    "heat_replacement.wood": 20.0,
}


def test_only_what_differs_is_written():
    assert encode(TREND, TREND) == ""
    assert len(encode({"km_per_person": -26.0}, TREND)) <= 9


def test_a_code_opens_the_same_sliders_whatever_its_case_and_spacing():
    moved = {"km_per_person": -26.0, "bike_share": 12.5, "car_occupancy": 1.85, "setpoint": -0.5}
    code = encode(moved, TREND)
    assert decode(code, TREND) == moved
    assert decode(f"  {code[:4].upper()}-{code[4:]} ", TREND) == moved


@given(st.dictionaries(st.sampled_from(sorted(TREND)), st.integers(-99_999, 99_999).map(lambda x: x / 100)))
def test_every_scenario_survives(overrides):
    expected = {lever: value for lever, value in overrides.items() if value != TREND[lever]}
    code = encode(overrides, TREND)
    assert (decode(code, TREND) if code else {}) == expected


@pytest.mark.parametrize("at", range(9))
def test_one_wrong_character_is_noticed(at):
    code = encode({"km_per_person": -26.0}, TREND)
    wrong = (
        code[: at % len(code)] + ("z" if code[at % len(code)] != "z" else "y") + code[at % len(code) + 1 :]
    )
    with pytest.raises(CodeError):
        decode(wrong, TREND)


@pytest.mark.parametrize("code", ["", "   ", "é", "<script>", "1", "zz", "0" * 10_000, "\u202e1", "💥"])
def test_nonsense_is_a_sentence(code):
    with pytest.raises(CodeError) as error:
        decode(code, TREND)
    assert error.value.sentence("fr").startswith(("Ce code", "Le code"))
    assert error.value.sentence("en")


def test_a_lever_this_territory_lacks_is_said():
    code = encode({"km_per_person": -26.0}, TREND)
    with pytest.raises(CodeError, match="curseur"):
        decode(code, {"bike_share": 2.7})


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    """Whatever is typed either opens or is refused as a code, never otherwise."""
    with contextlib.suppress(CodeError):
        assert decode(text, TREND).keys() <= TREND.keys()
