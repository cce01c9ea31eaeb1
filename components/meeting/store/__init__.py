"""The durable truth: the log, the ballots, the run sheets. SQLAlchemy on SQLite (embedded) or PostgreSQL.

Everything that decides is read and written in one transaction, so two facilitators in the same second are
served one after the other, and a ballot is accepted exactly while its vote is open.
"""

from components.meeting.store.ballots import (
    ACCEPTED,
    NOT_ENTITLED,
    NOT_OPEN,
    STRUCK,
    SUPERSEDED,
    Ballots,
    Cast,
    Own,
)
from components.meeting.store.base import StoreUnavailable, UnknownMeeting
from components.meeting.store.comments import Comment, Comments
from components.meeting.store.contributions import Contributions
from components.meeting.store.entitlements import (
    BOUND,
    CODE_REVOKED,
    OTHER_CODE,
    TAKEN,
    CodeCount,
    Entitlement,
    Entitlements,
)
from components.meeting.store.log import digest_of
from components.meeting.store.meetings import Meeting
from components.meeting.store.presence import Presence
from components.meeting.store.retention import Retention
from components.meeting.store.transaction import Ballot, Transaction
from components.meeting.store.watch import Watch
from components.meeting.store.whole import BadRow, Whole

__all__ = [
    "ACCEPTED",
    "BOUND",
    "CODE_REVOKED",
    "NOT_ENTITLED",
    "NOT_OPEN",
    "OTHER_CODE",
    "STRUCK",
    "SUPERSEDED",
    "TAKEN",
    "BadRow",
    "Ballot",
    "Cast",
    "CodeCount",
    "Comment",
    "Entitlement",
    "Meeting",
    "Own",
    "Store",
    "StoreUnavailable",
    "Transaction",
    "UnknownMeeting",
    "Watch",
    "digest_of",
]


class Store(Whole, Ballots, Entitlements, Presence, Contributions, Comments, Retention):
    """All reads and writes. Safe to share between threads; open one per process."""
