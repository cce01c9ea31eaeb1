"""What a decision may read and write beside the log, in the same transaction."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from components.meeting.store.schema import ballots, meetings, receipts, run_sheets, sealed_ballots, texts
from components.voting.ballots import Choice, load_choice, write_choice

if TYPE_CHECKING:
    from components.meeting.store import Store


class Transaction:
    """What a decision may read and write beside the log, in the same transaction."""

    def __init__(self, store: "Store", connection: sa.Connection, code: str) -> None:
        self._store = store
        self._connection = connection
        self.code = code

    def phone_counts(self, poll: str) -> Counter[Choice]:
        return self._store._phone_counts(self._connection, self.code, poll)

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

    def cast_ballots(self, poll: str) -> list[tuple[str, Choice, str]]:
        """(voter key, choice, pair key) of every phone ballot of a vote that is not sealed."""
        query = sa.select(ballots.c.voter, ballots.c.choice, ballots.c.pair)
        where = (ballots.c.meeting == self.code, ballots.c.poll == poll)
        return [
            (voter, load_choice(c), pair) for voter, c, pair in self._connection.execute(query.where(*where))
        ]

    def seal(self, poll: str, shuffled: Sequence[tuple[Choice, str]], given: Iterable[str]) -> None:
        """Replace the ballots of a vote by shuffled ones without voter key; keep the receipts apart."""
        where = (ballots.c.meeting == self.code, ballots.c.poll == poll)
        self._connection.execute(ballots.delete().where(*where))
        rows = [
            {"meeting": self.code, "poll": poll, "slot": slot, "choice": write_choice(choice), "pair": pair}
            for slot, (choice, pair) in enumerate(shuffled)
        ]
        counted = [
            {"meeting": self.code, "poll": poll, "receipt": receipt, "times": times}
            for receipt, times in sorted(Counter(given).items())
        ]
        if rows:
            self._connection.execute(sealed_ballots.insert(), rows)
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
        rows = self._connection.execute(sa.select(sealed_ballots.c.choice).where(*where)).scalars().all()
        self._connection.execute(sealed_ballots.delete().where(*where))
        order = list(rows)
        secrets.SystemRandom().shuffle(order)
        if order:
            self._connection.execute(
                sealed_ballots.insert(),
                [
                    {"meeting": self.code, "poll": poll, "slot": slot, "choice": choice, "pair": ""}
                    for slot, choice in enumerate(order)
                ],
            )

    def drop_ballots(self, poll: str) -> None:
        self._connection.execute(
            ballots.delete().where(ballots.c.meeting == self.code, ballots.c.poll == poll)
        )
