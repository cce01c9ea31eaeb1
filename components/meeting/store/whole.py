"""A meeting whole: all its rows, read at one moment, and written again elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from components.meeting.fold import fold
from components.meeting.store.base import UnknownMeeting, again
from components.meeting.store.meetings import Meeting, Meetings
from components.meeting.store.schema import OF_A_MEETING, log, meetings, polls

KEPT = tuple(table for table in OF_A_MEETING if table is not polls)  # `poll` only repeats what the log says
Rows = list[dict[str, Any]]


class BadRow(ValueError):
    """A row that no table would hold: `table` and what is wrong with it."""

    def __init__(self, table: str, what: str) -> None:
        super().__init__(f"{table}: {what}")
        self.table = table


def columns_of(table: sa.Table) -> list[sa.Column[Any]]:
    """What is kept of a row: all but whose it is and where it lay."""
    return [column for column in table.columns if column.name not in ("meeting", "position")]


def checked(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the table would hold it, defaults filled in. Raises `BadRow`."""
    known = {column.name: column for column in columns_of(table)}
    if strange := set(row) - set(known):
        raise BadRow(table.name, f"{sorted(strange)[0][:40]!r}")
    found = {}
    for name, column in known.items():
        if name in row:
            found[name] = _value(table.name, column, row[name])
        elif column.server_default is None:
            raise BadRow(table.name, f"{name} missing")
    return found


def _value(table: str, column: sa.Column[Any], value: Any) -> Any:
    kind = column.type
    if isinstance(kind, sa.String):
        right = isinstance(value, str) and "\0" not in value and len(value) <= (kind.length or 10_000_000)
    elif isinstance(kind, sa.Integer):
        bits = 63 if isinstance(kind, sa.BigInteger) else 31
        right = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**bits
    else:
        right = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        value = float(value) if right else value
    if not right:
        raise BadRow(table, f"{column.name}={str(value)[:40]!r}")
    return value


class Whole(Meetings):
    """Reading and writing meetings whole."""

    def whole(self, code: str) -> tuple[Meeting, dict[str, Rows]]:
        """The meeting and its rows by table, in the order of their keys, all of one moment. Raises `UnknownMeeting`."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(meetings).where(meetings.c.code == code)).mappings().first()
            if found is None:
                raise UnknownMeeting(code)
            rows = {}
            for table in KEPT:
                order = [table.c.version] if table is log else list(table.primary_key.columns)
                query = sa.select(*columns_of(table)).where(table.c.meeting == code).order_by(*order)
                rows[table.name] = [dict(row) for row in connection.execute(query).mappings()]
        return Meeting(**found), rows

    @again
    def take_in(self, meeting: Meeting, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
        """Write a meeting whole, under its code if that is free, else under a new one, which is returned.

        Nothing is written if anything is wrong. Raises `BadRow`.
        """
        checked_rows = {table: [checked(table, row) for row in rows.get(table.name, ())] for table in KEPT}
        with self._writing() as connection:
            code = self._free_code(connection, meeting.code)
            length = len(checked_rows[log])
            values = {
                "code": code,
                "length": length,
                "begun_as": meeting.chain if code != meeting.chain else "",
            }
            connection.execute(
                meetings.insert().values(
                    title=meeting.title,
                    territory=meeting.territory,
                    created_at=meeting.created_at,
                    touched_at=meeting.touched_at,
                    **values,
                )
            )
            try:
                for table, kept in checked_rows.items():
                    self._insert_rows(connection, table, [{"meeting": code, **row} for row in kept])
            except sa.exc.IntegrityError as error:
                raise BadRow("", "twice the same row") from error
            self._keep_polls_in_step(connection, code, fold(self._entries(connection, code)))
        self._forget(code)
        return code
