"""Imports written beside a pack and taken back: whole or not at all, and the same file twice is one import."""

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from components.importing.document import Document, ImportRefused
from components.importing.mapping import Mapping, to_data
from components.importing.reading import Reading
from components.importing.targets import target
from components.look.i18n import t
from components.territory.check import OUTLINES
from components.territory.imports import NUMBERED, PROVENANCE, VALUES, values_csv

MOST_IMPORTS = 500
STALE_SECONDS = 3600


def write_import(
    folder: Path,
    document: Document,
    mapping: Mapping,
    reading: Reading,
    now: datetime | None = None,
) -> tuple[str, bool]:
    """Writes an import as the newest of a folder; its id, and False when it was the newest already, to the letter.

    The folder of the import appears by one renaming once its files are on disk: a full disk or a killed process
    leaves no half import. Raises ImportRefused.
    """
    values = {name: column.values for name, column in reading.columns.items() if column.known}
    if not values:
        raise ImportRefused("nothing_known")
    codes = sorted({code for column in reading.columns.values() for code in column.values})
    about = provenance(document, mapping, reading, now or datetime.now(UTC))
    return write_layer(folder, about, values_csv(codes, values))


def write_layer(
    folder: Path, about: Dictionary[str, Any], values: str, outlines: str = ""
) -> tuple[str, bool]:
    """Writes an import from the text of its files: see `write_import`."""
    texts = {VALUES: values, PROVENANCE: json.dumps(about, ensure_ascii=False, indent=2) + "\n"}
    if outlines:
        texts[OUTLINES] = outlines
    present = ids(folder)
    for known in present:
        if _same(folder / known, texts, about) and not _covered(folder, known, present, about["columns"]):
            return known, False
    if len(present) >= MOST_IMPORTS:
        raise ImportRefused("too_many_imports", most=MOST_IMPORTS)
    try:
        return _write(folder, texts, int(present[-1]) + 1 if present else 1), True
    except OSError as error:
        raise ImportRefused("not_written", reason=error.strerror or str(error)) from error


def provenance(document: Document, mapping: Mapping, reading: Reading, now: datetime) -> dict[str, Any]:
    """Content of provenance.json; `note` is what « why » says beside the source."""
    columns = {}
    for name, column in reading.columns.items():
        if column.known:
            to = target(name)
            columns[name] = {
                "title_fr": to.title_fr,
                "title_en": to.title_en,
                "unit": to.unit,
                "type": to.type,
                "from": column.headers,
                "known": column.known,
            }
    told = mapping.provenance
    day = now.astimezone().date()
    return {
        "columns": columns,
        "source": {
            "title": told.title,
            "producer": told.producer,
            "year": told.year,
            "method": told.method,
            "licence": told.licence,
            "url": told.url,
        },
        "note": t("importing.source_note", file=document.name, day=day.isoformat()),
        "file": {"name": document.name, "sha256": document.sha256},
        "imported_at": now.isoformat(timespec="seconds"),
        "mapping": to_data(mapping),
        "refused_cells": reading.fault_count,
    }


def ids(folder: Path) -> list[str]:
    """The imports of a folder, oldest first."""
    try:
        return sorted(name for name in os.listdir(folder) if NUMBERED.fullmatch(name))
    except OSError:
        return []


def undo_import(folder: Path, identifier: str) -> None:
    """Takes an import back. Raises ImportRefused when there is none of that id, or it cannot be removed."""
    if identifier not in ids(folder):
        raise ImportRefused("no_import", id=identifier)
    # Renamed first: from then on it is not read any more, whatever happens to the files.
    gone = folder / f".gone-{identifier}-{os.getpid()}"
    try:
        (folder / identifier).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
    except FileNotFoundError:  # somebody else took it back at the same moment
        raise ImportRefused("no_import", id=identifier) from None
    except OSError as error:
        raise ImportRefused("not_written", reason=error.strerror or str(error)) from error


def sweep(folder: Path) -> None:
    """Removes what a killed process left behind: half-written folders were never read, they only take room."""
    try:
        left = [name for name in os.listdir(folder) if re.match(r"\.(gone|new)-", name)]
    except OSError:
        return
    for name in left:
        path = folder / name
        try:
            old = time.time() - path.stat().st_mtime > STALE_SECONDS
        except OSError:
            continue
        if old:  # not another process's import of this very moment
            shutil.rmtree(path, ignore_errors=True)


def _same(path: Path, texts: Dictionary[str, str], about: Dictionary[str, Any]) -> bool:
    """Whether an import holds the same figures of the same file, read the same way; only the day may differ."""
    try:
        held = json.loads((path / PROVENANCE).read_text(encoding="utf-8"))
        others = [name for name in (VALUES, OUTLINES) if name in texts or (path / name).exists()]
        same = all((path / name).read_text(encoding="utf-8") == texts.get(name) for name in others)
    except (OSError, ValueError):
        return False
    apart = {"imported_at", "note"}
    return (
        same
        and isinstance(held, dict)
        and all(
            held.get(name) == json.loads(json.dumps(value))
            for name, value in about.items()
            if name not in apart
        )
    )


def _covered(folder: Path, identifier: str, present: Iterable[str], columns: Iterable[str]) -> bool:
    """Whether a later import brings one of the same columns, so that importing again would change something."""
    wanted = set(columns)
    for later in present:
        if later > identifier:
            try:
                held = json.loads((folder / later / PROVENANCE).read_text(encoding="utf-8"))
                if wanted & set(held["columns"]):
                    return True
            except (OSError, ValueError, KeyError, TypeError):
                continue
    return False


def _write(folder: Path, texts: Dictionary[str, str], number: int) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        for name, text in texts.items():
            with open(fresh / name, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        for attempt in range(number, number + MOST_IMPORTS):
            identifier = f"{attempt:04}"
            try:
                fresh.rename(folder / identifier)
                return identifier
            except OSError:
                if not (folder / identifier).exists():
                    raise
        raise OSError(None, "0000-9999")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
