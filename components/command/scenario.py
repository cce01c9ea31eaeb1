"""`cordee scenario`: run a scenario into a CSV or JSON, list the levers, explain a figure, check the model's files."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from components.command.scenario_output import as_csv, as_json, write_whole
from components.look.i18n import t
from components.look.numbers import number
from components.scenario.cases import Outcome, run_cases
from components.scenario.checks import expired
from components.scenario.engine import Engine
from components.scenario.faults import Findings, ModelError, ScenarioError
from components.scenario.hypotheses import PREFIX
from components.scenario.ranges import DRAWS
from components.scenario.rules import MODEL, load_model
from components.scenario.told import told
from components.scenario.trace import TERRITORY, why
from components.territory.pack import (
    PackError,
    Territory,
    default_territory,
    list_territories,
    load_territory,
)

WRONG, BAD_INPUT, OUTDATED = 1, 2, 3
STDOUT = "-"
MOST_DRAWS = 100_000


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
        name: str, run: Callable[[argparse.Namespace], int], territory: bool, epilog: str = ""
    ) -> argparse.ArgumentParser:
        words = t(f"scenario_cli.help_{name}")
        made: argparse.ArgumentParser = actions.add_parser(name, help=words, description=words, epilog=epilog)
        made.add_argument(
            "--territory", metavar="SLUG", required=territory, help=t("scenario_cli.arg_territory")
        )
        made.add_argument("--model", metavar="DOSSIER", default=str(MODEL), help=t("scenario_cli.arg_model"))
        made.set_defaults(run=lambda arguments: _carry_out(run, arguments))
        return made

    run = action("run", run_run, True)
    _settings_arguments(run)
    run.add_argument("--name", metavar="NOM", help=t("scenario_cli.arg_name"))
    run.add_argument("--out", metavar="FICHIER", default=STDOUT, help=t("scenario_cli.arg_out"))
    run.add_argument("--json", action="store_true", help=t("scenario_cli.arg_json"))
    run.add_argument("--draws", type=int, metavar="N", help=t("scenario_cli.arg_draws", usual=DRAWS))
    run.add_argument("--seed", type=int, default=0, metavar="N", help=t("scenario_cli.arg_seed"))
    action("levers", run_levers, False).add_argument(
        "--json", action="store_true", help=t("scenario_cli.arg_json")
    )
    for name in ("explain", "why"):
        explain = action(name, run_explain, True)
        explain.add_argument("variable", metavar="GRANDEUR", help=t("scenario_cli.arg_variable"))
        explain.add_argument(
            "--region", default=TERRITORY, metavar="INSEE", help=t("scenario_cli.arg_region")
        )
        explain.add_argument(
            "--year", type=int, default=2050, metavar="ANNÉE", help=t("scenario_cli.arg_year")
        )
        explain.add_argument("--lang", choices=("fr", "en"), default="fr", help=t("scenario_cli.arg_lang"))
        explain.add_argument("--per-inhabitant", action="store_true", help=t("scenario_cli.arg_person"))
        explain.add_argument("--json", action="store_true", help=t("scenario_cli.arg_json"))
        explain.set_defaults(json_always=name == "why")
        _settings_arguments(explain)
    action("check", run_check, False, t("scenario_cli.check_codes"))


def _settings_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="LEVIER=VALEUR",
        help=t("scenario_cli.arg_set"),
    )
    parser.add_argument("--preset", metavar="NOM", help=t("scenario_cli.arg_preset"))


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
        return WRONG


def run_run(arguments: argparse.Namespace) -> int:
    """Write one scenario, as a long table (scenario, region, variable, unit, year, value) or as JSON."""
    if (arguments.draws is not None and not 1 <= arguments.draws <= MOST_DRAWS) or arguments.seed < 0:
        raise _BadInput(t("scenario_cli.bad_draws", most=number(MOST_DRAWS)))
    engine = _engine(arguments)
    overrides = _overrides(arguments, engine)
    result = engine.run(overrides)
    name = arguments.name or arguments.preset or ("scenario" if overrides else "trend")
    bands = {}
    if arguments.draws is not None:
        bands = engine.bands(overrides, engine.variables, arguments.draws, arguments.seed)
    text = as_json(engine, result, name, bands) if arguments.json else as_csv(result, name, bands)
    if arguments.out == STDOUT:
        sys.stdout.write(text)
        return 0
    try:
        write_whole(Path(arguments.out), text)
    except OSError as error:
        reason = t(f"scenario_cli.{_REASONS.get(type(error), 'disk')}")
        raise _BadInput(t("scenario_cli.cannot_write", path=arguments.out, reason=reason)) from error
    return 0


def run_levers(arguments: argparse.Namespace) -> int:
    """Print every lever with its bounds, today's value and its trend, then hypotheses; `--json` for a program."""
    arguments.territory = arguments.territory or _first_territory()
    engine = _engine(arguments)
    if arguments.json:
        keys = ("id", "stage", "unit", "min", "max", "step", "today", "trend", "simplex", "available")
        rows = [
            {key: _plain(getattr(lever, key)) for key in keys}
            | {"label": dict(lever.label), "reason": dict(lever.reason)}
            for lever in engine.model.levers
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False))
        return 0
    columns = ("id", "min", "max", "today", "trend", "unit", "label")
    print("\t".join(t(f"scenario_cli.column_{name}") for name in columns))
    for lever in engine.model.levers:
        figures = (number(value) for value in (lever.min, lever.max, lever.today, lever.trend))
        label = lever.label["fr"]
        if not lever.available:
            label += t("scenario_cli.lever_unavailable", reason=lever.reason["fr"])
        print("\t".join((lever.id, *figures, lever.unit, label)))
    for hypothesis in engine.hypotheses:
        choices = ", ".join(option.id for option in hypothesis.options)
        print(f"{hypothesis.setting}\t{choices}\t{hypothesis.question['fr']}")
    for preset in engine.presets:
        print(f"--preset {preset.id}\t{preset.label['fr']}")
    return 0


