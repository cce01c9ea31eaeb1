"""The model in use by a process, read again when one of its files changes; a broken edit keeps the last good one."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from components.scenario.engine import Engine
from components.scenario.faults import ModelError
from components.scenario.rules import MODEL, load_model

if TYPE_CHECKING:
    from components.territory.pack import Territory


@dataclass(frozen=True)
class Loaded:
    """An engine, and what is wrong with the files now, if they were edited into something that does not load."""

    engine: Engine
    error: ModelError | None


class ModelHolder:
    """Gives the engine of the model's files as they are now. May be shared by threads.

    The first load must succeed (ModelError otherwise). Call `get` when a page opens or now and then: it looks
    at the times of the files, under a millisecond, and compiles again only when one moved.
    """

    def __init__(self, territory: "Territory", path: Path | str = MODEL) -> None:
        self._territory = territory
        self._path = Path(path)
        self._lock = threading.Lock()
        self._stamp = self._files()
        self._loaded = Loaded(Engine(load_model(territory, self._path), territory), None)

    def get(self) -> Loaded:
        """The engine in use; reloaded first if a file changed and still makes a sound model."""
        with self._lock:
            stamp = self._files()
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    engine = Engine(load_model(self._territory, self._path), self._territory)
                    self._loaded = Loaded(engine, None)
                except ModelError as error:
                    self._loaded = Loaded(self._loaded.engine, error)
            return self._loaded

    def _files(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for file in sorted(self._path.rglob("*")):
            if file.suffix in {".yaml", ".csv"}:
                try:
                    status = file.stat()
                except OSError:  # removed between the listing and here
                    continue
                found.append((str(file), status.st_mtime_ns, status.st_size))
        return tuple(found)
