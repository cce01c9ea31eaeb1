"""Where the territories of this installation are, and which one a page shows when none is asked for.

CORDEE_TERRITORIES: folders added to the shipped ones (separated as in PATH), each a pack or a folder of packs.
CORDEE_TERRITORY: identifier of the default territory.
"""

import os
import re
from pathlib import Path

from components.territory.check import SLUG, TERRITORY

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "territories"
FIRST_CHOICE = "grenoble-alpes-metropole"
_SLUG_LINE = re.compile(r"^slug:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
_HEAD = 4_096  # bytes of territory.yaml in which its identifier stands


def territory_folders() -> dict[str, Path]:
    """Folder of each territory by identifier, sorted; an added folder comes before a shipped one."""
    found: dict[str, Path] = {}
    for place in [*_added(), SHIPPED]:
        for folder in [place, *_inside(place)]:
            slug = _slug(folder)
            if slug:
                found.setdefault(slug, folder)
    return dict(sorted(found.items()))


def default_territory() -> str:
    """Identifier of the territory shown when none is asked for; empty when none is installed."""
    known = territory_folders()
    wanted = os.environ.get("CORDEE_TERRITORY", "").strip()
    for slug in (wanted, FIRST_CHOICE):
        if slug in known:
            return slug
    return next(iter(known), "")


def misplaced() -> list[str]:
    """What the environment names and is not there: folders without a pack, the default territory."""
    absent = [str(place) for place in _added() if not any(map(_slug, [place, *_inside(place)]))]
    wanted = os.environ.get("CORDEE_TERRITORY", "").strip()
    return absent + ([wanted] if wanted and wanted not in territory_folders() else [])


def _added() -> list[Path]:
    words = os.environ.get("CORDEE_TERRITORIES", "").split(os.pathsep)
    return [Path(word.strip()).expanduser().absolute() for word in words if word.strip()]


def _inside(place: Path) -> list[Path]:
    """Folders in a folder, sorted; those that begin with a dot are packs being written."""
    try:
        return sorted(path for path in place.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def _slug(folder: Path) -> str:
    """Identifier that a pack gives itself, its folder's name when it gives none that is sound; '' for no pack."""
    try:
        with (folder / TERRITORY).open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
    said = _SLUG_LINE.search(head)
    if said and SLUG.fullmatch(said.group(1)):
        return said.group(1)
    return folder.name if SLUG.fullmatch(folder.name) else ""
