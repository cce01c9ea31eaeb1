"""What retention takes away, kind by kind, each trace of it in the table `purge` in the same transaction."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass

import sqlalchemy as sa

from components.meeting.store.base import Base, again
from components.meeting.store.schema import (
    ballots,
    contributions,
    devices,
    entitlements,
    polls,
    purges,
    sealed_ballots,
    texts,
)

NO_LINK = "-"
"""What stands where a key stood that joined a row to a phone."""


@dataclass(frozen=True)
class Purge:
    """Something taken away: how many rows of which kind, of which meeting ('' for none), when."""

    at: float
    meeting: str
    kind: str
    amount: int


class Retention(Base):
    """Counting and taking away."""

    @again
    def purge(self, code: str, kind: str, at: float, dry: bool = False, ids: Collection[str] = ()) -> int:
        """Take away what there is of a kind in a meeting; how many rows. `dry` only counts. `ids`: of texts."""
        with self._writing() as connection:
            self._hold(connection, [code])
            amount = KINDS[kind](connection, code, dry, ids)
            if amount and not dry:
                connection.execute(purges.insert().values(at=at, meeting=code, kind=kind, amount=amount))
        return amount

    @again
    def note_purge(self, kind: str, at: float, amount: int) -> None:
        """Write down what was taken away outside the tables."""
        with self._writing() as connection:
            connection.execute(purges.insert().values(at=at, meeting="", kind=kind, amount=amount))

    def purges(self, code: str | None = None) -> list[Purge]:
        """All that was taken away, the first first; of one meeting if `code` is given."""
        query = sa.select(purges.c.at, purges.c.meeting, purges.c.kind, purges.c.amount)
        if code is not None:
            query = query.where(purges.c.meeting == code)
        with self.engine.connect() as connection:
            return [Purge(*row) for row in connection.execute(query.order_by(purges.c.position))]


def _count(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).where(*where)) or 0)


def _delete(connection: sa.Connection, table: sa.Table, dry: bool, *where: sa.ColumnElement[bool]) -> int:
    amount = _count(connection, *where)
    if amount and not dry:
        connection.execute(table.delete().where(*where))
    return amount


def _voter_keys(connection: sa.Connection, code: str, dry: bool, _: Collection[str]) -> int:
    """Ballots of votes that were never sealed keep their choice under a number drawn anew; the count stays true.

    Those of a vote taken back go: they count nowhere.
    """
    withdrawn = sa.select(polls.c.poll).where(polls.c.meeting == code, polls.c.state == "withdrawn")
    here = ballots.c.meeting == code
    amount = _delete(connection, ballots, dry, here, ballots.c.poll.in_(withdrawn))
    linked = (here, ballots.c.voter.not_like(f"{NO_LINK}%"), ballots.c.poll.not_in(withdrawn))
    rows = [dict(row) for row in connection.execute(sa.select(ballots).where(*linked)).mappings()]
    if rows and not dry:
        connection.execute(ballots.delete().where(*linked))
        anew = [
            {**row, "voter": f"{NO_LINK}{secrets.token_hex(16)}", "pair": "", "sequence": 1} for row in rows
        ]
        connection.execute(ballots.insert(), sorted(anew, key=lambda row: str(row["voter"])))
    return amount + len(rows)


def _devices(connection: sa.Connection, code: str, dry: bool, _: Collection[str]) -> int:
    linked = (devices.c.meeting == code, devices.c.device.not_like(f"{NO_LINK}%"))
    amount = _count(connection, *linked)
    if amount and not dry:
        connection.execute(devices.delete().where(*linked))
        anew = [{"meeting": code, "device": f"{NO_LINK}{secrets.token_hex(8)}"} for _ in range(amount)]
        connection.execute(devices.insert(), sorted(anew, key=lambda row: row["device"]))
    return amount


def _code_use(connection: sa.Connection, code: str, dry: bool, _: Collection[str]) -> int:
    here = (entitlements.c.meeting == code, entitlements.c.device.not_in(["", NO_LINK]))
    amount = _count(connection, *here)
    if amount and not dry:
        connection.execute(entitlements.update().where(*here).values(device=NO_LINK))
    return amount


def _texts(connection: sa.Connection, code: str, dry: bool, ids: Collection[str]) -> int:
    amount = 0
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        some = texts.c.id.in_(wanted[start : start + 500])
        amount += _delete(connection, texts, dry, texts.c.meeting == code, some)
    return amount


Take = Callable[[sa.Connection, str, bool, Collection[str]], int]

KINDS: dict[str, Take] = {
    "voter_keys": _voter_keys,
    "devices": _devices,
    "code_use": _code_use,
    "speech": _texts,
    "texts": _texts,
    "entitlements": lambda c, code, dry, _: _delete(c, entitlements, dry, entitlements.c.meeting == code),
    "sealed_ballots": lambda c, code, dry, _: _delete(
        c, sealed_ballots, dry, sealed_ballots.c.meeting == code
    ),
    "contributions": lambda c, code, dry, _: _delete(c, contributions, dry, contributions.c.meeting == code),
}
