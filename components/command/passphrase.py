"""`cordee passphrase reset [--role R]`: who can run commands on this machine may always set a passphrase anew."""

import argparse
import os
import sys

from components.access.roles import FACILITATOR, ROLES
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
    reset.add_argument("--role", choices=ROLES, default=FACILITATOR, help=t("access.reset_role"))
    source = reset.add_mutually_exclusive_group()
    source.add_argument("--set", metavar=t("command.reset_text"), help=t("command.reset_set"))
    source.add_argument("--stdin", action="store_true", help=t("command.reset_stdin"))
    reset.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sets a role's passphrase: given by option or standard input, for the facilitator also by CORDEE_PASSPHRASE,
    else a new one, printed once."""
    from components.access import door, passphrase
    from components.access.store import Settings, StoreError

    given = args.set
    if args.stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif given is None and args.role == FACILITATOR:
        given = os.environ.get("CORDEE_PASSPHRASE") or None
    if given is not None and (fault := passphrase.fault(given)):
        raise CommandError(t(fault, shortest=passphrase.SHORTEST))
    text = given if given is not None else passphrase.generate()
    try:
        settings = Settings(default_database_url())
        settings.prepare()
        door.set_passphrase(settings, text, args.role)
    except StoreError as error:
        from components.command.serve import store_sentence

        raise CommandError(store_sentence(default_database_url(), error.reason, error.detail)) from error
    if given is not None:
        print(t("command.reset_done"))
    elif args.role == FACILITATOR:
        print(t("command.reset_new", passphrase=text))
    else:
        print(t("access.reset_new_role", role=t(f"access.role_{args.role}"), passphrase=text))
    return 0
