"""The page of places and the officers' page of layers: one script and one sheet each, allowed by a nonce."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode

from components.look.i18n import t, texts
from components.look.theme import theme_css
from components.places import comments
from components.places.drawing import map_for_js
from components.places.kinds import KINDS
from components.territory.outline import svg_paths
from components.territory.pack import Territory

HERE = Path(__file__).parent
SCENARIO = Path(__file__).parents[1] / "scenario" / "js"
WIRE = Path(__file__).parents[1] / "helping" / "js" / "wire.js"
DRAWING = (SCENARIO / "common.js", SCENARIO / "table.js", WIRE)
OWN = ("ask.js", "patterns.js", "layers.js", "zoom.js", "background.js", "commune_map.js")
PUBLIC, DESK = "places.js", "desk.js"
TABLE_WORDS = {"no_data": "scenario.no_data", "why_of": "scenario.why_of", "export_csv": "map.export_csv"}
"""What the drawing of tables says, and where its words are."""
IGN = "https://data.geopf.fr"
"""The one host of the optional background."""


@cache
def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def script(name: str) -> str:
    """The drawing functions and a page's own file as one script that leaves no name behind."""
    parts = "\n".join(read(path) for path in (*DRAWING, *(HERE / "js" / file for file in (*OWN, name))))
    return f"(function () {{\n'use strict';\n{parts}\n}}());"


def policy(nonce: str, background: bool = False) -> str:
    """What the page may load and speak to: itself, and the background's tiles where this browser asked for them."""
    tiles = f" {IGN}" if background else ""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:{tiles}; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def setup(territory: Territory, lang: str, background: bool) -> dict[str, Any]:
    """What both scripts need once."""
    outline = svg_paths(territory)
    names = territory.communes["name"]
    weights = _weights(territory)
    return {
        "lang": lang,
        "words": texts("layers", lang),
        "table_words": {name: t(key, lang) for name, key in TABLE_WORDS.items()},
        "slug": territory.slug,
        "territory": territory.name,
        "viewbox": outline.viewbox,
        "communes": [
            {
                "code": code,
                "name": str(names[code]),
                "path": path,
                "at": outline.labels[code],
                "weight": weights[code],
            }
            for code, path in outline.paths.items()
        ],
        "projection": map_for_js(territory),
        "kinds": list(KINDS),
        "comment_kinds": list(comments.KINDS),
        "most_signs": comments.MOST_SIGNS,
        "background": {"on": background, "host": IGN},
    }


def _weights(territory: Territory) -> dict[str, float]:
    """Which commune's name goes first where there is no room for all: the most people; 0 where unknown."""
    people = territory.communes.get("population")
    return {
        code: 0.0 if people is None or people[code] != people[code] else float(people[code])
        for code in territory.outlines
    }


def page(
    name: str,
    territory: Territory,
    lang: str,
    nonce: str,
    given: Mapping[str, Any],
    links: Sequence[tuple[str, str]],
) -> str:
    """The whole page. `name`: PUBLIC or DESK; `given`: what its script finds in `SETUP`; all else is escaped here."""
    other = "en" if lang == "fr" else "fr"
    stem = name.removesuffix(".js")
    query = urlencode({"territory": territory.slug, "lang": other})
    return Template(read(HERE / "page.html")).substitute(
        lang=lang,
        nonce=nonce,
        title=escape(f"{t(f'layers.{stem}_title', lang)}, {territory.name}"),
        heading=escape(t(f"layers.{stem}_title", lang)),
        territory=escape(territory.name),
        nav=escape(t("layers.page_nav", lang)),
        links="".join(f'<a href="{escape(address)}">{escape(label)}</a>' for label, address in links),
        css=theme_css() + read(HERE / "places.css"),
        setup=json.dumps(given, ensure_ascii=False).replace("<", "\\u003c"),
        script=script(name),
        without_script=escape(t("layers.needs_script", lang)),
        other=other,
        other_href=escape(f"?{query}"),
        other_label=escape(t("common.other_language", lang)),
    )
