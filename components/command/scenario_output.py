"""What `cordee scenario` writes: a scenario as a long table or as JSON, a file whole or not at all."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from components.scenario.engine import Engine, Result
from components.scenario.ranges import Band


def as_csv(result: Result, name: str, bands: Mapping[str, Band]) -> str:
    """The long table; with bands, columns p5, p50 and p95 in the rows of the whole territory."""
    table = result.table(name)
    if bands:
        drawn = pd.concat(
            pd.DataFrame({"region": result.slug, "variable": variable, "year": result.years} | vars(band))
            for variable, band in bands.items()
        )
        table = table.merge(drawn, how="left", on=["region", "variable", "year"])
    return str(table.to_csv(index=False, lineterminator="\n"))


def as_json(engine: Engine, result: Result, name: str, bands: Mapping[str, Band]) -> str:
    """`{scenario, territory, settings, hypotheses, unavailable, years, variables: {NAME: {unit, territory, regions,
    unknown, band?}}}`.

    Lists follow `years`; null is unknown; `unknown` lists communes without a value in some year.
    """
    found = {
        "scenario": name,
        "territory": {"slug": result.slug, "name": engine.territory.name},
        "settings": {key: value for key, value in result.settings.items() if key not in engine.options},
        "hypotheses": {
            one.id: one.options[int(result.settings[one.setting])].id for one in engine.hypotheses
        },
        "unavailable": {lever.id: dict(lever.reason) for lever in engine.unavailable},
        "years": result.years.tolist(),
        "variables": {
            variable: {
                "unit": result.units[variable],
                "territory": _numbers(result.total(variable)),
                "regions": {code: _numbers(row) for code, row in zip(result.regions, values, strict=True)},
                "unknown": list(result.unknown(variable)),
            }
            | _band(bands.get(variable))
            for variable, values in result.values.items()
        },
    }
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _band(band: Band | None) -> dict[str, Any]:
    return {} if band is None else {"band": {name: _numbers(values) for name, values in vars(band).items()}}


def _numbers(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def write_whole(path: Path, text: str) -> None:
    """Writes the whole file or nothing: a reader never sees half of it, an old one survives a failure.

    Raises OSError.
    """
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
