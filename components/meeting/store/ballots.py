"""Ballots on their way in, counted, and kept after the seal."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from components.meeting.poll import OPEN
from components.meeting.store.base import Base, again
from components.meeting.store.entitlements import valid
from components.meeting.store.schema import ballots, polls, receipts, sealed_ballots, slips
from components.voting.ballots import Choice, load_choice, write_choice


@dataclass(frozen=True)
class Cast:
    """A ballot on its way to the store. `sequence` counts the phone's own tries; None always wins."""

    meeting: str
    poll: str
    voter: str
    choice: Choice
    pair: str = ""
    sequence: int | None = None
    channel: str = "phone"
    college: str = ""
    origin: str = ""
    number: int = 0
    """Of the single-use code it is cast with, 0 where there are none; `device` must keep that code."""

    device: str = ""
    struck: frozenset[str] = frozenset()
    """Origins set aside in this vote, as the sender's process knows."""


class Own(NamedTuple):
    """What is held of one voter."""

    choice: Choice
    sequence: int
    college: str
    origin: str


ACCEPTED, NOT_OPEN, SUPERSEDED = "accepted", "not_open", "superseded"
STRUCK, NOT_ENTITLED = "struck", "not_entitled"


Key = tuple[str, str, str]
"""Meeting, vote, voter."""


def _word(cast: Cast, is_open: bool, is_entitled: bool, held: Mapping[Key, tuple[int, str]]) -> str:
    if not is_open:
        return NOT_OPEN
    if not is_entitled:
        return NOT_ENTITLED
    sequence, origin = held[cast.meeting, cast.poll, cast.voter]
    if origin in cast.struck:
        return STRUCK
    return SUPERSEDED if cast.sequence is not None and sequence > cast.sequence else ACCEPTED


