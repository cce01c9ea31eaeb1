"""YAML read with the line of every entry, refusing duplicate keys: an error must say where it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from components.scenario.faults import ModelError


@dataclass(frozen=True)
class Entry:
    """One named entry of a mapping: its value as plain Python, and the lines (1-based) of its parts.

    `lines` maps each key of the value (when it is a mapping) to its line, and keys within keys as `a.b.c`.
    """

    name: str
    value: Any
    file: Path
    line: int
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """The line of a key of this entry, of the nearest one that holds it, or of the entry itself."""
        while key not in self.lines and "." in key:
            key = key.rpartition(".")[0]
        return self.lines.get(key, self.line)


# The C parser reads the model in a tenth of the time; PyYAML may have been built without it.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """SafeLoader that leaves dates as text: `2027-01-31` is written and shown as it was typed."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _refuse_duplicates(node: yaml.Node, file: Path, owner: str = "") -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise ModelError("key_not_text", file, key.start_mark.line + 1, owner)
            name = key.value
            if name in seen:
                raise ModelError("duplicate_key", file, key.start_mark.line + 1, owner or name, name=name)
            seen.add(name)
            _refuse_duplicates(value, file, owner or name)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_duplicates(child, file, owner)


def _compose(file: Path) -> tuple[_Loader, yaml.Node | None]:
    try:
        text = file.read_text(encoding="utf-8")
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):  # they can nest without end, and hide what a rule says
                mark = event.start_mark
                raise ModelError("alias", file, mark.line + 1 if mark else 0)
        loader = _Loader(text)
        return loader, loader.get_single_node()
    except UnicodeDecodeError as error:
        raise ModelError("not_utf8", file, 0) from error
    except OSError as error:
        raise ModelError("unreadable_file", file, 0, name=file.name) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ModelError("broken_yaml", file, mark.line + 1 if mark else 0) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ModelError("broken_yaml", file, 0) from error


def _lines(node: yaml.Node, prefix: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield prefix + key.value, key.start_mark.line + 1
            yield from _lines(value, f"{prefix}{key.value}.")


def entries(file: Path) -> Iterator[Entry]:
    """The top-level entries of a mapping, in order. Raises ModelError on broken YAML or duplicate keys."""
    loader, root = _compose(file)
    if root is None:
        return
    if not isinstance(root, yaml.MappingNode):
        raise ModelError("not_a_mapping", file, root.start_mark.line + 1)
    _refuse_duplicates(root, file)
    for key, node in root.value:
        try:
            value = loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise ModelError("broken_yaml", file, node.start_mark.line + 1, key.value) from error
        yield Entry(key.value, value, file, key.start_mark.line + 1, dict(_lines(node)))


def items(file: Path) -> list[tuple[int, Any]]:
    """The items of a YAML list with their lines. Raises ModelError on broken YAML or duplicate keys."""
    loader, root = _compose(file)
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise ModelError("not_a_list", file, root.start_mark.line + 1)
    _refuse_duplicates(root, file)
    found = []
    for node in root.value:
        line = node.start_mark.line + 1
        try:
            found.append((line, loader.construct_object(node, deep=True)))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise ModelError("broken_yaml", file, line) from error
    return found
