"""Ready-made scenarios, read from `presets.yaml`: what somebody published, and what it leaves at the trend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.scenario.declared import (
    Source,
    both_languages,
    number,
    read_source,
    section,
)
from components.scenario.faults import Findings, ModelError, ScenarioError
from components.scenario.model import Model
from components.scenario.settings import Settings
from components.scenario.yaml_lines import Entry, entries

KEYS = frozenset({"label", "note", "source", "settings", "unsourced", "status"})
STATUSES = ("sourced", "deduced", "to verify")


@dataclass(frozen=True)
class Preset:
    """A scenario to start from.

    `settings`: overrides of the trend, ready for `Engine.settings`; `at_trend`: levers it does not set, `unsourced`
    those of which its source says something that could not be found; `absent`: levers it sets that this territory
    cannot move.
    """

    id: str
    label: Mapping[str, str]
    source: Source
    settings: Mapping[str, float]
    at_trend: tuple[str, ...]
    unsourced: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    status: str = "sourced"
    note: Mapping[str, str] = field(default_factory=dict)


def read_presets(file: Path, model: Model, findings: Findings) -> tuple[Preset, ...]:
    """The presets of a file for a territory's model, none when there is no file. Raises ModelError."""
    settings = Settings(model)
    found: list[Preset] = []
    with findings.noting():
        for entry in entries(file) if file.exists() else ():
            with findings.noting():
                found.append(_preset(entry, model, settings))
    return tuple(found)


def _preset(entry: Entry, model: Model, allowed: Settings) -> Preset:
    value = section(entry.name, entry.value, entry, KEYS, ("label", "source", "settings"))
    status = value.get("status", STATUSES[0])
    if status not in STATUSES:
        raise ModelError(
            "choice",
            entry.file,
            entry.line_of("status"),
            entry.name,
            name="status",
            choices=", ".join(STATUSES),
        )
    asked = value["settings"]
    if not isinstance(asked, dict):
        raise ModelError("rule_form", entry.file, entry.line_of("settings"), entry.name)
    unsourced = value.get("unsourced", [])
    if not isinstance(unsourced, list):
        raise ModelError(
            "list_expected", entry.file, entry.line_of("unsourced"), entry.name, name="unsourced"
        )
    for name in unsourced:
        if model.lever(str(name)) is None or name in asked:
            raise ModelError(
                "model_engine.preset_lever", entry.file, entry.line_of("unsourced"), entry.name, name=name
            )
    settings, absent = _settings(asked, entry, model)
    try:
        complete = allowed.of(settings)
    except ScenarioError as error:
        raise ModelError(
            "case_levers", entry.file, entry.line_of("settings"), entry.name,
            sentence={"fr": error.fr, "en": error.en},
        ) from error  # fmt: skip
    return Preset(
        entry.name,
        both_languages(value["label"], entry, "label"),
        read_source(value["source"], entry),
        {name: complete[name] for name in settings},
        tuple(lever.id for lever in model.levers if lever.id not in asked),
        tuple(map(str, unsourced)),
        absent,
        status,
        both_languages(value["note"], entry, "note") if "note" in value else {},
    )


def _settings(
    asked: Mapping[str, object], entry: Entry, model: Model
) -> tuple[dict[str, float | str], tuple[str, ...]]:
    """What the preset sets here, within the bounds that the territory gives, and the levers it cannot set."""
    settings: dict[str, float | str] = {}
    absent: list[str] = []
    for name, value in asked.items():
        lever = model.lever(str(name))
        if lever is not None and not lever.available:
            absent.append(lever.id)
        elif isinstance(value, str):
            settings[str(name)] = value
        else:
            wanted = number(value, entry, f"settings.{name}")
            fits = lever is None or not lever.territorial
            settings[str(name)] = wanted if fits or lever is None else min(max(wanted, lever.min), lever.max)
    return settings, tuple(absent)
