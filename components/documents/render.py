"""The minutes as a page to read and print, and as tables for a spreadsheet."""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from components.documents.minutes import CSV_COLUMNS, clock, rows
from components.documents.proof import as_text
from components.documents.text import read_page
from components.look.i18n import t
from components.look.numbers import number
from components.look.theme import theme_css

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
MONTHS = {
    "fr": "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
}


def page(found: Mapping[str, Any], lang: str, proof: Mapping[str, Any]) -> str:
    """A whole HTML page without script. The proof is in it as data, for `cordee verify`, beside the digest of what the
    page shows (`data-text`)."""

    def say(name: str, **values: object) -> str:
        return t(f"minutes.{name}", lang, **values)

    def date(value: dt.datetime | None) -> str:
        return f"{value.day} {MONTHS[lang].split(',')[value.month - 1]} {value.year}" if value else ""

    def whole(value: float | None) -> str:
        return number(value, lang, 0)

    def span(seconds: float) -> str:
        whole_minutes, rest = divmod(round(seconds), 60)
        return t("minutes.span", lang, minutes=whole_minutes, seconds=f"{rest:02d}")

    template = TEMPLATES.get_template("minutes.html")
    html = template.render(
        m=found,
        lang=lang,
        say=say,
        date=date,
        clock=clock(lang),
        span=span,
        n=whole,
        css=theme_css(),
        proof=as_text(proof, in_page=True),
        # The root of a vote that is not told, or a link that hides a guessable row, would confirm a guess.
        roots={vote["poll"]: vote["merkle_root"] for vote in proof["votes"]},
        head=proof["head"],
        other="en" if lang == "fr" else "fr",
    )
    return html.replace(' data-text=""', f' data-text="{read_page(html).digest}"', 1)


def table(found: Mapping[str, Any], lang: str, spreadsheet: bool = False) -> str:
    """The votes as CSV: comma and points, or as French spreadsheets read it (semicolon, decimal comma, BOM)."""
    out = io.StringIO()
    if spreadsheet:
        out.write("\ufeff")
    writer = csv.DictWriter(out, CSV_COLUMNS, delimiter=";" if spreadsheet else ",", lineterminator="\r\n")
    writer.writeheader()
    for row in rows(found, lang):
        writer.writerow({column: _cell(row.get(column), spreadsheet) for column in CSV_COLUMNS})
    return out.getvalue()


def _cell(value: Any, spreadsheet: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(value).replace(".", ",") if spreadsheet else str(value)
    text = str(value)
    # A spreadsheet would run a text that begins like a formula.
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
