"""What a decision may read and write beside the log, in the same transaction."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from components.meeting.store import contributions, entitlements
from components.meeting.store.schema import (
    ballots,
    meetings,
    receipts,
    run_sheets,
    sealed_ballots,
    slips,
    texts,
)
from components.meeting.tables import Contribution
from components.voting.ballots import Choice, load_choice, write_choice

if TYPE_CHECKING:
    from components.meeting.store import Store


@dataclass(frozen=True)
class Ballot:
    """A phone's ballot as it lies in the store before the seal."""

    voter: str
    choice: Choice
    pair: str
    channel: str
    college: str


class Transaction:
    """What a decision may read and write beside the log, in the same transaction."""

    def __init__(self, store: "Store", connection: sa.Connection, code: str) -> None:
        self._store = store
        self._connection = connection
        self.code = code

    def whole_ballots(
        self, poll: str, batches: Mapping[str, str], struck: Collection[str]
    ) -> dict[tuple[str, str], Counter[Choice]]:
        return self._store._whole_ballots(self._connection, self.code, poll, batches, struck)

    def struck_ballots(self, poll: str, struck: Collection[str]) -> int:
        return self._store._struck_ballots(self._connection, self.code, poll, struck)

    def keep_slips(self, poll: str, batch: str, rows: Sequence[tuple[Choice, str]]) -> bool:
        """Write a batch of (choice, college) once; False if it is there already."""
        where = (slips.c.meeting == self.code, slips.c.poll == poll, slips.c.batch == batch)
        if self._connection.scalar(sa.select(sa.func.count()).where(*where)):
            return False
        self._connection.execute(
            slips.insert(),
            [
                {
                    "meeting": self.code,
                    "poll": poll,
                    "batch": batch,
                    "slot": slot,
                    "choice": write_choice(choice),
                    "college": college,
                }
                for slot, (choice, college) in enumerate(rows)
            ],
        )
        return True

    def slip_choices(self, poll: str, batches: Collection[str]) -> list[Choice]:
        """Choices of the slips of these batches, in no order that means anything."""
        where = (slips.c.meeting == self.code, slips.c.poll == poll, slips.c.batch.in_(list(batches)))
        rows = self._connection.execute(sa.select(slips.c.choice).where(*where).order_by(slips.c.choice))
        return [load_choice(choice) for choice in rows.scalars()]

    def run_sheet(self, revision: int) -> str:
        return self._store._run_sheet(self._connection, self.code, revision)

    def revise(self, revision: int, source: str, title: str, territory: str) -> None:
        self._connection.execute(
            run_sheets.insert().values(meeting=self.code, revision=revision, source=source)
        )
        where = meetings.c.code == self.code
        self._connection.execute(meetings.update().where(where).values(title=title, territory=territory))

    def keep_text(self, words: str) -> tuple[str, str]:
        """Store free text in a row of its own; returns its identifier and salted hash."""
        identifier, salt = secrets.token_hex(8), secrets.token_hex(16)
        self._connection.execute(
            texts.insert().values(id=identifier, meeting=self.code, salt=salt, words=words)
        )
        return identifier, hashlib.sha256((salt + words).encode()).hexdigest()

    def erase_text(self, identifier: str) -> bool:
        """Delete the words for good; whether there were any."""
        where = (texts.c.meeting == self.code, texts.c.id == identifier)
        return self._connection.execute(texts.delete().where(*where)).rowcount > 0

    def contribution(self, identifier: str) -> Contribution | None:
        """What a table wrote under this identifier; without words when it was taken back."""
        return contributions.one(self._connection, self.code, identifier)

    def contributions(self) -> Mapping[str, Contribution]:
        """Everything tables wrote, by identifier."""
        return contributions.every(self._connection, self.code)

    def contributions_number(self) -> int:
        return contributions.amount(self._connection, self.code)

    def keep_contribution(self, found: Contribution) -> None:
        contributions.keep(self._connection, self.code, found)

    def last_code(self) -> int:
        """The highest number of a single-use code, 0 for none."""
        return entitlements.last_number(self._connection, self.code)

    def issue_codes(self, college: str, number: int) -> range:
        """Numbers of new single-use codes."""
        return entitlements.issue(self._connection, self.code, college, number)

    def revoke_codes(self, number: int | None = None) -> list[int]:
        """Revoke one code, or all; the numbers that were valid until now."""
        return entitlements.revoke(self._connection, self.code, number)

    def drop_voters(self, poll: str, voters: Sequence[str]) -> None:
        """Remove the ballots of these voter keys from a vote."""
        for start in range(0, len(voters), 500):
            kept = ballots.c.voter.in_(voters[start : start + 500])
            where = (ballots.c.meeting == self.code, ballots.c.poll == poll, kept)
            self._connection.execute(ballots.delete().where(*where))

    def cast_ballots(self, poll: str, struck: Collection[str] = ()) -> list[Ballot]:
        """Every phone ballot of a vote that is not sealed, those of the origins set aside left out."""
        columns = (ballots.c.voter, ballots.c.choice, ballots.c.pair, ballots.c.channel, ballots.c.college)
        where = [ballots.c.meeting == self.code, ballots.c.poll == poll]
        if struck:
            where.append(ballots.c.origin.not_in(list(struck)))
        rows = self._connection.execute(sa.select(*columns).where(*where))
        return [Ballot(voter, load_choice(choice), *rest) for voter, choice, *rest in rows]

    def seal(self, poll: str, shuffled: Sequence[Ballot], given: Iterable[str]) -> None:
        """Replace the ballots of a vote by shuffled ones, without voter keys; keep the receipts apart, and no slip's
        college: the count holds the results by college, and counting again would give those that may not be told."""
        where = (ballots.c.meeting == self.code, ballots.c.poll == poll)
        self._connection.execute(ballots.delete().where(*where))
        keyed = (slips.c.meeting == self.code, slips.c.poll == poll)
        self._connection.execute(slips.update().where(*keyed).values(college=""))
        rows = [
            {
                "meeting": self.code,
                "poll": poll,
                "slot": slot,
                "choice": write_choice(ballot.choice),
                "pair": ballot.pair,
                "channel": ballot.channel,
                "college": ballot.college,
            }
            for slot, ballot in enumerate(shuffled)
        ]
        counted = [
            {"meeting": self.code, "poll": poll, "receipt": receipt, "times": times}
            for receipt, times in sorted(Counter(given).items())
        ]
        if rows:
            self._connection.execute(sealed_ballots.insert(), rows)
        if counted:  # none after a restore: the secret they derive from was not in the copy
            self._connection.execute(receipts.insert(), counted)

    def paired_ballots(self, poll: str) -> dict[str, Choice]:
        """Sealed ballots that still carry a pair key, by that key."""
        where = (
            sealed_ballots.c.meeting == self.code,
            sealed_ballots.c.poll == poll,
            sealed_ballots.c.pair != "",
        )
        rows = self._connection.execute(
            sa.select(sealed_ballots.c.pair, sealed_ballots.c.choice).where(*where)
        )
        return {pair: load_choice(choice) for pair, choice in rows}

    def unpair(self, poll: str) -> None:
        """Shuffle again and drop the pair keys of a sealed vote."""
        where = (sealed_ballots.c.meeting == self.code, sealed_ballots.c.poll == poll)
        columns = (sealed_ballots.c.choice, sealed_ballots.c.channel, sealed_ballots.c.college)
        order = [dict(row) for row in self._connection.execute(sa.select(*columns).where(*where)).mappings()]
        self._connection.execute(sealed_ballots.delete().where(*where))
        secrets.SystemRandom().shuffle(order)
        if order:
            self._connection.execute(
                sealed_ballots.insert(),
                [
                    {"meeting": self.code, "poll": poll, "slot": slot, "pair": "", **row}
                    for slot, row in enumerate(order)
                ],
            )

    def drop_ballots(self, poll: str) -> None:
        self._connection.execute(
            ballots.delete().where(ballots.c.meeting == self.code, ballots.c.poll == poll)
        )
