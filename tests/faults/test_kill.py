"""kill -9 of the urn at any moment of a burst: what was acknowledged is stored, nothing is stored twice."""

import asyncio

from components.rehearsal.phone import Choice, Phone

from .conftest import Rounds
from .urn import CHOICES, Urn, leave

VOTERS = 120


def test_acknowledged_is_stored_whenever_the_urn_is_killed(urn: Urn, rounds: Rounds, tell) -> None:
    """The urn is killed during a burst, started again, and the phones still waiting come back by themselves."""
    acknowledged = before = cuts = 0
    urn.start()
    for number in rounds.of(few=1, full=200):
        poll, choices = asked(urn, number)
        phones = urn.phones(VOTERS, rounds.chance)
        # Anywhere from the first acknowledgement to the last, or a little after.
        enough, later = rounds.chance.randrange(1, VOTERS), 0.02 * rounds.chance.random()
        before += asyncio.run(burst(urn, poll, choices, phones, enough, later))
        acknowledged += urn.check(poll, phones)
        assert urn.check(poll, phones) == VOTERS, "every phone came back and was answered"
        # Present once each; phones of the round before may not have been noticed leaving when it was cleared.
        assert VOTERS <= urn.desk.store.joined(urn.code) <= 2 * VOTERS
        cuts += 1
        urn.desk.clear_rehearsal(urn.code)
    assert before > 0, "the cuts fell in the middle of the bursts"
    tell(
        f"{cuts} coupures de l'urne en pleine rafale : {before} bulletins accusés avant la coupure, "
        f"tous retrouvés ; {acknowledged} sur {cuts * VOTERS} accusés à la fin, aucun perdu ni doublé"
    )


def asked(urn: Urn, number: int) -> tuple[str, tuple[Choice, ...]]:
    """One question after the other: the vote now open, and what may be answered."""
    if number % 2:
        return urn.ask("un"), CHOICES
    return urn.ask("direct"), (("yes",), ("no",), ("blank",))


async def burst(
    urn: Urn, poll: str, choices: tuple[Choice, ...], phones: list[Phone], enough: int, later: float
) -> int:
    """All vote at once; the urn is killed after `enough` acknowledgements, then started again. What was told before."""
    await asyncio.gather(*(phone.arrive() for phone in phones))
    votes = [asyncio.ensure_future(phone.vote(poll, phone.chance.choice(choices), 120)) for phone in phones]
    while sum(phone.acknowledged is not None for phone in phones) < enough:
        await asyncio.sleep(0.001)
    await asyncio.sleep(later)
    urn.kill()
    told = sum(phone.acknowledged is not None for phone in phones)
    assert urn.check(poll, phones) >= told
    await asyncio.gather(*votes, asyncio.to_thread(urn.start))
    await leave(phones)
    return told
