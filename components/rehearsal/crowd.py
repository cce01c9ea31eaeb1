"""Many pretend phones together: they arrive, the vote opens, they vote within some seconds, some change their mind."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from components.rehearsal.phone import Choice, Phone, Refused
from components.rehearsal.wire import Place

ARRIVE_SECONDS = 5.0


@dataclass(frozen=True)
class Plan:
    """`seconds`: during which all vote. `change`, `post`: shares of phones that vote twice, and by the plain form."""

    voters: int
    seconds: float
    change: float = 0.15
    post: float = 0.1
    seed: int = 0
    arrive_seconds: float = ARRIVE_SECONDS
    patience: float = 60.0


async def hold_vote(
    place: Place,
    code: str,
    plan: Plan,
    choices: Sequence[Choice],
    open_vote: Callable[[], Awaitable[str]],
) -> list[Phone]:
    """The phones after they voted, their lines closed. `open_vote` opens the vote and names it."""
    chance = random.Random(plan.seed)
    phones = [Phone(place, code, random.Random(chance.random())) for _ in range(plan.voters)]
    posting = {id(phone) for phone in phones if chance.random() < plan.post}
    try:
        held = [phone for phone in phones if id(phone) not in posting]
        await arrive(held, plan.arrive_seconds, plan.patience)
        poll = await open_vote()
        await asyncio.gather(*(_vote(phone, poll, choices, plan, id(phone) in posting) for phone in phones))
    finally:
        await asyncio.gather(*(phone.leave() for phone in phones))
    return phones


async def arrive(phones: Sequence[Phone], seconds: float, patience: float) -> None:
    """All open the page and their line, evenly spread over `seconds`; one that is not let in stays without."""

    async def one(number: int, phone: Phone) -> None:
        await asyncio.sleep(seconds * number / len(phones))
        with contextlib.suppress(TimeoutError, Refused):
            async with asyncio.timeout(patience):
                await phone.arrive()

    await asyncio.gather(*(one(number, phone) for number, phone in enumerate(phones)))


async def _vote(phone: Phone, poll: str, choices: Sequence[Choice], plan: Plan, posts: bool) -> None:
    chance = phone.chance
    turns = 2 if chance.random() < plan.change else 1
    moments = sorted(plan.seconds * chance.random() for _ in range(turns))
    before = 0.0
    for moment in moments:
        await asyncio.sleep(moment - before)
        before = moment
        choice = chance.choice(choices)
        if posts:
            await phone.post(choice, plan.patience)
        else:
            await phone.vote(poll, choice, plan.patience)
