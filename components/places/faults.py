"""What is wrong or worth saying of a layer file: one sentence each, with the object it speaks of."""

from dataclasses import dataclass

from components.look.i18n import t

LONGEST_SHOWN = 80
Said = str | int | float


@dataclass(frozen=True)
class Fault:
    """One thing to say of a file. `row`: number of the object in the file (1 = first), 0 for the file as a whole."""

    key: str
    row: int = 0
    values: tuple[tuple[str, Said], ...] = ()

    def sentence(self, lang: str = "fr") -> str:
        text = t(f"layers.{self.key}", lang, **dict(self.values))
        return t("layers.at_row", lang, row=self.row, text=text) if self.row else text


def fault(key: str, row: int = 0, /, **values: object) -> Fault:
    """A fault whose values are short enough to be shown."""
    shown = ((name, v if isinstance(v, int | float) else shorten(str(v))) for name, v in values.items())
    return Fault(key, row, tuple(shown))


def shorten(text: str, longest: int = LONGEST_SHOWN) -> str:
    """The text on one line, cut where it is too long to be shown."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


class LayerError(Exception):
    """A layer that cannot be read or kept; `faults` says why."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(found.sentence() for found in faults))

    def sentence(self, lang: str = "fr") -> str:
        return " ".join(found.sentence(lang) for found in self.faults)
