"""Disputed figures and commitments as a facilitator sees them, word by word so that each can be erased."""

from typing import Any

from components.look.i18n import t
from components.meeting.desk import Snapshot
from components.meeting.room import Note


def incidents(s: Snapshot, lang: str) -> list[dict[str, Any]]:
    """What was written down: `[{kind, at, parts: [{name, words, text}]}]`; `text` is empty once the words are gone."""

    def told(note: Note) -> list[dict[str, str]]:
        removed = t("meeting.text_removed", lang)
        rows = (("", note.text), ("who", note.who), ("when", note.when))
        return [
            {"name": name, "words": s.words.get(text, removed), "text": text if text in s.words else ""}
            for name, text in rows
            if text
        ]

    return [{"kind": note.kind, "at": note.at, "parts": told(note)} for note in s.room.notes]
