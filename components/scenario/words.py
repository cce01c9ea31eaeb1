"""A formula as a sentence: names replaced by their labels, signs by the ones people write."""

import ast
from collections.abc import Callable, Sequence

from components.look.i18n import t
from components.look.numbers import number
from components.scenario.expression import SUMS, lever_name, parse

Labels = Callable[[str], str]
_SIGNS: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("\u2212", 1),
    ast.Mult: ("×", 2),
    ast.Div: ("÷", 2),
    ast.Pow: ("^", 3),
}
_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
    ast.Eq: "=",
    ast.NotEq: "≠",
}
_CALLED = {
    "min": "model.smallest",
    "max": "model.largest",
    "abs": "model.absolute",
    "clip": "model.bounded",
    "where": "model.if_else",
    "known": "model_engine.known",
    "first_known": "model_engine.first_known",
    "cumulated": "model_content.cumulated",
    "yearly": "model_content.yearly",
}
_SUMMED = {
    ("sum", "commune"): "model.sum_over_commune",
    ("sum", "year"): "model.sum_over_year",
    ("sum_known", "commune"): "model_engine.sum_known_commune",
    ("sum_known", "year"): "model_engine.sum_known_year",
}
_ATOM = 4


def in_words(formula: str, labels: Labels, lang: str) -> str:
    """A formula (already accepted at load) in words. `labels` gives the label of a name of the environment."""
    return _said(parse(formula), labels, lang)[0]


def _said(tree: ast.expr, labels: Labels, lang: str) -> tuple[str, int]:
    """The words of a tree and how tightly they hold together, to know where brackets are needed."""
    if isinstance(tree, ast.Constant):
        return number(float(str(tree.value)), lang), _ATOM
    if isinstance(tree, ast.UnaryOp):
        return "\u2212" + _held(tree.operand, _ATOM, labels, lang), 2
    if isinstance(tree, ast.BinOp):
        sign, strength = _SIGNS[type(tree.op)]
        left = _held(tree.left, strength, labels, lang)
        strict = isinstance(tree.op, ast.Sub | ast.Div)
        right = _held(tree.right, strength + strict, labels, lang)
        return f"{left} {sign} {right}", strength
    if isinstance(tree, ast.Compare):
        left = _held(tree.left, 1, labels, lang)
        return f"{left} {_COMPARED[type(tree.ops[0])]} {_held(tree.comparators[0], 1, labels, lang)}", 0
    if isinstance(tree, ast.Call):
        return _call(tree, labels, lang)
    lever = lever_name(tree)
    return labels(f"lever.{lever}" if lever else ast.unparse(tree)), _ATOM


def _held(tree: ast.expr, strength: int, labels: Labels, lang: str) -> str:
    words, own = _said(tree, labels, lang)
    return f"({words})" if own < strength else words


def _call(tree: ast.Call, labels: Labels, lang: str) -> tuple[str, int]:
    name = ast.unparse(tree.func)
    if name in {"ramp", "path"}:
        return labels(f"{name}.{lever_name(tree.args[0])}"), _ATOM
    if name in SUMS:
        summed = t(_SUMMED[name, ast.unparse(tree.args[1])], lang)
        return f"{summed} {_held(tree.args[0], _ATOM, labels, lang)}", _ATOM
    parts = " ; ".join(_said(argument, labels, lang)[0] for argument in tree.args)
    return f"{t(_CALLED[name], lang)} ({parts})", _ATOM


def listed(words: Sequence[str], lang: str, most: int = 4) -> str:
    """A few words of a list, and how many more there are."""
    if len(words) <= most + 1:
        return ", ".join(words)
    first = ", ".join(words[:most])
    return t("model_engine.and_others", lang, names=first, count=len(words) - most)