class Ballots(Base):
    """Reading and writing ballots."""

    @again
    def cast(self, casts: Sequence[Cast]) -> list[str]:
        """Write many ballots in one durable transaction; one word for each, in order.

        `ACCEPTED`, `NOT_OPEN`, `NOT_ENTITLED` (the device does not keep that code, or no longer), `SUPERSEDED`,
        or `STRUCK`. One row per vote and voter: the last one wins. A late copy of an earlier try is superseded:
        it changes nothing, a later one of the same phone is held. A ballot keeps the origin it first had: one
        that was set aside does not come back under another name.
        """
        with self._writing() as connection:
            self._hold(connection, (cast.meeting for cast in casts), shared=True)
            states: dict[tuple[str, str], bool] = {}
            for meeting, poll in {(cast.meeting, cast.poll) for cast in casts}:
                query = sa.select(polls.c.state).where(polls.c.meeting == meeting, polls.c.poll == poll)
                states[meeting, poll] = connection.scalar(query) == OPEN
            entitled = self._entitled(connection, casts)
            accepted: dict[Key, Cast] = {}
            for cast in casts:
                if states[cast.meeting, cast.poll] and entitled(cast):
                    key = (cast.meeting, cast.poll, cast.voter)
                    before = accepted.get(key)
                    if before is None or cast.sequence is None or cast.sequence >= (before.sequence or 0):
                        accepted[key] = cast
            # In the same order everywhere: two urns never wait for each other's rows crosswise.
            self._upsert(connection, [accepted[key] for key in sorted(accepted)])
            held = self._held(connection, list(accepted.values()))
        return [_word(cast, states[cast.meeting, cast.poll], entitled(cast), held) for cast in casts]

    def _entitled(self, connection: sa.Connection, casts: Sequence[Cast]) -> Callable[[Cast], bool]:
        """Whether a ballot's device keeps the code it is cast with; one query a meeting, none without codes."""
        claims: dict[str, set[tuple[int, str]]] = {}
        for cast in casts:
            if cast.number:
                claims.setdefault(cast.meeting, set()).add((cast.number, cast.device))
        good = {meeting: valid(connection, meeting, list(pairs)) for meeting, pairs in claims.items()}
        return lambda cast: not cast.number or (cast.number, cast.device) in good[cast.meeting]

    def _held(self, connection: sa.Connection, casts: list[Cast]) -> dict[Key, tuple[int, str]]:
        """Sequence and origin of the ballot now held."""
        held: dict[Key, tuple[int, str]] = {}
        for meeting, poll in {(cast.meeting, cast.poll) for cast in casts}:
            voters = [cast.voter for cast in casts if (cast.meeting, cast.poll) == (meeting, poll)]
            where = (ballots.c.meeting == meeting, ballots.c.poll == poll, ballots.c.voter.in_(voters))
            columns = (ballots.c.voter, ballots.c.sequence, ballots.c.origin)
            for voter, sequence, origin in connection.execute(sa.select(*columns).where(*where)):
                held[meeting, poll, voter] = (int(sequence), origin)
        return held

    def _upsert(self, connection: sa.Connection, casts: list[Cast]) -> None:
        for numbered in (True, False):
            rows = [
                {
                    "meeting": cast.meeting,
                    "poll": cast.poll,
                    "voter": cast.voter,
                    "choice": write_choice(cast.choice),
                    "pair": cast.pair,
                    "sequence": cast.sequence if cast.sequence is not None else 1,
                    "channel": cast.channel,
                    "college": cast.college,
                    "origin": cast.origin,
                }
                for cast in casts
                if (cast.sequence is not None) is numbered
            ]
            if not rows:
                continue

            def settle(statement: Any, numbered: bool = numbered) -> Any:
                new = statement.excluded
                return statement.on_conflict_do_update(
                    index_elements=[ballots.c.meeting, ballots.c.poll, ballots.c.voter],
                    set_={
                        "choice": new.choice,
                        "sequence": new.sequence if numbered else ballots.c.sequence + 1,
                        "channel": new.channel,
                        "college": new.college,
                    },
                    where=(new.sequence >= ballots.c.sequence) if numbered else None,
                )

            self._insert_rows(connection, ballots, rows, settle)

    def whole_ballots(
        self, code: str, poll: str, batches: Mapping[str, str] | None = None, struck: Collection[str] = ()
    ) -> dict[tuple[str, str], Counter[Choice]]:
        """Whole ballots, before or after the seal: (channel, college) → choice → how many.

        batches: those keyed by hand that count, and the channel of each; struck: origins set aside.
        """
        with self.engine.connect() as connection:
            return self._whole_ballots(connection, code, poll, batches or {}, struck)

    def _whole_ballots(
        self,
        connection: sa.Connection,
        code: str,
        poll: str,
        batches: Mapping[str, str],
        struck: Collection[str],
    ) -> dict[tuple[str, str], Counter[Choice]]:
        counts: dict[tuple[str, str], Counter[Choice]] = {}
        for table in (ballots, sealed_ballots):
            where = [table.c.meeting == code, table.c.poll == poll]
            if struck and table is ballots:
                where.append(ballots.c.origin.not_in(list(struck)))
            groups = (table.c.channel, table.c.college, table.c.choice)
            query = sa.select(*groups, sa.func.count()).where(*where).group_by(*groups)
            for channel, college, choice, number in connection.execute(query):
                counts.setdefault((channel, college), Counter())[load_choice(choice)] += number
        if batches:
            kept = (slips.c.meeting == code, slips.c.poll == poll, slips.c.batch.in_(list(batches)))
            columns = (slips.c.batch, slips.c.college, slips.c.choice)
            query = sa.select(*columns, sa.func.count()).where(*kept).group_by(*columns)
            for batch, college, choice, number in connection.execute(query):
                counts.setdefault((batches[batch], college), Counter())[load_choice(choice)] += number
        return counts

    def phone_counts(self, code: str, poll: str) -> Counter[Choice]:
        """Distinct choices and how many phone ballots made each, before or after the seal."""
        found: Counter[Choice] = Counter()
        for counted in self.whole_ballots(code, poll).values():
            found.update(counted)
        return found

    def struck_ballots(self, code: str, poll: str, struck: Collection[str]) -> int:
        """How many ballots of an unsealed vote came from these origins."""
        if not struck:
            return 0
        with self.engine.connect() as connection:
            return self._struck_ballots(connection, code, poll, struck)

    def _struck_ballots(
        self, connection: sa.Connection, code: str, poll: str, struck: Collection[str]
    ) -> int:
        if not struck:
            return 0
        where = (ballots.c.meeting == code, ballots.c.poll == poll, ballots.c.origin.in_(list(struck)))
        return int(connection.scalar(sa.select(sa.func.count()).where(*where)) or 0)

    def origins(self, code: str, poll: str, least: int = 3) -> dict[str, int]:
        """Origins with `least` ballots or more in an unsealed vote, the most ballots first."""
        number = sa.func.count()
        where = (ballots.c.meeting == code, ballots.c.poll == poll, ballots.c.origin != "")
        query = sa.select(ballots.c.origin, number).where(*where).group_by(ballots.c.origin)
        with self.engine.connect() as connection:
            rows = connection.execute(query.having(number >= least).order_by(number.desc(), ballots.c.origin))
            return {origin: int(n) for origin, n in rows}

    def own_ballots(self, code: str, poll: str, voters: Sequence[str]) -> dict[str, Own]:
        """What is held of each of these voter keys that voted; one query for a whole crowd."""
        where = (ballots.c.meeting == code, ballots.c.poll == poll, ballots.c.voter.in_(voters))
        columns = (ballots.c.voter, ballots.c.choice, ballots.c.sequence, ballots.c.college, ballots.c.origin)
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(*columns).where(*where))
            return {
                voter: Own(load_choice(choice), int(sequence), college, origin)
                for voter, choice, sequence, college, origin in rows
            }

    def receipts(self, code: str, poll: str) -> list[str]:
        """Receipts of a sealed vote, in alphabetical order, repeated as often as they were given."""
        query = sa.select(receipts.c.receipt, receipts.c.times).where(
            receipts.c.meeting == code, receipts.c.poll == poll
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(receipts.c.receipt)).all()
        return [receipt for receipt, times in rows for _ in range(times)]
