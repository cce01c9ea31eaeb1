"""`cordee rehearse --url …` where the store is another machine's: the facilitator's passphrase opens its door."""

import asyncio
import getpass
import os
import sys
from pathlib import Path

from components.command.address import is_loopback
from components.command.arguments import CommandError, reason_of
from components.look.i18n import t
from components.rehearsal import afar
from components.rehearsal.afar import AfarError, Visit
from components.rehearsal.crowd import Plan
from components.rehearsal.report import Report
from components.rehearsal.wire import Place

PAGES_PORT = 5006


def rehearse(
    plan: Plan, urn: Place, pages: Place | None, passphrase_file: str | None, force: bool, quiet: bool
) -> Report:
    """One rehearsal on the machine that serves. Raises CommandError."""
    visit = Visit(pages or pages_beside(urn))
    try:
        asyncio.run(_knock(visit, urn))
        if not visit.pages.tls and not is_loopback(visit.pages.host):
            print(t("rehearsal.afar_clear", url=visit.pages.url), file=sys.stderr, flush=True)
        passphrase = read_passphrase(passphrase_file, visit.pages)
        asyncio.run(visit.sign_in(passphrase))
        if not quiet:
            print(t("rehearsal.begins", voters=plan.voters, url=urn.url), file=sys.stderr, flush=True)
        return asyncio.run(afar.rehearse(visit, urn, plan, force))
    except AfarError as error:
        raise CommandError(str(error)) from None


async def _knock(visit: Visit, urn: Place) -> None:
    await afar.find_urn(urn)
    await visit.knock()


def pages_beside(urn: Place) -> Place:
    """Where the pages of that urn's machine usually are."""
    port = os.environ.get("PORT", "")
    return Place(urn.host, int(port) if port.isascii() and port.isdigit() else PAGES_PORT, urn.tls)


def read_passphrase(file: str | None, pages: Place) -> str:
    """From the file, else CORDEE_PASSPHRASE, else asked without echo: never an option, which others could read."""
    if file:
        try:
            text = Path(file).read_text(encoding="utf-8").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else t("rehearsal.no_text")
            raise CommandError(t("rehearsal.bad_passphrase_file", file=file, reason=reason)) from None
    elif not (text := os.environ.get("CORDEE_PASSPHRASE", "")) and sys.stdin.isatty():
        text = getpass.getpass(t("rehearsal.ask_passphrase", url=pages.url) + " ")
    if not text:
        raise CommandError(t("rehearsal.no_passphrase"))
    return text
