"""`cordee meeting`: make, list, copy, drive and export meetings without a browser."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from components.command.address import join_base
from components.command.arguments import CommandError, reason_of
from components.documents.ballot_pdf import MOST_COPIES, ballot_pdf
from components.documents.printed import FORMATS, NoQuestion, questions, to_print
from components.look.i18n import t
from components.meeting import archive
from components.meeting.commands import Refused
from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import default_database_url
from components.meeting.legibility import crowded
from components.meeting.room import Room
from components.meeting.run_sheet import RunSheetError, load_run_sheet
from components.meeting.run_sheet_file import renamed
from components.meeting.scene import console_scene
from components.meeting.store import StoreUnavailable, UnknownMeeting
from components.meeting.store.connect import shown
from components.scenario.engine import Engine
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.rules import load_model
from components.territory.pack import PackError, load_territory

Run = Callable[[argparse.Namespace, Desk], int]


def add(subparsers: Any) -> None:
    """Add the sub-command `meeting` to the parsers of `cordee`."""
    parser = subparsers.add_parser("meeting", help=t("meeting_cli.help"), description=t("meeting_cli.help"))
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, run: Run) -> argparse.ArgumentParser:
        words = t(f"meeting_cli.help_{name.replace('-', '_')}")
        made: argparse.ArgumentParser = actions.add_parser(name, help=words, description=words)
        made.set_defaults(run=lambda arguments: _carry_out(run, arguments))
        return made

    new = action("new", run_new)
    new.add_argument("--title", required=True, help=t("meeting_cli.arg_title"))
    new.add_argument("--territory", metavar="SLUG", help=t("meeting_cli.arg_territory"))
    new.add_argument(
        "--from", dest="template", type=Path, default=DEMO, metavar="YAML", help=t("meeting_cli.arg_from")
    )
    action("list", run_list).add_argument("--json", action="store_true", help=t("meeting_cli.arg_json"))
    load = action("load", run_load)
    load.add_argument("file", metavar="FICHIER", help=t("meeting_cli.arg_file"))
    export = action("export", run_export)
    export.add_argument("code", metavar="CODE")
    export.add_argument("--out", default="-", metavar="FICHIER", help=t("meeting_cli.arg_out"))
    export.add_argument("--whole", type=Path, metavar="FICHIER", help=t("archive.help_whole"))
    for name, run in (("duplicate", run_duplicate), ("delete", run_delete), ("clear-rehearsal", run_clear)):
        action(name, run).add_argument("code", metavar="CODE")
    ballots = action("ballots", run_ballots)
    ballots.add_argument("code", metavar="CODE")
    ballots.add_argument("--question", metavar="QUESTION", help=t("meeting_cli.arg_question"))
    ballots.add_argument("--format", choices=("a6", "grand"), default="a6", help=t("meeting_cli.arg_format"))
    ballots.add_argument("--copies", type=int, default=4, metavar="N", help=t("meeting_cli.arg_copies"))
    ballots.add_argument("--lang", choices=("fr", "en"), default="fr", help=t("meeting_cli.arg_lang"))
    ballots.add_argument("--out", required=True, metavar="FICHIER", help=t("meeting_cli.arg_out_pdf"))
    act = action("act", run_act)
    act.add_argument("code", metavar="CODE")
    act.add_argument("what", metavar="ACTE", choices=sorted(ACTS), help=", ".join(sorted(ACTS)))
    act.add_argument("values", metavar="VALEUR", nargs="*", help=t("meeting_cli.arg_values"))
    act.add_argument("--slips", type=int, metavar="N", help=t("meeting_cli.arg_slips"))
    act.add_argument("--blank", type=int, default=0, metavar="N", help=t("meeting_cli.arg_blank"))
    act.add_argument("--json", action="store_true", help=t("meeting_cli.arg_json"))
    show = action("show", run_show)
    show.add_argument("code", metavar="CODE")
    join = action("join-url", run_join_url)
    join.add_argument("code", metavar="CODE", nargs="?", help=t("meeting_cli.arg_join_code"))


def _carry_out(run: Run, arguments: argparse.Namespace) -> int:
    desk: Desk | None = None
    try:
        desk = Desk.open()
        if desk.store.upgraded:
            print(desk.store.upgraded.sentence(), file=sys.stderr)
        return run(arguments, desk)
    except UnknownMeeting as error:
        raise CommandError(t("meeting.unknown_meeting", code=error.args[0])) from None
    except RunSheetError as error:
        raise CommandError(str(error)) from None
    except Refused as error:
        raise CommandError(t(f"meeting.{error.key}", "fr", **error.values)) from None
    except StoreUnavailable as error:
        if error.said:
            url = shown(default_database_url())
            raise CommandError(t("store.cannot_open", url=url, reason=error.reason)) from None
        raise CommandError(t("meeting_cli.store_unavailable", reason=error.reason)) from None
    finally:
        if desk:
            desk.store.close()


def _read(file: str | Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else Path(file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CommandError(t("meeting_cli.not_utf8", file=file)) from None
    except OSError as error:
        raise CommandError(t("meeting_cli.unreadable", file=file, reason=reason_of(error))) from None


def run_new(arguments: argparse.Namespace, desk: Desk) -> int:
    """A meeting from a template, with its own title and territory; prints the code."""
    template = _read(arguments.template)
    source = renamed(template, arguments.title, arguments.territory)
    print(desk.new(source, arguments.template.name))
    written_for = load_run_sheet(template).territory
    if arguments.territory and arguments.territory != written_for:
        print(t("packs.template_of_another", slug=written_for), file=sys.stderr)
    return 0


def run_load(arguments: argparse.Namespace, desk: Desk) -> int:
    """A meeting from a run sheet; prints the code, and on standard error what the room could not read."""
    if arguments.file != "-" and _is_archive(Path(arguments.file)):
        return load_whole(Path(arguments.file), desk)
    source = _read(arguments.file)
    print(desk.new(source, arguments.file))
    for sentence in crowded(load_run_sheet(source), "fr"):
        print(sentence, file=sys.stderr)
    return 0


def _is_archive(file: Path) -> bool:
    try:
        return archive.is_archive(file)
    except OSError as error:
        raise CommandError(t("meeting_cli.unreadable", file=file, reason=reason_of(error))) from None


def load_whole(file: Path, desk: Desk) -> int:
    """A whole meeting from a file; prints the code, and on standard error what a person should know."""
    try:
        found = archive.load(desk, file)
    except archive.ArchiveError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(t("meeting_cli.unreadable", file=file, reason=reason_of(error))) from None
    print(found.code)
    key = "loaded" if found.code == found.asked else "loaded_other"
    for sentence in (t(f"archive.{key}", code=found.code, asked=found.asked), *found.notices):
        print(sentence, file=sys.stderr)
    return 0


def export_whole(code: str, file: Path, desk: Desk) -> int:
    """The whole meeting to a file; says what is not in it."""
    try:
        notices = archive.export(desk, code, file)
    except OSError as error:
        raise CommandError(t("meeting_cli.unwritable", file=file, reason=reason_of(error))) from None
    print(t("archive.exported", code=code, file=file))
    for sentence in notices:
        print(sentence, file=sys.stderr)
    return 0


def run_list(arguments: argparse.Namespace, desk: Desk) -> int:
    """Meetings, the last touched first: code, territory, title."""
    found = desk.store.meetings()
    if arguments.json:
        print(json.dumps([vars(meeting) for meeting in found], ensure_ascii=False))
    elif not found:
        print(t("meeting_cli.none"))
    else:
        for meeting in found:
            print(f"{meeting.code}\t{meeting.territory}\t{meeting.title}")
    return 0


def run_duplicate(arguments: argparse.Namespace, desk: Desk) -> int:
    print(desk.duplicate(arguments.code.upper()))
    return 0


def run_delete(arguments: argparse.Namespace, desk: Desk) -> int:
    desk.delete(arguments.code.upper())
    print(t("meeting_cli.deleted", code=arguments.code.upper()))
    return 0


def run_clear(arguments: argparse.Namespace, desk: Desk) -> int:
    desk.clear_rehearsal(arguments.code.upper())
    print(t("meeting_cli.cleared", code=arguments.code.upper()))
    return 0


def run_export(arguments: argparse.Namespace, desk: Desk) -> int:
    """The run sheet as YAML, or the whole meeting, ready for `load`."""
    if arguments.whole:
        return export_whole(arguments.code.upper(), arguments.whole, desk)
    source = desk.source(arguments.code.upper())
    if arguments.out == "-":
        sys.stdout.write(source)
        return 0
    try:
        Path(arguments.out).write_text(source, encoding="utf-8")
    except OSError as error:
        raise CommandError(t("meeting_cli.unwritable", file=arguments.out, reason=reason_of(error))) from None
    print(t("meeting_cli.exported", file=arguments.out))
    return 0


def run_ballots(arguments: argparse.Namespace, desk: Desk) -> int:
    """Ballots to print as a PDF; the question may be left out when the meeting has only one."""
    code = arguments.code.upper()
    known = questions(desk, code)
    question = arguments.question or (known[0] if len(known) == 1 else "")
    if not 1 <= arguments.copies <= MOST_COPIES:
        raise CommandError(t("print.bad_copies", most=MOST_COPIES))
    try:
        found = to_print(desk, code, question, arguments.lang)
    except NoQuestion:
        told = t("print.no_question", question=question) if question else t("meeting_cli.which_question")
        raise CommandError(f"{told} {t('print.questions_are', known=', '.join(known))}") from None
    file = ballot_pdf(
        found.question,
        found.title,
        arguments.lang,
        FORMATS[arguments.format],
        arguments.copies,
        code,
        found.drawn,
    )
    try:
        Path(arguments.out).write_bytes(file)
    except OSError as error:
        raise CommandError(t("meeting_cli.unwritable", file=arguments.out, reason=reason_of(error))) from None
    print(t("print.written", file=arguments.out, copies=arguments.copies))
    return 0


def run_show(arguments: argparse.Namespace, desk: Desk) -> int:
    """What the facilitator sees, as JSON; hidden counts are not in it."""
    print(
        json.dumps(console_scene(desk.snapshot(arguments.code.upper()), "fr"), ensure_ascii=False, indent=2)
    )
    return 0


def run_join_url(arguments: argparse.Namespace, desk: Desk) -> int:
    """The address phones use now: that of the code given, else of the meeting touched last."""
    code = arguments.code.upper() if arguments.code else next((m.code for m in desk.store.meetings()), "")
    if arguments.code:
        desk.store.meeting(code)
    print(f"{join_base()}/v/{code}" if code else join_base())
    return 0


def _pairs(values: list[str]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, sign, number = value.partition("=")
        if not sign:
            raise CommandError(t("meeting_cli.not_a_pair", value=value))
        pairs[name] = number
    return pairs


def _only(values: list[str]) -> str:
    if not values:
        raise CommandError(t("meeting_cli.value_missing"))
    return " ".join(values)


def _maybe(values: list[str]) -> str | None:
    return values[0] if values else None


def _levers(values: list[str]) -> dict[str, float | None]:
    try:
        return {
            lever: None if value in ("", "trend") else float(value) for lever, value in _pairs(values).items()
        }
    except ValueError:
        raise CommandError(t("meeting_cli.not_a_pair", value=" ".join(values))) from None


def _check_levers(room: Room, changes: Mapping[str, float | None]) -> None:
    """Let the model say whether the room's positions, so changed, can be computed."""
    wanted = {lever: value for lever, value in {**room.levers, **changes}.items() if value is not None}
    try:
        territory = load_territory(room.territory)
        engine = Engine(load_model(territory), territory)
        engine.settings({**wanted, **{lever: 0.0 for lever in changes if engine.model.lever(lever) is None}})
    except (ScenarioError, ModelError, PackError) as error:
        sentence = str(error)
        raise CommandError(sentence[:1].upper() + sentence[1:]) from None


