"""A child process that ends with its launcher, however the launcher ends.

The launcher keeps the writing end of the child's standard input and never writes: the system closes it when
the launcher is gone, even by kill -9, and the child then ends at once; an orphan would hold the port.
"""

import os
import sys
import threading


def _hold() -> None:
    while True:
        try:
            if not os.read(sys.stdin.fileno(), 4096):
                break
        except OSError:
            break
    # Not sys.exit: nothing may delay it, and every acknowledged ballot is already on disk.
    os._exit(0)


def tie() -> None:
    """Ties this process to its parent's pipe, when its parent said that there is one (CORDEE_LEASH=1)."""
    if os.environ.get("CORDEE_LEASH") == "1":
        threading.Thread(target=_hold, name="leash", daemon=True).start()
