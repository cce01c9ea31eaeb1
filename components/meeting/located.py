"""YAML that remembers its lines, so that a fault can be pointed at."""

from dataclasses import dataclass
from typing import Any

import yaml

LARGEST = 1_000_000
DEEPEST = 20
# libyaml reads « {fr: Où vivez-vous ?} » as YAML says; PyYAML's own scanner stumbles on that question mark.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    """Parse YAML of plain values only: no tags, no references, no repeated key. Raises `LocatedError`.

    In a mapping between braces, unquoted text may hold commas.
    """
    if len(text) > LARGEST:
        raise LocatedError("too_large", 1)
    try:
        _refuse_deep(text)
        node = yaml.compose(text, Loader=LOADER)
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


def _says_nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value == "" and not node.style


def _refuse_deep(text: str) -> None:
    """The composer recurses in C and would take the process with it: look at the depth first."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise LocatedError("broken", event.start_mark.line + 1 if event.start_mark else 1)


def _locate(node: yaml.Node, loader: yaml.SafeLoader, seen: set[int]) -> Located:
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise LocatedError("alias", line)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Located] = {}
        last = ""
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if (
                node.flow_style
                and last
                and _says_nothing(value_node)
                and isinstance(mapping[last].value, str)
            ):
                # {fr: Dans vingt ans, notre territoire…}: the comma was meant, not a second key.
                mapping[last] = Located(f"{mapping[last].value}, {key}", mapping[last].line)
                continue
            last = key
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
