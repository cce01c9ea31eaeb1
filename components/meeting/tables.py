"""What tables wrote, as the log adds it up: what is grouped, what the room is shown, whether more may be written.

The words are in rows of their own (`store/contributions.py`): the log holds identifiers only, so that words can be
erased and a group stays a group.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

KINDS = ("for", "against", "condition", "idea", "question")
"""What a table may write: a reason for, a reason against, a condition, an idea, a question."""


@dataclass(frozen=True)
class Contribution:
    """What one table wrote. `edits` counts its corrections, `words` are empty once it was taken back or erased."""

    id: str
    table: int
    step: str
    kind: str
    words: str
    edits: int
    at: float


@dataclass(frozen=True)
class Group:
    """Contributions that say the same. `title` is a text row; `members` identifiers, in the order they were added."""

    id: str
    kind: str
    members: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Shown:
    """What the room is shown: of one kind (empty: of all), of one group (empty: all); `members` were there then."""

    kind: str
    group: str
    page: int
    members: frozenset[str]


@dataclass(frozen=True)
class Tables:
    """`closed`: steps at which tables write no more; `told`: contributions the room has seen once."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    shown: Shown | None = None
    told: frozenset[str] = frozenset()

    @property
    def group_of(self) -> dict[str, str]:
        """Contribution → its group."""
        return {member: group.id for group in self.groups.values() for member in group.members}


def grouped(tables: Tables, group: str, kind: str, members: Sequence[str], title: str) -> Tables:
    """The group made, or made anew; what it takes leaves the group it was in, and an empty group is none."""
    kept = {}
    for other in tables.groups.values():
        left = tuple(member for member in other.members if member not in members)
        if other.id != group and left:
            kept[other.id] = replace(other, members=left)
    return replace(tables, groups={**kept, group: Group(group, kind, tuple(members), title)})


def ungrouped(tables: Tables, group: str) -> Tables:
    return replace(tables, groups={name: one for name, one in tables.groups.items() if name != group})


def shown(tables: Tables, kind: str, group: str, page: int, members: Collection[str]) -> Tables:
    told = frozenset(members)
    return replace(tables, shown=Shown(kind, group, page, told), told=tables.told | told)


def put_away(tables: Tables) -> Tables:
    return replace(tables, shown=None) if tables.shown else tables


def closed(tables: Tables, step: str, on: bool) -> Tables:
    return replace(tables, closed=tables.closed | {step} if on else tables.closed - {step})
