"""Hostile formulas, units and files: a sentence, never another error, never an endless computation."""

import contextlib
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.scenario import units
from components.scenario.expression import (
    COMMUNE,
    FUNCTIONS,
    YEAR,
    Compiler,
    ExpressionError,
    Name,
    names_in,
    parse,
)
from components.scenario.faults import ModelError
from components.scenario.words import in_words
from components.scenario.yaml_lines import entries, items
from tests.examples import examples

NAMES = {
    "energy": Name(units.unit("GWh/year"), frozenset({COMMUNE, YEAR})),
    "mass": Name(units.unit("kt"), frozenset({COMMUNE})),
    "share": Name(units.unit("percent"), frozenset({YEAR})),
    "heat_pci": Name(units.unit("kWh_PCI"), frozenset()),
    "heat_pcs": Name(units.unit("kWh_PCS"), frozenset()),
    "lever.x": Name(units.unit("percent"), frozenset()),
    "path.x": Name(units.unit("percent"), frozenset({YEAR})),
    "ramp.x": Name(units.DIMENSIONLESS, frozenset({YEAR})),
}
ENV = {
    name: np.full((3 if COMMUNE in one.dims else 1, 4 if YEAR in one.dims else 1), 2.0)
    for name, one in NAMES.items()
}
atoms = st.one_of(
    st.sampled_from(["energy", "mass", "share", "heat_pci", "heat_pcs", "lever.x", "unknown_name", "lever"]),
    st.sampled_from(
        ["path(lever.x)", "ramp(lever.x)", "0", "1", "-3.5", "1e400", "9" * 400, "'text'", "None"]
    ),
    st.integers(-(10**6), 10**6).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


def bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sign = st.sampled_from(["+", "-", "*", "/", "**", "<", "==", "%", "//", "@", " and ", " if ", ".", ","])
    call = st.sampled_from([*FUNCTIONS, "eval", "energy", "print"])
    return st.one_of(
        st.tuples(inner, sign, inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        st.tuples(call, st.lists(inner, max_size=4)).map(lambda made: f"{made[0]}({', '.join(made[1])})"),
        inner.map(lambda text: f"sum({text}, commune)"),
        inner.map(lambda text: f"[{text} for x in y]"),
    )


def compiled(formula: str) -> np.ndarray | None:
    """The value of a formula, None when it is refused, as it must be, by ExpressionError alone."""
    try:
        tree = parse(formula)
        for name in names_in(tree):
            if name not in NAMES:
                return None
        node = Compiler(NAMES.__getitem__).node(tree)
    except ExpressionError:
        return None
    with np.errstate(all="ignore"):
        value = node.compute(ENV)
    assert value.shape == (
        3 if COMMUNE in node.dims else value.shape[0],
        4 if YEAR in node.dims else value.shape[1],
    )
    assert in_words(formula, str, "fr")
    return value


@settings(max_examples=examples(150), deadline=None)
@given(st.recursive(atoms, bigger, max_leaves=12))
def test_a_formula_gives_a_value_or_a_refusal(formula: str) -> None:
    compiled(formula)


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_value_or_a_refusal(formula: str) -> None:
    compiled(formula)


ENDLESS = [
    "9**9**9**9**9",
    "energy ** 9999999999",
    "share ** 9 ** 9 ** 9",
    "(" * 900 + "1" + ")" * 900,
    "-" * 1900 + "1",
    "+".join(["share"] * 330),
    "min(" * 300 + "1, 2" + ", 3)" * 300,
    "1" * 1999,
    "share" + "[0]" * 500,
    "x" * 3000,
    "lever" + ".a" * 900,
    "not " * 400 + "share",
    "\x00",
    "share\nshare",
    "share if share else share",
    "(lambda: share)()",
    "share := 2",
    "*share",
    "sum()",
    "sum(energy, commune, year)",
    "sum(*energy)",
    "ramp()",
    "min(share=1, x=2)",
    "__builtins__",
    "share.__class__.__mro__",
    "f'{share}'",
    "1j * share",
    "True",
    "...",
]


@pytest.mark.parametrize("formula", ENDLESS, ids=range(len(ENDLESS)))
def test_none_is_endless(formula: str) -> None:
    start = time.perf_counter()
    compiled(formula)
    assert time.perf_counter() - start < 1


WRONG_UNITS = [
    ("energy + mass", "units_do_not_add"),
    ("heat_pci + heat_pcs", "units_do_not_add"),
    ("energy > mass", "units_do_not_add"),
    ("max(energy, mass)", "units_do_not_add"),
    ("first_known(energy, mass)", "units_do_not_add"),
    ("clip(energy, 1, 2)", "units_do_not_add"),
    ("where(share > 0, energy, mass)", "units_do_not_add"),
    ("where(energy, share, share)", "model_engine.condition_unit"),
    ("2 ** energy", "exponent_unit"),
    ("energy ** share", "exponent_unit"),
    ("energy ** 40", "exponent_unit"),
    ("energy + 1", "units_do_not_add"),
]


@pytest.mark.parametrize(("formula", "key"), WRONG_UNITS)
def test_wrong_units_are_refused(formula: str, key: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Compiler(NAMES.__getitem__).node(parse(formula))
    assert caught.value.key == key


def test_percent_converts_by_a_factor_and_zero_has_every_unit() -> None:
    assert compiled("1 + share") == pytest.approx(np.full((1, 4), 1.02))
    assert compiled("max(energy, 0)") is not None
    kilotonnes = Compiler(NAMES.__getitem__).node(parse("mass"))
    assert units.factor(kilotonnes.unit, units.unit("t")) == pytest.approx(1000)


UNITS = [
    "kWh**9**9**9",
    "kWh**999",
    "kWh^9^9^9",
    "(" * 90,
    "kWh" * 200,
    "m**(9**9**9)",
    "1/0",
    "()",
    "kWh/",
    "é",
    "None",
]


@pytest.mark.parametrize("text", UNITS, ids=range(len(UNITS)))
def test_a_hostile_unit_is_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(units.UnitError):
        units.unit(text)
    assert time.perf_counter() - start < 1


@settings(max_examples=examples(100), deadline=None)
@given(st.text(alphabet="kWhmt*/^()0123456789.- eE_", max_size=30))
def test_any_unit_is_known_or_refused(text: str) -> None:
    try:
        units.unit(text)
    except units.UnitError:
        return


FILES = [
    "[" * 5000,
    "a: " + "{b: " * 3000,
    "a: !!python/object/apply:os.system [true]\n",
    "- !!python/name:os.system\n",
    "a: &x [*x]\n",
    "a: {? {b: 1} : 2}\n",
    "a:\n\t- 1\n",
    "\ufeffa: 1\n",
    "a: 1\n--- \nb: 2\n",
    "%YAML 9.9\n---\na: 1\n",
    "a: 2024-02-31\n",
    "a: .nan\nb: .inf\nc: 1e999\n",
    "? ? a\n",
    "\x07",
]


@pytest.mark.parametrize("text", FILES, ids=range(len(FILES)))
def test_a_hostile_file_is_read_or_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    for read in (entries, items):
        with contextlib.suppress(ModelError):
            list(read(file))
