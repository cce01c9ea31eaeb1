"""The command line in French: argparse, whose own words are English unless a catalogue is installed."""

import argparse
import re
import sys
from typing import NoReturn

from components.look.i18n import t

_HEADINGS = {
    "usage: ": "command.usage",
    "positional arguments:": "command.arguments",
    "options:": "command.options",
    "show this help message and exit": "command.help_option",
}
_ERRORS = (
    (r"the following arguments are required: (?P<what>.*)", "command.error_required"),
    (r"unrecognized arguments: (?P<what>.*)", "command.error_unrecognised"),
    (
        r"argument (?P<name>.*?): invalid choice: (?P<what>.*?) \(.*choose from (?P<choices>.*)\)",
        "command.error_choice",
    ),
    (r"argument (?P<name>.*?): invalid \S+ value: (?P<what>.*)", "command.error_value"),
    (r"argument (?P<name>.*?): expected .*", "command.error_missing"),
    (r"argument (?P<name>.*?): not allowed with argument (?P<what>.*)", "command.error_together"),
)


class CommandError(Exception):
    """What the person at the keyboard can mend, as one sentence."""


def french_error(message: str) -> str:
    """An error of argparse in French; unchanged when it is not one of the known ones."""
    for pattern, key in _ERRORS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return t(key, **found.groupdict())
    return message


class FrenchParser(argparse.ArgumentParser):
    """An ArgumentParser that speaks French; its sub-parsers are of the same class."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{french_error(message)} {t('command.see_help', prog=self.prog)}\n")

    def format_help(self) -> str:
        return _in_french(super().format_help())

    def format_usage(self) -> str:
        return _in_french(super().format_usage())


def _in_french(text: str) -> str:
    text = re.sub(r"(?m)^(\w+):$", "\\1\u202f:", text)
    for english, key in _HEADINGS.items():
        text = text.replace(english, t(key), 1)
    return text


def reason_of(error: OSError) -> str:
    """Why a file cannot be read or written, in French; the system's own word where there is no better."""
    for kind, key in REASONS.items():
        if isinstance(error, kind):
            return t(f"command.{key}")
    return str(error.strerror or error)


REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "reason_missing",
    IsADirectoryError: "reason_folder",
    NotADirectoryError: "reason_not_folder",
    PermissionError: "reason_denied",
}
