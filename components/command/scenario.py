"""`cordee scenario`: run a scenario into a CSV, list the levers, explain a figure, check the model's files."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from components.look.i18n import t
from components.look.numbers import number
from components.scenario.cases import run_cases
from components.scenario.checks import expired
from components.scenario.engine import Engine
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.hypotheses import PREFIX
from components.scenario.rules import MODEL, load_model
from components.scenario.trace import TERRITORY, why
from components.territory.pack import PackError, list_territories, load_territory

BAD_INPUT = 2
STDOUT = "-"


_REASONS: dict[type[OSError], str] = {
    FileNotFoundError: "no_folder",
    NotADirectoryError: "no_folder",
    IsADirectoryError: "is_folder",
    PermissionError: "forbidden",
}


class _BadInput(Exception):
    """A command line that cannot be obeyed, as one French sentence."""


def add(subparsers: Any) -> None:
    """Add the sub-command `scenario` to the parsers of `cordee`."""
    parser = subparsers.add_parser(
        "scenario", help=t("scenario_cli.help"), description=t("scenario_cli.help")
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(
        name: str, run: Callable[[argparse.Namespace], int], territory: bool
    ) -> argparse.ArgumentParser:
        words = t(f"scenario_cli.help_{name}")
        made: argparse.ArgumentParser = actions.add_parser(name, help=words, description=words)
        made.add_argument(
            "--territory", metavar="SLUG", required=territory, help=t("scenario_cli.arg_territory")
        )
        made.set_defaults(run=lambda arguments: _carry_out(run, arguments))
        return made

    run = action("run", run_run, True)
    _settings_argument(run)
    run.add_argument("--name", metavar="NOM", help=t("scenario_cli.arg_name"))
    run.add_argument("--out", metavar="FICHIER", required=True, help=t("scenario_cli.arg_out"))
    action("levers", run_levers, False).add_argument(
        "--json", action="store_true", help=t("scenario_cli.arg_json")
    )
    explain = action("why", run_why, True)
    explain.add_argument("variable", metavar="GRANDEUR", help=t("scenario_cli.arg_variable"))
    explain.add_argument("--region", default=TERRITORY, metavar="INSEE", help=t("scenario_cli.arg_region"))
    explain.add_argument("--year", type=int, default=2050, metavar="ANNÉE", help=t("scenario_cli.arg_year"))
    explain.add_argument("--lang", choices=("fr", "en"), default="fr", help=t("scenario_cli.arg_lang"))
    _settings_argument(explain)
    check = action("check", run_check, False)
    check.add_argument("--model", metavar="DOSSIER", default=str(MODEL), help=t("scenario_cli.arg_model"))


def _settings_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="LEVIER=VALEUR",
        help=t("scenario_cli.arg_set"),
    )


def _carry_out(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    try:
        return run(arguments)
    except _BadInput as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except ScenarioError as error:
        print(t("scenario_cli.refused", sentence=error.fr), file=sys.stderr)
        return BAD_INPUT
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1


def run_run(arguments: argparse.Namespace) -> int:
    """Write the long table of one scenario: scenario, region, variable, unit, year, value."""
    overrides = _overrides(arguments.settings)
    engine = _engine(arguments.territory)
    settings = engine.settings(overrides)
    name = arguments.name or ("scenario" if overrides else "trend")
    text = engine.run(settings).table(name).to_csv(index=False, lineterminator="\n")
    if arguments.out == STDOUT:
        sys.stdout.write(text)
        return 0
    try:
        _write(Path(arguments.out), text)
    except OSError as error:
        reason = t(f"scenario_cli.{_REASONS.get(type(error), 'disk')}")
        raise _BadInput(t("scenario_cli.cannot_write", path=arguments.out, reason=reason)) from error
    return 0


def run_levers(arguments: argparse.Namespace) -> int:
    """Print every lever with its bounds, today's value and its trend; `--json` for a program."""
    levers = _engine(arguments.territory or _first_territory()).levers
    if arguments.json:
        keys = ("id", "stage", "unit", "min", "max", "step", "today", "trend", "simplex")
        rows = [{key: getattr(lever, key) for key in keys} | {"label": dict(lever.label)} for lever in levers]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    columns = ("id", "min", "max", "today", "trend", "unit", "label")
    print("\t".join(t(f"scenario_cli.column_{name}") for name in columns))
    for lever in levers:
        figures = (number(value) for value in (lever.min, lever.max, lever.today, lever.trend))
        print("\t".join((lever.id, *figures, lever.unit, lever.label["fr"])))
    return 0


