"""The page of somebody who helps, on the phones' port: one script, one sheet, allowed by a nonce, nothing else."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from components.look.i18n import t
from components.look.theme import theme_css

HERE = Path(__file__).parent
COMMON = Path(__file__).parents[1] / "scenario" / "js" / "common.js"
WIRE = HERE / "js" / "wire.js"


@cache
def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def script(files: Sequence[Path]) -> str:
    """The files as one script that leaves no name behind."""
    parts = "\n".join(read(path) for path in (COMMON, WIRE, *files))
    return f"(function () {{\n'use strict';\n{parts}\n}}());"


def policy(nonce: str) -> str:
    """What the page may load and speak to: itself."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def page(
    lang: str, nonce: str, title: str, setup: Mapping[str, Any], files: Sequence[Path], without_script: str
) -> str:
    """The whole page. `setup` is what its script finds in `SETUP`; all else is escaped here."""
    other = "en" if lang == "fr" else "fr"
    return Template(read(HERE / "page.html")).substitute(
        lang=lang,
        nonce=nonce,
        title=escape(title),
        css=theme_css() + read(HERE / "helping.css"),
        setup=json.dumps(setup, ensure_ascii=False).replace("<", "\\u003c"),
        script=script(files),
        without_script=escape(without_script),
        other=other,
        other_label=escape(t("common.other_language", lang)),
    )


def door(code: str, path: str, lang: str) -> str:
    """Where a helper signs in, to come back to `path`."""
    suffix = "" if lang == "fr" else "&lang=en"
    return f"/login?meeting={quote(code)}&next={quote(path)}{suffix}"
