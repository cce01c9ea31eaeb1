"""`cordee tally`: count a file of ballots by any method, in words or as JSON with its trace."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.command.arguments import reason_of
from components.look.i18n import t
from components.look.numbers import number
from components.voting.answers import COUNTINGS
from components.voting.csv_ballots import read_costs, read_csv
from components.voting.drawing import drawing, explanation
from components.voting.formats import MOST_DIGITS, Asked, BallotFile, FileRefused, fold
from components.voting.methods import METHODS
from components.voting.pabulib import read_pabulib
from components.voting.question import Option, Question
from components.voting.tally import Tally, tally

BAD_INPUT = 2
MOST = {"budget": 10**MOST_DIGITS - 1, "points": 1000, "per-option": 1000, "scale": 100}
"""The highest value of each number, as in a run sheet; what a file says of a budget has as many digits."""


class _BadInput(Exception):
    """What the person at the keyboard can mend, as one sentence."""


def add(subparsers: Any) -> None:
    """Add the sub-command `tally` to the parsers of `cordee`."""
    parser = subparsers.add_parser(
        "tally",
        help=t("voting.tally_help"),
        description=t("voting.tally_description"),
        epilog=t("voting.tally_epilog"),
    )
    parser.add_argument("method", metavar="METHOD", choices=sorted(METHODS), help=t("voting.tally_method"))
    parser.add_argument("file", metavar="FILE", help=t("voting.tally_file"))
    parser.add_argument("--json", action="store_true", help=t("voting.tally_json"))
    parser.add_argument("--options", metavar="A,B,C", default="", help=t("voting.tally_options"))
    parser.add_argument("--grades", metavar="A,B,C", default="", help=t("voting.tally_grades"))
    parser.add_argument("--counting", choices=COUNTINGS, default="", help=t("voting.tally_counting"))
    for name in MOST:
        words = t(f"voting.tally_{name.replace('-', '_')}")
        parser.add_argument(f"--{name}", type=int, metavar="N", help=words)
    parser.add_argument("--costs", metavar="FILE.csv", help=t("voting.tally_costs"))
    parser.add_argument("--lang", choices=("fr", "en"), default="fr", help=t("voting.tally_lang"))
    parser.set_defaults(run=run_tally)


def run_tally(arguments: argparse.Namespace) -> int:
    """Print the result; 2 and one sentence when the file or the options cannot be obeyed."""
    try:
        found = _read(arguments)
    except _BadInput as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    counted = tally(found.question, {("paper", ""): found.ballots})
    warnings = [warning.sentence(arguments.file, arguments.lang) for warning in found.warnings]
    if arguments.json:
        answer = told(found.question, counted, arguments.lang)
        answer |= {"limits": dict(found.limits), "warnings": warnings}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        lines = in_words(found.question, counted, arguments.lang)
        if found.limits:
            lines += ["", limits_sentence(found.limits, arguments.lang)]
        print("\n".join([*lines, *([""] if warnings else []), *warnings]))
    return 0


def limits_sentence(limits: Mapping[str, float], lang: str) -> str:
    """What every ballot of the file was held to, by the names the file gives."""
    bounds = ", ".join(f"{name} = {number(bound, lang)}" for name, bound in limits.items())
    return t("voting.tally_limits", lang, bounds=bounds)


def told(question: Question, counted: Tally, lang: str) -> dict[str, Any]:
    """The result as a program wants it; names of options are those of the file."""
    return {
        "method": counted.method,
        "ballots": counted.ballots,
        "blank": counted.blank,
        "votes_cast": counted.votes_cast,
        "winners": list(counted.winners),
        "counts": dict(counted.counts),
        "trace": dict(counted.trace),
        "explanation": explanation(question, counted, lang),
        "drawing": drawing(question, counted, lang),
    }


def in_words(question: Question, counted: Tally, lang: str) -> list[str]:
    """The result as a person reads it."""
    figures = {name: number(getattr(counted, name), lang) for name in ("ballots", "blank")}
    key = "tally_ballots_consent" if question.method == "consent" else "tally_ballots"
    lines = [t(f"voting.{key}", lang, cast=number(counted.votes_cast, lang), **figures), ""]
    lines.append(t("voting.tally_counts", lang))
    lines.extend(
        "  " + t("voting.tally_row", lang, label=option.text(lang), n=number(counted.counts[option.id], lang))
        for option in question.options
    )
    lines += ["", t("voting.tally_how", lang)]
    lines.extend(f"– {sentence}" for sentence in explanation(question, counted, lang))
    if sentence := drawing(question, counted, lang).get("sentence"):
        lines += ["", str(sentence)]
    return lines


def _read(arguments: argparse.Namespace) -> BallotFile:
    lang = arguments.lang
    for name, most in MOST.items():
        value = getattr(arguments, name.replace("-", "_"))
        if value is not None and not 1 <= value <= most:
            raise _BadInput(t("voting.tally_bounds", lang, name=f"--{name}", most=number(most, lang)))
    costs = {}
    if arguments.costs:
        costs = _told_by(arguments.costs, lang, read_costs)
    asked = Asked(
        method=arguments.method,
        options=_options(arguments.options, lang),
        grades=_grades(arguments.grades, lang),
        counting=arguments.counting,
        budget=arguments.budget or 0,
        points=arguments.points or 0,
        cap=(arguments.method == "score" and arguments.scale) or arguments.per_option or 0,
        scale=arguments.scale or 10,
        costs=costs,
    )
    pabulib = Path(arguments.file).suffix.lower() == ".pb"
    if arguments.method == "budget" and not pabulib:
        if not asked.budget:
            raise _BadInput(t("voting.tally_budget_missing", lang))
        if not asked.costs:
            raise _BadInput(t("voting.tally_costs_missing", lang))
    read = read_pabulib if pabulib else read_csv
    found: BallotFile = _told_by(arguments.file, lang, lambda data: read(data, asked))
    if arguments.method == "budget" and not found.question.budget:
        raise _BadInput(t("voting.tally_budget_missing", lang))
    if not found.ballots:
        raise _BadInput(FileRefused("no_ballot").sentence(arguments.file, lang))
    return found


def _told_by(file: str, lang: str, read: Any) -> Any:
    try:
        return read(Path(file).read_bytes())
    except OSError as error:
        raise _BadInput(t("voting.tally_unreadable", lang, file=file, reason=reason_of(error))) from error
    except FileRefused as refused:
        raise _BadInput(refused.sentence(file, lang)) from refused


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


def _options(words: str, lang: str) -> tuple[str, ...]:
    names = _listed(words)
    folded = [fold(name) for name in names]
    for place, name in enumerate(names):
        if folded.index(folded[place]) != place:
            raise _BadInput(t("voting.tally_options_twice", lang, name=name[:60]))
    return names


def _grades(words: str, lang: str) -> tuple[Option, ...]:
    names = _listed(words)
    if words and (len({fold(name) for name in names}) < max(2, len(names)) or "=" in words):
        raise _BadInput(t("voting.tally_grades_wrong", lang))
    return tuple(Option(name, {"fr": name}) for name in names)
