"""The pages of importing, as HTML: what is imported and missing, then one file's preview and its mapping.

Pure: given what is known, returns text; everything that comes from outside is escaped here. Works without a script.
"""

from collections import Counter
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from components.importing import asked, profiles
from components.importing.mapping import METHODS, Series
from components.importing.preview import SHOWN_LINES, Preview
from components.importing.table import Table
from components.importing.targets import OFFERED, targets
from components.look.i18n import t
from components.look.numbers import number
from components.scenario.units import display
from components.territory.imports import Layer
from components.territory.pack import catalogue

if TYPE_CHECKING:
    from components.territory.pack import Territory

PATH = "/donnees"
FEW = 40
"""As many series as have a line each in the mapping; beyond, only those chosen and some empty lines."""
EMPTY_LINES = 8
SHOWN_FAULTS = 60
SHOWN_COLUMNS = 60


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


@dataclass
class Said:
    """What just happened, to be shown first."""

    done: str = ""
    undo: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)


def _t(key: str, lang: str, /, **values: object) -> str:
    return escape(t(f"importing.{key}", lang, **values))


def _select(
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
    rows = "".join(_option(value, words, chosen) for value, words in options)
    if not label:
        return f'<select name="{escape(name)}" {attributes}>{rows}</select>'
    identifier = identifier or f"f-{escape(name)}"
    note, described = _hint(identifier, hint)
    return (
        f'<div class="field"><label for="{identifier}">{escape(label)}</label>'
        f'<select id="{identifier}" name="{escape(name)}"{described} {attributes}>{rows}</select>{note}</div>'
    )


def _option(value: str, words: str, chosen: str) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(words)}</option>'


def _hint(identifier: str, hint: str) -> tuple[str, str]:
    if not hint:
        return "", ""
    return f'<small id="{identifier}-hint">{escape(hint)}</small>', f' aria-describedby="{identifier}-hint"'


def _input(
    name: str, value: str, label: str, hint: str = "", kind: str = "text", attributes: str = ""
) -> str:
    identifier = f"f-{escape(name)}"
    note, described = _hint(identifier, hint)
    return (
        f'<div class="field"><label for="{identifier}">{escape(label)}</label>'
        f'<input id="{identifier}" name="{escape(name)}" type="{kind}" value="{escape(value)}"'
        f'{described} autocomplete="off" {attributes}>{note}</div>'
    )


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


# --- the first page --------------------------------------------------------------------------------------


