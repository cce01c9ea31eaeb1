"""Every channel: where a ballot came from, whole ballots keyed by hand, single-use codes, what tables write.

And what retention took away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Ballots already there came by phone, without college."""
    inspector = sa.inspect(op.get_bind())
    ballot = {column["name"] for column in inspector.get_columns("ballot")}
    for name, length, default in (("channel", 12, "phone"), ("college", 12, ""), ("origin", 16, "")):
        column = sa.Column(name, sa.String(length), nullable=False, server_default=default)
        if name not in ballot:
            op.add_column("ballot", column)
        if name != "origin" and name not in {c["name"] for c in inspector.get_columns("sealed_ballot")}:
            op.add_column(
                "sealed_ballot", sa.Column(name, sa.String(length), nullable=False, server_default=default)
            )
    for name, columns in TABLES.items():
        if not inspector.has_table(name):
            op.create_table(name, *columns)


TABLES = {
    "slip": (
        sa.Column("meeting", sa.String(12), primary_key=True),
        sa.Column("poll", sa.String(80), primary_key=True),
        sa.Column("batch", sa.String(32), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True),
        sa.Column("choice", sa.Text, nullable=False),
        sa.Column("college", sa.String(12), nullable=False, server_default=""),
    ),
    "entitlement": (
        sa.Column("meeting", sa.String(12), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("college", sa.String(12), nullable=False, server_default=""),
        sa.Column("revoked", sa.Integer, nullable=False, server_default="0"),
        sa.Column("device", sa.String(64), nullable=False, server_default=""),
    ),
    "contribution": (
        sa.Column("meeting", sa.String(12), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("table_number", sa.Integer, nullable=False),
        sa.Column("step", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("edits", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    ),
    "purge": (
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("meeting", sa.String(12), nullable=False, server_default=""),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
    ),
}
