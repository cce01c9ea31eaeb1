"""What people write about places: rows that can be answered, refused and erased. Nobody's name is among them."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from components.meeting.store.base import Base, again
from components.meeting.store.schema import comments, purges

WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "refused"
MOST_WAITING = 2_000
"""Comments of one territory that nobody has read yet: beyond, somebody floods it."""


@dataclass(frozen=True)
class Comment:
    """A comment on a place. `commune`: INSEE code; `longitude`, `latitude`: degrees, None when only the commune is
    told; `layer`, `feature`: the project it speaks of, '' for none; `at`, `decided_at`: seconds since 1970."""

    id: str
    territory: str
    commune: str
    longitude: float | None
    latitude: float | None
    layer: str
    feature: str
    kind: str
    words: str
    at: float
    state: str = WAITING
    answer: str = ""
    decided_at: float | None = None


class Comments(Base):
    """Reading and writing comments."""

    @again
    def write_comment(self, comment: Comment) -> bool:
        """Keep a new comment; False, and nothing kept, when too many wait. The same one again changes nothing."""
        with self._writing() as connection:
            self._hold(connection, [f"comments:{comment.territory}"])
            known = sa.select(comments.c.id).where(comments.c.id == comment.id)
            if connection.scalar(known) is not None:
                return True
            waiting = (comments.c.territory == comment.territory, comments.c.state == WAITING)
            if int(connection.scalar(sa.select(sa.func.count()).where(*waiting)) or 0) >= MOST_WAITING:
                return False
            connection.execute(comments.insert().values(**vars(comment)))
        return True

    def comments(self, territory: str, state: str | None = None) -> list[Comment]:
        """The comments of a territory, the last first; of one state if given."""
        query = sa.select(comments).where(comments.c.territory == territory)
        if state is not None:
            query = query.where(comments.c.state == state)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(comments.c.at.desc(), comments.c.id)).mappings()
            return [Comment(**row) for row in rows]

    @again
    def decide_comment(
        self, territory: str, identifier: str, state: str, answer: str, at: float
    ) -> Comment | None:
        """Accept, refuse or set back a comment, and answer it; the comment as it was before, None if there is none."""
        with self._writing() as connection:
            self._hold(connection, [f"comments:{territory}"])
            where = (comments.c.territory == territory, comments.c.id == identifier)
            row = connection.execute(sa.select(comments).where(*where)).mappings().first()
            if row is None:
                return None
            decided = None if state == WAITING else at
            connection.execute(
                comments.update().where(*where).values(state=state, answer=answer, decided_at=decided)
            )
        return Comment(**row)

    @again
    def erase_comment(self, territory: str, identifier: str) -> bool:
        """Take a comment away for good; False when it was not there."""
        with self._writing() as connection:
            where = (comments.c.territory == territory, comments.c.id == identifier)
            return bool(connection.execute(comments.delete().where(*where)).rowcount)

    @again
    def purge_comments(
        self, kind: str, states: Collection[str], before: float, at: float, dry: bool = False
    ) -> dict[str, int]:
        """Take away comments of these states written (or, once decided, decided) before a moment; how many a territory.

        `dry` only counts. Each is noted in the purge log under its kind.
        """
        moment = sa.func.coalesce(comments.c.decided_at, comments.c.at)
        where = (comments.c.state.in_(list(states)), moment < before)
        query = sa.select(comments.c.territory, sa.func.count()).where(*where).group_by(comments.c.territory)
        with self._writing() as connection:
            found = {str(territory): int(number) for territory, number in connection.execute(query)}
            if found and not dry:
                connection.execute(comments.delete().where(*where))
                amount = sum(found.values())
                connection.execute(purges.insert().values(at=at, meeting="", kind=kind, amount=amount))
        return found
