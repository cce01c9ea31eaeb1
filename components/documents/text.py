"""What a page of minutes shows, in order, as plain values to compare; and which program wrote it. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

HEADINGS = ("h1", "h2", "h3")
IGNORED = ("href", "open", "data-text")
"""Attributes that a browser writes otherwise when it saves a page, or that say nothing of what is printed."""
KINDS = ("py", "html", "css", "yaml")
WRITERS = ("documents", "look", "meeting", "voting")


@dataclass(frozen=True)
class Piece:
    """Words (`tag` empty), or a tag with its attributes. Not compared: `place`, the last heading before it."""

    tag: str
    words: str
    place: str

    @property
    def same(self) -> tuple[str, str]:
        return self.tag, self.words


def plain(words: str) -> str:
    """Words with every run of spaces, the narrow ones too, as one space."""
    return " ".join(words.split())


class _Reader(HTMLParser):
    """Pieces of a page; of a style sheet its words too, of the proof only where it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lang = ""
        self.digest = ""
        self.pieces: list[Piece] = []
        self._words = ""
        self._heading = self._place = ""
        self._proof = self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and ("charset" in given or given.get("http-equiv", "").lower() == "content-type"):
            return  # a browser that saves a page writes its own
        self._flush()
        if tag == "html":
            self.lang = given.get("lang", "")
        self._style = tag == "style"
        if tag == "main":
            self.digest = given.get("data-text", "")
        if tag == "script" and given.get("id") == "proof":
            self._proof = True
        if tag in HEADINGS:
            self._heading, self._place = tag, ""
        shown = "".join(f' {name}="{plain(given[name])}"' for name in sorted(given) if name not in IGNORED)
        self._add(tag, f"<{tag}{shown}>")

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        if tag == self._heading:
            self._heading = ""
        self._style = False
        if tag == "script":
            self._proof = False
        self._add(tag, f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._proof:
            self._words += data

    def close(self) -> None:
        super().close()
        self._flush()

    def _flush(self) -> None:
        words, self._words = plain(self._words), ""
        if words and self._heading:
            self._place = f"{self._place} {words}".strip()
        if words:
            self._add("style" if self._style else "", words)

    def _add(self, tag: str, words: str) -> None:
        self.pieces.append(Piece(tag, words, self._place))


@dataclass(frozen=True)
class Shown:
    """A page as read: its language, what it shows, and the digest it says that has."""

    lang: str
    pieces: Sequence[Piece]
    said: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps([piece.same for piece in self.pieces]).encode()).hexdigest()


def read_page(html: str) -> Shown:
    """What a page shows, whoever wrote or saved it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Shown(reader.lang, reader.pieces, reader.digest)


@cache
def form() -> str:
    """Names the program that writes minutes here: two that have the same name write the same words."""
    components = Path(__file__).parents[1]
    files = [file for name in WRITERS for kind in KINDS for file in (components / name).rglob(f"*.{kind}")]
    words = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.relative_to(components).as_posix()):
        words.update(
            f"{file.relative_to(components).as_posix()}\n{file.read_text(encoding='utf-8')}\n".encode()
        )
    return words.hexdigest()
