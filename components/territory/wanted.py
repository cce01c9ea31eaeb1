"""Which communes a person asked for: SIREN of intercommunalities, INSEE codes, or a file of either.

Each mistake is one French sentence; what was understood otherwise than written comes back as notes.
"""

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path

from components.look.i18n import t
from components.territory.check import INSEE, SIREN
from components.territory.france import BuildError, Epci, France, find

MAX_FILE = 5_000_000
_SPACED_SIREN = re.compile(r"\b(\d{3})[ \u00a0\u202f](\d{3})[ \u00a0\u202f](\d{3})\b")
OVERSEAS = ("975", "977", "978", "984", "986", "987", "988", "989")


@dataclass
class Wanted:
    """Communes chosen, ascending; the intercommunalities named; what was understood otherwise than written."""

    codes: list[str] = field(default_factory=list)
    epcis: list[Epci] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_words(asked: str) -> list[str]:
    """The codes of a command line, or of the file it names (one a line or a cell, other columns ignored)."""
    path = Path(asked).expanduser()
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        return _split(asked)
    if path.stat().st_size > MAX_FILE:
        raise BuildError(t("packs.list_too_big", file=path.name))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(t("packs.list_unreadable", file=path.name)) from error
    words: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip(" \"'\t") for cell in re.split(r"[;,\t]", _joined(line))]
        codes = [cell for cell in cells if INSEE.fullmatch(cell) or SIREN.fullmatch(cell)]
        if len(codes) == len([cell for cell in cells if cell]):
            words += codes
        elif codes:
            words.append(codes[0])
        elif number > 1 and not line.lstrip().startswith("#"):
            raise BuildError(t("packs.list_line", file=path.name, line=number, text=line.strip()[:40]))
    if not words:
        raise BuildError(t("packs.list_empty", file=path.name))
    return words


def _joined(text: str) -> str:
    return _SPACED_SIREN.sub(r"\1\2\3", text)


def _split(text: str) -> list[str]:
    """At commas and semicolons; at spaces too when everything there is digits: a name keeps its spaces."""
    pieces = [piece.strip() for piece in re.split(r"[;,\n]", _joined(text)) if piece.strip()]
    words: list[str] = []
    for piece in pieces:
        words += piece.split() if re.fullmatch(r"[0-9AB\s]+", piece) else [piece]
    if not words:
        raise BuildError(t("packs.nothing_asked"))
    return words


def resolve(words: list[str], france: France) -> Wanted:
    """The communes of the words, each once. Raises BuildError at the first one that is not understood."""
    wanted = Wanted()
    chosen: dict[str, None] = {}
    twice: list[str] = []
    for word in words:
        if SIREN.fullmatch(word):
            epci = _epci(word, france)
            if epci in wanted.epcis:
                twice.append(word)
                continue
            wanted.epcis.append(epci)
            added = list(epci.communes)
        else:
            added = [_commune(word, france, wanted.notes)]
        twice += [code for code in added if code in chosen]
        chosen.update(dict.fromkeys(added))
    if twice:
        wanted.notes.append(t("packs.twice", codes=", ".join(sorted(set(twice)))))
    wanted.codes = sorted(chosen)
    return wanted


def _epci(siren: str, france: France) -> Epci:
    found = france.epcis.get(siren)
    if found is not None and found.communes:
        return found
    close = difflib.get_close_matches(siren, france.epcis, n=3, cutoff=0.7)
    listed = "\u202f; ".join(f"{code} ({france.epcis[code].name})" for code in close)
    key = "packs.siren_unknown" if is_siren(siren) else "packs.siren_mistyped"
    raise BuildError(t(key, siren=siren) + (" " + t("packs.closest", list=listed) if listed else ""))


def is_siren(digits: str) -> bool:
    """Whether nine digits satisfy the check of a SIREN (Luhn): one digit mistyped never does."""
    doubled = [int(d) * (2 if index % 2 else 1) for index, d in enumerate(digits)]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _commune(word: str, france: France, notes: list[str]) -> str:
    code = word.upper()
    if code in france.communes:
        return code
    if code in france.former:
        present = france.communes[france.former[code]]
        name = france.former_names.get(code, "")
        key = "packs.arrondissement" if "rrondissement" in name else "packs.former"
        notes.append(t(key, code=f"{code} {name}".strip(), present=f"{present.code} {present.name}"))
        return present.code
    if re.fullmatch("[0-9]{4}", word):
        raise BuildError(t("packs.zero_lost", code=word, right=f"0{word}"))
    if code.startswith(OVERSEAS) and INSEE.fullmatch(code):
        raise BuildError(t("packs.overseas", code=code))
    if INSEE.fullmatch(code):
        raise BuildError(t("packs.code_unknown", code=code))
    epcis, communes = find(france, word, limit=3)
    listed = "\u202f; ".join(
        [f"{epci.siren} ({epci.name})" for epci in epcis] + [f"{c.code} ({c.name})" for c in communes]
    )
    raise BuildError(
        t("packs.not_a_code", word=word[:60]) + (" " + t("packs.closest", list=listed) if listed else "")
    )
