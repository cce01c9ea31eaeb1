"""The page's own script and sheet: in the page itself, as few bytes as plain means give, allowed by their hash."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from components.look.i18n import texts

HERE = Path(__file__).parent
SCRIPTS = ("phone.js", "line.js", "ballot.js", "results.js", "start.js")
"""Parts of one script, in this order, inside one function."""

LITERAL = re.compile(
    r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`[^`]*`"""  # texts
    r"""|(?<=[(,=:]) ?/(?![/*])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n\[])+/[a-z]*"""  # regular expressions
    r"""|//[^\n]*"""
)


@cache
def read(name: str) -> str:
    """The text of a file of this folder."""
    return (HERE / name).read_text(encoding="utf-8")


@cache
def source() -> str:
    """The whole script as it is written."""
    return "\n".join(read(name) for name in SCRIPTS)


@cache
def script() -> str:
    """The script without comments and without spaces that only please the eye."""
    written, spot, kept = f"(function () {{\n'use strict';\n{source()}\n}}());", 0, []
    for found in LITERAL.finditer(written):
        kept.append(_tight(written[spot : found.start()]))
        kept.append("" if found[0].startswith("//") else found[0].strip())
        spot = found.end()
    kept.append(_tight(written[spot:]))
    return re.sub(r"\n+", "\n", "".join(kept))


def _tight(code: str) -> str:
    """Code outside texts: one line break for many, no space beside a sign. A break after } or ) may end a statement."""
    code = re.sub(r"[ \t]*\n\s*", "\n", code)
    code = re.sub(r" *([=!<>?:&|,;{}()\[\]*%]|(?<![+-])[+-](?![+-])) *", r"\1", code)
    return re.sub(r"(?<=[{;,(\[=?:&|])\n|\n(?=[}).,?:&|\]])", "", code)


@cache
def sheet() -> str:
    """The style sheet, in the same way."""
    lines = (line.strip() for line in read("phone.css").splitlines())
    text = "".join(line for line in lines if line and not line.startswith("/* "))
    return re.sub(r":\s+", ":", re.sub(r"\s*([{};,])\s*", r"\1", text)).replace(";}", "}")


@cache
def script_texts(lang: str) -> dict[str, str]:
    """The texts that the script names, and no others: `T.name`, or `T['name_' + …]` for all that begin so."""
    named = set(re.findall(r"\bT\.(\w+)", source()))
    beginnings = tuple(re.findall(r"\bT\['(\w+_)'", source()))
    return {
        name: text
        for name, text in texts("phone", lang).items()
        if name in named or name.startswith(beginnings)
    }


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


@cache
def hashes() -> tuple[str, str]:
    """Of the script and of the sheet, as a Content-Security-Policy names them."""
    return _hash(script()), _hash(sheet())
