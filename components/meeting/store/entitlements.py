"""Single-use codes of a named electorate: which numbers exist, in which college, and which phone keeps each.

The code itself is never here: it is derived from a secret of the meeting (`components.meeting.entitlement`).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from components.meeting import events as e
from components.meeting.store.base import Base, again
from components.meeting.store.schema import entitlements

BOUND, TAKEN, CODE_REVOKED, OTHER_CODE = "bound", "taken", "code_revoked", "other_code"


@dataclass(frozen=True)
class Entitlement:
    """A row: `college` may be empty (no colleges); `device` is the key of the phone that keeps it, empty for none."""

    number: int
    college: str
    revoked: bool
    device: str

    def shown(self) -> dict[str, object]:
        """What its own phone is told."""
        return {"number": self.number, "college": self.college}


@dataclass(frozen=True)
class CodeCount:
    """Codes that are not revoked: how many were issued, and how many of these a phone keeps."""

    issued: int
    used: int


def _entitlement(row: Sequence[Any]) -> Entitlement:
    return Entitlement(int(row[0]), row[1], bool(row[2]), row[3])


_COLUMNS = (entitlements.c.number, entitlements.c.college, entitlements.c.revoked, entitlements.c.device)


class Entitlements(Base):
    """Reading codes, and keeping one for a phone. They are issued and revoked in a `Transaction`."""

    def entitlements(self, code: str) -> list[Entitlement]:
        """All codes of a meeting, revoked ones too, by number."""
        with self.engine.connect() as connection:
            return all_codes(connection, code)

    def kept_by(self, code: str, devices: Sequence[str]) -> dict[str, Entitlement]:
        """The valid code of each of these device keys that keeps one; one query for a whole crowd."""
        where = (
            entitlements.c.meeting == code,
            entitlements.c.device.in_(list(devices)),
            entitlements.c.revoked == 0,
        )
        with self.engine.connect() as connection:
            rows = [
                _entitlement(tuple(row)) for row in connection.execute(sa.select(*_COLUMNS).where(*where))
            ]
        return {row.device: row for row in rows}

    def code_counts(self, code: str) -> dict[str, CodeCount]:
        """By college, codes that are not revoked."""
        used = sa.func.sum(sa.case((entitlements.c.device != "", 1), else_=0))
        query = sa.select(entitlements.c.college, sa.func.count(), used)
        query = query.where(entitlements.c.meeting == code, entitlements.c.revoked == 0)
        with self.engine.connect() as connection:
            rows = connection.execute(query.group_by(entitlements.c.college).order_by(entitlements.c.college))
            return {college: CodeCount(int(issued), int(kept or 0)) for college, issued, kept in rows}

    @again
    def bind(self, code: str, number: int, device: str) -> str:
        """Keep a code for a device, for good: `BOUND` (again, if it was already), `TAKEN` by another device,
        `CODE_REVOKED` (or unknown), or `OTHER_CODE` when this device already keeps another valid one."""
        here = entitlements.c.meeting == code
        with self._writing() as connection:
            self._hold(connection, [code])
            row = connection.execute(
                sa.select(*_COLUMNS).where(here, entitlements.c.number == number)
            ).first()
            if row is None or row.revoked:
                return CODE_REVOKED
            if row.device:
                return BOUND if row.device == device else TAKEN
            kept = sa.select(sa.func.count()).where(
                here, entitlements.c.device == device, entitlements.c.revoked == 0
            )
            if connection.scalar(kept):
                return OTHER_CODE
            connection.execute(
                entitlements.update().where(here, entitlements.c.number == number).values(device=device)
            )
        return BOUND


def last_number(connection: sa.Connection, code: str) -> int:
    """The highest number there is, 0 for none."""
    highest = sa.select(sa.func.max(entitlements.c.number)).where(entitlements.c.meeting == code)
    return int(connection.scalar(highest) or 0)


def issue(connection: sa.Connection, code: str, college: str, number: int) -> range:
    """Add `number` codes of a college; returns their numbers, which are never given twice."""
    first = last_number(connection, code) + 1
    numbers = range(first, first + number)
    rows = [{"meeting": code, "number": n, "college": college, "revoked": 0, "device": ""} for n in numbers]
    if rows:
        connection.execute(entitlements.insert(), rows)
    return numbers


def revoke(connection: sa.Connection, code: str, number: int | None = None) -> list[int]:
    """Revoke one code, or all of them; returns the numbers that were valid until now."""
    where = [entitlements.c.meeting == code, entitlements.c.revoked == 0]
    if number is not None:
        where.append(entitlements.c.number == number)
    found = [int(n) for n in connection.execute(sa.select(entitlements.c.number).where(*where)).scalars()]
    if found:
        connection.execute(entitlements.update().where(*where).values(revoked=1))
    return sorted(found)


def all_codes(connection: sa.Connection, code: str) -> list[Entitlement]:
    """Every code of a meeting, by number."""
    query = sa.select(*_COLUMNS).where(entitlements.c.meeting == code).order_by(entitlements.c.number)
    return [_entitlement(tuple(row)) for row in connection.execute(query)]


def keep_unused(connection: sa.Connection, code: str, codes: Sequence[Entitlement]) -> None:
    """Write codes again, kept by no phone: those printed before a rehearsal serve after it."""
    rows = [
        {
            "meeting": code,
            "number": one.number,
            "college": one.college,
            "revoked": int(one.revoked),
            "device": "",
        }
        for one in codes
    ]
    if rows:
        connection.execute(entitlements.insert(), rows)


def told_again(codes: Sequence[Entitlement]) -> list[e.Event]:
    """What the log of a meeting that begins anew says of the codes given out before."""
    events: list[e.Event] = []
    for college, group in itertools.groupby(codes, key=lambda one: one.college):
        numbers = [one.number for one in group]
        events.append(e.CodesIssued(college, numbers[0], numbers[-1]))
    revoked = [one.number for one in codes if one.revoked]
    if codes and len(revoked) == len(codes):
        return [*events, e.CodesWithdrawn()]
    return [*events, *(e.CodeRevoked(number) for number in revoked)]


def valid(
    connection: sa.Connection, code: str, claims: Sequence[tuple[int, str]]
) -> frozenset[tuple[int, str]]:
    """Those of the (number, device) pairs that hold: the device keeps the code, and it is not revoked."""
    numbers = {number for number, _ in claims}
    where = (
        entitlements.c.meeting == code,
        entitlements.c.number.in_(numbers),
        entitlements.c.revoked == 0,
    )
    rows = connection.execute(sa.select(entitlements.c.number, entitlements.c.device).where(*where))
    return frozenset((int(number), device) for number, device in rows) & frozenset(claims)
