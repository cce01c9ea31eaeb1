"""Mappings kept by the shape of a file's header, so that next year's file is recognised without asking again."""

import json
import secrets
from pathlib import Path

from components.importing.document import ImportRefused
from components.importing.mapping import Mapping, from_data, to_data
from components.importing.table import Table
from components.territory.imports import local_folder


def mappings_folder() -> Path:
    return local_folder() / "importing" / "mappings"


def as_text(mapping: Mapping) -> str:
    """The mapping as a file holds it."""
    return json.dumps(to_data(mapping), ensure_ascii=False, indent=2) + "\n"


def remember(table: Table, mapping: Mapping) -> None:
    """Keeps a mapping for files with the same header. Raises ImportRefused."""
    path = mappings_folder() / f"{table.fingerprint}.json"
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(as_text(mapping), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ImportRefused("not_written", reason=error.strerror or str(error)) from error
    finally:
        fresh.unlink(missing_ok=True)


def recalled(table: Table) -> Mapping | None:
    """The mapping kept for a file with this header; None without one, or one that no longer fits."""
    path = mappings_folder() / f"{table.fingerprint}.json"
    try:
        mapping = from_data(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ImportRefused):
        return None
    wanted = {*mapping.dimensions, *(choice.series.column for choice in mapping.choices)}
    wanted |= {name for name in (mapping.year_column, mapping.communes) if name}
    return mapping if wanted <= set(table.keys) else None


def read_mapping(path: Path) -> Mapping:
    """A mapping written to a file (as `cordee territory import --save-mapping`). Raises ImportRefused."""
    try:
        return from_data(json.loads(path.read_text(encoding="utf-8")))
    except OSError:
        raise ImportRefused("mapping_missing", path=path) from None
    except (ValueError, UnicodeDecodeError):
        raise ImportRefused("bad_mapping") from None
