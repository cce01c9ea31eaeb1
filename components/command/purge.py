"""`cordee purge`: erase what has been kept long enough, and say it."""

import argparse
import json

from components.command.arguments import CommandError
from components.look.i18n import t
from components.meeting.desk import Desk
from components.meeting.retention import Taken, purge, rules
from components.meeting.store import StoreUnavailable
from components.rehearsal.stage import sweep


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    parser = subparsers.add_parser(
        "purge", help=t("command.purge_help"), description=t("retention.description")
    )
    parser.add_argument("--dry-run", action="store_true", help=t("retention.arg_dry"))
    parser.add_argument("--json", action="store_true", help=t("retention.arg_json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Purges and says what went. Raises CommandError."""
    try:
        desk = Desk.open()
    except StoreUnavailable as error:
        raise CommandError(t("meeting_cli.store_unavailable", reason=error.reason)) from None
    try:
        if not args.dry_run:
            sweep(desk)
        taken = purge(desk, args.dry_run)
    except StoreUnavailable as error:
        raise CommandError(t("meeting_cli.store_unavailable", reason=error.reason)) from None
    except (OSError, ValueError) as error:
        raise CommandError(t("retention.bad_rules", reason=error)) from None
    finally:
        desk.store.close()
    if args.json:
        print(
            json.dumps({"dry_run": args.dry_run, "taken": [vars(one) for one in taken]}, ensure_ascii=False)
        )
    else:
        print("\n".join(sentences(taken, args.dry_run)))
    return 0


def sentences(taken: list[Taken], dry: bool) -> list[str]:
    """What went, a line each."""
    if not taken:
        return [t("retention.nothing")]
    words = {kind.id: kind.text("what", "fr") for kind in rules().kinds}
    lines = [t("retention.would" if dry else "retention.done")]
    for one in taken:
        key = "taken" if one.meeting else "taken_files"
        lines.append(t(f"retention.{key}", meeting=one.meeting, what=words[one.kind], n=one.amount))
    return lines
