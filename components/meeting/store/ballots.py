"""Ballots on their way in, counted, and kept after the seal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from components.meeting.room import OPEN
from components.meeting.store.base import Base
from components.meeting.store.schema import ballots, polls, receipts, sealed_ballots
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


ACCEPTED, NOT_OPEN, SUPERSEDED = "accepted", "not_open", "superseded"


def _word(cast: Cast, is_open: bool, held: Mapping[tuple[str, str, str], int]) -> str:
    if not is_open:
        return NOT_OPEN
    late = cast.sequence is not None and held[cast.meeting, cast.poll, cast.voter] > cast.sequence
    return SUPERSEDED if late else ACCEPTED


class Ballots(Base):
    """Reading and writing ballots."""

    def cast(self, casts: Sequence[Cast]) -> list[str]:
        """Write many ballots in one durable transaction; for each `ACCEPTED`, `NOT_OPEN` or `SUPERSEDED`, in order.

        One row per vote and voter: the last one wins. A late copy of an earlier try is superseded: it changes
        nothing, a later one of the same phone is held.
        """
        with self._writing() as connection:
            states: dict[tuple[str, str], bool] = {}
            for meeting, poll in {(cast.meeting, cast.poll) for cast in casts}:
                query = sa.select(polls.c.state).where(polls.c.meeting == meeting, polls.c.poll == poll)
                states[meeting, poll] = connection.scalar(query.with_for_update(read=True)) == OPEN
            accepted: dict[tuple[str, str, str], Cast] = {}
            for cast in casts:
                if states[cast.meeting, cast.poll]:
                    key = (cast.meeting, cast.poll, cast.voter)
                    before = accepted.get(key)
                    if before is None or cast.sequence is None or cast.sequence >= (before.sequence or 0):
                        accepted[key] = cast
            self._upsert(connection, list(accepted.values()))
            held = self._held(connection, list(accepted.values()))
        return [_word(cast, states[cast.meeting, cast.poll], held) for cast in casts]

    def _held(self, connection: sa.Connection, casts: list[Cast]) -> dict[tuple[str, str, str], int]:
        """Sequence of the ballot now held, by meeting, vote and voter."""
        held: dict[tuple[str, str, str], int] = {}
        for meeting, poll in {(cast.meeting, cast.poll) for cast in casts}:
            voters = [cast.voter for cast in casts if (cast.meeting, cast.poll) == (meeting, poll)]
            where = (ballots.c.meeting == meeting, ballots.c.poll == poll, ballots.c.voter.in_(voters))
            for voter, sequence in connection.execute(
                sa.select(ballots.c.voter, ballots.c.sequence).where(*where)
            ):
                held[meeting, poll, voter] = int(sequence)
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
                }
                for cast in casts
                if (cast.sequence is not None) is numbered
            ]
            if not rows:
                continue
            statement = self._insert(ballots)
            new = statement.excluded
            statement = statement.on_conflict_do_update(
                index_elements=[ballots.c.meeting, ballots.c.poll, ballots.c.voter],
                set_={"choice": new.choice, "sequence": new.sequence if numbered else ballots.c.sequence + 1},
                where=(new.sequence >= ballots.c.sequence) if numbered else None,
            )
            connection.execute(statement, rows)

    def phone_counts(self, code: str, poll: str) -> Counter[Choice]:
        """Distinct choices and how many phone ballots made each, before or after the seal."""
        with self.engine.connect() as connection:
            return self._phone_counts(connection, code, poll)

    def _phone_counts(self, connection: sa.Connection, code: str, poll: str) -> Counter[Choice]:
        counts: Counter[Choice] = Counter()
        for table in (ballots, sealed_ballots):
            query = sa.select(table.c.choice, sa.func.count()).where(
                table.c.meeting == code, table.c.poll == poll
            )
            for choice, number in connection.execute(query.group_by(table.c.choice)):
                counts[load_choice(choice)] += number
        return counts

    def own_ballots(self, code: str, poll: str, voters: Sequence[str]) -> dict[str, tuple[Choice, int]]:
        """Last choice and sequence of each of these voter keys that voted; one query for a whole crowd."""
        where = (ballots.c.meeting == code, ballots.c.poll == poll, ballots.c.voter.in_(voters))
        query = sa.select(ballots.c.voter, ballots.c.choice, ballots.c.sequence).where(*where)
        with self.engine.connect() as connection:
            rows = connection.execute(query)
            return {voter: (load_choice(choice), int(sequence)) for voter, choice, sequence in rows}

    def receipts(self, code: str, poll: str) -> list[str]:
        """Receipts of a sealed vote, in alphabetical order, repeated as often as they were given."""
        query = sa.select(receipts.c.receipt, receipts.c.times).where(
            receipts.c.meeting == code, receipts.c.poll == poll
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(receipts.c.receipt)).all()
        return [receipt for receipt, times in rows for _ in range(times)]
