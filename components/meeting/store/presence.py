"""Phones that joined, and free texts."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from components.meeting.store.base import Base, again
from components.meeting.store.schema import devices, texts


class Presence(Base):
    """Who came, counted; what was typed, deletable."""

    @again
    def join(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Count phones in: (meeting, device key) pairs, each once."""
        rows = [{"meeting": meeting, "device": device} for meeting, device in sorted(set(pairs))]
        if rows:
            with self._writing() as connection:
                self._insert_rows(connection, devices, rows, lambda new: new.on_conflict_do_nothing())

    def joined(self, code: str) -> int:
        """How many phones have joined the meeting."""
        with self.engine.connect() as connection:
            query = sa.select(sa.func.count()).where(devices.c.meeting == code)
            return int(connection.scalar(query) or 0)

    def words(self, code: str) -> Mapping[str, str]:
        """Free texts of a meeting by identifier; those deleted are absent."""
        with self.engine.connect() as connection:
            query = sa.select(texts.c.id, texts.c.words).where(texts.c.meeting == code)
            return {row.id: row.words for row in connection.execute(query)}
