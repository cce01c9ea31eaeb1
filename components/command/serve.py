"""`cordee serve`: prepares the store, starts the urn and the pages, says where to go, keeps them alive."""

import argparse
import errno
import os
import re
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from components.access.badge import COOKIE
from components.command import address, welcome
from components.command.arguments import CommandError
from components.command.launcher import Launcher, Server, answers, environment
from components.command.places import ROOT, database_file, default_database_url, keys_directory
from components.look.i18n import t
from components.meeting.keys import KeyRing

if TYPE_CHECKING:
    from components.access.store import Settings

PAGES = ("home", "console", "screen", "explore")
PLUGIN = "components.command.handlers"
READY_SECONDS = 90.0
DAY_SECONDS = 24 * 3600
# Names of secrets in the key ring: what signs Panel's session ids, and what signs the facilitator's cookie.
SESSION_KEY = "panel session"
COOKIE_KEY = "facilitator cookie"

HOST = re.compile(r"[A-Za-z0-9.:*-]{1,253}")


@dataclass(frozen=True)
class Plan:
    """What this start was asked for, checked."""

    url: str  # SQLAlchemy address of the store
    keys: Path
    port: int
    phone_port: int
    host: str  # of this machine, for phones
    join: str  # base address that phones type
    imposed: bool  # the address was given: it is not looked for again when the network changes
    open_pages: bool
    phones: bool


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    parser = subparsers.add_parser(
        "serve", help=t("command.serve_help"), description=t("command.serve_description")
    )
    parser.add_argument("--port", help=t("command.serve_port"))
    parser.add_argument("--phone-port", help=t("command.serve_phone_port"))
    parser.add_argument("--address", help=t("command.serve_address"))
    parser.add_argument("--open-pages", action="store_true", help=t("command.serve_open_pages"))
    parser.add_argument("--without-phones", action="store_true", help=t("command.serve_without_phones"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until the end is asked; 0 then. Raises CommandError for what the person can mend."""
    plan = check_ports(read_plan(args, os.environ))
    first = prepare(plan)
    address.write_join_base(plan.join, plan.keys)
    return keep_serving(plan, first)


def read_plan(args: argparse.Namespace, environ: Mapping[str, str]) -> Plan:
    """The start asked for by the options, then by the environment. Raises CommandError."""
    given = {
        **environ,
        **({"PORT": args.port} if args.port else {}),
        **({"PHONE_PORT": args.phone_port} if args.phone_port else {}),
        **({"ADDRESS": args.address} if args.address else {}),
    }
    port, phone_port = _port(given, "PORT", 5006), _port(given, "PHONE_PORT", 5007)
    if port == phone_port:
        raise CommandError(t("command.same_port", port=port))
    if not HOST.fullmatch(given.get("ADDRESS") or "localhost"):
        raise CommandError(t("command.bad_address", value=given["ADDRESS"][:80]))
    url = absolute(default_database_url())
    return Plan(
        url=url,
        keys=keys_directory(url).absolute(),
        port=port,
        phone_port=phone_port,
        host=address.phone_address(given),
        join=address.join_url(given),
        imposed=bool(given.get("ADDRESS") or given.get("CORDEE_JOIN_URL")),
        open_pages=args.open_pages or given.get("CORDEE_OPEN_PAGES", "") not in ("", "0"),
        phones=not args.without_phones,
    )


def absolute(url: str) -> str:
    """The same store wherever a process is started from: a SQLite file gets its whole path."""
    file = database_file(url)
    return f"sqlite:///{file}" if file and "?" not in url else url


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CommandError(t("command.bad_port", name=name, value=text))
    return int(text)


def check_ports(plan: Plan) -> Plan:
    """The plan that the free ports allow, found before anything is started.

    Raises CommandError for a port that cannot be used, but when another program holds the phones' port the evening
    goes on without phones, and says so.
    """
    if problem := port_problem(pages_bind(plan), plan.port):
        raise CommandError(port_sentence(problem, "PORT", plan.port))
    problem = port_problem(urn_bind(plan), plan.phone_port) if plan.phones else None
    if problem == "taken" and answers(plan.phone_port, timeout=0.5) is None:
        welcome.say_without_phones(plan.phone_port)
        return replace(plan, phones=False)
    if problem:
        raise CommandError(port_sentence(problem, "PHONE_PORT", plan.phone_port))
    return plan


def port_sentence(problem: str, name: str, port: int) -> str:
    """What is wrong with a port and what to do."""
    if problem == "taken" and answers(port, timeout=0.5):
        return t("command.already_running", port=port, name=name)
    return t(f"command.port_{problem}", port=port, name=name, free=port + 10)


def port_problem(bind: str, port: int) -> str | None:
    """'taken', 'forbidden' or 'unknown_address' when a server could not listen there; None when it could."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there it would allow two servers on one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
            probe.listen(1)
        except PermissionError:
            return "forbidden"
        except OSError as error:
            return "unknown_address" if error.errno == errno.EADDRNOTAVAIL else "taken"
    return None


def pages_bind(plan: Plan) -> str:
    """The pages hold the console: this machine only, unless opened on purpose."""
    return "0.0.0.0" if plan.open_pages else address.LOOPBACK


def urn_bind(plan: Plan) -> str:
    """Every network, also one that comes later, unless this machine alone was asked for."""
    return address.LOOPBACK if plan.imposed and address.is_loopback(plan.host) else "0.0.0.0"


def prepare(plan: Plan) -> "welcome.First":
    """Makes the store, the secrets, the passphrase and the demonstration meeting where they are missing.

    Raises CommandError when the place cannot be written or the store's address is not one we know.
    """
    from components.access import door
    from components.access.store import StoreError

    chosen = os.environ.get("CORDEE_PASSPHRASE") or None
    settings = open_stores(plan)
    try:
        passphrase = door.first_passphrase(settings, chosen)
        settings.close()
    except StoreError as error:
        raise CommandError(store_sentence(plan.url, error.reason, error.detail)) from error
    purge(plan)
    return welcome.First(passphrase=None if chosen else passphrase, code=demonstration(plan.url))


def open_stores(plan: Plan) -> "Settings":
    """The secrets made, the database brought up to date, its settings open. Raises CommandError."""
    file = database_file(plan.url)
    try:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        for name in (SESSION_KEY, COOKIE_KEY):
            KeyRing(plan.keys).make(name)
    except OSError as error:
        place = error.filename or plan.keys
        raise CommandError(t("command.unwritable", place=place, reason=_why(error))) from error

    from components.access.store import Settings, StoreError

    try:
        settings = Settings(plan.url)
        bring_up_to_date(plan.url)  # before anything is written: a newer database is left as it is
        settings.prepare()
    except StoreError as error:
        raise CommandError(store_sentence(plan.url, error.reason, error.detail)) from error
    return settings


def bring_up_to_date(url: str) -> None:
    """Says what was done to a database of an older version. Raises CommandError, also for a newer one."""
    from components.meeting.store import Store, StoreUnavailable

    try:
        store = Store(url)
    except StoreUnavailable as error:
        sentence = t("store.cannot_open", url=shown(url), reason=error.reason)
        raise CommandError(
            sentence if error.said else store_sentence(url, "refused", error.reason)
        ) from error
    if store.upgraded:
        print(store.upgraded.sentence())
    store.close()


def purge(plan: Plan) -> None:
    """Takes away what was kept long enough, and says it; a fault of it never keeps an evening from starting."""
    from components.command.purge import sentences
    from components.meeting.desk import Desk
    from components.meeting.retention import purge as take_away
    from components.meeting.store import Store, StoreUnavailable

    try:
        store = Store(plan.url)
        taken = take_away(Desk(store, KeyRing(plan.keys)))
        store.close()
    except (StoreUnavailable, OSError, ValueError) as error:
        print(t("retention.bad_rules", reason=error), file=sys.stderr)
        return
    if taken:
        print("\n".join(sentences(taken, dry=False)))


def _why(error: OSError) -> str:
    reasons = {
        errno.EROFS: "read_only",
        errno.ENOSPC: "disk_full",
        errno.EACCES: "denied",
        errno.EPERM: "denied",
    }
    return t(f"command.why_{reasons.get(error.errno or 0, 'other')}")


def store_sentence(url: str, reason: str, detail: str) -> str:
    """What is wrong with the store, for the person at the keyboard."""
    return t(f"command.store_{reason}", url=shown(url), detail=detail)


def shown(url: str) -> str:
    """The store's address without the password in it."""
    scheme, mark, rest = url.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{user.partition(':')[0]}{at}{place}" if mark else url


def demonstration(url: str) -> str:
    """The code of the latest meeting; the demonstration's if there was none."""
    from components.meeting.demo import ensure_demo
    from components.meeting.store import StoreUnavailable

    try:
        return ensure_demo(url)
    except StoreUnavailable as error:
        raise CommandError(store_sentence(url, "refused", error.reason)) from error


def children_environ(plan: Plan) -> dict[str, str]:
    """What both processes are told."""
    return environment(
        CORDEE_DB=plan.url,
        CORDEE_KEYS=str(plan.keys),
        CORDEE_JOIN_URL=plan.join,
        CORDEE_PHONES="1" if plan.phones else "0",
        CORDEE_OPEN_PAGES="1" if plan.open_pages else "0",
        PORT=str(plan.port),
        PHONE_PORT=str(plan.phone_port),
        ADDRESS=plan.host,
        BOKEH_SECRET_KEY=KeyRing(plan.keys).make(SESSION_KEY).hex(),
        BOKEH_COOKIE_SECRET=KeyRing(plan.keys).make(COOKIE_KEY).hex(),
        BOKEH_RESOURCES="server",
        PYTHONUTF8="1",
    )


def servers(plan: Plan) -> list[Server]:
    """The processes of this start: the pages, and the urn unless phones were left out."""
    environ = children_environ(plan)
    common = ["--log-level", "warning", "--session-ids", "signed", "--ico-path", "none"]
    # Bokeh writes what a request carried into the page, readable by its scripts: not what signs people in.
    common += ["--exclude-headers", "Cookie", "Authorization", "--exclude-cookies", COOKIE]
    pages = [
        *("--address", pages_bind(plan), "--index", "home.py", "--auth-module", auth_module("access")),
        # A page left alone keeps its socket by pings; a laptop that slept finds its session again.
        *("--keep-alive", "20000", "--unused-session-lifetime", "30000", "--check-unused-sessions", "10000"),
        *("--session-token-expiration", str(DAY_SECONDS)),
        *plugins(
            "components.access.handlers",
            "components.documents.handlers",
            "components.places.handlers",
            "components.importing.handlers",
            "components.rehearsal.handlers",
        ),
        *origins(plan),
    ]
    urn = [
        *("--address", urn_bind(plan), "--auth-module", auth_module("command")),
        # Those who help before the phones: what the phones' addresses do not know is refused there.
        *plugins(
            "components.tables.handlers",
            "components.counting.handlers",
            "components.phone.handlers",
            "components.access.handlers",
            "components.places.handlers",
        ),
    ]
    files = [str(ROOT / "dashboards" / f"{name}.py") for name in PAGES]
    result = [_server("pages", files, plan.port, [*common, *pages], environ)]
    if plan.phones:
        result.append(
            _server("urn", [str(ROOT / "dashboards" / "urn.py")], plan.phone_port, [*common, *urn], environ)
        )
    return result


def _server(role: str, files: list[str], port: int, options: list[str], environ: dict[str, str]) -> Server:
    command = [sys.executable, "-m", "panel", "serve", *files, "--port", str(port), *options]
    return Server(role, command, {**environ, "CORDEE_ROLE": role}, ROOT, port)


def auth_module(component: str) -> str:
    """The file that says who sees Panel's pages."""
    return str(ROOT / "components" / component / "auth.py")


def plugins(*modules: str) -> list[str]:
    """The options that load our handlers."""
    return [word for name in (PLUGIN, *modules) for word in ("--plugins", name)]


def origins(plan: Plan) -> list[str]:
    """Where a page's socket may come from: the names this machine answers to now."""
    hosts = address.names(plan.host) if plan.open_pages else ["localhost", address.LOOPBACK]
    return [word for host in hosts for word in ("--allow-websocket-origin", f"{host}:{plan.port}")]


def keep_serving(plan: Plan, first: "welcome.First") -> int:
    """Starts the processes, says where to go and watches; returns 0 when the end was asked."""
    launcher = Launcher(
        servers(plan),
        died=lambda server, code, wait: welcome.say_died(server.name, code, wait),
        restarted=lambda server: welcome.say_restarted(server.name),
    )
    launcher.tick = address_watch(plan, launcher)
    launcher.catch_signals()
    try:
        launcher.start()
        if not launcher.ready(READY_SECONDS) and not launcher.over.is_set():
            welcome.say_slow()
        if not launcher.over.is_set():
            welcome.greet(plan, first)
        launcher.watch()
    finally:
        launcher.end()
        address.forget_join_base(plan.keys)
    welcome.say_goodbye()
    return 0


def address_watch(plan: Plan, launcher: Launcher) -> Callable[[], None]:
    """What looks again whether this machine went to another network, when no address was imposed."""
    present = plan.host

    def look() -> None:
        nonlocal present
        now = address.phone_address({})
        if plan.imposed or now in (present, address.LOOPBACK):
            return
        present = now
        join = address.join_url({"ADDRESS": now, "PHONE_PORT": str(plan.phone_port)})
        address.write_join_base(join, plan.keys)
        welcome.say_moved(join)
        if plan.open_pages:  # its sockets are accepted from the addresses known at its start
            launcher.restart("pages")

    return look
