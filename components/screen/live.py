"""What lives only in this process and in no log: a slider being dragged, and which screens are open.

Losing it costs nothing: a drag ends in a settled position, and a screen says its size again when it opens.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from components.meeting.hub import Hub

Listener = Callable[[], None]


@dataclass(frozen=True)
class Preview:
    """Positions shown before they are settled: lever → value, the others at trend. `note`: '' or 'before'."""

    levers: Mapping[str, float]
    note: str = ""


@dataclass(frozen=True)
class Size:
    """A projected page, in CSS pixels."""

    width: int
    height: int


class Live:
    """Previews and screens of one process. Listeners hear the hub's wake-ups too."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._previews: dict[str, Preview] = {}
        self._screens: dict[object, tuple[str, Size]] = {}
        self._listeners: dict[object, Listener] = {}
        self._lock = threading.Lock()

    def listen(self, key: object, listener: Listener) -> None:
        """Call `listener` when anything moved; it must only schedule work. `key` for `leave`."""
        with self._lock:
            self._listeners[key] = listener
        self.hub.listen(key, listener)

    def leave(self, key: object) -> None:
        self.hub.leave(key)
        with self._lock:
            self._listeners.pop(key, None)
            gone = self._screens.pop(key, None)
        if gone:
            self._tell()

    @property
    def listening(self) -> int:
        return len(self._listeners)

    def preview(self, code: str) -> Preview | None:
        return self._previews.get(code)

    def show_preview(self, code: str, preview: Preview | None) -> None:
        """Show positions that are not settled, or (None) the settled ones again."""
        with self._lock:
            if self._previews.get(code) == preview:
                return
            if preview is None:
                self._previews.pop(code, None)
            else:
                self._previews[code] = preview
        self._tell()

    def screen_opened(self, key: object, code: str, size: Size) -> None:
        with self._lock:
            known = self._screens.get(key) == (code, size)
            self._screens[key] = (code, size)
        if not known:
            self._tell()

    def screens(self, code: str) -> list[Size]:
        """Sizes of the screens that show this meeting, the one opened last at the end."""
        with self._lock:
            return [size for meeting, size in self._screens.values() if meeting == code]

    def _tell(self) -> None:
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener()
