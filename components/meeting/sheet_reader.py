"""Reading a located YAML document: every fault is collected, with its line, instead of stopping at the first."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.look.i18n import t
from components.look.words import plain
from components.meeting.located import Located

IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")

Text = Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """Why a run sheet is refused: where, and a sentence in French and English keys' words."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class RunSheetError(ValueError):
    """All the faults found in a run sheet."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Reader:
    """Walks the located document and collects faults instead of stopping at the first.

    kept: a meeting has it already, perhaps from an older version; what that version let pass is read as it is.
    """

    def __init__(self, file: str, kept: bool = False) -> None:
        self.file = file
        self.kept = kept
        self.faults: list[Fault] = []

    def fault(self, node: Located, key: str, /, **values: object) -> None:
        self.faults.append(Fault(self.file, node.line, t(f"meeting.{key}", "fr", **values)))

    def mapping(self, node: Located, what: str, allowed: set[str], required: set[str]) -> dict[str, Located]:
        if not isinstance(node.value, dict):
            self.fault(node, "sheet_not_a_mapping", what=what)
            return {}
        for key, child in node.value.items():
            if key not in allowed:
                self.fault(
                    child, "sheet_unknown_key", key=str(key)[:60], what=what, known=", ".join(sorted(allowed))
                )
        for key in sorted(required - set(node.value)):
            self.fault(node, "sheet_missing_key", key=key, what=what)
        return {key: child for key, child in node.value.items() if key in allowed}

    def text(self, node: Located | None, what: str, most: int = 300) -> dict[str, str]:
        if node is None:
            return {}
        raw = node.value
        if isinstance(raw, dt.date):
            raw = raw.isoformat()
        if isinstance(raw, str | int | float) and not isinstance(raw, bool):
            raw = {"fr": Located(str(raw), node.line)}
        if not isinstance(raw, dict) or not raw:
            self.fault(node, "sheet_not_a_text", what=what)
            return {}
        found = {}
        for lang, child in raw.items():
            if lang not in ("fr", "en"):
                self.fault(child, "sheet_unknown_language", key=str(lang)[:20], what=what)
            elif not isinstance(child.value, str | int | float) or not str(child.value).strip():
                self.fault(child, "sheet_not_a_text", what=what)
            elif len(str(child.value)) > most:
                self.fault(child, "sheet_too_long", what=what, most=most)
            else:
                found[lang] = plain(str(child.value)).strip()
        if found and "fr" not in found:
            found["fr"] = next(iter(found.values()))
        return found

    def word(self, node: Located | None, what: str, most: int = 500) -> str:
        return self.text(node, what, most).get("fr", "") if node is not None else ""

    def choice(self, node: Located | None, what: str, allowed: tuple[str, ...], default: str) -> str:
        if node is None:
            return default
        if node.value not in allowed:
            self.fault(
                node, "sheet_not_allowed", what=what, value=str(node.value)[:60], known=", ".join(allowed)
            )
            return default
        return str(node.value)

    def identifier(self, node: Located, raw: Any) -> str:
        if not isinstance(raw, str) or not IDENTIFIER.fullmatch(raw):
            self.fault(node, "sheet_bad_id", value=str(raw)[:60])
            return ""
        return raw

    def whole(self, node: Located | None, what: str, least: int, most: int, default: int) -> int:
        if node is None:
            return default
        if not isinstance(node.value, int) or isinstance(node.value, bool) or not least <= node.value <= most:
            self.fault(node, "sheet_not_whole", what=what, least=least, most=most)
            return default
        return node.value

    def items(self, node: Located | None, what: str) -> list[Located]:
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.fault(node, "sheet_not_a_list", what=what)
            return []
        return node.value

    def named(self, node: Located | None, what: str) -> list[tuple[str, Located]]:
        if node is None:
            return []
        if not isinstance(node.value, dict):
            self.fault(node, "sheet_not_a_mapping", what=what)
            return []
        return [(key, child) for key, child in node.value.items() if self.identifier(child, key)]
