"""`cordee consultation`: the result of a local referendum or a consultation of voters held at the polls."""

import argparse
import json
import sys
from typing import Any

from components.look.i18n import t
from components.voting.consultation import KINDS, PLACES, ConsultationRefused, Held, consult

BAD_INPUT = 2


def add(subparsers: Any) -> None:
    """Add the sub-command `consultation` to the parsers of `cordee`."""
    parser = subparsers.add_parser(
        "consultation", help=t("voting.consult_help"), description=t("voting.consult_description")
    )
    parser.add_argument("kind", choices=KINDS, help=t("voting.consult_arg_kind"))
    parser.add_argument("--place", choices=PLACES, required=True, help=t("voting.consult_arg_place"))
    for name in ("registered", "voted", "yes", "no"):
        parser.add_argument(
            f"--{name}", type=int, required=True, metavar="N", help=t(f"voting.consult_arg_{name}")
        )
    for name in ("blank", "null"):
        parser.add_argument(
            f"--{name}", type=int, default=0, metavar="N", help=t(f"voting.consult_arg_{name}")
        )
    parser.add_argument("--json", action="store_true", help=t("scenario_cli.arg_json"))
    parser.add_argument("--lang", choices=("fr", "en"), default="fr", help=t("voting.tally_lang"))
    parser.set_defaults(run=run_consultation)


def run_consultation(arguments: argparse.Namespace) -> int:
    """Print the result in words, or with `--json` as an object; 2 when the numbers cannot be."""
    numbers = {
        name: getattr(arguments, name) for name in ("registered", "voted", "blank", "null", "yes", "no")
    }
    try:
        verdict = consult(Held(kind=arguments.kind, place=arguments.place, **numbers))
    except ConsultationRefused as refused:
        print(refused.sentence(arguments.lang), file=sys.stderr)
        return BAD_INPUT
    if arguments.json:
        print(json.dumps(verdict.to_dict(arguments.lang), ensure_ascii=False, indent=1))
    else:
        print("\n".join(verdict.sentences(arguments.lang)))
    return 0
