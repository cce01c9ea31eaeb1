"""Rules without a formula: a value written in the model, a column of the pack, an official total, a factor."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from components.scenario import columns, units
from components.scenario.declared import Rule
from components.scenario.expression import COMMUNE, Node
from components.scenario.faults import ModelError
from components.scenario.graph import declared_unit
from components.scenario.model import Provenance, frozen
from components.scenario.years import by_year

if TYPE_CHECKING:
    from components.territory.pack import Territory


def constant(rule: Rule) -> Node:
    """A number, or numbers by year. Raises ModelError."""
    if COMMUNE in rule.over:
        raise ModelError("value_over", rule.file, rule.line_of("over"), rule.id)
    if isinstance(rule.value, tuple) and not rule.over:
        raise ModelError("model_engine.years_over", rule.file, rule.line_of("value"), rule.id, name=rule.id)
    value = frozen(by_year(rule.value if rule.value is not None else np.nan))
    return Node(declared_unit(rule), frozenset(rule.over), lambda env: value)


def from_column(
    rule: Rule,
    territory: "Territory",
    factors: Mapping[str, columns.Factor],
    catalogue: columns.Catalogue,
) -> tuple[Node, Provenance]:
    """What the territory's pack or factors.csv says, in the rule's unit, and where it comes from. Raises ModelError."""
    line = rule.line_of("from")
    try:
        figure = columns.figure(str(rule.column), territory, factors, catalogue)
    except columns.ColumnError as error:
        raise ModelError(error.key, rule.file, line, rule.id, **error.values) from error
    if figure.source is not None and not figure.source.producer.strip():
        raise ModelError("missing_source", rule.file, line, rule.id)
    unit = declared_unit(rule)
    try:
        read = units.unit(figure.unit.replace("^", "**")) if figure.unit else unit
        if rule.per_year and not units.same_dimensions(read, unit):
            read = read / units.unit("year")
        times = units.factor(read, unit)
    except units.UnitError as error:
        raise ModelError(
            "column_unit",
            rule.file,
            rule.line_of("unit"),
            rule.id,
            column=rule.column,
            left=figure.unit,
            right=rule.unit,
        ) from error
    values = figure.values
    unknown = np.isnan(values)
    if rule.missing is not None and not unknown.all():  # nothing at all is not a column of zeros
        values = np.where(unknown, rule.missing, values)
    dims = frozenset({COMMUNE}) if values.shape[0] > 1 or rule.over == (COMMUNE,) else frozenset()
    if set(rule.over) != dims:
        raise ModelError(
            "wrong_over", rule.file, rule.line_of("over"), rule.id, found=", ".join(sorted(dims)) or "–"
        )
    values = frozen(values * times)
    label = {"fr": figure.label_fr, "en": figure.label_en} if figure.label_fr else {}
    about = Provenance(
        rule.source or figure.source,
        figure.method or rule.method,
        label,
        figure.note,
        figure.absent,
        catalogue.get("files", {}).get(figure.file, {}),
    )
    return Node(unit, dims, lambda env: values), about
