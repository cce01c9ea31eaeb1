"""A trace (`trace.why`) as text for a terminal: the figure, its rule, its inputs as a tree, the objections."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.look.i18n import t
from components.look.numbers import number, round_significant
from components.scenario.declared import OBJECTION_KINDS

Node = Mapping[str, Any]
DIGITS = 5


def told(found: Node, place: str, lang: str = "fr") -> str:
    """The whole explanation, lines of text; `place` is the name of the commune or of the territory."""
    rule = found["rule"]
    lines = [
        f"{found['title']} – {place}, {found['year']}",
        f"  = {_value(found, lang)}",
    ]
    if found.get("unknown"):
        lines += [f"  {found['unknown']['words']}"]
        lines += [_to_import(missing) for missing in found["unknown"]["missing"]]
    about = {**rule, "words": f"{rule['label']} = {rule['words']}" if rule["formula"] else rule["words"]}
    lines += [f"  {line}" for line in _about(about, lang)]
    lines += _tree(found["inputs"], "", lang)
    objections = list(_objections(rule["objections"], lang))
    if objections:
        lines += ["", t("model_engine.objections", lang), *objections]
    return "\n".join(lines) + "\n"


def _to_import(missing: Node) -> str:
    file = (
        f" ({missing['file']}{' ' + missing['url'] if missing.get('url') else ''})"
        if missing.get("file")
        else ""
    )
    return f"  – {missing['label']}, {missing['column']}{file}"


def _tree(nodes: list[Node], indent: str, lang: str) -> Iterator[str]:
    for place, node in enumerate(nodes):
        last = place == len(nodes) - 1
        yield f"{indent}{'└─' if last else '├─'} {node['label']} = {_value(node, lang)}  [{node['id']}]"
        deeper = f"{indent}{'  ' if last else '│ '} "
        for line in _about(node, lang):
            yield f"{deeper}{line}"
        yield from _tree(node.get("inputs", []), deeper, lang)


def _value(node: Node, lang: str) -> str:
    if node["value"] is None:
        if "range" in node:
            low, high = (number(round_significant(x, DIGITS), lang) for x in node["range"])
            return f"{t('model.range', lang, low=low, high=high)} {node['unit']}".strip()
        return t("model_engine.unknown", lang)
    return f"{number(round_significant(node['value'], DIGITS), lang)} {node['unit']}".strip()


def _about(node: Node, lang: str) -> Iterator[str]:
    if node.get("words"):
        yield node["words"]
    if node.get("formula"):
        yield f"{t('model_engine.formula', lang)} {node['formula']}"
    source = node.get("source")
    if source:
        said = ", ".join(str(source[key]) for key in ("producer", "title", "year") if source.get(key))
        marks = [source.get("status"), source.get("scope"), source.get("licence")]
        if node.get("method"):
            marks.insert(0, t(f"model_engine.method_{node['method']}", lang))
        marked = ", ".join(mark for mark in marks if mark)
        yield f"{t('model_engine.source', lang)} {said}{f' ({marked})' if marked else ''}"
        if source.get("url"):
            yield f"  {source['url']}"
    if node.get("best_before"):
        yield t("model_engine.best_before", lang, date=node["best_before"])
    if node.get("note"):
        yield f"{t('model_engine.note', lang)} {node['note']}"
    if node.get("hypothesis"):
        yield t("model_engine.question", lang, question=node["hypothesis"]["question"])


def _objections(objections: list[Node], lang: str) -> Iterator[str]:
    for kind in OBJECTION_KINDS:
        of_kind = [objection for objection in objections if objection["kind"] == kind]
        if of_kind:
            yield f"  {t(f'model_engine.objection_{kind}', lang)}"
        for objection in of_kind:
            source = f" ({objection['source']})" if objection.get("source") else ""
            yield f"  – {objection['text']}{source}"
