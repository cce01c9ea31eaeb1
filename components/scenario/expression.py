"""Formulas: a small, safe subset of Python expressions, read with `ast` and never evaluated as Python.

A formula becomes a tree of `Node`s, each with its unit, the dimensions it varies over and a function that
computes it with numpy from an environment of named arrays of shape (communes or 1, years or 1), or with leading
dimensions (draws). Conversions between units (percent, kWh to GWh...) are inserted here as explicit factors.
NaN is "unknown" and spreads through everything but `known`, `first_known` and `sum_known`.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pint

from components.scenario import units

Array = npt.NDArray[np.float64]
Env = Mapping[str, Array]
Compute = Callable[[Env], Array]
COMMUNE, YEAR = "commune", "year"
AXES = {COMMUNE: -2, YEAR: -1}
LEVER = "lever"
LEVER_FACTS = ("today", "trend", "min", "max")
MAX_LENGTH = 2000
MAX_DEPTH = 150  # pieces within pieces: a + b + c is two deep
MAX_EXPONENT = 12  # of something with a unit


class ExpressionError(ValueError):
    """A formula that cannot be used. `key` names the sentence (area `model`), `values` fills it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Name:
    """What a name of the environment stands for: its unit and the dimensions it varies over."""

    unit: pint.Unit
    dims: frozenset[str]


@dataclass(frozen=True)
class Node:
    """A compiled piece of formula. `constant` is its number when it is one; `names` what it reads.

    `op` and `parts` say how it is made where a sum over communes can be carried inside (`+ - * /`, `scale` by
    `factor`, `read` of the first name); `op` is empty for anything else.
    """

    unit: pint.Unit
    dims: frozenset[str]
    compute: Compute
    names: tuple[str, ...] = ()
    constant: float | None = None
    op: str = ""
    parts: tuple["Node", ...] = ()
    factor: float = 1.0


SUMS = ("sum", "sum_known")
FUNCTIONS = (
    "min",
    "max",
    "abs",
    "clip",
    "where",
    "known",
    "first_known",
    "cumulated",
    "yearly",
    *SUMS,
    "ramp",
    "path",
)
_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


def parse(formula: str) -> ast.expr:
    """The tree of a formula. Raises ExpressionError on anything but the safe subset."""
    if len(formula) > MAX_LENGTH:
        raise ExpressionError("formula_too_long")
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("formula_syntax") from error
    if _deep(tree):
        raise ExpressionError("formula_too_long")
    return tree


