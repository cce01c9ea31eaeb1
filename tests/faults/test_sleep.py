"""The lid is closed for three minutes: processes stand still, the clock jumps, phones wait; then all goes on."""

import asyncio
import signal
import time

from components.access import badge
from tests.command.house import until
from tests.phone.conftest import House

from .conftest import Rounds
from .urn import CHOICES, Urn, leave

ASLEEP = 180.0


def test_an_urn_that_slept_answers_every_phone_that_waited(urn: Urn, rounds: Rounds, tell) -> None:
    """The process is stopped with ballots on their way; each is acknowledged after the waking, once."""
    poll = urn.ask("un")
    urn.start()
    phones = urn.phones(60, rounds.chance)
    turns = rounds.of(few=1, full=5)

    async def evening() -> None:
        await asyncio.gather(*(phone.arrive() for phone in phones))
        for number in turns:
            # Once as long as the issue says, when there is time for it.
            seconds = ASLEEP if rounds.long and number == 0 else 2.0
            votes = [
                asyncio.ensure_future(phone.vote(poll, phone.chance.choice(CHOICES), 400)) for phone in phones
            ]
            await asyncio.sleep(0.02 * rounds.chance.random())
            urn.signal(signal.SIGSTOP)
            before = sum(not ballot.pending for phone in phones for ballot in phone.ballots)
            await asyncio.sleep(seconds)
            after = sum(not ballot.pending for phone in phones for ballot in phone.ballots)
            assert after - before <= len(phones)  # what was already in the air
            urn.signal(signal.SIGCONT)
            await asyncio.gather(*votes)
        await leave(phones)

    asyncio.run(evening())
    assert urn.check(poll, phones) == 60
    assert urn.desk.store.joined(urn.code) == 60
    assert all(ballot.acknowledged_at for phone in phones for ballot in phone.ballots)
    tell(
        f"{len(turns)} mises en veille : {60 * len(turns)} bulletins en chemin, tous accusés au réveil, aucun doublé"
    )


class Clock:
    """Of this installation: set as one likes."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


def test_after_a_jump_of_the_clock_timers_seals_and_sessions_say_what_is_true(tmp_path) -> None:
    house, clock = House(tmp_path), Clock()
    house.desk.clock = house.console.clock = clock
    try:
        key = house.join()
        house.act(("show", {"step": "un"}), "open")
        snapshot = house.console.snapshot(house.code)
        left = snapshot.room.timer.left_at(snapshot.now)
        session = badge.sealed(badge.new("facilitator", "1", clock()), b"k")

        clock.ahead = ASLEEP
        # The minutes went by in the room too: the countdown says so, the vote is still open, the phone still known.
        snapshot = house.console.snapshot(house.code)
        assert abs(left - snapshot.room.timer.left_at(snapshot.now) - ASLEEP) < 5
        assert house.vote(key, "un", "a").status_code == 200
        assert badge.read(session, b"k", clock()) is not None
        house.act("close")
        assert house.vote(key, "un", "b").status_code == 409

        clock.ahead += ASLEEP  # asleep between close and seal: sealed on waking, without anybody's help
        assert until(lambda: house.console.store.room(house.code).polls["un"].state == "sealed", 10)
        assert house.console.store.room(house.code).polls["un"].tally.ballots == 1

        clock.ahead -= 7200  # and a clock that goes back breaks neither chain nor votes
        house.act(("show", {"step": "direct"}), "open")
        assert house.vote(key, "direct", "yes").status_code == 200
        house.act("close", "seal")
        assert house.console.store.broken_link(house.code) is None
    finally:
        house.stop()