def run_why(arguments: argparse.Namespace) -> int:
    """Print, as JSON, why a figure is what it is."""
    engine = _engine(arguments.territory)
    result = engine.run(engine.settings(_overrides(arguments.settings)))
    try:
        found = why(engine, result, arguments.variable, arguments.region, arguments.year, arguments.lang)
    except KeyError as error:
        raise _BadInput(t("scenario_cli.unknown_figure", name=str(error.args[0]))) from error
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Load the model for each territory and run the readable cases; 0 when all holds, 1 when not."""
    folder = Path(arguments.model)
    code = 0
    for slug in [arguments.territory] if arguments.territory else list_territories():
        territory = _territory(slug)
        try:
            engine = Engine(load_model(territory, folder), territory)
            outcomes = run_cases(engine, folder / "cases")
        except ModelError as error:
            print(error, file=sys.stderr)
            code = 1
            continue
        for rule in expired(engine.model, date.today()):
            file, label = Path(rule.file).name, rule.label["fr"]
            said = t("model.expired", date=rule.best_before, rule=label, file=file, line_number=rule.line)
            print(said, file=sys.stderr)
        failed = [outcome for outcome in outcomes if not outcome.holds]
        for outcome in failed:
            print(
                t(
                    "scenario_cli.case_failed",
                    file=Path(outcome.file).name,
                    line=outcome.line,
                    text=outcome.text,
                    variable=outcome.variable,
                    region=outcome.region,
                    year=outcome.year,
                    found=number(outcome.found),
                    unit=outcome.unit,
                    comparison=t(f"scenario_cli.{outcome.comparison}"),
                    wanted=number(outcome.wanted),
                ),
                file=sys.stderr,
            )
        if failed:
            code = 1
            continue
        rules, levers = len(engine.model.rules), len(engine.levers)
        print(t("scenario_cli.sound", name=territory.name, rules=rules, levers=levers, cases=len(outcomes)))
    return code


def _overrides(words: list[str]) -> dict[str, float | str]:
    overrides: dict[str, float | str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise _BadInput(t("scenario_cli.bad_set", word=word))
        if name.strip().startswith(PREFIX):  # an option's id, or its number
            chosen = value.strip()
            overrides[name.strip()] = float(chosen) if chosen.isdigit() else chosen
            continue
        try:
            overrides[name.strip()] = float(value.strip().replace("\u2212", "-").replace(",", "."))
        except ValueError as error:
            raise _BadInput(t("scenario_cli.bad_value", name=name.strip(), value=value)) from error
    return overrides


def _territory(slug: str) -> Any:
    known = list_territories()
    if slug not in known:
        raise _BadInput(t("scenario_cli.unknown_territory", slug=slug, known=", ".join(known) or "–"))
    try:
        return load_territory(slug)
    except PackError as error:
        raise _BadInput(t("scenario_cli.broken_territory", slug=slug, reason=str(error.faults[0]))) from error


def _engine(slug: str) -> Engine:
    territory = _territory(slug)
    return Engine(load_model(territory), territory)


def _first_territory() -> str:
    known = list_territories()
    if not known:
        raise _BadInput(t("scenario_cli.no_territory"))
    return known[0]


def _write(path: Path, text: str) -> None:
    """Writes the whole file or nothing: a reader never sees half of it, an old one survives a failure."""
    if path.is_dir():
        raise IsADirectoryError(str(path))
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8", newline="")  # a device or a pipe has no name to replace
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        fresh.chmod(0o666 & ~umask)
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