def _plain(value: object) -> object:
    """A value for JSON: NaN is unknown."""
    return None if isinstance(value, float) and value != value else value


def run_explain(arguments: argparse.Namespace) -> int:
    """Print why a figure is what it is, as a tree or as JSON."""
    engine = _engine(arguments)
    result = engine.run(_overrides(arguments, engine))
    lang, region = arguments.lang, arguments.region
    try:
        found = why(
            engine,
            result,
            arguments.variable,
            region,
            arguments.year,
            lang,
            per_inhabitant=arguments.per_inhabitant,
        )
    except KeyError as error:
        raise _BadInput(t("scenario_cli.unknown_figure", name=str(error.args[0]))) from error
    if arguments.json or arguments.json_always:
        print(json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False))
        return 0
    communes = engine.territory.communes
    place = str(communes.loc[region, "name"]) if region in communes.index else engine.territory.name
    sys.stdout.write(told(found, place, lang))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Load the model for each territory, run the readable cases, and say all that is wrong, each with its line.

    Returns 0 when all holds, 1 when a file or a case is wrong, 3 when all holds but best-before dates are past.
    """
    folder = Path(arguments.model)
    codes = {
        _check(slug, folder)
        for slug in ([arguments.territory] if arguments.territory else list_territories())
    }
    return WRONG if WRONG in codes else OUTDATED if OUTDATED in codes else 0


def _check(slug: str, folder: Path) -> int:
    territory = _territory(slug)
    findings = Findings(every=True)
    outcomes: list[Outcome] = []
    engine = None
    try:
        engine = Engine(load_model(territory, folder, findings=findings), territory)
        outcomes = run_cases(engine, folder / "cases")
    except ModelError as error:
        if error not in findings.faults:
            findings.faults.append(error)
    for fault in sorted(findings.faults, key=lambda fault: (fault.file, fault.line)):
        _say(_at(fault))
    failed = [outcome for outcome in outcomes if not outcome.holds]
    for outcome in failed:
        _say(_case(outcome))
    if engine is None:
        _say(t("scenario_cli.unsound", name=territory.name, count=len(findings.faults)))
        return WRONG
    for remark in engine.model.remarks:
        _say(t("scenario_cli.remark", text=_at(remark)))
    late = expired(engine.model, date.today())
    for rule in late:
        text = t("scenario_cli.expired", date=rule.best_before, rule=rule.label["fr"])
        _say(f"{_relative(rule.file)}:{rule.line_of('best_before')}:{rule.id}\u202f: {text}")
    if findings.faults or failed:
        _say(t("scenario_cli.unsound", name=territory.name, count=len(findings.faults) + len(failed)))
        return WRONG
    rules, levers = len(engine.model.rules), len(engine.model.levers)
    print(t("scenario_cli.sound", name=territory.name, rules=rules, levers=levers, cases=len(outcomes)))
    return OUTDATED if late else 0


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _at(fault: ModelError) -> str:
    """`file:line:rule : sentence`, as editors open it."""
    place = ":".join(filter(None, (_relative(fault.file), str(fault.line or ""), fault.rule)))
    return f"{place}\u202f: {fault.sentence}"


def _relative(file: str) -> str:
    path = os.path.relpath(file)
    return file if path.startswith("..") else path


def _case(outcome: Outcome) -> str:
    words = t(
        "scenario_cli.case_failed",
        file=_relative(outcome.file),
        line=outcome.line,
        text=outcome.text,
        variable=outcome.variable,
        region=outcome.region,
        year=outcome.year,
        found=number(outcome.found),
        unit=outcome.unit,
        comparison=t(f"scenario_cli.{outcome.comparison}"),
        wanted=number(outcome.wanted),
    )
    return words


def _overrides(arguments: argparse.Namespace, engine: Engine) -> dict[str, float | str]:
    """The preset asked for, then each `--set` over it."""
    overrides: dict[str, float | str] = {}
    if arguments.preset:
        chosen = next((preset for preset in engine.presets if preset.id == arguments.preset), None)
        if chosen is None:
            known = ", ".join(preset.id for preset in engine.presets) or "–"
            raise _BadInput(t("scenario_cli.unknown_preset", name=arguments.preset, known=known))
        overrides |= chosen.settings
    for word in arguments.settings:
        name, sign, value = (part.strip() for part in word.partition("="))
        if not sign or not name:
            raise _BadInput(t("scenario_cli.bad_set", word=word))
        if name.startswith(PREFIX) and not value.isdecimal():  # an option's id
            overrides[name] = value
            continue
        try:
            overrides[name] = float(value.replace("\u2212", "-").replace(",", "."))
        except ValueError as error:
            raise _BadInput(t("scenario_cli.bad_value", name=name, value=value)) from error
    return overrides


def _territory(slug: str) -> Territory:
    """The territory of a slug or of a pack's folder."""
    known = list_territories()
    pack: str | Path = slug
    if slug not in known:
        pack = Path(slug)
        if not pack.is_dir():
            raise _BadInput(t("scenario_cli.unknown_territory", slug=slug, known=", ".join(known) or "–"))
    try:
        return load_territory(pack)
    except PackError as error:
        raise _BadInput(t("scenario_cli.broken_territory", slug=slug, reason=str(error.faults[0]))) from error


def _engine(arguments: argparse.Namespace) -> Engine:
    territory = _territory(arguments.territory)
    return Engine(load_model(territory, Path(arguments.model)), territory)


def _first_territory() -> str:
    slug = default_territory()
    if not slug:
        raise _BadInput(t("scenario_cli.no_territory"))
    return slug
