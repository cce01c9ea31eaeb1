"""Evenings acted out for the tests of what is kept of them."""

from pathlib import Path

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from tests.meeting.conftest import Clock, Phones


def desk_on(url: str, keys: Path, clock: Clock | None = None) -> Desk:
    return Desk(Store(url), KeyRing(keys), clock or Clock())


def hold(desk: Desk, ballots: int = 30, sealed: bool = True, closed: bool = False) -> tuple[str, str]:
    """A meeting with one vote by phone and a commitment; returns its code and the vote."""
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    desk.act(code, "presence", people=80)
    desk.act(code, "decide", words="La commune publie son budget carbone avant l’été.")
    desk.act(code, "show", step="avis-avant")
    poll = next(iter(desk.act(code, "open").polls))
    options = desk.store.room(code).polls[poll].question.option_ids
    phones = Phones(desk, code)
    tokens = [f"token-{number:04}" for number in range(ballots)]
    phones.join(tokens)
    phones.vote(poll, {token: (options[n % len(options)],) for n, token in enumerate(tokens)})
    if sealed or closed:
        desk.act(code, "close")
        desk.act(code, "reveal")
        desk.act(code, "seal")
    if closed:
        desk.act(code, "close_meeting")
    return code, poll
