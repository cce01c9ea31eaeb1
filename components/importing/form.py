"""Pieces of the importing pages' forms, as HTML. Pure; everything that comes from outside is escaped here."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from components.look.i18n import t

PATH = "/donnees"


@dataclass(frozen=True)
class Place:
    """Where the page stands: the territory, those that can be chosen (slug, name), the language."""

    slug: str
    territories: Sequence[tuple[str, str]]
    lang: str
    token: str = ""

    def here(self, **more: str) -> str:
        query = {"territory": self.slug, **({"lang": self.lang} if self.lang != "fr" else {}), **more}
        return f"{PATH}{'/' + self.token if self.token else ''}?{urlencode(query)}"


def word(key: str, lang: str, /, **values: object) -> str:
    return escape(t(f"importing.{key}", lang, **values))


def select(
    name: str,
    options: Sequence[tuple[str, str]],
    chosen: str,
    *,
    label: str = "",
    hint: str = "",
    attributes: str = "",
    identifier: str = "",
) -> str:
    """A list of (value, words), under a label or with one for those who do not see the table around it."""
    rows = "".join(option(value, words, chosen) for value, words in options)
    if not label:
        return f'<select name="{escape(name)}" {attributes}>{rows}</select>'
    identifier = identifier or f"f-{escape(name)}"
    note, described = _hint(identifier, hint)
    return (
        f'<div class="field"><label for="{identifier}">{escape(label)}</label>'
        f'<select id="{identifier}" name="{escape(name)}"{described} {attributes}>{rows}</select>{note}</div>'
    )


def option(value: str, words: str, chosen: str) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(words)}</option>'


def _hint(identifier: str, hint: str) -> tuple[str, str]:
    if not hint:
        return "", ""
    return f'<small id="{identifier}-hint">{escape(hint)}</small>', f' aria-describedby="{identifier}-hint"'


def text_input(
    name: str, value: str, label: str, hint: str = "", kind: str = "text", attributes: str = ""
) -> str:
    identifier = f"f-{escape(name)}"
    note, described = _hint(identifier, hint)
    return (
        f'<div class="field"><label for="{identifier}">{escape(label)}</label>'
        f'<input id="{identifier}" name="{escape(name)}" type="{kind}" value="{escape(value)}"'
        f'{described} autocomplete="off" {attributes}>{note}</div>'
    )


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def send_form(place: Place) -> str:
    """The form that sends a file."""
    lang = place.lang
    return (
        f'<section aria-labelledby="send"><h2 id="send">{word("send_title", lang)}</h2>'
        f'<form method="post" action="{escape(place.here())}" enctype="multipart/form-data">'
        f'<div class="field"><label for="file">{word("file_label", lang)}</label>'
        f'<input id="file" name="file" type="file" required accept=".csv,.txt,.tsv,.xlsx,.xlsm" '
        f'aria-describedby="file-hint"><small id="file-hint">{word("file_hint", lang)}</small></div>'
        f'<div class="row"><button class="primary" type="submit">{word("send", lang)}</button></div></form></section>'
    )
