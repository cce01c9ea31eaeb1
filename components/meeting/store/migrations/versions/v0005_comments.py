"""Comments on places: free text in rows that can be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """None before."""
    if sa.inspect(op.get_bind()).has_table("comment"):
        return
    op.create_table(
        "comment",
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
