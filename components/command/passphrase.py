"""`cordee passphrase reset`: who can run commands on this machine may always set the passphrase anew."""

import argparse
import os
import sys

from components.command.arguments import CommandError
from components.command.places import default_database_url
from components.look.i18n import t


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    parser = subparsers.add_parser("passphrase", help=t("command.passphrase_help"))
    actions = parser.add_subparsers(title=t("command.commands"), metavar=t("command.metavar"), required=True)
    reset = actions.add_parser(
        "reset", help=t("command.reset_help"), description=t("command.reset_description")
    )
    source = reset.add_mutually_exclusive_group()
    source.add_argument("--set", metavar=t("command.reset_text"), help=t("command.reset_set"))
    source.add_argument("--stdin", action="store_true", help=t("command.reset_stdin"))
    reset.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sets the passphrase given by option, standard input or CORDEE_PASSPHRASE, else a new one, printed."""
    from components.access import door, passphrase
    from components.access.store import Settings, StoreError

    given = args.set
    if args.stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif given is None:
        given = os.environ.get("CORDEE_PASSPHRASE") or None
    if given is not None and (fault := passphrase.fault(given)):
        raise CommandError(t(fault, shortest=passphrase.SHORTEST))
    text = given if given is not None else passphrase.generate()
    try:
        settings = Settings(default_database_url())
        settings.prepare()
        door.set_passphrase(settings, text)
    except StoreError as error:
        from components.command.serve import store_sentence

        raise CommandError(store_sentence(default_database_url(), error.reason, error.detail)) from error
    print(t("command.reset_done") if given is not None else t("command.reset_new", passphrase=text))
    return 0
