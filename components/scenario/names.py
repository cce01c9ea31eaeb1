"""The names of the levers, known without loading the model."""

from functools import cache
from pathlib import Path

import yaml

LEVERS = Path(__file__).resolve().parents[2] / "data" / "model" / "levers.yaml"


@cache
def lever_ids() -> frozenset[str]:
    """Lever ids of `data/model/levers.yaml`; empty when the file cannot be read (the model then says why)."""
    try:
        return frozenset(yaml.safe_load(LEVERS.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, yaml.YAMLError):
        return frozenset()
