"""The words of the interface, French first, English beside it.

Texts live in `locale/<lang>/<area>.yaml`, flat `name: text` files with `{value}` slots, read once a process. French
may be written with plain spaces around high punctuation and in guillemets: reading makes them narrow and unbreakable.
"""

import re
from functools import cache
from pathlib import Path

import yaml

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("fr", "en")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times quicker, where the wheel has it


@cache
def _area(area: str, lang: str) -> dict[str, str]:
    entries = yaml.load((LOCALE / lang / f"{area}.yaml").read_text(encoding="utf-8"), LOADER) or {}
    texts = {str(name): str(text) for name, text in entries.items()}
    return {name: french_spaces(text) for name, text in texts.items()} if lang == "fr" else texts


def french_spaces(text: str) -> str:
    """The text with a narrow no-break space wherever French typography wants one and a plain space stands.

    >>> french_spaces("Quoi ? « Oui » : 5 %")
    'Quoi\u202f? «\u202fOui\u202f»\u202f: 5\u202f%'
    """
    return re.sub(r" (?=[;:!?%»])|(?<=«) ", "\u202f", text)


def areas(lang: str = "fr") -> list[str]:
    """Names of the text files of one language, sorted."""
    return sorted(path.stem for path in (LOCALE / lang).glob("*.yaml"))


def texts(area: str, lang: str = "fr") -> dict[str, str]:
    """All texts of an area, `{name: text}` with their slots unfilled: what a page's script is given."""
    return dict(_area(area, known(lang)))


def t(key: str, /, lang: str = "fr", **values: object) -> str:
    """The text `area.name` in a language, its `{slots}` filled.

    Raises KeyError for a key that does not exist: a missing text is a fault of ours, found by tests.
    """
    area, _, name = key.partition(".")
    try:
        text = _area(area, known(lang))[name]
    except (FileNotFoundError, KeyError):
        raise KeyError(f"no text {key!r} in {lang!r}") from None
    return text.format(**values) if values else text


def known(lang: str | None) -> str:
    """`lang` if the interface speaks it, else French: what an address or a header asks for is never trusted."""
    return lang if lang in LANGUAGES else "fr"
