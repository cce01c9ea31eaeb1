"""What the launcher says at the terminal: where to go, what happened, nothing else."""

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno

from components.command.address import LOOPBACK
from components.look.i18n import t

if TYPE_CHECKING:
    from components.command.serve import Plan


@dataclass(frozen=True)
class First:
    """What this start made: the passphrase if it is new (shown once), the code of the meeting."""

    passphrase: str | None
    code: str


def say(text: str = "") -> None:
    """Prints at once, also into a file or a pipe."""
    print(text, flush=True)


def greet(plan: "Plan", first: First) -> None:
    """Where to go, how to join, and the passphrase at the first start."""
    here = f"http://localhost:{plan.port}"
    say()
    say(t("command.ready"))
    for page in ("home", "console", "screen", "explore"):
        say(f"  {t(f'command.page_{page}'):<24} {here}/{page}")
    if plan.phones:
        say(f"  {t('command.page_phones'):<24} {plan.join}")
        join = f"{plan.join}/v/{first.code}"
        say(f"  {t('command.page_join', code=first.code):<24} {join}")
        say()
        say(qr(join))
        if not plan.imposed and plan.host == LOOPBACK:
            say(t("command.no_network"))
    else:
        say(f"  {t('command.without_phones')}")
    if first.passphrase:
        say(t("command.passphrase", passphrase=first.passphrase))
    if plan.open_pages:
        say(t("command.opened"))
    say(t("command.how_to_end"))


def qr(text: str) -> str:
    """The QR code of a text in the blocks of a terminal."""
    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out=out, compact=True, border=2)
    return out.getvalue()


def say_without_phones(port: int) -> None:
    """The phones' port is taken: hands and paper, and how to have phones all the same."""
    print(t("command.phones_taken", port=port, free=port + 10), file=sys.stderr, flush=True)


def say_died(role: str, code: int, wait: float) -> None:
    key = "command.died_waiting" if wait else "command.died"
    say(t(key, role=t(f"command.role_{role}"), code=code, wait=round(wait) or 1))


def say_restarted(role: str) -> None:
    say(t("command.restarted", role=t(f"command.role_{role}")))


def say_slow() -> None:
    say(t("command.slow"))


def say_moved(join: str) -> None:
    say(t("command.moved", join=join))


def say_goodbye() -> None:
    say(t("command.goodbye"))
