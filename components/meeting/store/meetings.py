"""The list of meetings."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from components.meeting import events as e
from components.meeting.store import entitlements
from components.meeting.store.base import UnknownMeeting, again
from components.meeting.store.log import Log
from components.meeting.store.schema import OF_A_MEETING, meetings, run_sheets

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@dataclass(frozen=True)
class Meeting:
    """A row of the list of meetings."""

    code: str
    title: str
    territory: str
    created_at: float
    touched_at: float
    begun_as: str = ""
    length: int = 0

    @property
    def chain(self) -> str:
        """The code that each link of its log speaks of."""
        return self.begun_as or self.code


class Meetings(Log):
    """Making, listing and removing meetings."""

    @again
    def create(self, title: str, territory: str, source: str, at: float, code: str = "") -> str:
        """Make a meeting with its first run sheet; returns its code (four signs, never reused while it lasts)."""
        with self._writing() as connection:
            code = self._free_code(connection, code)
            connection.execute(
                meetings.insert().values(
                    code=code, title=title, territory=territory, created_at=at, touched_at=at
                )
            )
            self._start_log(connection, code, territory, source, at)
        return code

    def _free_code(self, connection: sa.Connection, code: str) -> str:
        """The code wanted if nobody has it, else four signs that nobody has; kept for this transaction."""
        self._hold(connection, [code] if code else [])
        while not code or connection.scalar(sa.select(meetings.c.code).where(meetings.c.code == code)):
            code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(4))
            self._hold(connection, [code])
        return code

    def _start_log(
        self,
        connection: sa.Connection,
        code: str,
        territory: str,
        source: str,
        at: float,
        then: Sequence[e.Event] = (),
    ) -> None:
        connection.execute(run_sheets.insert().values(meeting=code, revision=1, source=source))
        opened = e.MeetingOpened(territory, 1, hashlib.sha256(source.encode()).hexdigest())
        self._append(connection, code, [], [opened, *then], at)

    def meetings(self) -> list[Meeting]:
        """All meetings, the one touched last first."""
        query = sa.select(meetings).order_by(meetings.c.touched_at.desc(), meetings.c.code)
        with self.engine.connect() as connection:
            return [Meeting(**row) for row in connection.execute(query).mappings()]

    def meeting(self, code: str) -> Meeting:
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(meetings).where(meetings.c.code == code)).mappings().first()
        if row is None:
            raise UnknownMeeting(code)
        return Meeting(**row)

    @again
    def delete(self, code: str) -> None:
        """Remove a meeting and all that belongs to it."""
        self.meeting(code)
        with self._writing() as connection:
            self._hold(connection, [code])
            self._clear(connection, code)
            connection.execute(meetings.delete().where(meetings.c.code == code))
        self._forget(code)

    @again
    def restart(self, code: str, at: float) -> None:
        """Clear a rehearsal: the run sheet as it stands and the codes given out stay, everything that happened goes."""
        meeting = self.meeting(code)
        with self._writing() as connection:
            self._hold(connection, [code])
            latest = sa.select(run_sheets.c.source).where(run_sheets.c.meeting == code)
            source = connection.scalar(latest.order_by(run_sheets.c.revision.desc()).limit(1)) or ""
            codes = entitlements.all_codes(connection, code)
            self._clear(connection, code)
            self._start_log(connection, code, meeting.territory, source, at, entitlements.told_again(codes))
            entitlements.keep_unused(connection, code, codes)
        self._forget(code)

    def _clear(self, connection: sa.Connection, code: str) -> None:
        for table in OF_A_MEETING:
            connection.execute(table.delete().where(table.c.meeting == code))

    def _forget(self, code: str) -> None:
        with self._lock:
            self._logs.pop(code, None)
