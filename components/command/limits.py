"""How many connections the system lets a process hold: a phone is an open file, and many systems begin with 1,024."""

import contextlib
import sys

WANTED = 65536


def raise_open_files(wanted: int = WANTED) -> int:
    """Ask for as many open files as this user may have; the number obtained, 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    # macOS says « unlimited » and refuses it: less is asked for, down to what it grants.
    while soft != resource.RLIM_INFINITY and target > soft:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
            return target
        target //= 2
    return soft
