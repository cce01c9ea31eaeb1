"""The first page of importing, as HTML: what is imported into a territory, what is missing, the form that sends a file.

Pure: given what is known, returns text. Works without a script.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from components.importing.form import PATH, Place, hidden, select, send_form, word
from components.importing.targets import targets
from components.look.i18n import t
from components.territory.imports import Layer
from components.territory.pack import catalogue

if TYPE_CHECKING:
    from components.territory.pack import Territory


@dataclass
class Said:
    """What just happened, to be shown first."""

    done: str = ""
    undo: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)


def start(place: Place, territory: "Territory", said: Said) -> str:
    """What is imported into a territory, what is missing, and the form that sends a file."""
    lang = place.lang
    return (
        _said(said, place)
        + f'<p class="lead">{word("lead", lang)}</p>'
        + _choose_territory(place)
        + send_form(place)
        + _imported(place, territory)
        + _missing(place, territory)
    )


def _said(said: Said, place: Place) -> str:
    if not said.done:
        return ""
    links = " ".join(f'<a href="{escape(href)}">{escape(words)}</a>' for href, words in said.links)
    undo = undo_form(place, said.undo) if said.undo else ""
    return f'<div class="good" role="status"><p>{escape(said.done)}</p><div class="row">{links}{undo}</div></div>'


def undo_form(place: Place, identifier: str) -> str:
    words = word("undo_button", place.lang, id=identifier)
    return (
        f'<form class="inline" method="post" action="{escape(place.here())}">{hidden("undo", identifier)}'
        f'<button type="submit">{words}</button></form>'
    )


def _choose_territory(place: Place) -> str:
    if len(place.territories) < 2:
        return ""
    lang = hidden("lang", place.lang) if place.lang != "fr" else ""
    return (
        f'<form method="get" action="{PATH}">{lang}<div class="row low">'
        + select("territory", place.territories, place.slug, label=t("importing.territory", place.lang))
        + f'<button type="submit">{word("choose", place.lang)}</button></div></form>'
    )


def _imported(place: Place, territory: "Territory") -> str:
    lang = place.lang
    if not territory.imported:
        body = f"<p>{word('none_imported', lang)}</p>"
    else:
        heads = "".join(
            f"<th scope='col'>{word(name, lang)}</th>"
            for name in ("head_source", "head_columns", "head_undo")
        )
        rows = "".join(_import_row(place, layer) for layer in reversed(territory.imported))
        body = f'<table class="stack"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    title = word("imported_title", lang, name=territory.name)
    return f'<section aria-labelledby="imported"><h2 id="imported">{title}</h2>{body}</section>'


def _import_row(place: Place, layer: Layer) -> str:
    about, source = layer.about, layer.source
    lang = place.lang
    titles = [column["title_fr" if lang == "fr" else "title_en"] for column in about["columns"].values()]
    names = "".join(f"<li>{escape(title)}</li>" for title in titles)
    method = word(f"method_{source['method']}", lang)
    origin = word("from_file", lang, file=about["file"]["name"], day=_day(about["imported_at"], lang))
    return (
        f'<tr><th scope="row">{escape(source["title"])}<br><small>{escape(source["producer"])}, '
        f"{escape(source['year'])}, {method}. {escape(source['licence'])}.<br>{origin}</small></th>"
        f"<td><details><summary>{word('columns_count', lang, count=len(titles))}</summary>"
        f'<ul class="notes">{names}</ul></details></td>'
        f"<td>{undo_form(place, layer.id)}</td></tr>"
    )


def _day(moment: str, lang: str) -> str:
    day = date.fromisoformat(moment[:10])
    return f"{day:%d/%m/%Y}" if lang == "fr" else f"{day:%d %B %Y}"


def _missing(place: Place, territory: "Territory") -> str:
    """The columns that the territory has not, by the official file that brings them."""
    lang, files = place.lang, catalogue().get("files", {})
    groups: dict[str, list[str]] = {}
    for name, to in targets().items():
        present = territory.communes.get(name)
        if present is None or present.isna().all():
            groups.setdefault(to.file, []).append(to.title(lang))
    if not groups:
        body = f"<p>{word('nothing_missing', lang)}</p>"
    else:
        body = "".join(_missing_file(files.get(file, {}), titles, lang) for file, titles in groups.items())
        body = f'<p class="lead">{word("missing_lead", lang)}</p><div class="files">{body}</div>'
    return f'<section aria-labelledby="missing"><h2 id="missing">{word("missing_title", lang)}</h2>{body}</section>'


def _missing_file(file: Dictionary[str, object], titles: Sequence[str], lang: str) -> str:
    label = file.get("label")
    words = str(label.get(lang, "")) if isinstance(label, dict) else ""
    url = str(file.get("url", ""))
    link = (
        f' <a href="{escape(url)}" rel="noreferrer">{escape(url.removeprefix("https://"))}</a>' if url else ""
    )
    rows = "".join(f"<li>{escape(title)}</li>" for title in titles)
    return (
        f"<details><summary>{escape(words or t('importing.other_file', lang))} "
        f"<small>({word('columns_count', lang, count=len(titles))})</small></summary>"
        f'{f"<p>{link}</p>" if link else ""}<ul class="notes">{rows}</ul></details>'
    )
