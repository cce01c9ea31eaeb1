"""The address of the database as its driver wants it, and in French what keeps it from answering.

PostgreSQL is always spoken to by pg8000 (BSD, no library of the system needed), whatever driver the address names:
`postgresql://user:password@host:port/base`, or `postgresql:///base?host=/var/run/postgresql` for a socket.
"""

import itertools
import os
import ssl
import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from components.look.i18n import t

POSTGRESQL_PORT = 5432
ANSWER_SECONDS = 15
"""A server that says nothing for so long does not answer."""

IDLE_SECONDS = 2.0

IN_MEMORY = ("", ":memory:")
_memories = itertools.count(1)

_BY_CODE = {
    "28P01": "password",
    "28000": "password",
    "3D000": "no_base",
    "42501": "denied",
    "25006": "read_only",
    "53100": "disk_full",
    "53300": "too_many",
    "57P01": "stopping",
    "57P02": "stopping",
    "57P03": "starting",
}
AGAIN = ("40001", "40P01")
"""Two transactions in each other's way: the same again succeeds."""


class StoreUnavailable(RuntimeError):
    """The database cannot be opened or written; `reason` is the driver's own word, or French if `said`."""

    def __init__(self, reason: str, said: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said


class Collision(StoreUnavailable):
    """PostgreSQL gave up one of two transactions in each other's way: nothing was written, try again."""


def is_postgresql(url: str) -> bool:
    return url.partition(":")[0].partition("+")[0] in ("postgresql", "postgres")


def open_engine(url: str, **options: Any) -> sa.Engine:
    """An engine on that address; nothing is asked of the server yet. Raises `StoreUnavailable`.

    An SQLite address without a file is a store in this process's memory, shared by all connections of the engine.
    """
    try:
        if is_postgresql(url):
            parsed, arguments = postgresql_address(url)
            engine = sa.create_engine(parsed, connect_args=arguments, **options)
            _try_before_lending(engine)
            return engine
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and (parsed.database or "") in IN_MEMORY:
            return _in_memory(options)
        if parsed.get_backend_name() == "sqlite":
            options = {"connect_args": {"timeout": 10, "check_same_thread": False}, **options}
        return sa.create_engine(parsed, **options)
    except sa.exc.ArgumentError as error:
        raise StoreUnavailable(t("store.address", url=shown(url)), said=True) from error
    except ImportError as error:
        raise StoreUnavailable(str(error)) from error


def _try_before_lending(engine: sa.Engine) -> None:
    """A connection that lay idle is tried first: the server may have restarted. One just used is lent as it is,
    the question would cost as much as the reading."""

    @sa.event.listens_for(engine, "checkin")
    def _(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            connection.cursor().execute("SELECT 1")
            connection.rollback()
        except Exception as error:
            raise sa.exc.DisconnectionError from error


def _in_memory(options: Mapping[str, Any]) -> sa.Engine:
    """SQLite's memdb: unlike `:memory:`, several connections share it, with locks between them."""
    name = f"file:/cordee-{os.getpid()}-{next(_memories)}?vfs=memdb"
    engine = sa.create_engine(
        f"sqlite:///{name}&uri=true",
        poolclass=sa.pool.QueuePool,
        connect_args={"timeout": 10, "check_same_thread": False},
        **options,
    )
    kept = engine.raw_connection()  # it lasts as long as one connection does
    sa.event.listen(engine, "engine_disposed", lambda _: kept.close())
    return engine


def in_memory(engine: sa.Engine) -> bool:
    return engine.dialect.name == "sqlite" and "vfs=memdb" in (engine.url.database or "")


def postgresql_address(url: str) -> tuple[sa.URL, dict[str, Any]]:
    """The address for pg8000, and what its `connect` is told besides. Raises ArgumentError."""
    parsed = make_url("postgresql+pg8000://" + url.partition("://")[2])
    asked = {name: value if isinstance(value, str) else value[-1] for name, value in parsed.query.items()}
    arguments: dict[str, Any] = {
        "timeout": float(asked.pop("connect_timeout", ANSWER_SECONDS)),
        "application_name": asked.pop("application_name", "cordee"),
    }
    folder = asked.pop("host", "")
    if folder.startswith("/"):
        arguments["unix_sock"] = f"{folder.rstrip('/')}/.s.PGSQL.{asked.pop('port', POSTGRESQL_PORT)}"
    elif folder:
        parsed = parsed.set(host=folder)
    if secure := _encryption(asked.pop("sslmode", "prefer")):
        arguments["ssl_context"] = secure
    if asked:
        raise sa.exc.ArgumentError(f"unknown option: {', '.join(sorted(asked))}")
    if parsed.username is None:
        parsed = parsed.set(username=os.environ.get("PGUSER") or os.environ.get("USER") or "postgres")
    if parsed.password is None and "PGPASSWORD" in os.environ:
        parsed = parsed.set(password=os.environ["PGPASSWORD"])
    return parsed.set(query={}), arguments


def _encryption(mode: str) -> ssl.SSLContext | None:
    """As libpq's sslmode: `require` encrypts, `verify-full` also checks who answers."""
    if mode in ("disable", "allow", "prefer"):
        return None
    context = ssl.create_default_context()
    if mode not in ("verify-full", "verify-ca"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif mode == "verify-ca":
        context.check_hostname = False
    return context


def shown(url: str) -> str:
    """The address without the password in it."""
    scheme, mark, rest = url.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{user.partition(':')[0]}{at}{place}" if mark else url


def words_of(error: BaseException | None) -> Mapping[str, str]:
    """The server's own words in an error, by pg8000's letters (C: its code, M: its message); none from a network.

    A server that refuses us also cuts the line; what it said is then behind the network's error.
    """
    seen = 0
    while error is not None and seen < 8:
        said = error.args[0] if error.args else None
        if isinstance(said, dict) and "C" in said:
            return said
        error, seen = error.__cause__ or error.__context__, seen + 1
    return {}


def reason_of(error: BaseException | None, url: str) -> str:
    """What keeps the database from answering: a French sentence where we know one, else the driver's own word."""
    parsed = make_url(url) if is_postgresql(url) else None
    if parsed is None:
        return str(error)
    told = {
        "server": _server(parsed),
        "user": parsed.username or os.environ.get("PGUSER") or "",
        "base": parsed.database or "",
    }
    said = words_of(error)
    code = said.get("C", "")
    if key := _BY_CODE.get(code):
        return t(f"store.{key}", **told)
    if not code:  # no word of the server: the network, or nobody there
        return t("store.unreachable", **told)
    return f"{said.get('M', '')} ({code})"


def _server(parsed: sa.URL) -> str:
    asked = parsed.query.get("host", "")
    host = asked if isinstance(asked, str) and asked else parsed.host or "localhost"
    return host if host.startswith("/") else f"{host}:{parsed.port or POSTGRESQL_PORT}"


def say_unavailable(url: str) -> Any:
    """What SQLAlchemy calls at each error: whatever keeps the database from answering (locked, full, read-only,
    gone) has one name above this folder."""

    def rename(context: sa.engine.ExceptionContext) -> Exception | None:
        error = context.sqlalchemy_exception
        cause = context.original_exception
        code = words_of(cause).get("C", "")
        if code in AGAIN:
            return Collision(code)
        if code.startswith(("57P", "08")):
            context.is_disconnect = True
        # DatabaseError itself, not its children, is SQLite's « file is not a database ».
        plain = type(error) is sa.exc.DatabaseError and not code
        away = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError) or plain
        if away or code in _BY_CODE or code[:2] in ("08", "28", "53", "57", "58") or code == "55P03":
            return StoreUnavailable(reason_of(cause, url), said=is_postgresql(url))
        return None

    return rename
