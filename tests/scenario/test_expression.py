"""Formulas: what is computed, what is refused, and that nothing is ever run as Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.scenario.expression import Compiler, ExpressionError, Name, converted, names_in, parse
from components.scenario.units import unit

ENV = {
    "homes": np.array([[10.0], [30.0]]),
    "energy": np.array([[4.0, 2.0, 1.0]]),
    "share": np.array([[25.0]]),
    "lever.setpoint": np.array([[-1.0]]),
    "path.setpoint": np.array([[0.0, -0.5, -1.0]]),
    "ramp.setpoint": np.array([[0.0, 0.5, 1.0]]),
    "lever.group.part": np.array([[60.0]]),
}
NAMES = {
    "homes": Name(unit("dwelling"), frozenset({"commune"})),
    "energy": Name(unit("GWh/yr"), frozenset({"year"})),
    "share": Name(unit("percent"), frozenset()),
    "lever.setpoint": Name(unit("delta_degC"), frozenset()),
    "path.setpoint": Name(unit("delta_degC"), frozenset({"year"})),
    "ramp.setpoint": Name(unit("dimensionless"), frozenset({"year"})),
    "lever.group.part": Name(unit("percent"), frozenset()),
}


def computed(formula: str, to: str) -> list[list[float]]:
    node = Compiler(NAMES.__getitem__).node(parse(formula))
    found: list[list[float]] = converted(node, unit(to)).compute(ENV).tolist()
    return found


@pytest.mark.parametrize(
    ("formula", "to", "expected"),
    [
        ("energy * share", "GWh/yr", [[1.0, 0.5, 0.25]]),
        ("1 - share", "dimensionless", [[0.75]]),
        ("share - 0.05", "percent", [[20.0]]),
        ("energy * lever.group.part", "MWh/yr", [[2400.0, 1200.0, 600.0]]),
        ("homes / sum(homes, commune)", "dimensionless", [[0.25], [0.75]]),
        ("max(energy - 2 * energy, 0)", "GWh/yr", [[0.0, 0.0, 0.0]]),
        ("min(share, 0.1)", "dimensionless", [[0.1]]),
        ("clip(share, 0, 0.2)", "percent", [[20.0]]),
        ("where(energy > 0.5 * energy, 1, 0)", "dimensionless", [[1.0, 1.0, 1.0]]),
        ("abs(-share)", "percent", [[25.0]]),
        ("path(lever.setpoint) - lever.setpoint", "delta_degC", [[1.0, 0.5, 0.0]]),
        ("ramp(lever.setpoint) ** 2", "dimensionless", [[0.0, 0.25, 1.0]]),
        ("0 - energy + energy", "GWh/yr", [[0.0, 0.0, 0.0]]),
    ],
)
def test_values(formula: str, to: str, expected: list[list[float]]) -> None:
    np.testing.assert_allclose(computed(formula, to), expected)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('true')",
        "homes.__class__",
        "(lambda: 1)()",
        "[x for x in homes]",
        "homes[0]",
        "'text'",
        "True",
        "homes if share else energy",
        "homes and share",
        "not share",
        "f'{share}'",
        "exec('1')",
        "open('x')",
        "sum(homes)",
        "sum(homes, axis=0)",
        "sum(homes, other)",
        "sum(share, commune)",
        "min(share)",
        "clip(share, 0)",
        "ramp(share)",
        "path(homes)",
        "energy + homes",
        "energy + 1",
        "energy > 1",
        "energy ** share",
        "energy ** energy",
        "energy % 2",
        "energy // 2",
        "1 < share < 2",
        "(share := 2)",
        "*homes",
        "share share",
        "",
        "(((",
        "1" * 3000,
        "9" * 400 + ".0 +" * 2,
        "-" * 1500 + "share",
        "lever",
        "energy @ energy",
        "1j",
    ],
)
def test_refused(formula: str) -> None:
    with pytest.raises((ExpressionError, KeyError, RecursionError)):
        computed(formula, "dimensionless")


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_a_clear_refusal(text: str) -> None:
    try:
        tree = parse(text)
        names_in(tree)
        Compiler(NAMES.__getitem__).node(tree)
    except (ExpressionError, KeyError):
        pass


def test_names_in_order() -> None:
    formula = "a * path(lever.x) + sum(b, commune) - lever.g.p.today"
    assert names_in(parse(formula)) == ["a", "path.x", "b", "lever.g.p.today"]
