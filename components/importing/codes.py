"""INSEE codes of communes as files really hold them: without their zero, as numbers, beside a name, of old communes."""

import csv
import re
from collections.abc import Mapping
from functools import cache

from components.importing.cells import Cell, fold, text_of
from components.territory.france import FORMER_FILE

_CODE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_INSIDE = re.compile(r"(?<![0-9A-Za-z.,])((?:[0-9]{2}|2[AB])[0-9]{3})(?![0-9A-Za-z]|[.,][0-9])")
_TOTALS = re.compile(
    r"(sous )?totaux|(sous )?total( .*)?|ensemble( .*)?|somme( .*)?|france( .*)?|moyenne( .*)?|departement( .*)?|"
    r"region( .*)?|epci( .*)?|grand total|total general"
)


def commune_code(cell: Cell) -> str | None:
    """The five signs of a commune's code; None when the cell holds no code.

    « 5023 », 5023.0 and « 5023,0 » lost their leading zero to a spreadsheet; « 05023 Briançon » has a name beside it.
    """
    if isinstance(cell, bool) or cell is None:
        return None
    text = text_of(cell).strip("'\u2019\"= ").upper()
    text = re.sub(r"[.,]0+$", "", text)
    if re.fullmatch(r"[1-9][0-9]{3}", text):
        text = "0" + text
    if _CODE.fullmatch(text):
        return text if not text.startswith("00") else None
    inside = _INSIDE.findall(text)
    return inside[0] if len(inside) == 1 and len(text) <= 80 else None


def is_total(cell: Cell) -> bool:
    """Whether a cell names a whole (« TOTAL », « Ensemble du département ») and not a commune."""
    return bool(_TOTALS.fullmatch(fold(cell)))


def by_name(names: Mapping[str, str]) -> dict[str, str]:
    """Code by folded name, for files without codes; names that two communes share are left out."""
    found: dict[str, list[str]] = {}
    for code, name in names.items():
        found.setdefault(fold(name), []).append(code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


@cache
def merged_communes() -> dict[str, str]:
    """Code of today by code of a commune that was merged, delegated or associated since (FORMER_FILE)."""
    with FORMER_FILE.open(encoding="utf-8", newline="") as file:
        found = {row["former"]: row["present"] for row in csv.DictReader(file)}
    return {code: found.get(now, now) for code, now in found.items()}


def present_code(code: str, territory: Mapping[str, object]) -> str:
    """The code under which a territory's pack knows a commune: itself, or the commune it was merged into."""
    return code if code in territory else merged_communes().get(code, code)
