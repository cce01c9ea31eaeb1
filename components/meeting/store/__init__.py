"""The durable truth: the log, the ballots, the run sheets. SQLAlchemy on SQLite (embedded) or PostgreSQL.

Everything that decides is read and written in one transaction, so two facilitators in the same second are
served one after the other, and a ballot is accepted exactly while its vote is open.
"""

from components.meeting.store.ballots import ACCEPTED, NOT_OPEN, SUPERSEDED, Ballots, Cast
from components.meeting.store.base import StoreUnavailable, UnknownMeeting
from components.meeting.store.log import digest_of
from components.meeting.store.meetings import Meeting, Meetings
from components.meeting.store.presence import Presence
from components.meeting.store.transaction import Transaction

__all__ = [
    "ACCEPTED",
    "NOT_OPEN",
    "SUPERSEDED",
    "Cast",
    "Meeting",
    "Store",
    "StoreUnavailable",
    "Transaction",
    "UnknownMeeting",
    "digest_of",
]


class Store(Meetings, Ballots, Presence):
    """All reads and writes. Safe to share between threads; open one per process."""
