"""What tables write: rows that can be corrected and erased, one for each contribution."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from components.meeting.store.base import Base
from components.meeting.store.schema import contributions
from components.meeting.tables import Contribution

_COLUMNS = (
    contributions.c.id,
    contributions.c.table_number,
    contributions.c.step,
    contributions.c.kind,
    contributions.c.words,
    contributions.c.edits,
    contributions.c.at,
)


class Contributions(Base):
    """Reading what tables wrote; it is written inside decisions (`Transaction`)."""

    def contributions(self, code: str) -> list[Contribution]:
        """What stands, in the order it was written; what was taken back or erased is left out."""
        with self.engine.connect() as connection:
            return [row for row in every(connection, code).values() if row.words]


def every(connection: sa.Connection, code: str) -> Mapping[str, Contribution]:
    """All rows by identifier, oldest first; those taken back have no words."""
    query = sa.select(*_COLUMNS).where(contributions.c.meeting == code)
    rows = connection.execute(query.order_by(contributions.c.at, contributions.c.id))
    return {row.id: Contribution(*row) for row in rows}


def one(connection: sa.Connection, code: str, identifier: str) -> Contribution | None:
    where = (contributions.c.meeting == code, contributions.c.id == identifier)
    row = connection.execute(sa.select(*_COLUMNS).where(*where)).first()
    return None if row is None else Contribution(*row)


def amount(connection: sa.Connection, code: str) -> int:
    """How many rows there are, those without words too."""
    query = sa.select(sa.func.count()).where(contributions.c.meeting == code)
    return int(connection.scalar(query) or 0)


def keep(connection: sa.Connection, code: str, found: Contribution) -> None:
    """Write a contribution, over what was there under its identifier."""
    values: dict[str, Any] = {
        "table_number": found.table,
        "step": found.step,
        "kind": found.kind,
        "words": found.words,
        "edits": found.edits,
    }
    where = (contributions.c.meeting == code, contributions.c.id == found.id)
    if connection.execute(contributions.update().where(*where).values(**values)).rowcount == 0:
        connection.execute(contributions.insert().values(meeting=code, id=found.id, at=found.at, **values))
