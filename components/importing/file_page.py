"""The page of one file, as HTML: how it is read, its mapping to confirm, what is wrong, what would change. Pure."""

from collections import Counter
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from components.importing import asked, profiles
from components.importing.form import PATH, Place, hidden, option, select, send_form, text_input, word
from components.importing.mapping import METHODS, Series
from components.importing.preview import SHOWN_LINES, Preview
from components.importing.table import Table
from components.importing.targets import OFFERED, targets
from components.look.i18n import t
from components.look.numbers import number
from components.scenario.units import display
from components.territory.pack import catalogue

FEW = 40
"""As many series as have a line each in the mapping; beyond, only those chosen and some empty lines."""
EMPTY_LINES = 8
SHOWN_FAULTS = 60
SHOWN_COLUMNS = 60


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
        send_form(place)
        + f'<p><a href="{escape(Place(place.slug, [], place.lang).here())}">{word("back", place.lang)}</a></p>'
    )


def _recognised(told: Preview, place: Place) -> str:
    lang, opened = place.lang, told.opened
    profile = profiles.profiles().get(told.mapping.profile)
    if opened.origin == "saved":
        words, kind = word("origin_saved", lang), "good"
    elif profile is not None:
        key = "origin_read" if profile.verified else "origin_to_verify"
        words, kind = (
            word(key, lang, name=profile.title(lang), producer=profile.producer),
            "good" if profile.verified else "note",
        )
    else:
        words, kind = word("origin_none", lang), "note"
    place_back = Place(place.slug, [], lang).here()
    name = dict(place.territories).get(place.slug, place.slug)
    return (
        f'<p><a href="{escape(place_back)}">{word("back", lang)}</a></p>'
        f'<p class="lead">{word("file_for", lang, file=opened.document.name, territory=name)}</p>'
        f'<p class="{kind}" id="origin">{words}</p>'
    )


def _first_lines(told: Preview, place: Place) -> str:
    lang, table = place.lang, told.opened.table
    used: dict[str, list[str]] = {}
    for choice in told.mapping.choices:
        title = targets()[choice.target].title(lang)
        if title not in (names := used.setdefault(choice.series.column, [])):
            names.append(title)
    special = {table.keys[table.communes]: word("is_commune", lang)}
    special |= {key: word("is_dimension", lang) for key in told.mapping.dimensions}
    if told.mapping.year_column:
        special[told.mapping.year_column] = word("is_year", lang)
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
    first = word("first_lines", lang, count=SHOWN_LINES)
    caption = first + (f" {word('more_columns', lang, count=more)}" if more > 0 else "")
    notes = "".join(
        f"<li>{escape(note.sentence(lang))}</li>" for note in told.notes if note.key in FILE_NOTES
    )
    return (
        f'<section aria-labelledby="seen"><h2 id="seen">{word("seen_title", lang)}</h2>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{first}"><table class="seen">'
        f'<caption>{caption}</caption><thead><tr><th scope="col">{word("head_line", lang)}</th>{heads}</tr></thead>'
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
        select("sheet", sheets, table.sheet.name, label=t("importing.sheet", lang))
        if len(sheets) > 1
        else "",
        select("profile", known, mapping.profile, label=t("importing.profile", lang)),
        text_input(
            "header",
            str(table.header_lines[-1] + 1),
            t("importing.header_line", lang),
            kind="number",
            attributes='min="1" max="60"',
        ),
        text_input(
            "depth",
            str(len(table.header_lines)),
            t("importing.header_depth", lang),
            kind="number",
            attributes='min="1" max="4"',
        ),
        select("communes", columns, table.keys[table.communes], label=t("importing.commune_column", lang)),
        *(
            select(
                "d",
                [nothing, *columns],
                dimensions[n],
                label=t("importing.dimension", lang, number=n + 1),
                hint=t("importing.dimension_hint", lang) if n == 0 else "",
                identifier=f"f-d{n}",
            )
            for n in range(min(len(dimensions), 2))
        ),
        select("value", columns, asked.value_column(table, mapping), label=t("importing.value_column", lang))
        if mapping.dimensions
        else "",
    ]
    opened = "" if told.mapping.choices else " open"
    return (
        f"<section><details{opened}><summary>{word('reading_title', lang)}</summary>"
        f'<form method="get" action="{PATH}/{escape(place.token)}">{_carried(place)}'
        f'<div class="grid">{"".join(fields)}</div>'
        f'<div class="row"><button type="submit">{word("read_again", lang)}</button></div></form></details></section>'
    )


