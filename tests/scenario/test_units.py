"""The project's units: what converts, what never does."""

import pytest

from components.scenario.units import UnitError, as_written, convert, display, factor, unit


def test_kt_is_a_kilotonne() -> None:
    assert convert(1, "kt", "t") == pytest.approx(1000)


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        (1858000, "tCO2e/year", "ktCO2e/yr", 1858),
        (16, "percent", "dimensionless", 0.16),
        (1, "GWh/yr", "kWh/year", 1e6),
        (1, "kgCO2e/kWh", "ktCO2e/GWh", 1),
        (1, "ha", "m**2", 10_000),
        (2, "1/delta_degC", "1/delta_degC", 2),
        (3, "1/kWh/year", "1/(kWh*year)", 3),
    ],
)
def test_conversions(value: float, from_unit: str, to_unit: str, expected: float) -> None:
    assert convert(value, from_unit, to_unit) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("kWh", "kg"),
        ("kWh_PCI", "kWh_PCS"),
        ("kWh_PCI", "kWh"),
        ("kW_peak", "kWh"),
        ("GWh", "GWh/year"),
        ("person", "dwelling"),
        ("kg", "kgCO2e"),
        ("kWh_primary", "kWh"),
    ],
)
def test_what_never_converts(a: str, b: str) -> None:
    with pytest.raises(UnitError):
        factor(unit(a), unit(b))


def test_peak_power_gives_energy_by_its_yield() -> None:
    assert factor(unit("MW_peak") * unit("kWh/kW_peak/year"), unit("GWh/yr")) * 1300 == pytest.approx(1.3)


@pytest.mark.parametrize(
    "text", ["", "__import__('os')", "(", "kg+3", "2", "kWh kWh)", "knot", "\u202e", "x" * 10_000]
)
def test_nonsense_is_no_unit(text: str) -> None:
    if text:
        with pytest.raises(UnitError):
            unit(text)


def test_data_files_write_units_their_own_way() -> None:
    assert unit(as_written("kgCO2e/kWh PCS")) == unit("kgCO2e/kWh_PCS")
    assert unit(as_written("kWhEP/m2/yr")) == unit("kWh_primary/m**2/yr")
    assert unit(as_written("kgCO2e/pkm")) == unit("kgCO2e/person/km")


def test_units_are_read_in_both_languages() -> None:
    assert display("MWh/dwelling/year", "fr") == "MWh/logement/an"
    assert display("ktCO2e/yr", "en") == "ktCO₂e/yr"
    assert display("dimensionless") == ""
    assert (display("person"), display("person", "en")) == ("personnes", "people")
