"""From what a phone says to what is on disk: a ballot, or the single-use code of a named electorate."""

import asyncio
from typing import Any

from components.meeting.entitlement import CodeRefused, read_code
from components.meeting.store import BOUND, CODE_REVOKED, OTHER_CODE
from components.phone.hall import Hall, Slip
from components.phone.refusal import Refusal
from components.phone.said import flag
from components.phone.urn import Urn
from components.voting.ballots import BallotRefused, read_choice


async def vote(
    urn: Urn, hall: Hall, token: str | None, said: dict[str, Any], seen_as: str, peer: str
) -> dict[str, Any]:
    """One ballot, from what a phone says to the acknowledgement, which is given only once it is on disk.

    It may bring the single-use code, for a phone that does not keep it yet; seen_as, peer: see `network`.
    Raises `Refusal`; a copy of a ballot already on disk, sent again after a cut, is acknowledged even when the
    vote has closed meanwhile.
    """
    if not token:
        raise Refusal(403, "no_key")
    hall.check(token)  # first: keys that we did not make are not even counted
    urn.limits.ballots.spend(token)
    second = flag(said.get("second"))
    sequence = said.get("sequence")
    if said.get("entitlement") is not None and hall.names_its_voters and not hall.entitled(token, second):
        await entitle(urn, hall, token, said, peer)
    try:
        slip = _slip(urn, hall, token, said, second, seen_as)
        is_last = await urn.write(slip)
    except Refusal as refusal:
        held = _copy(hall, token, said, second) if refusal.status == 409 else None
        if held is None:
            raise
        return {"status": "received", **held, "sequence": sequence, "at": None}
    if not is_last and (held := hall.own(token, slip.cast.poll, second)):
        return {"status": "received", **held, "at": None}  # what counts is the later choice, and it is named
    return {
        "status": "received",
        "poll": slip.cast.poll,
        "choice": list(slip.cast.choice),
        "sequence": sequence,
        "receipt": slip.receipt,
        "college": slip.cast.college,
        "second": second,
        "struck": False,
        "at": round(hall.desk.clock(), 3),
    }


def _slip(urn: Urn, hall: Hall, token: str, said: dict[str, Any], second: bool, seen_as: str) -> Slip:
    def slip() -> Slip:
        return hall.slip(
            token,
            said.get("poll"),
            said.get("choice"),
            said.get("sequence"),
            second=second,
            college=said.get("college"),
            seen_as=seen_as,
        )

    try:
        return slip()
    except Refusal as refusal:
        # The vote may have opened, or sharing been allowed, in the other process a moment ago.
        if refusal.status != 409 or not urn.look(hall):
            raise
    return slip()


def _copy(hall: Hall, token: str, said: dict[str, Any], second: bool) -> dict[str, Any] | None:
    """The ballot on disk that this message is a copy of."""
    poll = said.get("poll")
    found = hall.poll(poll) if isinstance(poll, str) else None
    held = hall.own(token, poll, second) if found else None
    if found is None or held is None or held["struck"]:
        return None
    try:
        wanted = read_choice(found.question, said.get("choice"))
    except BallotRefused:
        return None
    return held if list(wanted) == held["choice"] else None


async def entitle(urn: Urn, hall: Hall, token: str, said: dict[str, Any], peer: str) -> None:
    """Keep a single-use code for this phone; `second`: for the other person on it.

    Raises `Refusal`. A code kept once is refused to every other phone; the same phone may send it again.
    """
    typed, second = said.get("entitlement"), flag(said.get("second"))
    if not isinstance(typed, str):
        raise Refusal(400, "malformed")
    if not hall.names_its_voters:
        raise Refusal(409, "entitlement_none")
    hall.may_be_second(second)
    try:
        written = read_code(typed)
    except CodeRefused as error:
        raise Refusal(400, error.key, **dict[str, Any](error.values)) from None
    urn.limits.codes.spend(token)
    urn.limits.wrong_codes.spend(peer, cost=0)
    number = hall.number_of(written)
    if number is None and urn.look(hall):  # issued in the other process a moment ago
        number = hall.number_of(written)
    if number is None:
        urn.limits.wrong_codes.spend(peer)
        raise Refusal(403, "entitlement_unknown")
    device = hall.device(token, second)
    try:
        # In a thread: a store held by a backup must not hold the phones.
        word = await asyncio.get_running_loop().run_in_executor(
            None, hall.desk.store.bind, hall.code, number, device
        )
    except Exception as error:
        raise Refusal(503, "unavailable", retry_after=3) from error
    if word == CODE_REVOKED:
        raise Refusal(403, "entitlement_revoked")
    if word == OTHER_CODE:
        raise Refusal(409, "entitlement_other")
    if word != BOUND:
        raise Refusal(409, "entitlement_taken")
    if hall.entitled(token, second) is None:  # revoked in between
        raise Refusal(403, "entitlement_revoked")
