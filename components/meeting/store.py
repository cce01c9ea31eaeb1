"""The durable truth: the log, the ballots, the run sheets. SQLAlchemy on SQLite (embedded) or PostgreSQL.

Everything that decides is read and written in one transaction, so two facilitators in the same second are
served one after the other, and a ballot is accepted exactly while its vote is open.
"""

import hashlib
import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from components.meeting import events as e
from components.meeting.room import OPEN, Room, fold
from components.voting.ballots import Choice, load_choice, write_choice

metadata = sa.MetaData()

meetings = sa.Table(
    "meeting",
    metadata,
    sa.Column("code", sa.String(12), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("territory", sa.String(120), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("touched_at", sa.Float, nullable=False),
)
run_sheets = sa.Table(
    "run_sheet",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
)
log = sa.Table(
    "event",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("meeting", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.UniqueConstraint("meeting", "version"),
)
polls = sa.Table(  # what the urn needs of the fold, kept in step by every append
    "poll",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
)
ballots = sa.Table(
    "ballot",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("voter", sa.String(64), primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("pair", sa.String(64), nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
sealed_ballots = sa.Table(  # shuffled; `pair` is emptied when the paired vote is sealed
    "sealed_ballot",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("pair", sa.String(64), nullable=False),
)
receipts = sa.Table(
    "receipt",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("receipt", sa.String(12), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
devices = sa.Table(
    "device",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("device", sa.String(64), primary_key=True),
    sqlite_with_rowid=False,
)
texts = sa.Table(
    "free_text",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("meeting", sa.String(12), nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)
OF_A_MEETING = (run_sheets, log, polls, ballots, sealed_ballots, receipts, devices, texts)


class UnknownMeeting(KeyError):
    """No meeting has this code."""


class StoreUnavailable(RuntimeError):
    """The database cannot be opened or written; `reason` is the driver's own word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Meeting:
    """A row of the list of meetings."""

    code: str
    title: str
    territory: str
    created_at: float
    touched_at: float


@dataclass(frozen=True)
class Cast:
    """A ballot on its way to the store. `sequence` counts the phone's own tries; None always wins."""

    meeting: str
    poll: str
    voter: str
    choice: Choice
    pair: str = ""
    sequence: int | None = None


ACCEPTED, NOT_OPEN, SUPERSEDED = "accepted", "not_open", "superseded"

Decide = Callable[["Transaction", Room], Sequence[e.Event]]
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


def _say_unavailable(context: sa.engine.ExceptionContext) -> Exception | None:
    """Whatever keeps the database from answering (locked, full, read-only, gone) has one name above this file."""
    error = context.sqlalchemy_exception
    # DatabaseError itself, not its children: « file is not a database ».
    if (
        isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
        or type(error) is sa.exc.DatabaseError
    ):
        return StoreUnavailable(str(context.original_exception))
    return None


def digest_of(previous: str, meeting: str, version: int, at: float, kind: str, body: str) -> str:
    """One link of the chain (hex): SHA-256 over the link before and everything the row says."""
    words = json.dumps([previous, meeting, version, repr(at), kind, body], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def _word(cast: Cast, is_open: bool, held: Mapping[tuple[str, str, str], int]) -> str:
    if not is_open:
        return NOT_OPEN
    late = cast.sequence is not None and held[cast.meeting, cast.poll, cast.voter] > cast.sequence
    return SUPERSEDED if late else ACCEPTED


class Store:
    """All reads and writes. Safe to share between threads; open one per process."""

    def __init__(self, url: str, checkpoint: bool = False) -> None:
        """`checkpoint`: this process alone resets SQLite's write-ahead log (see docs/adr)."""
        self.url = url
        arguments: dict[str, Any] = (
            {"timeout": 10, "check_same_thread": False} if url.startswith("sqlite") else {}
        )
        try:
            self.engine = sa.create_engine(url, connect_args=arguments)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise StoreUnavailable(str(error)) from error
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        self._logs: dict[str, list[e.Entry]] = {}
        self._lock = threading.Lock()
        sa.event.listen(self.engine, "handle_error", _say_unavailable, retval=True)
        if self._is_sqlite:
            self._prepare_sqlite(checkpoint)
        metadata.create_all(self.engine)

    def _prepare_sqlite(self, checkpoint: bool) -> None:
        @sa.event.listens_for(self.engine, "connect")
        def _(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute(f"PRAGMA wal_autocheckpoint={1000 if checkpoint else 0}")
            cursor.close()

        @sa.event.listens_for(self.engine, "begin")
        def _(connection: sa.Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _writing(self) -> Any:
        with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    # --- meetings -------------------------------------------------------------------------------------

    def create(self, title: str, territory: str, source: str, at: float, code: str = "") -> str:
        """Make a meeting with its first run sheet; returns its code (four signs, never reused while it lasts)."""
        with self._writing() as connection:
            while not code or connection.scalar(sa.select(meetings.c.code).where(meetings.c.code == code)):
                code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(4))
            connection.execute(
                meetings.insert().values(
                    code=code, title=title, territory=territory, created_at=at, touched_at=at
                )
            )
            self._start_log(connection, code, territory, source, at)
        return code

    def _start_log(
        self, connection: sa.Connection, code: str, territory: str, source: str, at: float
    ) -> None:
        connection.execute(run_sheets.insert().values(meeting=code, revision=1, source=source))
        opened = e.MeetingOpened(territory, 1, hashlib.sha256(source.encode()).hexdigest())
        self._append(connection, code, [], [opened], at)

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

    def delete(self, code: str) -> None:
        """Remove a meeting and all that belongs to it."""
        self.meeting(code)
        with self._writing() as connection:
            self._clear(connection, code)
            connection.execute(meetings.delete().where(meetings.c.code == code))
        self._forget(code)

    def restart(self, code: str, at: float) -> None:
        """Clear a rehearsal: the run sheet as it stands stays, everything that happened goes."""
        meeting = self.meeting(code)
        with self._writing() as connection:
            latest = sa.select(run_sheets.c.source).where(run_sheets.c.meeting == code)
            source = connection.scalar(latest.order_by(run_sheets.c.revision.desc()).limit(1)) or ""
            self._clear(connection, code)
            self._start_log(connection, code, meeting.territory, source, at)
        self._forget(code)

    def _clear(self, connection: sa.Connection, code: str) -> None:
        for table in OF_A_MEETING:
            connection.execute(table.delete().where(table.c.meeting == code))

    def _forget(self, code: str) -> None:
        with self._lock:
            self._logs.pop(code, None)

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

    # --- the log --------------------------------------------------------------------------------------

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

    def act(self, code: str, decide: Decide, at: float) -> Room:
        """Let `decide` look at the room and return events; append them; return the room after.

        One transaction: nobody can act in between, and a refusal writes nothing.
        """
        with self._writing() as connection:
            lock = sa.select(meetings.c.code).where(meetings.c.code == code).with_for_update()
            if connection.scalar(lock) is None:
                raise UnknownMeeting(code)
            entries = self._entries(connection, code)
            decided = decide(Transaction(self, connection, code), fold(entries))
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
        for event in events:
            version = written[-1].version + 1 if written else 1
            kind, body = (
                type(event).__name__,
                json.dumps(e.event_to_dict(event), ensure_ascii=False, sort_keys=True),
            )
            digest = digest_of(written[-1].digest if written else "", code, version, at, kind, body)
            connection.execute(
                log.insert().values(meeting=code, version=version, at=at, kind=kind, body=body, digest=digest)
            )
            written.append(e.Entry(version, at, e.event_from(kind, json.loads(body)), digest))
        self._keep_polls_in_step(connection, code, fold(written))
        return written

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

    def broken_link(self, code: str) -> int | None:
        """The version of the first row whose digest is not that of what it says; None for a sound chain."""
        previous, expected = "", 1
        with self.engine.connect() as connection:
            for row in connection.execute(
                sa.select(log).where(log.c.meeting == code).order_by(log.c.version)
            ):
                right = digest_of(previous, code, row.version, row.at, row.kind, row.body)
                if row.version != expected or row.digest != right:
                    return int(row.version)
                previous, expected = row.digest, expected + 1
        return None

    # --- ballots --------------------------------------------------------------------------------------

    def cast(self, casts: Sequence[Cast]) -> list[str]:
        """Write many ballots in one durable transaction; for each `ACCEPTED`, `NOT_OPEN` or `SUPERSEDED`, in order.

        One row per vote and voter: the last one wins. A late copy of an earlier try is superseded: it changes
        nothing, a later one of the same phone is held.
        """
        with self._writing() as connection:
            states: dict[tuple[str, str], bool] = {}
            for meeting, poll in {(cast.meeting, cast.poll) for cast in casts}:
                query = sa.select(polls.c.state).where(polls.c.meeting == meeting, polls.c.poll == poll)
                states[meeting, poll] = connection.scalar(query.with_for_update(read=True)) == OPEN
            accepted: dict[tuple[str, str, str], Cast] = {}
            for cast in casts:
                if states[cast.meeting, cast.poll]:
                    key = (cast.meeting, cast.poll, cast.voter)
                    before = accepted.get(key)
                    if before is None or cast.sequence is None or cast.sequence >= (before.sequence or 0):
                        accepted[key] = cast
            self._upsert(connection, list(accepted.values()))
            held = self._held(connection, list(accepted.values()))
        return [_word(cast, states[cast.meeting, cast.poll], held) for cast in casts]

    def _held(self, connection: sa.Connection, casts: list[Cast]) -> dict[tuple[str, str, str], int]:
        """Sequence of the ballot now held, by meeting, vote and voter."""
        held: dict[tuple[str, str, str], int] = {}
        for meeting, poll in {(cast.meeting, cast.poll) for cast in casts}:
            voters = [cast.voter for cast in casts if (cast.meeting, cast.poll) == (meeting, poll)]
            where = (ballots.c.meeting == meeting, ballots.c.poll == poll, ballots.c.voter.in_(voters))
            for voter, sequence in connection.execute(
                sa.select(ballots.c.voter, ballots.c.sequence).where(*where)
            ):
                held[meeting, poll, voter] = int(sequence)
        return held

    def _upsert(self, connection: sa.Connection, casts: list[Cast]) -> None:
        insert = sqlite.insert if self._is_sqlite else postgresql.insert
        for numbered in (True, False):
            rows = [
                {
                    "meeting": cast.meeting,
                    "poll": cast.poll,
                    "voter": cast.voter,
                    "choice": write_choice(cast.choice),
                    "pair": cast.pair,
                    "sequence": cast.sequence if cast.sequence is not None else 1,
                }
                for cast in casts
                if (cast.sequence is not None) is numbered
            ]
            if not rows:
                continue
            statement = insert(ballots)
            new = statement.excluded
            statement = statement.on_conflict_do_update(
                index_elements=[ballots.c.meeting, ballots.c.poll, ballots.c.voter],
                set_={"choice": new.choice, "sequence": new.sequence if numbered else ballots.c.sequence + 1},
                where=(new.sequence >= ballots.c.sequence) if numbered else None,
            )
            connection.execute(statement, rows)

    def phone_counts(self, code: str, poll: str) -> Counter[Choice]:
        """Distinct choices and how many phone ballots made each, before or after the seal."""
        with self.engine.connect() as connection:
            return self._phone_counts(connection, code, poll)

    def _phone_counts(self, connection: sa.Connection, code: str, poll: str) -> Counter[Choice]:
        counts: Counter[Choice] = Counter()
        for table in (ballots, sealed_ballots):
            query = sa.select(table.c.choice, sa.func.count()).where(
                table.c.meeting == code, table.c.poll == poll
            )
            for choice, number in connection.execute(query.group_by(table.c.choice)):
                counts[load_choice(choice)] += number
        return counts

    def own_ballots(self, code: str, poll: str, voters: Sequence[str]) -> dict[str, tuple[Choice, int]]:
        """Last choice and sequence of each of these voter keys that voted; one query for a whole crowd."""
        where = (ballots.c.meeting == code, ballots.c.poll == poll, ballots.c.voter.in_(voters))
        query = sa.select(ballots.c.voter, ballots.c.choice, ballots.c.sequence).where(*where)
        with self.engine.connect() as connection:
            rows = connection.execute(query)
            return {voter: (load_choice(choice), int(sequence)) for voter, choice, sequence in rows}

    def receipts(self, code: str, poll: str) -> list[str]:
        """Receipts of a sealed vote, in alphabetical order, repeated as often as they were given."""
        query = sa.select(receipts.c.receipt, receipts.c.times).where(
            receipts.c.meeting == code, receipts.c.poll == poll
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(receipts.c.receipt)).all()
        return [receipt for receipt, times in rows for _ in range(times)]

    # --- presence, free text --------------------------------------------------------------------------

    def join(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Count phones in: (meeting, device key) pairs, each once."""
        rows = [{"meeting": meeting, "device": device} for meeting, device in set(pairs)]
        if rows:
            insert = sqlite.insert if self._is_sqlite else postgresql.insert
            with self._writing() as connection:
                connection.execute(insert(devices).on_conflict_do_nothing(), rows)

    def joined(self, code: str) -> int:
        """How many phones have joined the meeting."""
        with self.engine.connect() as connection:
            query = sa.select(sa.func.count()).where(devices.c.meeting == code)
            return int(connection.scalar(query) or 0)

    def words(self, code: str) -> Mapping[str, str]:
        """Free texts of a meeting by identifier; those deleted are absent."""
        with self.engine.connect() as connection:
            query = sa.select(texts.c.id, texts.c.words).where(texts.c.meeting == code)
            return {row.id: row.words for row in connection.execute(query)}

    # --- waking ---------------------------------------------------------------------------------------

    def pulse(self) -> Callable[[], Any]:
        """A cheap function whose value changes whenever another connection has committed something."""
        connection = self.engine.connect()
        if self._is_sqlite:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            cursor = raw.cursor()

            def sqlite_version() -> Any:
                _ = connection  # kept: closing it would end the cursor
                return cursor.execute("PRAGMA data_version").fetchone()[0]

            return sqlite_version

        def committed_transactions() -> Any:
            found = connection.execute(sa.text("SELECT pg_current_snapshot()::text")).scalar()
            connection.rollback()
            return found

        return committed_transactions


class Transaction:
    """What a decision may read and write beside the log, in the same transaction."""

    def __init__(self, store: Store, connection: sa.Connection, code: str) -> None:
        self._store = store
        self._connection = connection
        self.code = code

    def phone_counts(self, poll: str) -> Counter[Choice]:
        return self._store._phone_counts(self._connection, self.code, poll)

    def run_sheet(self, revision: int) -> str:
        return self._store._run_sheet(self._connection, self.code, revision)

    def revise(self, revision: int, source: str, title: str, territory: str) -> None:
        self._connection.execute(
            run_sheets.insert().values(meeting=self.code, revision=revision, source=source)
        )
        where = meetings.c.code == self.code
        self._connection.execute(meetings.update().where(where).values(title=title, territory=territory))

    def keep_text(self, words: str) -> tuple[str, str]:
        """Store free text in a row of its own; returns its identifier and salted hash."""
        identifier, salt = secrets.token_hex(8), secrets.token_hex(16)
        self._connection.execute(
            texts.insert().values(id=identifier, meeting=self.code, salt=salt, words=words)
        )
        return identifier, hashlib.sha256((salt + words).encode()).hexdigest()

    def cast_ballots(self, poll: str) -> list[tuple[str, Choice, str]]:
        """(voter key, choice, pair key) of every phone ballot of a vote that is not sealed."""
        query = sa.select(ballots.c.voter, ballots.c.choice, ballots.c.pair)
        where = (ballots.c.meeting == self.code, ballots.c.poll == poll)
        return [
            (voter, load_choice(c), pair) for voter, c, pair in self._connection.execute(query.where(*where))
        ]

    def seal(self, poll: str, shuffled: Sequence[tuple[Choice, str]], given: Iterable[str]) -> None:
        """Replace the ballots of a vote by shuffled ones without voter key; keep the receipts apart."""
        where = (ballots.c.meeting == self.code, ballots.c.poll == poll)
        self._connection.execute(ballots.delete().where(*where))
        rows = [
            {"meeting": self.code, "poll": poll, "slot": slot, "choice": write_choice(choice), "pair": pair}
            for slot, (choice, pair) in enumerate(shuffled)
        ]
        counted = [
            {"meeting": self.code, "poll": poll, "receipt": receipt, "times": times}
            for receipt, times in sorted(Counter(given).items())
        ]
        if rows:
            self._connection.execute(sealed_ballots.insert(), rows)
            self._connection.execute(receipts.insert(), counted)

    def paired_ballots(self, poll: str) -> dict[str, Choice]:
        """Sealed ballots that still carry a pair key, by that key."""
        where = (
            sealed_ballots.c.meeting == self.code,
            sealed_ballots.c.poll == poll,
            sealed_ballots.c.pair != "",
        )
        rows = self._connection.execute(
            sa.select(sealed_ballots.c.pair, sealed_ballots.c.choice).where(*where)
        )
        return {pair: load_choice(choice) for pair, choice in rows}

    def unpair(self, poll: str) -> None:
        """Shuffle again and drop the pair keys of a sealed vote."""
        where = (sealed_ballots.c.meeting == self.code, sealed_ballots.c.poll == poll)
        rows = self._connection.execute(sa.select(sealed_ballots.c.choice).where(*where)).scalars().all()
        self._connection.execute(sealed_ballots.delete().where(*where))
        order = list(rows)
        secrets.SystemRandom().shuffle(order)
        if order:
            self._connection.execute(
                sealed_ballots.insert(),
                [
                    {"meeting": self.code, "poll": poll, "slot": slot, "choice": choice, "pair": ""}
                    for slot, choice in enumerate(order)
                ],
            )

    def drop_ballots(self, poll: str) -> None:
        self._connection.execute(
            ballots.delete().where(ballots.c.meeting == self.code, ballots.c.poll == poll)
        )
