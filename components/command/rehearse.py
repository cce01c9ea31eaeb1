"""`cordee rehearse`: the dress rehearsal of an evening, with pretend phones on the real router."""

import argparse
import asyncio
import json
import os
import signal
import sys
from typing import Any

from components.command import rehearse_afar
from components.command.address import join_base
from components.command.arguments import CommandError
from components.command.launcher import environment
from components.command.limits import raise_open_files
from components.command.places import database_file, default_database_url
from components.look.i18n import t
from components.meeting.desk import Desk
from components.meeting.store import StoreUnavailable
from components.rehearsal.crowd import ARRIVE_SECONDS, Plan, hold_vote
from components.rehearsal.report import Report
from components.rehearsal.stage import (
    CHOICES,
    VoteOpen,
    judge,
    open_vote,
    refuse_during_a_vote,
    sweep,
    throwaway,
)
from components.rehearsal.watch import Watch
from components.rehearsal.wire import Place, ask

MOST_VOTERS = 20_000
MOST_SECONDS = 3600.0
FIND_SECONDS = 5.0


class OtherStore(CommandError):
    """The urn does not know a meeting made here."""


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declares the sub-command."""
    parser = subparsers.add_parser(
        "rehearse", help=t("command.rehearse_help"), description=t("rehearsal.description")
    )
    parser.add_argument("--voters", default="300", metavar="N", help=t("rehearsal.arg_voters"))
    parser.add_argument("--seconds", default="10", metavar="S", help=t("rehearsal.arg_seconds"))
    parser.add_argument("--url", metavar="ADRESSE", help=t("rehearsal.arg_url"))
    parser.add_argument("--pages-url", metavar="ADRESSE", help=t("rehearsal.arg_pages_url"))
    parser.add_argument("--passphrase-file", metavar="FICHIER", help=t("rehearsal.arg_passphrase_file"))
    parser.add_argument("--force", action="store_true", help=t("rehearsal.arg_force"))
    parser.add_argument("--json", action="store_true", help=t("rehearsal.arg_json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Holds the rehearsal and says what was found; 1 when a ballot was lost, doubled or not answered."""
    plan = read_plan(args.voters, args.seconds)
    given = read_place(args.url) if args.url else None
    pages = read_place(args.pages_url) if args.pages_url else None
    if pages and not given:
        raise CommandError(t("rehearsal.pages_without_url"))
    raise_open_files()
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    found = None if pages else rehearse_here(plan, given, args.force, quiet=args.json)
    if found is None:
        assert given is not None
        found = rehearse_afar.rehearse(plan, given, pages, args.passphrase_file, args.force, quiet=args.json)
    if args.json:
        print(json.dumps(found.to_dict(), ensure_ascii=False))
    else:
        print("\n".join(found.sentences()))
    return 0 if found.good else 1


def rehearse_here(plan: Plan, given: Place | None, force: bool, quiet: bool) -> Report | None:
    """The rehearsal on the store of this machine; None when the urn that was given has another one."""
    file = database_file(default_database_url())
    if given and file and not file.exists():  # nothing was ever served here
        return None
    desk: Desk | None = None
    try:
        desk = Desk.open()
        return rehearse(desk, plan, given, force, quiet)
    except StoreUnavailable as error:
        raise CommandError(t("meeting_cli.store_unavailable", reason=error.reason)) from None
    except OtherStore:
        if given is None:
            raise
        return None
    finally:
        if desk:
            desk.store.close()


def _as_ctrl_c(*_: Any) -> None:
    raise KeyboardInterrupt


def read_plan(voters: str, seconds: str) -> Plan:
    """Raises CommandError for what is no number of phones or of seconds."""
    if not (voters.isascii() and voters.isdigit() and 1 <= int(voters) <= MOST_VOTERS):
        raise CommandError(t("rehearsal.bad_voters", value=voters[:40], most=MOST_VOTERS))
    try:
        length = float(seconds.replace(",", "."))
    except ValueError:
        length = -1.0
    if not 0 <= length <= MOST_SECONDS:
        raise CommandError(t("rehearsal.bad_seconds", value=seconds[:40], most=int(MOST_SECONDS)))
    arrive = max(1.0, min(ARRIVE_SECONDS, length))
    return Plan(int(voters), length, seed=int.from_bytes(os.urandom(4)), arrive_seconds=arrive)


def read_place(url: str) -> Place:
    """Raises CommandError for what is no address of an urn."""
    try:
        return Place.at(url.strip())
    except ValueError:
        raise CommandError(t("rehearsal.bad_url", value=url[:80])) from None


def rehearse(desk: Desk, plan: Plan, given: Place | None, force: bool, quiet: bool = False) -> Report:
    """One rehearsal in a meeting of its own, removed at the end. Raises CommandError when it cannot begin."""
    place = given or find_urn()
    sweep(desk)
    if not force:
        try:
            refuse_during_a_vote(desk)
        except VoteOpen as error:
            raise CommandError(t("rehearsal.vote_open", code=error.args[0])) from None
    with throwaway(desk) as code:
        asyncio.run(check_same_store(place, code))
        watch = Watch(code, environment(CORDEE_DB=desk.store.url, CORDEE_KEYS=str(desk.keys.directory)))
        seen: list[tuple[float, int]] = []
        try:
            watch.wait()
            if not quiet:
                print(t("rehearsal.begins", voters=plan.voters, url=place.url), file=sys.stderr, flush=True)
            opened: list[str] = []

            async def begin() -> str:
                opened.append(await asyncio.to_thread(open_vote, desk, code))
                return opened[0]

            phones = asyncio.run(hold_vote(place, code, plan, CHOICES, begin))
        finally:
            seen = watch.end()
        return judge(desk, code, opened[0], phones, seen)


def find_urn() -> Place:
    """Where the running urn answers phones, its address on the network first. Raises CommandError when none does."""
    base = Place.at(join_base())
    port = int(os.environ.get("PHONE_PORT") or base.port)
    for place in dict.fromkeys((base, Place("127.0.0.1", base.port), Place("127.0.0.1", port))):
        if asyncio.run(_is_urn(place)):
            return place
    raise CommandError(t("rehearsal.no_urn", url=base.url))


async def _is_urn(place: Place) -> bool:
    try:
        return (await ask(place, "GET", "/alive", patience=FIND_SECONDS)).json.get("role") == "urn"
    except (OSError, TimeoutError, ValueError):
        return False


async def check_same_store(place: Place, code: str) -> None:
    """Raises CommandError unless the urn there knows the meeting just made here; `OtherStore` when it does not."""
    try:
        answer = await ask(place, "GET", f"/api/v1/meetings/{code}/state", patience=FIND_SECONDS)
    except (OSError, TimeoutError):
        raise CommandError(t("rehearsal.no_urn", url=place.url)) from None
    if answer.status == 404:
        raise OtherStore(t("rehearsal.other_store", url=place.url))
    if answer.status != 200:
        raise CommandError(t("rehearsal.not_an_urn", url=place.url, status=answer.status))
