"""What only PostgreSQL can do: refuse a password, end a connection, commit late, give up a deadlock."""

import socket
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.access.store import Settings, StoreError
from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.meeting.keys import KeyRing
from components.meeting.store import Store, StoreUnavailable, schema
from components.meeting.store import base as store_base
from components.meeting.store.connect import open_engine
from components.meeting.store.watch import Listening, Polling, PostgresPulse
from tests.postgres.server import Server

# A socket the server cut says so once more when it is thrown away.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("driver", ["", "+psycopg2", "+asyncpg", "+pg8000"])
def test_any_way_to_write_the_address_opens(url: str, driver: str) -> None:
    for scheme in ("postgresql", *(["postgres"] if not driver else [])):
        store = Store(url.replace("postgresql", scheme + driver, 1))
        assert store.engine.dialect.driver == "pg8000"
        assert store.meetings() == []
        store.close()


def test_nobody_there_is_said_in_french() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(StoreUnavailable) as told:
        Store(f"postgresql://camille:secret@127.0.0.1:{port}/debat")
    assert f"ne répond pas à 127.0.0.1:{port}" in told.value.reason
    assert "secret" not in told.value.reason
    with pytest.raises(StoreError) as settings:
        Settings(f"postgresql://camille:secret@127.0.0.1:{port}/debat").prepare()
    assert f"ne répond pas à 127.0.0.1:{port}" in settings.value.detail


def test_a_missing_base_is_said_in_french(server: Server) -> None:
    with pytest.raises(StoreUnavailable, match=r"base ..absente.. n’existe pas"):
        Store(server.url("absente"))


def test_a_wrong_password_is_said_in_french(server: Server, url: str) -> None:
    rules = server.data / "pg_hba.conf"
    before = rules.read_text()
    engine = open_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE ROLE rene LOGIN PASSWORD 'juste'"))
        try:
            rules.write_text("local all rene scram-sha-256\n" + before)
            connection.execute(sa.text("SELECT pg_reload_conf()"))
            wrong = url.replace("postgres@", "rene:faux@")
            until = time.monotonic() + 5
            while time.monotonic() < until:
                try:
                    Store(wrong).close()
                except StoreUnavailable as error:
                    if "mot de passe" in error.reason:
                        break
                time.sleep(0.05)
            with pytest.raises(StoreUnavailable, match=r"refuse l’utilisateur ..rene") as told:
                Store(wrong)
            assert "faux" not in told.value.reason
        finally:
            rules.write_text(before)
            connection.execute(sa.text("SELECT pg_reload_conf()"))
            connection.execute(sa.text("DROP ROLE rene"))
    engine.dispose()


def test_the_address_is_checked() -> None:
    with pytest.raises(StoreUnavailable, match="n’est pas une adresse de base"):
        Store("postgresql://u@h/b?couleur=bleu")


def test_a_late_commit_wakes_and_is_read(url: str, tmp_path: Path) -> None:
    """A transaction of another base's age: it takes its number early and commits after others have been heard."""
    desk = Desk(Store(url), KeyRing(tmp_path))
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    other = Store(url)
    watch = desk.store.watch()
    assert isinstance(watch, Listening)
    while watch.wait(0.1):
        pass
    assert watch.listens
    late = other.engine.connect().execution_options(writing=True)
    begun = late.begin()
    late.execute(schema.devices.insert().values(meeting=code, device="tardif"))  # a number is taken here
    desk.store.join([(code, "premier")])
    assert watch.wait(5)
    while watch.wait(0.1):
        pass
    assert desk.store.joined(code) == 1
    begun.commit()  # without NOTIFY: the position alone tells
    late.close()
    assert watch.wait(5)
    assert desk.store.joined(code) == 2
    watch.close()


def test_a_call_wakes_at_once(url: str, tmp_path: Path) -> None:
    """Well before the quarter of a second after which a listener looks anyway."""
    store, other = Store(url), Store(url)
    watch = store.watch()
    while watch.wait(0.05):
        pass
    waits = []
    for number in range(5):
        asked = threading.Event()

        def write(number: int = number, asked: threading.Event = asked) -> None:
            asked.wait()
            time.sleep(0.03)
            other.join([("ABCD", f"d{number}")])

        writer = threading.Thread(target=write)
        writer.start()
        asked.set()
        begun = time.monotonic()
        assert watch.wait(5)
        waits.append(time.monotonic() - begun)
        writer.join()
        while watch.wait(0.02):
            pass
    assert min(waits) < 0.2, waits
    watch.close()


def test_the_listening_connection_dies_and_nothing_is_missed(url: str, tmp_path: Path) -> None:
    desk = Desk(Store(url), KeyRing(tmp_path))
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    other = Store(url)
    heard = threading.Event()
    hub = Hub(desk).start()
    hub.listen("test", heard.set)
    for number in range(6):
        until = time.monotonic() + 10
        while desk.store.joined(code) != number and time.monotonic() < until:
            time.sleep(0.01)
        heard.clear()
        with other.engine.connect() as connection:  # each turn every other connection of the base is cut
            connection.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND query LIKE '%pg_current_snapshot%' "
                    "AND pid <> pg_backend_pid()"
                )
            )
        other.join([(code, f"d{number}")])
        assert heard.wait(10), number
    hub.stop()


def test_it_listens_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.meeting.store.watch.LISTEN_AGAIN_SECONDS", 0.05)
    store = Store(url)
    watch = store.watch()
    assert isinstance(watch, Listening)
    watch.wait(0)
    assert watch.listens
    watch._line.close()
    assert watch.wait(0)
    assert not watch.listens
    until = time.monotonic() + 5
    while not watch.listens and time.monotonic() < until:
        watch.wait(0.02)
    assert watch.listens
    watch.close()


def test_polling_alone_suffices(url: str) -> None:
    store, other = Store(url), Store(url)
    watch = Polling(PostgresPulse(store.engine))
    while watch.wait(0.05):
        pass
    other.join([("ABCD", "d")])
    assert watch.wait(0)
    watch.close()


def test_a_deadlock_is_tried_again(url: str) -> None:
    """Two transactions take two rows crosswise: PostgreSQL gives one up, the caller never knows."""
    store = Store(url)
    codes = [store.create(title, "x", "title: x", 1.0) for title in ("A", "B")]
    both = threading.Barrier(2, timeout=10)
    turns: list[str] = []

    class Crosswise(Store):
        @store_base.again
        def swap(self, first: str, second: str) -> None:
            turns.append(first)
            with self._writing() as connection:
                table = schema.meetings
                connection.execute(table.update().where(table.c.code == first).values(title="pris"))
                if len(turns) <= 2:
                    both.wait()
                connection.execute(table.update().where(table.c.code == second).values(title="pris"))

    stores = [Crosswise(url), Crosswise(url)]
    faults: list[BaseException] = []

    def run(one: Crosswise, first: str, second: str) -> None:
        try:
            one.swap(first, second)
        except BaseException as error:
            faults.append(error)

    threads = [
        threading.Thread(target=run, args=(stores[0], codes[0], codes[1])),
        threading.Thread(target=run, args=(stores[1], codes[1], codes[0])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert len(turns) == 3
    assert {meeting.title for meeting in store.meetings()} == {"pris"}


def test_a_server_that_restarted_is_found_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that died while they lay idle are noticed before they are lent."""
    monkeypatch.setattr("components.meeting.store.connect.IDLE_SECONDS", 0.0)
    store, other = Store(url), Store(url)
    store.create("A", "x", "title: A", 1.0)
    with other.engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert [meeting.title for meeting in store.meetings()] == ["A"]