def _carried(place: Place) -> str:
    return hidden("territory", place.slug) + (hidden("lang", place.lang) if place.lang != "fr" else "")


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
            named = select(
                f"s.{position}",
                options,
                asked.encoded(one) if one else "",
                attributes=_aria(word("head_series", lang), position),
            )
        else:
            named = escape(_series_name(one, table, words)) + hidden(f"s.{position}", asked.encoded(one))
        label = _series_name(one, table, words) if one is not None else str(position + 1)
        goes = _grouped_select(f"t.{position}", groups, choice.target if choice else "", lang, label)
        said = [*units, *([(choice.unit, choice.unit)] if choice and choice.unit not in dict(units) else [])]
        unit = select(
            f"u.{position}",
            said,
            choice.unit if choice else "",
            attributes=_aria(f"{word('head_unit', lang)}, {escape(label)}"),
        )
        years = (
            f'<td data-label="{word("head_years", lang)}">'
            f'<input class="small-number" name="y.{position}" type="number" min="1" max="100" '
            f'value="{int(choice.years) if choice else 1}" '
            f"{_aria(word('head_years', lang) + ', ' + escape(label))}></td>"
            if spans
            else ""
        )
        rows += (
            f'<tr class="{"chosen" if choice else ""}"><th scope="row">{named}</th><td>{goes}</td>'
            f'<td data-label="{word("head_unit", lang)}">{unit}</td>{years}</tr>'
        )
    heads = "".join(
        f'<th scope="col">{word(name, lang)}</th>'
        for name in ("head_series", "head_target", "head_unit", *(["head_years"] if spans else []))
    )
    return (
        f'<section aria-labelledby="mapping"><h2 id="mapping">{word("mapping_title", lang)}</h2>'
        f'<form method="get" action="{PATH}/{escape(place.token)}">{_carried(place)}{hidden("applied", "1")}'
        + _shape_hidden(told)
        + f'<table class="mapping stack"><caption>{word("mapping_caption", lang)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        + _provenance_fields(told, place)
        + _rules_fields(told, place)
        + f'<div class="row"><button class="primary" type="submit">{word("check_again", lang)}</button></div>'
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
    return "".join(hidden(name, value) for name, value in parts if value)


def _series_name(series: Series, table: Table, words: Dictionary[str, str]) -> str:
    if series.items:
        return " · ".join(words.get(item, item) or "–" for item in series.items)
    return table.headers[table.keys.index(series.column)] if series.column in table.keys else series.column


def _grouped_select(
    name: str, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], chosen: str, lang: str, label: str
) -> str:
    body = option("", t("importing.leave_out", lang), chosen)
    for title, options in groups:
        rows = "".join(option(value, words, chosen) for value, words in options)
        body += f'<optgroup label="{escape(title)}">{rows}</optgroup>'
    aria = f'aria-label="{word("head_target", lang)}, {escape(label)}"'
    return f'<select class="target" name="{name}" {aria}>{body}</select>'


def _provenance_fields(told: Preview, place: Place) -> str:
    lang, source, table = place.lang, told.mapping.provenance, told.opened.table
    columns = [("", t("importing.no_year_column", lang)), *zip(table.keys, table.headers, strict=True)]
    methods = [
        ("", t("importing.method_unsaid", lang)),
        *((m, t(f"importing.method_{m}", lang)) for m in METHODS),
    ]
    fields = [
        text_input(
            "producer",
            source.producer,
            t("importing.producer_label", lang),
            t("importing.producer_hint", lang),
        ),
        text_input("title", source.title, t("importing.title_label", lang)),
        text_input(
            "year",
            str(source.year or ""),
            t("importing.year_label", lang),
            kind="number",
            attributes='min="1900" max="2099"',
        ),
        select("year_column", columns, told.mapping.year_column, label=t("importing.year_column", lang)),
        select("method", methods, source.method, label=t("importing.method_label", lang)),
        text_input(
            "licence", source.licence, t("importing.licence_label", lang), t("importing.licence_hint", lang)
        ),
        text_input("url", source.url, t("importing.url_label", lang)),
    ]
    return _fieldset("source_legend", fields, lang)