def _deep(tree: ast.AST) -> bool:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def lever_name(node: ast.expr) -> str | None:
    """`lever.x` or `lever.group.part` as `x` or `group.part`; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if parts and isinstance(node, ast.Name) and node.id == LEVER:
        return ".".join(reversed(parts))
    return None


def split_lever(name: str) -> tuple[str, str | None]:
    """`roof_pv.today` as ("roof_pv", "today"); `heat_replacement.wood` as itself and None."""
    head, _, tail = name.rpartition(".")
    return (head, tail) if head and tail in LEVER_FACTS else (name, None)


def names_in(tree: ast.expr) -> list[str]:
    """Every name the formula reads, as the environment spells it, in order of first appearance."""
    return list(dict.fromkeys(name for name, _ in summed_reads(tree)))


def summed_reads(tree: ast.expr, summed: bool = False) -> list[tuple[str, bool]]:
    """Names a formula reads, and whether it reads their sum over municipalities; each once, in order."""
    found: dict[tuple[str, bool], None] = {}

    def walk(node: ast.expr, inside: bool) -> None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name, arguments = node.func.id, node.args
            if name in {"ramp", "path"} and len(arguments) == 1:
                lever = lever_name(arguments[0])
                if lever is not None:
                    found[(f"{name}.{lever}", False)] = None
                    return
            if name in SUMS:
                over, arguments = arguments[1:2], arguments[:1]
                inside = inside or any(isinstance(axis, ast.Name) and axis.id == COMMUNE for axis in over)
            for argument in arguments:
                walk(argument, inside)
            return
        lever = lever_name(node)
        if lever is not None:
            found[(f"{LEVER}.{lever}", False)] = None
        elif isinstance(node, ast.Name):
            found[(node.id, inside)] = None
        else:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    walk(child, inside)

    walk(tree, summed)
    return list(found)


def divides(formula: str) -> bool:
    """Whether a formula divides, or raises to a power, and may so give what is not a number."""
    return any(isinstance(node, ast.Div | ast.Pow) for node in ast.walk(parse(formula)))


class Compiler:
    """Turns a tree into a Node, knowing what each name of the environment is."""

    def __init__(self, lookup: Callable[[str], Name]) -> None:
        self._lookup = lookup

    def node(self, tree: ast.expr) -> Node:
        """The compiled form of a tree. Raises ExpressionError."""
        if isinstance(tree, ast.Constant):
            return self._number(tree)
        if isinstance(tree, ast.UnaryOp):
            return self._unary(tree)
        if isinstance(tree, ast.BinOp):
            return self._binary(tree)
        if isinstance(tree, ast.Compare):
            return self._comparison(tree)
        if isinstance(tree, ast.Call):
            return self._call(tree)
        lever = lever_name(tree)
        if lever is not None:
            return self._read(f"{LEVER}.{lever}")
        if isinstance(tree, ast.Name):
            return self._read(tree.id)
        raise ExpressionError("unsafe_expression", part=_text(tree))

    def _number(self, tree: ast.Constant) -> Node:
        if isinstance(tree.value, bool) or not isinstance(tree.value, int | float):
            raise ExpressionError("unsafe_expression", part=_text(tree))
        try:
            value = float(tree.value)
        except OverflowError as error:
            raise ExpressionError("formula_syntax") from error
        array = _frozen(np.array([[value]]))
        return Node(units.DIMENSIONLESS, frozenset(), lambda env: array, constant=value)

    def _read(self, name: str) -> Node:
        known = self._lookup(name)
        return Node(known.unit, known.dims, lambda env: env[name], (name,), op="read")

    def _unary(self, tree: ast.UnaryOp) -> Node:
        inner = self.node(tree.operand)
        if isinstance(tree.op, ast.UAdd):
            return inner
        if not isinstance(tree.op, ast.USub):
            raise ExpressionError("unsafe_expression", part=_text(tree))
        compute, constant = inner.compute, inner.constant
        return Node(
            inner.unit,
            inner.dims,
            lambda env: -compute(env),
            inner.names,
            None if constant is None else -constant,
            "scale",
            (inner,),
            -1.0,
        )

    def _binary(self, tree: ast.BinOp) -> Node:
        sign = _BINARY.get(type(tree.op))
        if sign is None:
            raise ExpressionError("unsafe_expression", part=_text(tree))
        left, right = self.node(tree.left), self.node(tree.right)
        if sign == "**":
            return self._power(left, right)
        dims, names = left.dims | right.dims, _merged(left, right)
        if sign == "*":
            a, b = left.compute, right.compute
            return Node(
                left.unit * right.unit, dims, lambda env: a(env) * b(env), names, op="*", parts=(left, right)
            )
        if sign == "/":
            a, b = left.compute, right.compute
            return Node(
                left.unit / right.unit, dims, lambda env: a(env) / b(env), names, op="/", parts=(left, right)
            )
        left, right = _aligned(left, right, tree)
        a, b = left.compute, right.compute
        if sign == "+":
            return Node(left.unit, dims, lambda env: a(env) + b(env), names, op="+", parts=(left, right))
        return Node(left.unit, dims, lambda env: a(env) - b(env), names, op="-", parts=(left, right))

    def _power(self, base: Node, exponent: Node) -> Node:
        if not exponent.unit.dimensionless:
            raise ExpressionError("exponent_unit")
        plain = converted(exponent, units.DIMENSIONLESS)
        a, b = base.compute, plain.compute
        dims, names = base.dims | exponent.dims, _merged(base, exponent)
        if exponent.constant is not None:
            if abs(exponent.constant) > MAX_EXPONENT and not base.unit.dimensionless:
                raise ExpressionError("exponent_unit")
            return Node(base.unit**exponent.constant, dims, lambda env: a(env) ** b(env), names)
        if not base.unit.dimensionless:
            raise ExpressionError("exponent_unit")
        a = converted(base, units.DIMENSIONLESS).compute
        return Node(units.DIMENSIONLESS, dims, lambda env: a(env) ** b(env), names)

    def _comparison(self, tree: ast.Compare) -> Node:
        if len(tree.ops) != 1 or type(tree.ops[0]) not in _COMPARE:
            raise ExpressionError("unsafe_expression", part=_text(tree))
        left, right = _aligned(self.node(tree.left), self.node(tree.comparators[0]), tree)
        compare, a, b = _COMPARE[type(tree.ops[0])], left.compute, right.compute
        return Node(
            units.DIMENSIONLESS,
            left.dims | right.dims,
            lambda env: _compared(compare, a(env), b(env)),
            _merged(left, right),
        )

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else None
        if name not in FUNCTIONS or tree.keywords or any(isinstance(a, ast.Starred) for a in tree.args):
            raise ExpressionError("unsafe_expression", part=_text(tree))
        if name in {"ramp", "path"}:
            lever = lever_name(tree.args[0]) if len(tree.args) == 1 else None
            if lever is None:
                raise ExpressionError("lever_expected", name=name)
            return self._read(f"{name}.{lever}")
        if name in SUMS:
            return self._sum(tree, name)
        nodes = [self.node(argument) for argument in tree.args]
        return _function(name, nodes, tree)

    def _sum(self, tree: ast.Call, name: str) -> Node:
        over = tree.args[1] if len(tree.args) == 2 else None
        if not isinstance(over, ast.Name) or over.id not in AXES:
            raise ExpressionError("sum_over", name=_text(tree))
        inner = self.node(tree.args[0])
        if over.id not in inner.dims:
            raise ExpressionError("sum_nothing", name=over.id)
        axis, compute = AXES[over.id], inner.compute
        add = _sum_known if name == "sum_known" else _sum_all
        return Node(
            inner.unit,
            inner.dims - {over.id},
            lambda env: add(compute(env), axis),
            inner.names,
        )


def _function(name: str, nodes: Sequence[Node], tree: ast.expr) -> Node:
    wanted = {"abs": 1, "known": 1, "cumulated": 1, "yearly": 1, "clip": 3, "where": 3}.get(name)
    if (wanted is not None and len(nodes) != wanted) or (wanted is None and len(nodes) < 2):
        raise ExpressionError("argument_count", name=name)
    if name == "where":
        condition = nodes[0]
        if not condition.unit.dimensionless:
            raise ExpressionError(
                "model_engine.condition_unit", part=_text(tree), found=shown(condition.unit)
            )
        first, second = _aligned(nodes[1], nodes[2], tree)
        test, a, b = condition.compute, first.compute, second.compute
        return Node(
            first.unit,
            condition.dims | first.dims | second.dims,
            lambda env: _chosen(test(env), a(env), b(env)),
            _merged(*nodes),
        )
    if name == "known":
        inner = nodes[0].compute
        return Node(
            units.DIMENSIONLESS,
            nodes[0].dims,
            lambda env: (~np.isnan(inner(env))).astype(np.float64),
            nodes[0].names,
        )
    if name in {"cumulated", "yearly"}:
        return _over_years(name, nodes[0])
    lead = next((node for node in nodes if node.constant is None), nodes[0])
    same = [_to_lead(node, lead, tree) for node in nodes]
    dims: frozenset[str] = frozenset().union(*(node.dims for node in same))
    computes = [node.compute for node in same]
    functions: dict[str, Compute] = {
        "abs": lambda env: np.abs(computes[0](env)),
        "clip": lambda env: np.minimum(np.maximum(computes[0](env), computes[1](env)), computes[2](env)),
        "min": lambda env: _fold(np.minimum, computes, env),
        "max": lambda env: _fold(np.maximum, computes, env),
        "first_known": lambda env: _fold(_first_known, computes, env),
    }
    return Node(lead.unit, dims, functions[name], _merged(*nodes))


def _over_years(name: str, node: Node) -> Node:
    """`cumulated`: what has added up from the first year to each year, that year included. `yearly`: by how much each
    year differs from the one before, nothing in the first."""
    if YEAR not in node.dims:
        raise ExpressionError("sum_nothing", name=YEAR)
    year, axis, compute = units.unit("year"), AXES[YEAR], node.compute
    if name == "cumulated":
        return Node(node.unit * year, node.dims, lambda env: np.cumsum(compute(env), axis=axis), node.names)

    def change(env: Env) -> Array:
        values = compute(env)
        return np.diff(values, axis=axis, prepend=values[..., :1])

    return Node(node.unit / year, node.dims, change, node.names)


def _fold(pick: Callable[[Array, Array], Array], computes: Sequence[Compute], env: Env) -> Array:
    result = computes[0](env)
    for compute in computes[1:]:
        result = pick(result, compute(env))
    return result


def _first_known(first: Array, then: Array) -> Array:
    return np.where(np.isnan(first), then, first)


def _compared(compare: Callable[[Any, Any], Any], left: Array, right: Array) -> Array:
    """1 or 0, NaN where one of the sides is unknown."""
    gap = left - right
    held: Array = compare(gap, 0.0).astype(np.float64)
    held[np.isnan(gap)] = np.nan
    return held


def _chosen(test: Array, first: Array, second: Array) -> Array:
    """`first` where the test is not zero, else `second`; NaN where the test is unknown."""
    return np.where(np.isnan(test), np.nan, np.where(test != 0, first, second))


def _sum_all(values: Array, axis: int) -> Array:
    total: Array = values.sum(axis=axis, keepdims=True)
    return total


def _sum_known(values: Array, axis: int) -> Array:
    """The sum of what is known; NaN when nothing is."""
    unknown = np.isnan(values)
    total: Array = np.where(unknown, 0.0, values).sum(axis=axis, keepdims=True)
    total[unknown.all(axis=axis, keepdims=True)] = np.nan
    return total


def converted(node: Node, unit: pint.Unit) -> Node:
    """The node in another unit of the same dimensions, the factor inserted. Raises UnitError."""
    times = units.factor(node.unit, unit)
    if times == 1.0:
        return replace(node, unit=unit)
    compute, constant = node.compute, node.constant
    return Node(
        unit,
        node.dims,
        lambda env: compute(env) * times,
        node.names,
        None if constant is None else constant * times,
        "scale",
        (node,),
        times,
    )


def _to_lead(node: Node, lead: Node, tree: ast.expr) -> Node:
    if node.constant == 0:  # zero is zero in every unit: max(x, 0) needs none
        return replace(node, unit=lead.unit)
    try:
        return converted(node, lead.unit)
    except units.UnitError as error:
        raise ExpressionError(
            "units_do_not_add", part=_text(tree), left=shown(lead.unit), right=shown(node.unit)
        ) from error


def _aligned(left: Node, right: Node, tree: ast.expr) -> tuple[Node, Node]:
    """Both sides of an addition or a comparison in one unit, the left one's unless it is a bare zero."""
    if left.constant == 0:
        return _to_lead(left, right, tree), right
    return left, _to_lead(right, left, tree)


def shown(unit: pint.Unit) -> str:
    """A unit in an error sentence, with its short symbols."""
    return f"{unit:~}".strip() or "1"


def _merged(*nodes: Node) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for node in nodes for name in node.names))


def _frozen(array: Array) -> Array:
    array.setflags(write=False)
    return array


def _text(tree: ast.AST) -> str:
    return ast.unparse(tree)[:120]
