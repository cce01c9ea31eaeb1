"""The model in use by a process, read again when one of its files changes; a broken edit keeps the last good one."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from components.look.i18n import t
from components.scenario.engine import Engine
from components.scenario.faults import ModelError
from components.scenario.rules import MODEL, load_model
from components.territory.pack import PackError, Territory, load_territory

FILES = (".yaml", ".csv")
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Loaded:
    """An engine, and what is wrong with the files now, if they were edited into something that does not load."""

    engine: Engine
    error: ModelError | PackError | None

    def notice(self, lang: str = "fr") -> str:
        """What a page says of a broken edit: file, line, rule, reason, and what is shown; empty when all is well."""
        if self.error is None:
            return ""
        reason = self.error.told(lang) if isinstance(self.error, ModelError) else str(self.error.faults[0])
        return t("model_engine.last_good", lang, reason=reason)


class ModelHolder:
    """Gives the engine of the model's and the territory's files as they are now. May be shared by threads.

    `territory`: a loaded one, or the slug or folder of a pack, which is then read again too when it changes.
    While one thread compiles, the others are given the last good engine.
    """

    def __init__(self, territory: Territory | str, path: Path | str = MODEL) -> None:
        self._territory = territory
        self._path = Path(path)
        self._lock = threading.Lock()
        self._stamp: tuple[object, Stamp] | None = None
        self._looked = 0.0
        self._loaded: Loaded | None = None
        self._refused: ModelError | PackError | None = None

    def get(self, within: float = 0.0) -> Loaded:
        """The engine in use; reloaded first if a file changed and still makes a sound model.

        Files are looked at (well under a millisecond) unless they were less than `within` seconds ago. Raises
        ModelError or PackError while nothing has ever loaded.
        """
        loaded = self._loaded
        if loaded is not None and within and time.monotonic() - self._looked < within:
            return loaded
        if not self._lock.acquire(blocking=loaded is None):
            assert loaded is not None
            return loaded
        try:
            self._look()
        finally:
            self._lock.release()
        if self._loaded is not None:
            return self._loaded
        assert self._refused is not None
        raise self._refused

    def _look(self) -> None:
        self._looked = time.monotonic()
        files = tuple(_files(self._path))
        try:
            territory = self._pack()
        except PackError as error:
            self._stamp = None
            self._refuse(error)
            return
        if (territory, files) == self._stamp:
            return
        self._stamp = (territory, files)
        try:
            self._loaded = Loaded(Engine(load_model(territory, self._path), territory), None)
        except ModelError as error:
            moved = self._loaded is None or self._loaded.engine.territory is not territory
            self._refuse(error)
            if (
                moved and error.key == "value_out_of_bounds"
            ):  # figures just imported are shown, with the reason
                self._loaded = self._lenient(territory, error) or self._loaded

    def _pack(self) -> Territory:
        return load_territory(self._territory) if isinstance(self._territory, str) else self._territory

    def _refuse(self, error: ModelError | PackError) -> None:
        self._refused = error
        if self._loaded is not None:
            self._loaded = Loaded(self._loaded.engine, error)

    def _lenient(self, territory: Territory, error: ModelError) -> Loaded | None:
        """A territory whose data go out of a rule's bounds is shown all the same, with the reason."""
        try:
            return Loaded(Engine(load_model(territory, self._path, lenient=True), territory), error)
        except ModelError:
            return None


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """Path, time and size of the model's files, sorted."""
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        try:
            if entry.is_dir():
                yield from _files(Path(entry.path))
            elif entry.name.endswith(FILES) and not entry.name.startswith("."):
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size
        except OSError:  # removed between the listing and here
            continue


_holders: dict[tuple[str, Path], ModelHolder] = {}
_holders_lock = threading.Lock()


def loaded(slug: str, path: Path | str | None = None, within: float = 0.0) -> Loaded:
    """The engine of a territory for the whole process, and what is wrong with its files; see `ModelHolder.get`.

    Raises ModelError or PackError while nothing has ever loaded.
    """
    key = (slug, Path(MODEL if path is None else path))
    with _holders_lock:
        holder = _holders.setdefault(key, ModelHolder(slug, key[1]))
    return holder.get(within)


def scenario_engine(slug: str, within: float = 0.0) -> Engine:
    """The engine of a territory, one for the process: it keeps no session's state and serves all of them.

    An edited rule or pack takes effect at the next call, a broken edit leaves the last good engine. Raises ModelError
    or PackError while nothing has ever loaded.
    """
    return loaded(slug, within=within).engine