def start(place: Place, territory: "Territory", said: Said) -> str:
    """What is imported into a territory, what is missing, and the form that sends a file."""
    lang = place.lang
    return (
        _said(said, place)
        + f'<p class="lead">{_t("lead", lang)}</p>'
        + _choose_territory(place)
        + _send(place)
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
    words = _t("undo_button", place.lang, id=identifier)
    return (
        f'<form class="inline" method="post" action="{escape(place.here())}">{_hidden("undo", identifier)}'
        f'<button type="submit">{words}</button></form>'
    )


def _choose_territory(place: Place) -> str:
    if len(place.territories) < 2:
        return ""
    lang = _hidden("lang", place.lang) if place.lang != "fr" else ""
    return (
        f'<form method="get" action="{PATH}">{lang}<div class="row low">'
        + _select("territory", place.territories, place.slug, label=t("importing.territory", place.lang))
        + f'<button type="submit">{_t("choose", place.lang)}</button></div></form>'
    )


def _send(place: Place) -> str:
    lang = place.lang
    return (
        f'<section aria-labelledby="send"><h2 id="send">{_t("send_title", lang)}</h2>'
        f'<form method="post" action="{escape(place.here())}" enctype="multipart/form-data">'
        f'<div class="field"><label for="file">{_t("file_label", lang)}</label>'
        f'<input id="file" name="file" type="file" required accept=".csv,.txt,.tsv,.xlsx,.xlsm" '
        f'aria-describedby="file-hint"><small id="file-hint">{_t("file_hint", lang)}</small></div>'
        f'<div class="row"><button class="primary" type="submit">{_t("send", lang)}</button></div></form></section>'
    )


def _imported(place: Place, territory: "Territory") -> str:
    lang = place.lang
    if not territory.imported:
        body = f"<p>{_t('none_imported', lang)}</p>"
    else:
        heads = "".join(
            f"<th scope='col'>{_t(name, lang)}</th>" for name in ("head_source", "head_columns", "head_undo")
        )
        rows = "".join(_import_row(place, layer) for layer in reversed(territory.imported))
        body = f'<table class="stack"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    title = _t("imported_title", lang, name=territory.name)
    return f'<section aria-labelledby="imported"><h2 id="imported">{title}</h2>{body}</section>'


def _import_row(place: Place, layer: Layer) -> str:
    about, source = layer.about, layer.source
    lang = place.lang
    titles = [column["title_fr" if lang == "fr" else "title_en"] for column in about["columns"].values()]
    names = "".join(f"<li>{escape(title)}</li>" for title in titles)
    method = _t(f"method_{source['method']}", lang)
    origin = _t("from_file", lang, file=about["file"]["name"], day=_day(about["imported_at"], lang))
    return (
        f'<tr><th scope="row">{escape(source["title"])}<br><small>{escape(source["producer"])}, '
        f"{escape(source['year'])}, {method}. {escape(source['licence'])}.<br>{origin}</small></th>"
        f"<td><details><summary>{_t('columns_count', lang, count=len(titles))}</summary>"
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
        body = f"<p>{_t('nothing_missing', lang)}</p>"
    else:
        body = "".join(_missing_file(files.get(file, {}), titles, lang) for file, titles in groups.items())
        body = f'<p class="lead">{_t("missing_lead", lang)}</p><div class="files">{body}</div>'
    return f'<section aria-labelledby="missing"><h2 id="missing">{_t("missing_title", lang)}</h2>{body}</section>'


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
        f"<small>({_t('columns_count', lang, count=len(titles))})</small></summary>"
        f'{f"<p>{link}</p>" if link else ""}<ul class="notes">{rows}</ul></details>'
    )


# --- one file ----------------------------------------------------------------------------------------------


def file_page(
    place: Place, told: Preview, series: Sequence[Series], query: Dictionary[str, Sequence[str]]
) -> str:
    """The preview of a file, its mapping to confirm, what is wrong, what would change."""
    return (
        _recognised(told, place)
        + _first_lines(told, place)
        + _reading_form(told, place)
        + _mapping_form(told, series, place)
        + _result(told, place, query)
    )


def refused_page(place: Place) -> str:
    """What stays possible when a file is refused."""
    return (
        _send(place)
        + f'<p><a href="{escape(Place(place.slug, [], place.lang).here())}">{_t("back", place.lang)}</a></p>'
    )


def _recognised(told: Preview, place: Place) -> str:
    lang, opened = place.lang, told.opened
    profile = profiles.profiles().get(told.mapping.profile)
    if opened.origin == "saved":
        words, kind = _t("origin_saved", lang), "good"
    elif profile is not None:
        key = "origin_read" if profile.verified else "origin_to_verify"
        words, kind = (
            _t(key, lang, name=profile.title(lang), producer=profile.producer),
            "good" if profile.verified else "note",
        )
    else:
        words, kind = _t("origin_none", lang), "note"
    place_back = Place(place.slug, [], lang).here()
    name = dict(place.territories).get(place.slug, place.slug)
    return (
        f'<p><a href="{escape(place_back)}">{_t("back", lang)}</a></p>'
        f'<p class="lead">{_t("file_for", lang, file=opened.document.name, territory=name)}</p>'
        f'<p class="{kind}" id="origin">{words}</p>'
    )


def _first_lines(told: Preview, place: Place) -> str:
    lang, table = place.lang, told.opened.table
    used: dict[str, list[str]] = {}
    for choice in told.mapping.choices:
        title = targets()[choice.target].title(lang)
        if title not in (names := used.setdefault(choice.series.column, [])):
            names.append(title)
    special = {table.keys[table.communes]: _t("is_commune", lang)}
    special |= {key: _t("is_dimension", lang) for key in told.mapping.dimensions}
    if told.mapping.year_column:
        special[told.mapping.year_column] = _t("is_year", lang)
    shown = range(min(len(table.headers), SHOWN_COLUMNS))
    heads = ""
    for index in shown:
        key, header = table.keys[index], table.headers[index]
        names = used.get(key, [])
        goes = special.get(key, "") or escape(
            names[0] if len(names) == 1 else t("importing.several", lang, count=len(names)) if names else ""
        )
        mark = f'<span class="to">→ {goes}</span>' if goes else ""
        heads += f'<th scope="col" class="{"used" if goes else ""}">{escape(header)}{mark}</th>'
    rows = ""
    for line, cells in told.opened.first_lines(SHOWN_LINES):
        body = "".join(
            f'<td class="{"used" if table.keys[i] in used else ""}">{escape(cells[i])}</td>' for i in shown
        )
        rows += f'<tr><th scope="row">{line}</th>{body}</tr>'
    more = len(table.headers) - len(shown)
    first = _t("first_lines", lang, count=SHOWN_LINES)
    caption = first + (f" {_t('more_columns', lang, count=more)}" if more > 0 else "")
    notes = "".join(
        f"<li>{escape(note.sentence(lang))}</li>" for note in told.notes if note.key in FILE_NOTES
    )
    return (
        f'<section aria-labelledby="seen"><h2 id="seen">{_t("seen_title", lang)}</h2>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{first}"><table class="seen">'
        f'<caption>{caption}</caption><thead><tr><th scope="col">{_t("head_line", lang)}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f"{f'<ul class=notes>{notes}</ul>' if notes else ''}</section>"
    )


FILE_NOTES = frozenset(
    {
        *("read_utf16", "read_cp1252", "read_cp1252_mixed", "hidden_sheets", "hidden_rows", "hidden_columns"),
        *("merged_cells", "uncounted", "sheet_read", "titles_skipped", "headers_joined", "communes_by_name"),
        *("separator_semicolon", "separator_comma", "separator_tab", "separator_bar", "separator_other"),
    }
)


def _reading_form(told: Preview, place: Place) -> str:
    """How the file is read: kept folded, since it is mostly right by itself."""
    lang, table, mapping = place.lang, told.opened.table, told.mapping
    columns = list(zip(table.keys, table.headers, strict=True))
    sheets = [(sheet.name, sheet.name) for sheet in told.opened.document.sheets]
    known = [
        ("", t("importing.profile_auto", lang)),
        *((p.id, p.title(lang)) for p in profiles.profiles().values()),
    ]
    nothing = ("", t("importing.no_dimension", lang))
    dimensions = [*mapping.dimensions, ""]
    fields = [
        _select("sheet", sheets, table.sheet.name, label=t("importing.sheet", lang))
        if len(sheets) > 1
        else "",
        _select("profile", known, mapping.profile, label=t("importing.profile", lang)),
        _input(
            "header",
            str(table.header_lines[-1] + 1),
            t("importing.header_line", lang),
            kind="number",
            attributes='min="1" max="60"',
        ),
        _input(
            "depth",
            str(len(table.header_lines)),
            t("importing.header_depth", lang),
            kind="number",
            attributes='min="1" max="4"',
        ),
        _select("communes", columns, table.keys[table.communes], label=t("importing.commune_column", lang)),
        *(
            _select(
                "d",
                [nothing, *columns],
                dimensions[n],
                label=t("importing.dimension", lang, number=n + 1),
                hint=t("importing.dimension_hint", lang) if n == 0 else "",
                identifier=f"f-d{n}",
            )
            for n in range(min(len(dimensions), 2))
        ),
        _select("value", columns, asked.value_column(table, mapping), label=t("importing.value_column", lang))
        if mapping.dimensions
        else "",
    ]
    opened = "" if told.mapping.choices else " open"
    return (
        f"<section><details{opened}><summary>{_t('reading_title', lang)}</summary>"
        f'<form method="get" action="{PATH}/{escape(place.token)}">{_carried(place)}'
        f'<div class="grid">{"".join(fields)}</div>'
        f'<div class="row"><button type="submit">{_t("read_again", lang)}</button></div></form></details></section>'
    )


def _carried(place: Place) -> str:
    return _hidden("territory", place.slug) + (_hidden("lang", place.lang) if place.lang != "fr" else "")


def _target_options(lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The columns of packs by the official file that usually brings them."""
    files = catalogue().get("files", {})
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, to in targets().items():
        label = files.get(to.file, {}).get("label", {}).get(lang, "") or t("importing.other_file", lang)
        groups.setdefault(label, []).append((name, f"{to.title(lang)} ({display(to.unit, lang)})"))
    return list(groups.items())


def _mapping_form(told: Preview, series: Sequence[Series], place: Place) -> str:
    lang, table, mapping = place.lang, told.opened.table, told.mapping
    chosen = {choice.series: choice for choice in mapping.choices}
    groups = _target_options(lang)
    units = [("", t("importing.unit_auto", lang)), *((unit, unit) for group in OFFERED for unit in group)]
    words = profiles.item_words(table, mapping.dimensions)
    each_its_line = len(series) <= FEW
    listed: list[Series | None] = list(series) if each_its_line else [*chosen, *[None] * EMPTY_LINES]
    spans = any(targets()[choice.target].unit.endswith("ha/year") for choice in mapping.choices)
    rows = ""
    for position, one in enumerate(listed):
        choice = chosen.get(one) if one is not None else None
        if one is None or not each_its_line:
            options = [("", "–"), *((asked.encoded(s), _series_name(s, table, words)) for s in series)]
            named = _select(
                f"s.{position}",
                options,
                asked.encoded(one) if one else "",
                attributes=_aria(_t("head_series", lang), position),
            )
        else:
            named = escape(_series_name(one, table, words)) + _hidden(f"s.{position}", asked.encoded(one))
        label = _series_name(one, table, words) if one is not None else str(position + 1)
        goes = _grouped_select(f"t.{position}", groups, choice.target if choice else "", lang, label)
        said = [*units, *([(choice.unit, choice.unit)] if choice and choice.unit not in dict(units) else [])]
        unit = _select(
            f"u.{position}",
            said,
            choice.unit if choice else "",
            attributes=_aria(f"{_t('head_unit', lang)}, {escape(label)}"),
        )
        years = (
            f'<td data-label="{_t("head_years", lang)}">'
            f'<input class="small-number" name="y.{position}" type="number" min="1" max="100" '
            f'value="{int(choice.years) if choice else 1}" {_aria(_t("head_years", lang) + ", " + escape(label))}></td>'
            if spans
            else ""
        )
        rows += (
            f'<tr class="{"chosen" if choice else ""}"><th scope="row">{named}</th><td>{goes}</td>'
            f'<td data-label="{_t("head_unit", lang)}">{unit}</td>{years}</tr>'
        )
    heads = "".join(
        f'<th scope="col">{_t(name, lang)}</th>'
        for name in ("head_series", "head_target", "head_unit", *(["head_years"] if spans else []))
    )
    return (
        f'<section aria-labelledby="mapping"><h2 id="mapping">{_t("mapping_title", lang)}</h2>'
        f'<form method="get" action="{PATH}/{escape(place.token)}">{_carried(place)}{_hidden("applied", "1")}'
        + _shape_hidden(told)
        + f'<table class="mapping stack"><caption>{_t("mapping_caption", lang)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        + _provenance_fields(told, place)
        + _rules_fields(told, place)
        + f'<div class="row"><button class="primary" type="submit">{_t("check_again", lang)}</button></div>'
        + "</form></section>"
    )


def _aria(label: str, position: int | None = None) -> str:
    return f'aria-label="{label}{"" if position is None else f" {position + 1}"}"'


def _shape_hidden(told: Preview) -> str:
    mapping, table = told.mapping, told.opened.table
    parts = [("sheet", mapping.sheet), ("communes", mapping.communes), ("profile", mapping.profile)]
    parts += [("header", str(mapping.header or "")), ("depth", str(mapping.depth or ""))]
    parts += [("d", key) for key in mapping.dimensions]
    if mapping.dimensions:
        parts.append(("value", asked.value_column(table, mapping)))
    return "".join(_hidden(name, value) for name, value in parts if value)


def _series_name(series: Series, table: Table, words: Dictionary[str, str]) -> str:
    if series.items:
        return " · ".join(words.get(item, item) or "–" for item in series.items)
    return table.headers[table.keys.index(series.column)] if series.column in table.keys else series.column


def _grouped_select(
    name: str, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], chosen: str, lang: str, label: str
) -> str:
    body = _option("", t("importing.leave_out", lang), chosen)
    for title, options in groups:
        rows = "".join(_option(value, words, chosen) for value, words in options)
        body += f'<optgroup label="{escape(title)}">{rows}</optgroup>'
    aria = f'aria-label="{_t("head_target", lang)}, {escape(label)}"'
    return f'<select class="target" name="{name}" {aria}>{body}</select>'


def _provenance_fields(told: Preview, place: Place) -> str:
    lang, source, table = place.lang, told.mapping.provenance, told.opened.table
    columns = [("", t("importing.no_year_column", lang)), *zip(table.keys, table.headers, strict=True)]
    methods = [
        ("", t("importing.method_unsaid", lang)),
        *((m, t(f"importing.method_{m}", lang)) for m in METHODS),
    ]
    fields = [
        _input(
            "producer",
            source.producer,
            t("importing.producer_label", lang),
            t("importing.producer_hint", lang),
        ),
        _input("title", source.title, t("importing.title_label", lang)),
        _input(
            "year",
            str(source.year or ""),
            t("importing.year_label", lang),
            kind="number",
            attributes='min="1900" max="2099"',
        ),
        _select("year_column", columns, told.mapping.year_column, label=t("importing.year_column", lang)),
        _select("method", methods, source.method, label=t("importing.method_label", lang)),
        _input(
            "licence", source.licence, t("importing.licence_label", lang), t("importing.licence_hint", lang)
        ),
        _input("url", source.url, t("importing.url_label", lang)),
    ]
    return f'<fieldset><legend>{_t("source_legend", lang)}</legend><div class="grid">{"".join(fields)}</div></fieldset>'


def _rules_fields(told: Preview, place: Place) -> str:
    lang, mapping = place.lang, told.mapping
    duplicates = [(name, t(f"importing.duplicates_{name}", lang)) for name in ("refuse", "sum")]
    parts = [(name, t(f"importing.parts_{name}", lang)) for name in ("unknown", "known")]
    decimals = [
        ("", t("importing.decimal_auto", lang)),
        (",", t("importing.decimal_comma", lang)),
        (".", t("importing.decimal_point", lang)),
    ]
    fields = [
        _select("duplicates", duplicates, mapping.duplicates, label=t("importing.duplicates_label", lang)),
        _select("parts", parts, mapping.parts, label=t("importing.parts_label", lang)),
        _select("decimal", decimals, mapping.decimal, label=t("importing.decimal_label", lang)),
    ]
    return f'<fieldset><legend>{_t("rules_legend", lang)}</legend><div class="grid">{"".join(fields)}</div></fieldset>'


def _result(told: Preview, place: Place, query: Dictionary[str, Sequence[str]]) -> str:
    lang, reading = place.lang, told.reading
    missing = "".join(f"<li>{escape(refusal.sentence(lang))}</li>" for refusal in told.missing)
    body = (
        f'<div class="bad" role="alert"><p>{_t("to_complete", lang)}</p><ul class="notes">{missing}</ul></div>'
        if missing
        else ""
    )
    if reading is not None:
        found, absent = len(reading.found), len(reading.missing)
        summary = t("importing.found_summary", lang, found=found, all=found + absent, missing=absent)
        body += f'<p class="big" role="status">{escape(summary)}</p>{_changes(told, lang)}'
        notes = "".join(f"<li>{escape(n.sentence(lang))}</li>" for n in told.notes if n.key not in FILE_NOTES)
        body += f"<h3>{_t('to_know', lang)}</h3><ul class='notes'>{notes}</ul>" if notes else ""
        body += _faults(told, lang)
    if told.importable and reading is not None:
        faults = reading.fault_count
        accept = (
            f'<label class="check"><input type="checkbox" name="accept" value="1" required> '
            f"{_t('accept', lang, count=faults)}</label>"
            if faults
            else ""
        )
        action = f"{PATH}/{place.token}?" + urlencode([(k, v) for k, values in query.items() for v in values])
        body += (
            f'<form method="post" action="{escape(action)}">{accept}<div class="row">'
            f'<button class="primary" type="submit">{_t("import_button", lang)}</button>'
            f"<small>{_t('import_hint', lang)}</small></div></form>"
        )
    elif not missing:
        body += f'<p class="bad">{_t("nothing_known", lang)}</p>'
    return (
        f'<section aria-labelledby="result"><h2 id="result">{_t("result_title", lang)}</h2>{body}</section>'
    )


def _changes(told: Preview, lang: str) -> str:
    heads = "".join(
        f'<th scope="col" class="{"number" if name != "head_target" else ""}">{_t(name, lang)}</th>'
        for name in ("head_target", "head_known", "head_total", "head_before")
    )
    rows = ""
    for change in told.changes:
        unit = display(change.unit, lang)
        total = (
            f"{number(change.total, lang, _digits(change.total))}\u202f{unit}"
            if change.known
            else t("importing.all_unknown", lang)
        )
        before = (
            f"{number(change.present_total, lang, _digits(change.present_total))}\u202f{unit}"
            if change.present_total is not None
            else t("importing.unknown_before", lang)
        )
        title = change.title_fr if lang == "fr" else change.title_en
        rows += (
            f'<tr><th scope="row">{escape(title)}</th>'
            f'<td class="number" data-label="{_t("head_known", lang)}">{change.known}</td>'
            f'<td class="number" data-label="{_t("head_total", lang)}">{escape(total)}</td>'
            f'<td class="number" data-label="{_t("head_before", lang)}">{escape(before)}</td></tr>'
        )
    caption = _t("changes_caption", lang)
    head = f"<caption>{caption}</caption><thead><tr>{heads}</tr></thead>"
    return f'<table class="stack">{head}<tbody>{rows}</tbody></table>'


def _digits(value: float) -> int:
    return 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3


def _faults(told: Preview, lang: str) -> str:
    reading = told.reading
    if reading is None or not reading.fault_count:
        return ""
    counts = Counter(fault.key for fault in reading.faults)
    kinds = ", ".join(t(f"importing.kind_{key}", lang, count=count) for key, count in counts.most_common())
    rows = "".join(
        f'<tr><td class="number" data-label="{_t("head_line", lang)}">{fault.line}</td>'
        f'<td data-label="{_t("head_column", lang)}">{fault.letter} ({escape(fault.header)})</td>'
        f"<td>{escape(fault.reason(lang))}</td></tr>"
        for fault in reading.faults[:SHOWN_FAULTS]
    )
    heads = f'<th scope="col" class="number">{_t("head_line", lang)}</th>' + "".join(
        f'<th scope="col">{_t(name, lang)}</th>' for name in ("head_column", "head_reason")
    )
    more = reading.fault_count - SHOWN_FAULTS
    rest = f"<p>{_t('cli_more_faults', lang, count=more)}</p>" if more > 0 else ""
    return (
        f'<h3 id="faults">{_t("faults_title", lang, count=reading.fault_count)}</h3><p>{escape(kinds)}</p>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="faults"><table class="stack">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{rest}"
    )
