"""What a territory does not know yet, and which official file brings it."""

from dataclasses import dataclass

from components.look.i18n import known as spoken
from components.territory.check import is_optional
from components.territory.pack import Territory, catalogue


@dataclass(frozen=True)
class Missing:
    """A column or an official quantity that is unknown, wholly or for some communes.

    name: of the column, or `official.QUANTITY`. labels, brought_by: text by language. file: key of the official
    file (`files` of columns.yaml). communes: INSEE codes without a figure; all of them when `whole`.
    """

    name: str
    labels: dict[str, str]
    file: str
    brought_by: dict[str, str]
    url: str
    communes: tuple[str, ...]
    whole: bool

    def label(self, lang: str = "fr") -> str:
        return self.labels[spoken(lang)]

    def origin(self, lang: str = "fr") -> str:
        return self.brought_by[spoken(lang)]


def missing(territory: Territory) -> list[Missing]:
    """Every column of the catalogue with an unknown cell, then the official quantities without a row."""
    everywhere = tuple(str(code) for code in territory.communes.index)
    found = []
    for name, column in catalogue()["communes"].items():
        if column["type"] == "string":
            continue
        unknown = everywhere
        if name in territory.communes:
            unknown = tuple(str(c) for c in territory.communes.index[territory.communes[name].isna()])
        if unknown:
            file = column["file"] if is_optional(column) else "census"
            found.append(_missing(name, column["title"], file, unknown, unknown == everywhere))
    reported = set(territory.official["quantity"])
    for quantity, about in catalogue()["quantities"].items():
        if quantity not in reported:
            found.append(
                _missing(f"official.{quantity}", about["title"], "regional_profile", everywhere, True)
            )
    return found


def _missing(name: str, title: dict[str, str], file: str, communes: tuple[str, ...], whole: bool) -> Missing:
    about = catalogue()["files"][file]
    return Missing(name, title, file, about["label"], about.get("url", ""), communes, whole)
