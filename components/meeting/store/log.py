"""The log of a meeting: append-only events, each chained to the one before, and the run sheets they speak of."""

import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from components.meeting import events as e
from components.meeting.fold import fold
from components.meeting.poll import SEALED
from components.meeting.room import Room
from components.meeting.store.base import Base, UnknownMeeting, again
from components.meeting.store.schema import log, meetings, polls, run_sheets
from components.meeting.store.transaction import Transaction

if TYPE_CHECKING:
    from components.meeting.store import Store

Decide = Callable[["Transaction", Room], Sequence[e.Event]]


def digest_of(previous: str, meeting: str, version: int, at: float, kind: str, body: str) -> str:
    """One link of the chain (hex): SHA-256 over the link before and everything the row says."""
    words = json.dumps([previous, meeting, version, repr(at), kind, body], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


class Log(Base):
    """Reading and extending logs."""

    def __init__(self, url: str, checkpoint: bool = False) -> None:
        super().__init__(url, checkpoint)
        self._logs: dict[str, list[e.Entry]] = {}
        self._lock = threading.Lock()

    def run_sheet(self, code: str, revision: int) -> str:
        with self.engine.connect() as connection:
            return self._run_sheet(connection, code, revision)

    def _run_sheet(self, connection: sa.Connection, code: str, revision: int) -> str:
        query = sa.select(run_sheets.c.source).where(
            run_sheets.c.meeting == code, run_sheets.c.revision == revision
        )
        found = connection.scalar(query)
        if found is None:
            raise UnknownMeeting(code)
        return str(found)

    def entries(self, code: str) -> list[e.Entry]:
        """The whole log, in order. Rows already read are kept: the log only grows."""
        with self.engine.connect() as connection:
            return self._entries(connection, code)

    def _entries(self, connection: sa.Connection, code: str) -> list[e.Entry]:
        with self._lock:
            known = self._logs.get(code, [])
        query = sa.select(log.c.version, log.c.at, log.c.kind, log.c.body, log.c.digest).where(
            log.c.meeting == code
        )
        # The last known row is read again: after a rehearsal was cleared elsewhere its digest differs.
        last = known[-1].version if known else 0
        rows = connection.execute(query.where(log.c.version >= last).order_by(log.c.version)).all()
        if known and (not rows or rows[0].digest != known[-1].digest):
            known, rows = [], connection.execute(query.order_by(log.c.version)).all()
        fresh = rows[1:] if known else rows
        entries = known + [
            e.Entry(row.version, row.at, e.event_from(row.kind, json.loads(row.body)), row.digest)
            for row in fresh
        ]
        if entries:  # codes that name no meeting are not remembered, however many are tried
            with self._lock:
                self._logs[code] = entries
        return entries

    def room(self, code: str) -> Room:
        """The room as the log says now. Raises `UnknownMeeting`."""
        entries = self.entries(code)
        if not entries:
            raise UnknownMeeting(code)
        return fold(entries)

    @again
    def act(self, code: str, decide: Decide, at: float) -> Room:
        """Let `decide` look at the room and return events; append them; return the room after.

        One transaction: nobody can act in between, and a refusal writes nothing.
        """
        with self._writing() as connection:
            self._hold(connection, [code])  # alone: no ballot comes in between a count and its close
            if connection.scalar(sa.select(meetings.c.code).where(meetings.c.code == code)) is None:
                raise UnknownMeeting(code)
            entries = self._entries(connection, code)
            decided = decide(Transaction(cast("Store", self), connection, code), fold(entries))
            if decided:
                entries = self._append(connection, code, entries, decided, at)
                connection.execute(meetings.update().where(meetings.c.code == code).values(touched_at=at))
        return fold(entries)

    def _append(
        self,
        connection: sa.Connection,
        code: str,
        entries: list[e.Entry],
        events: Iterable[e.Event],
        at: float,
    ) -> list[e.Entry]:
        written = list(entries)
        chain = self._chain(connection, code)
        for event in events:
            version = written[-1].version + 1 if written else 1
            kind = type(event).__name__
            salted = {**e.event_to_dict(event), e.SALT: secrets.token_hex(16)}
            body = json.dumps(salted, ensure_ascii=False, sort_keys=True)
            digest = digest_of(written[-1].digest if written else "", chain, version, at, kind, body)
            connection.execute(
                log.insert().values(meeting=code, version=version, at=at, kind=kind, body=body, digest=digest)
            )
            written.append(e.Entry(version, at, e.event_from(kind, json.loads(body)), digest))
        length = meetings.update().where(meetings.c.code == code).values(length=len(written))
        connection.execute(length)
        self._keep_polls_in_step(connection, code, fold(written))
        return written

    def _chain(self, connection: sa.Connection, code: str) -> str:
        """The code that the links of this log speak of."""
        return connection.scalar(sa.select(meetings.c.begun_as).where(meetings.c.code == code)) or code

    def _keep_polls_in_step(self, connection: sa.Connection, code: str, room: Room) -> None:
        query = sa.select(polls.c.poll, polls.c.state).where(polls.c.meeting == code)
        known = {row.poll: row.state for row in connection.execute(query)}
        wanted = {poll.id: poll.state for poll in room.polls.values()} | dict.fromkeys(
            room.withdrawn, "withdrawn"
        )
        for poll, state in wanted.items():
            if poll not in known:
                connection.execute(polls.insert().values(meeting=code, poll=poll, state=state))
            elif known[poll] != state:
                where = (polls.c.meeting == code, polls.c.poll == poll)
                connection.execute(polls.update().where(*where).values(state=state))

    def seals(self) -> int:
        """How many votes are sealed, in all meetings: it moves whenever links were destroyed."""
        with self.engine.connect() as connection:
            query = sa.select(sa.func.count()).where(polls.c.state == SEALED)
            return int(connection.scalar(query) or 0)

    def broken_link(self, code: str) -> int | None:
        """The version of the first row whose digest is not that of what it says; None for a sound chain."""
        previous, expected = "", 1
        with self.engine.connect() as connection:
            chain = self._chain(connection, code)
            for row in connection.execute(
                sa.select(log).where(log.c.meeting == code).order_by(log.c.version)
            ):
                right = digest_of(previous, chain, row.version, row.at, row.kind, row.body)
                if row.version != expected or row.digest != right:
                    return int(row.version)
                previous, expected = row.digest, expected + 1
        return None
