"""Run sheets as a console handles them: templates, a new title, the form and its YAML. Pure text in, text out."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import yaml

from components.meeting.demo import RUN_SHEETS
from components.meeting.located import LOADER, Located, read_yaml
from components.meeting.run_sheet import Fault, RunSheetError, load_run_sheet, pick
from components.territory.pack import default_territory

BLANK = """\
meeting:
  title: {fr: "Nouvelle séance", en: "New meeting"}
  territory: grenoble-alpes-metropole
  promise:
    level: consultation
    decides: à préciser
    when: à préciser
steps:
  - id: accueil
    kind: welcome
    minutes: 0
    title: {fr: "Bienvenue", en: "Welcome"}
    text: {fr: "Aucun nom n’est demandé.", en: "No name is asked."}
  - id: cloture
    kind: close
    minutes: 5
    title: {fr: "Ce que devient votre avis", en: "What becomes of your opinion"}
"""


def read_form(source: str) -> dict[str, Any]:
    """The run sheet as the form's data: the YAML's own shape. The source must be a valid run sheet."""
    return dict(_plain(read_yaml(source)))


def _plain(node: Located) -> Any:
    """Plain values; a moment is the text of it."""
    if isinstance(node.value, dict):
        return {key: _plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [_plain(child) for child in node.value]
    if isinstance(node.value, dt.datetime):
        return node.value.isoformat(timespec="minutes")
    return node.value.isoformat() if isinstance(node.value, dt.date) else node.value


def write_form(form: dict[str, Any]) -> str:
    """The YAML of the form's data; the end of the meeting follows from its start and the steps' minutes."""
    if not isinstance(form.get("meeting"), dict) or not isinstance(form.get("steps"), list):
        return _dump(form)  # refused when it is read, with a sentence
    meeting = dict(form["meeting"])
    starts = meeting.get("starts")
    if isinstance(starts, str) and starts.strip():
        total = sum(step.get("minutes", 0) for step in form["steps"] if _whole(step))
        try:
            ends = dt.datetime.fromisoformat(starts) + dt.timedelta(minutes=total)
        except (ValueError, OverflowError):
            meeting["ends"] = starts
        else:
            meeting["ends"] = ends.isoformat(timespec="minutes")
    else:
        meeting.pop("starts", None)
        meeting.pop("ends", None)
    return _dump({**form, "meeting": meeting})


def _whole(step: Any) -> bool:
    return isinstance(step, dict) and isinstance(step.get("minutes"), int)


def _dump(data: dict[str, Any]) -> str:
    return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110))


def templates(lang: str, folder: Path = RUN_SHEETS) -> list[dict[str, Any]]:
    """The run sheets to start from: `[{file, title, minutes, steps}]`; a broken file is left out."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            sheet = load_run_sheet(path.read_text(encoding="utf-8"), path.name)
        except (RunSheetError, OSError, UnicodeDecodeError):
            continue
        found.append(
            {
                "file": path.name,
                "title": pick(sheet.title, lang),
                "minutes": sheet.minutes,
                "steps": len(sheet.steps),
            }
        )
    return found


def from_template(file: str, title: str, territory: str, folder: Path = RUN_SHEETS) -> str:
    """A template's YAML under another title and territory; an empty file name starts from a blank one.

    Raises `RunSheetError` when the template is not there or the result is not a run sheet.
    """
    source = BLANK
    if file:
        known = {path.name: path for path in folder.glob("*.yaml")}
        if file not in known:
            raise RunSheetError([Fault(file[:60], 1, "?")])
        source = known[file].read_text(encoding="utf-8")
    form = read_form(source)
    meeting = dict(form["meeting"])
    if title.strip():
        meeting["title"] = title.strip()
    if territory or not file:
        meeting["territory"] = territory or default_territory()
    # The template's evening is not this one's.
    meeting.pop("starts", None)
    meeting.pop("ends", None)
    made = _dump({**form, "meeting": meeting})
    load_run_sheet(made, file or "déroulé")
    return made


def faults(error: RunSheetError, form_source: str = "") -> list[dict[str, Any]]:
    """What is wrong, for the page: `[{line, sentence, path}]`.

    path: the field of the form, as « questions.freins.dots », where `form_source` is the YAML written from one.
    """
    paths = _paths(form_source) if form_source else {}
    return [
        {"line": fault.line, "sentence": fault.sentence, "path": paths.get(fault.line, "")}
        for fault in error.faults[:20]
    ]


def _paths(source: str) -> dict[int, str]:
    """Line → path of the innermost value said to be there."""
    found: dict[int, str] = {}

    def walk(node: Located, path: tuple[str, ...]) -> None:
        found[node.line] = ".".join(path)
        if isinstance(node.value, dict | list):
            inside = node.value.items() if isinstance(node.value, dict) else enumerate(node.value)
            for name, child in inside:
                walk(child, (*path, str(name)))

    walk(read_yaml(source), ())
    return found


def has_comments(source: str) -> bool:
    """Whether a valid YAML text holds comments, which a form cannot keep."""
    signs = [found.end() - 1 for found in re.finditer(r"(?m)(?:^|[ \t])#", source)]
    if not signs:
        return False
    texts = [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(source, Loader=LOADER)
        if isinstance(token, yaml.ScalarToken)
    ]
    return any(not any(start <= sign < end for start, end in texts) for sign in signs)
