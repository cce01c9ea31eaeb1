"""`cordee territory`: list the installed territories, check a pack."""

import argparse
import sys
from typing import Any

from components.command import importing
from components.look.i18n import t
from components.territory.pack import PackError, check_pack, list_territories, load_territory


def add(subparsers: Any) -> None:
    """Add the sub-command `territory` to the parsers of `cordee`."""
    parser = subparsers.add_parser("territory", help=t("territory.help"), description=t("territory.help"))
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help=t("territory.help_check"), description=t("territory.help_check"))
    check.add_argument("directory", metavar="DIR", help=t("territory.help_check_dir"))
    check.set_defaults(run=run_check)
    listing = actions.add_parser("list", help=t("territory.help_list"), description=t("territory.help_list"))
    listing.set_defaults(run=run_list)
    importing.add_actions(actions)


def run_check(arguments: argparse.Namespace) -> int:
    """Print each fault as `file:row: reason` on standard error; 0 when the pack is sound, 1 when not."""
    faults = check_pack(arguments.directory)
    if not faults:
        territory = load_territory(f"{arguments.directory}/")  # with its slash, never taken for a slug
        print(t("territory.check_sound", name=territory.name, communes=len(territory.communes)))
        return 0
    for fault in faults:
        print(fault, file=sys.stderr)
    several = t("territory.check_faults", count=len(faults))
    print(several if len(faults) > 1 else t("territory.check_faults_one"), file=sys.stderr)
    return 1


def run_list(arguments: argparse.Namespace) -> int:
    """Print slug, name and number of communes of each installed territory; 1 when a pack is refused."""
    slugs = list_territories()
    if not slugs:
        print(t("territory.list_none"))
    code = 0
    for slug in slugs:
        try:
            territory = load_territory(slug)
        except PackError:
            print(t("territory.list_broken", slug=slug), file=sys.stderr)
            code = 1
        else:
            print(f"{slug}\t{territory.name}\t{len(territory.communes)}")
    return code