Arguments = Callable[[argparse.Namespace], dict[str, Any]]

ACTS: dict[str, tuple[str, Arguments]] = {
    "next": ("next", lambda a: {}),
    "previous": ("previous", lambda a: {}),
    "show": ("show", lambda a: {"step": _only(a.values)}),
    "open": ("open", lambda a: {"question": _maybe(a.values)}),
    "close": ("close", lambda a: {"poll": _maybe(a.values)}),
    "reopen": ("reopen", lambda a: {"poll": _maybe(a.values)}),
    "reveal": ("reveal", lambda a: {"poll": _maybe(a.values)}),
    "hide": ("hide", lambda a: {"poll": _maybe(a.values)}),
    "seal": ("seal", lambda a: {"poll": _maybe(a.values)}),
    "presence": ("presence", lambda a: {"people": _only(a.values)}),
    "hands": ("hands", lambda a: {"counts": _pairs(a.values), "slips": a.slips, "blank": a.blank}),
    "paper": ("paper", lambda a: {"counts": _pairs(a.values), "slips": a.slips, "blank": a.blank}),
    "neutral": ("neutral", lambda a: {}),
    "promise": ("promise", lambda a: {}),
    "levers": ("levers", lambda a: {"changes": _levers(a.values)}),
    "reset-levers": ("reset_levers", lambda a: {}),
    "contest": ("contest", lambda a: {"words": _only(a.values)}),
    "decide": ("decide", lambda a: {"words": _only(a.values)}),
    "improvise": ("improvise", lambda a: {"title": _only(a.values[:1]), "options": a.values[1:]}),
    "undo": ("undo", lambda a: {}),
    "close-meeting": ("close_meeting", lambda a: {}),
}


def run_act(arguments: argparse.Namespace, desk: Desk) -> int:
    """One act of the facilitator; prints the step and what may be done next."""
    code = arguments.code.upper()
    name, read = ACTS[arguments.what]
    values = read(arguments)
    if name == "levers":
        _check_levers(desk.store.room(code), values["changes"])
    desk.act(code, name, **values)
    scene = console_scene(desk.snapshot(code), "fr")
    if arguments.json:
        print(json.dumps(scene, ensure_ascii=False))
    else:
        print(
            t(
                "meeting_cli.now",
                step=scene["step"]["title"],
                id=scene["step"]["id"],
                version=scene["version"],
            )
        )
    return 0
