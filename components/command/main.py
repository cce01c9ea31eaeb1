"""The command `cordee`: one sub-command a module, imported only when it is called."""

import argparse
import importlib
import io
import os
import sys
import traceback
from collections.abc import Sequence

from components.command.arguments import CommandError, FrenchParser
from components.look.i18n import t

MODULES = (
    "serve",
    "meeting",
    "backup",
    "verify",
    "purge",
    "scenario",
    "territory",
    "passphrase",
    "rehearse",
    "tally",
    "consultation",
    "process",
    "bench",
)


def parser(command: str | None) -> argparse.ArgumentParser:
    """The command line with the arguments of one sub-command, the others only named and described."""
    top = FrenchParser(prog="cordee", description=t("command.description"), epilog=t("command.epilog"))
    top.add_argument("--debug", action="store_true", help=t("command.debug"))
    subparsers = top.add_subparsers(title=t("command.commands"), metavar=t("command.metavar"), required=True)
    for name in MODULES:
        if name == command:
            importlib.import_module(f"components.command.{name}").add(subparsers)
        else:
            subparsers.add_parser(name, help=t(f"command.{name}_help"), add_help=False)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0, 1 with one French sentence, 2 for a command line not understood."""
    _speak_utf8()
    words = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in words if not word.startswith("-")), None)
    debug = "--debug" in words or os.environ.get("CORDEE_DEBUG", "") not in ("", "0")
    try:
        args = parser(command).parse_args(words)
        return int(args.run(args) or 0)
    except CommandError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print(t("command.interrupted"), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read us went away (`| head`): nothing to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if debug:
            traceback.print_exc()
        print(t("command.unexpected", error=f"{type(error).__name__}: {error}"), file=sys.stderr)
    return 1


def _speak_utf8() -> None:
    """A Windows console or a bare server may be set to an alphabet without « é » or a QR code's blocks."""
    for stream in (sys.stdout, sys.stderr):
        if (
            isinstance(stream, io.TextIOWrapper)
            and (stream.encoding or "").lower().replace("-", "") != "utf8"
        ):
            stream.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
