"""The tables. SQLAlchemy on SQLite (embedded) or PostgreSQL."""

import sqlalchemy as sa

metadata = sa.MetaData()

meetings = sa.Table(
    "meeting",
    metadata,
    sa.Column("code", sa.String(12), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("territory", sa.String(120), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("touched_at", sa.Float, nullable=False),
    # Under which code its log was begun, if not its own: an evening loaded where its code was taken.
    sa.Column("begun_as", sa.String(12), nullable=False, server_default=""),
    # Rows of its log, so that one cut at its end shows; 0 if nothing was added since this was not yet kept.
    sa.Column("length", sa.Integer, nullable=False, server_default="0"),
)
run_sheets = sa.Table(
    "run_sheet",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
)
log = sa.Table(
    "event",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("meeting", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.UniqueConstraint("meeting", "version"),
)
polls = sa.Table(  # what the urn needs of the fold, kept in step by every append
    "poll",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
)
ballots = sa.Table(
    "ballot",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("voter", sa.String(64), primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("pair", sa.String(64), nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("channel", sa.String(12), nullable=False, server_default="phone"),
    sa.Column("college", sa.String(12), nullable=False, server_default=""),
    sa.Column("origin", sa.String(16), nullable=False, server_default=""),
    sqlite_with_rowid=False,
)
sealed_ballots = sa.Table(  # shuffled; `pair` is emptied when the paired vote is sealed
    "sealed_ballot",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("pair", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(12), nullable=False, server_default="phone"),
    sa.Column("college", sa.String(12), nullable=False, server_default=""),
)
slips = sa.Table(  # whole ballots keyed by hand, in batches; what is counted of them, the fold says
    "slip",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("batch", sa.String(32), primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
    sa.Column("college", sa.String(12), nullable=False, server_default=""),
)
receipts = sa.Table(
    "receipt",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("poll", sa.String(80), primary_key=True),
    sa.Column("receipt", sa.String(12), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
devices = sa.Table(
    "device",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("device", sa.String(64), primary_key=True),
    sqlite_with_rowid=False,
)
entitlements = sa.Table(  # single-use codes of a named electorate; the code itself is derived, never stored
    "entitlement",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("college", sa.String(12), nullable=False, server_default=""),
    sa.Column("revoked", sa.Integer, nullable=False, server_default="0"),
    sa.Column("device", sa.String(64), nullable=False, server_default=""),
)
contributions = sa.Table(  # what tables write
    "contribution",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("table_number", sa.Integer, nullable=False),
    sa.Column("step", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("edits", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
texts = sa.Table(
    "free_text",
    metadata,
    sa.Column("meeting", sa.String(12), primary_key=True),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)
comments = sa.Table(  # what people write about a place, of a territory and not of a meeting
    "comment",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("territory", sa.String(120), nullable=False, index=True),
    sa.Column("commune", sa.String(5), nullable=False),
    sa.Column("longitude", sa.Float, nullable=True),
    sa.Column("latitude", sa.Float, nullable=True),
    sa.Column("layer", sa.String(80), nullable=False),
    sa.Column("feature", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("decided_at", sa.Float, nullable=True),
)
purges = sa.Table(  # what retention took away: how many rows of which kind, never what they said
    "purge",
    metadata,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("meeting", sa.String(12), nullable=False, server_default=""),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
)
OF_A_MEETING = (
    run_sheets,
    log,
    polls,
    ballots,
    sealed_ballots,
    slips,
    receipts,
    devices,
    entitlements,
    contributions,
    texts,
)