def _fieldset(legend: str, fields: Sequence[str], lang: str) -> str:
    grid = f'<div class="grid">{"".join(fields)}</div>'
    return f"<fieldset><legend>{word(legend, lang)}</legend>{grid}</fieldset>"


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
        select("duplicates", duplicates, mapping.duplicates, label=t("importing.duplicates_label", lang)),
        select("parts", parts, mapping.parts, label=t("importing.parts_label", lang)),
        select("decimal", decimals, mapping.decimal, label=t("importing.decimal_label", lang)),
    ]
    return _fieldset("rules_legend", fields, lang)


def _result(told: Preview, place: Place, query: Dictionary[str, Sequence[str]]) -> str:
    lang, reading = place.lang, told.reading
    missing = "".join(f"<li>{escape(refusal.sentence(lang))}</li>" for refusal in told.missing)
    body = (
        f'<div class="bad" role="alert"><p>{word("to_complete", lang)}</p><ul class="notes">{missing}</ul></div>'
        if missing
        else ""
    )
    if reading is not None:
        found, absent = len(reading.found), len(reading.missing)
        summary = t("importing.found_summary", lang, found=found, all=found + absent, missing=absent)
        body += f'<p class="big" role="status">{escape(summary)}</p>{_changes(told, lang)}'
        notes = "".join(f"<li>{escape(n.sentence(lang))}</li>" for n in told.notes if n.key not in FILE_NOTES)
        body += f"<h3>{word('to_know', lang)}</h3><ul class='notes'>{notes}</ul>" if notes else ""
        body += _faults(told, lang)
    if told.importable and reading is not None:
        faults = reading.fault_count
        accept = (
            f'<label class="check"><input type="checkbox" name="accept" value="1" required> '
            f"{word('accept', lang, count=faults)}</label>"
            if faults
            else ""
        )
        action = f"{PATH}/{place.token}?" + urlencode([(k, v) for k, values in query.items() for v in values])
        body += (
            f'<form method="post" action="{escape(action)}">{accept}<div class="row">'
            f'<button class="primary" type="submit">{word("import_button", lang)}</button>'
            f"<small>{word('import_hint', lang)}</small></div></form>"
        )
    elif not missing:
        body += f'<p class="bad">{word("nothing_known", lang)}</p>'
    return (
        f'<section aria-labelledby="result"><h2 id="result">{word("result_title", lang)}</h2>{body}</section>'
    )


def _changes(told: Preview, lang: str) -> str:
    heads = "".join(
        f'<th scope="col" class="{"number" if name != "head_target" else ""}">{word(name, lang)}</th>'
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
            f'<td class="number" data-label="{word("head_known", lang)}">{change.known}</td>'
            f'<td class="number" data-label="{word("head_total", lang)}">{escape(total)}</td>'
            f'<td class="number" data-label="{word("head_before", lang)}">{escape(before)}</td></tr>'
        )
    caption = word("changes_caption", lang)
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
        f'<tr><td class="number" data-label="{word("head_line", lang)}">{fault.line}</td>'
        f'<td data-label="{word("head_column", lang)}">{fault.letter} ({escape(fault.header)})</td>'
        f"<td>{escape(fault.reason(lang))}</td></tr>"
        for fault in reading.faults[:SHOWN_FAULTS]
    )
    heads = f'<th scope="col" class="number">{word("head_line", lang)}</th>' + "".join(
        f'<th scope="col">{word(name, lang)}</th>' for name in ("head_column", "head_reason")
    )
    more = reading.fault_count - SHOWN_FAULTS
    rest = f"<p>{word('cli_more_faults', lang, count=more)}</p>" if more > 0 else ""
    return (
        f'<h3 id="faults">{word("faults_title", lang, count=reading.fault_count)}</h3><p>{escape(kinds)}</p>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="faults"><table class="stack">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{rest}"
    )
