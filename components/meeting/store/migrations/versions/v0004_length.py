"""How many rows a meeting's log has, kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Unknown for the logs that are there, until something is added to them."""
    if "length" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("meeting")}:
        op.add_column("meeting", sa.Column("length", sa.Integer, nullable=False, server_default="0"))
