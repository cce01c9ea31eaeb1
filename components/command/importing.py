"""`cordee territory import|imports|import-undo`: official files brought into a territory, and taken back."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from components.command.arguments import CommandError, reason_of
from components.importing import layers, profiles, saved
from components.importing.cells import fold
from components.importing.document import MAX_BYTES, ImportRefused
from components.importing.mapping import Choice, Mapping, Series
from components.importing.preview import Opened, Preview, confirm, open_table, preview
from components.importing.refresh import refresh
from components.importing.sniff import read_document
from components.importing.table import Table
from components.importing.targets import target
from components.look.i18n import t
from components.look.numbers import number
from components.scenario.units import display
from components.territory.france import BuildError
from components.territory.online import ADDRESS, Service
from components.territory.pack import PackError, Territory, imports_of, load_territory

SHOWN_FAULTS = 20
SET = ("producer", "title", "year", "method", "licence", "url")


def add_actions(actions: Any) -> None:
    """Add the actions of importing to those of `cordee territory`."""

    def action(name: str, words: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(
            name, help=t(f"importing.{words}"), description=t(f"importing.{words}")
        )
        made.add_argument("slug", metavar="TERRITOIRE", help=t("importing.cli_slug"))
        made.set_defaults(run=lambda arguments: _carried_out(run, arguments))
        return made

    bring = action("import", "cli_help_import", run_import)
    bring.add_argument("file", type=Path, metavar="FICHIER", help=t("importing.cli_file"))
    known = ", ".join(profiles.profiles())
    bring.add_argument("--mapping", metavar="NOM", help=t("importing.cli_mapping", known=known))
    bring.add_argument(
        "--column", action="append", default=[], metavar="NOM=EN-TÊTE", help=t("importing.cli_column")
    )
    bring.add_argument("--sheet", default="", metavar="NOM", help=t("importing.cli_sheet"))
    bring.add_argument("--header", type=int, default=0, metavar="LIGNE", help=t("importing.cli_header"))
    for name in SET:
        kind = int if name == "year" else str
        choices = ("measured", "modelled") if name == "method" else None
        bring.add_argument(
            f"--{name}", type=kind, choices=choices, help=t("importing.cli_set", name=t(f"importing.{name}"))
        )
    bring.add_argument("--duplicates", choices=("refuse", "sum"), help=t("importing.cli_duplicates"))
    bring.add_argument("--parts", choices=("unknown", "known"), help=t("importing.cli_parts"))
    bring.add_argument("--decimal", choices=(",", "."), help=t("importing.cli_decimal"))
    bring.add_argument("--accept-faults", action="store_true", help=t("importing.cli_accept_faults"))
    bring.add_argument("--dry-run", action="store_true", help=t("importing.cli_dry_run"))
    bring.add_argument("--save-mapping", type=Path, metavar="FICHIER", help=t("importing.cli_save_mapping"))
    bring.add_argument("--json", action="store_true", help=t("importing.cli_json"))
    listing = action("imports", "cli_help_imports", run_imports)
    listing.add_argument("--json", action="store_true", help=t("importing.cli_json"))
    again = action("refresh", "cli_help_refresh", run_refresh)
    again.add_argument("--address", default=ADDRESS, metavar="ADRESSE", help=t("importing.cli_address"))
    undo = action("import-undo", "cli_help_undo", run_undo)
    undo.add_argument("id", nargs="?", default="", metavar="NUMÉRO", help=t("importing.cli_id"))


def _carried_out(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    try:
        return run(arguments)
    except (ImportRefused, PackError) as error:
        raise CommandError(str(error)) from error


def run_import(arguments: argparse.Namespace) -> int:
    """Read a file, say what an import would do, and do it unless `--dry-run`. 1 when it is refused."""
    territory = load_territory(arguments.slug)
    document = read_document(arguments.file.name, _bytes_of(arguments.file))
    named = arguments.mapping or ""
    opened = open_table(
        document,
        territory,
        arguments.sheet,
        arguments.header,
        profile=named if named in profiles.profiles() else "",
    )
    mapping = opened.mapping
    if named and named not in profiles.profiles():
        mapping = saved.read_mapping(Path(named))
    mapping = _completed(mapping, opened.table, arguments)
    told = preview(opened, mapping, territory)
    refusals = [str(refusal) for refusal in told.missing]
    # The columns of a file that nobody here has seen are a guess until somebody confirms them.
    proposed = opened.origin == "profile" and not named and not arguments.column and not arguments.dry_run
    profile = profiles.profiles().get(mapping.profile)
    if proposed and not refusals and profile and not profile.verified:
        refusals.append(t("importing.cli_proposed", name=profile.title(), id=profile.id))
    if not refusals and told.reading is not None and told.reading.fault_count and not arguments.accept_faults:
        refusals.append(str(ImportRefused("faults_left", count=told.reading.fault_count)))
    written: tuple[str, bool] | None = None
    if not refusals and not arguments.dry_run:
        written = confirm(told, territory, arguments.accept_faults)
    if arguments.save_mapping and not told.missing:
        _save(arguments.save_mapping, mapping)
    if arguments.json:
        answer = as_data(told, territory, refusals, written)
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _say(told, opened, territory, refusals, written, arguments.slug)
    return 1 if refusals else 0


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportRefused("too_big", megabytes=MAX_BYTES // 1_000_000)
        return path.read_bytes()
    except OSError as error:
        raise CommandError(t("importing.cli_unreadable", path=path, reason=reason_of(error))) from error


def _completed(mapping: Mapping, table: Table, arguments: argparse.Namespace) -> Mapping:
    """The mapping with what the options say."""
    given = {name: getattr(arguments, name) for name in SET if getattr(arguments, name) is not None}
    changed = {
        name: getattr(arguments, name)
        for name in ("duplicates", "parts", "decimal")
        if getattr(arguments, name) is not None
    }
    mapping = replace(mapping, provenance=replace(mapping.provenance, **given), **changed)
    if arguments.column:
        choices = tuple(_choice(text, table) for text in arguments.column)
        mapping = replace(mapping, choices=choices, dimensions=(), profile="")
    return mapping


def _choice(text: str, table: Table) -> Choice:
    name, equals, rest = text.partition("=")
    header, _, unit = rest.rpartition("@") if "@" in rest else (rest, "", "")
    if not equals or not name or not header:
        raise CommandError(t("importing.cli_bad_column", value=text))
    to = target(name.strip())
    wanted = fold(header)
    for index, known in enumerate(table.headers):
        if fold(known) == wanted or table.keys[index] == wanted:
            said = profiles.unit_of(known, to.name) or to.units[0]
            return Choice(Series(table.keys[index]), to.name, unit.strip() or said)
    raise CommandError(t("importing.cli_no_header", name=header, known=", ".join(table.headers[:40])))


def _save(path: Path, mapping: Mapping) -> None:
    try:
        path.write_text(saved.as_text(mapping), encoding="utf-8")
    except OSError as error:
        raise CommandError(t("importing.cli_unreadable", path=path, reason=reason_of(error))) from error


def as_data(
    told: Preview, territory: Territory, refusals: list[str], written: tuple[str, bool] | None
) -> dict[str, Any]:
    """What was read and done, as plain data."""
    reading = told.reading
    return {
        "territory": territory.slug,
        "file": {"name": told.opened.document.name, "sha256": told.opened.document.sha256},
        "mapping": told.opened.origin,
        "profile": told.mapping.profile,
        "communes": len(territory.communes),
        "found": len(reading.found) if reading else 0,
        "missing": reading.missing if reading else [],
        "columns": {
            change.name: {"known": change.known, "total": change.total, "unit": change.unit}
            for change in told.changes
        },
        "faults": [
            {"line": fault.line, "column": fault.letter, "header": fault.header, "reason": fault.reason()}
            for fault in (reading.faults if reading else [])
        ],
        "fault_count": reading.fault_count if reading else 0,
        "notes": [note.sentence() for note in told.notes],
        "refused": refusals,
        "import": written[0] if written else None,
        "new": written[1] if written else False,
    }


def _say(
    told: Preview,
    opened: Opened,
    territory: Territory,
    refusals: list[str],
    written: tuple[str, bool] | None,
    slug: str,
) -> None:
    if opened.origin == "saved":
        print(t("importing.cli_use_saved"))
    for each in told.notes:
        print(f"- {each.sentence()}")
    for change in told.changes:
        shown = number(change.total, digits=1)
        title, unit = change.title_fr, display(change.unit)
        print("  " + t("importing.cli_column_line", title=title, known=change.known, total=shown, unit=unit))
    reading = told.reading
    if reading is not None:
        for fault in reading.faults[:SHOWN_FAULTS]:
            print(fault.sentence(), file=sys.stderr)
        if reading.fault_count > SHOWN_FAULTS:
            print(t("importing.cli_more_faults", count=reading.fault_count - SHOWN_FAULTS), file=sys.stderr)
        found, all_ = len(reading.found), len(territory.communes)
        columns, faults = len(told.changes), reading.fault_count
        print(t("importing.summary", found=found, all=all_, columns=columns, faults=faults))
    for refusal in refusals:
        print(refusal, file=sys.stderr)
    if written:
        key = "cli_done" if written[1] else "cli_already"
        print(t(f"importing.{key}", id=written[0], slug=slug))
    elif not refusals:
        print(t("importing.cli_dry"))


def run_imports(arguments: argparse.Namespace) -> int:
    """List the imports of a territory, oldest first."""
    territory = load_territory(arguments.slug)
    if arguments.json:
        rows = [{"id": layer.id, **layer.about} for layer in territory.imported]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    if not territory.imported:
        print(t("importing.cli_none"))
    for layer in territory.imported:
        source, file = layer.source, layer.about["file"]["name"]
        print(f"{layer.id}\t{layer.about['imported_at']}\t{source['producer']}, {source['year']}\t{file}")
        for name, column in layer.about["columns"].items():
            print(f"\t{name}\t{column['title_fr']}")
    return 0


def run_refresh(arguments: argparse.Namespace) -> int:
    """Ask the service online for population, names and outlines; what it says is laid over the pack as an import."""
    address = str(arguments.address).rstrip("/")
    here = urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1")
    if not (address.startswith("https://") or (here and address.startswith("http://"))):
        raise CommandError(t("importing.cli_bad_address"))
    territory = load_territory(arguments.slug)
    before = territory.communes["name"]
    try:
        done = refresh(territory, Service(address))
    except BuildError as error:
        raise CommandError(t("importing.service_silent", address=address)) from error
    for code, after in done.renamed.items():
        print(t("importing.cli_refresh_renamed", code=code, before=before[code], after=after))
    if done.unknown:
        print(t("importing.cli_refresh_unknown", codes=", ".join(done.unknown)), file=sys.stderr)
    print(
        t(
            "importing.cli_refreshed" if done.new else "importing.cli_refresh_same",
            id=done.identifier,
            slug=arguments.slug,
            known=done.populations,
            renamed=len(done.renamed),
            outlines=done.outlines,
        )
    )
    return 0


def run_undo(arguments: argparse.Namespace) -> int:
    """Take an import back, the last one by default; works on a damaged import too."""
    folder = imports_of(arguments.slug)
    present = layers.ids(folder)
    if not present and not arguments.id:
        raise CommandError(t("importing.cli_none"))
    identifier = arguments.id or present[-1]
    layers.undo_import(folder, identifier)
    print(t("importing.cli_undone", id=identifier))
    return 0
