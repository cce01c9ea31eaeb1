"""YAML that remembers its lines, so that a fault can be pointed at."""

from dataclasses import dataclass
from typing import Any

import yaml

LARGEST = 1_000_000


class LocatedError(ValueError):
    """The text is not usable YAML. `key` names the sentence; `line` counts from 1."""

    def __init__(self, key: str, line: int, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.line = line
        self.values = values


@dataclass(frozen=True)
class Located:
    """A value and its line. Mappings hold str → Located, sequences Located, scalars plain values."""

    value: Any
    line: int


def read_yaml(text: str) -> Located:
    """Parse YAML of plain values only: no tags, no anchors, no repeated key. Raises `LocatedError`."""
    if len(text) > LARGEST:
        raise LocatedError("too_large", 1)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise LocatedError("broken", mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise LocatedError("broken", 1) from None
    if node is None:
        raise LocatedError("empty", 1)
    try:
        return _locate(node, yaml.SafeLoader(""), set())
    except RecursionError:
        raise LocatedError("broken", 1) from None


def _locate(node: yaml.Node, loader: yaml.SafeLoader, seen: set[int]) -> Located:
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise LocatedError("alias", line)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Located] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if not key or key in mapping:
                raise LocatedError("repeated_key", key_node.start_mark.line + 1, key=key[:60])
            mapping[key] = Located(_locate(value_node, loader, seen).value, key_node.start_mark.line + 1)
        return Located(mapping, line)
    if isinstance(node, yaml.SequenceNode):
        return Located([_locate(child, loader, seen) for child in node.value], line)
    try:
        return Located(loader.construct_object(node), line)
    except yaml.YAMLError:
        raise LocatedError("broken", line) from None
