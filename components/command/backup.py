"""`cordee backup`: the whole database in one file, while the evening goes on."""

import argparse
import sqlite3
import sys
from pathlib import Path

from components.command.arguments import CommandError, reason_of
from components.command.places import database_file
from components.look.i18n import t
from components.meeting.desk import Desk
from components.meeting.poll import SEALED
from components.meeting.store import StoreUnavailable
from components.meeting.store.copy import copy_file


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    parser = subparsers.add_parser(
        "backup", help=t("command.backup_help"), description=t("archive.backup_description")
    )
    parser.add_argument("file", type=Path, metavar="FICHIER", help=t("archive.backup_file"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copies, then says what the copy cannot do. Raises CommandError."""
    try:
        desk = Desk.open()
    except StoreUnavailable as error:
        raise CommandError(t("meeting_cli.store_unavailable", reason=error.reason)) from None
    try:
        source = database_file(desk.store.url)
        if source is None:
            raise CommandError(t("archive.backup_postgresql"))
        try:
            copy_file(source, args.file)
        except FileExistsError:
            raise CommandError(t("archive.backup_exists", file=args.file)) from None
        except (OSError, sqlite3.Error) as error:
            reason = reason_of(error) if isinstance(error, OSError) else str(error)
            raise CommandError(t("archive.backup_unwritable", file=args.file, reason=reason)) from None
        print(t("archive.backup_done", file=args.file, meetings=len(desk.store.meetings())))
        for sentence in unsealed(desk):
            print(sentence, file=sys.stderr)
    finally:
        desk.store.close()
    return 0


def unsealed(desk: Desk) -> list[str]:
    """A sentence for each vote whose phones a copy cannot recognise again."""
    return [
        t("archive.backup_open", code=meeting.code, title=poll.question.text("fr"))
        for meeting in desk.store.meetings()
        for poll in desk.store.room(meeting.code).polls.values()
        if poll.state != SEALED
    ]
