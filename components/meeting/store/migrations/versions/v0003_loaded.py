"""Evenings loaded from a file: under which code their log was begun; the same texts beside themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """No meeting was loaded so far."""
    inspector = sa.inspect(op.get_bind())
    if "begun_as" not in {column["name"] for column in inspector.get_columns("meeting")}:
        op.add_column("meeting", sa.Column("begun_as", sa.String(12), nullable=False, server_default=""))
    _texts_by_meeting(inspector)


def _texts_by_meeting(inspector: sa.Inspector) -> None:
    """A text is known by its meeting and its name: the same evening may be loaded beside itself."""
    if "meeting" in inspector.get_pk_constraint("free_text")["constrained_columns"]:
        return
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE free_text DROP CONSTRAINT free_text_pkey")
        op.create_primary_key("free_text_pkey", "free_text", ["meeting", "id"])
        return
    op.rename_table("free_text", "free_text_before")
    op.create_table(
        "free_text",
        sa.Column("meeting", sa.String(12), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.execute("INSERT INTO free_text SELECT meeting, id, salt, words FROM free_text_before")
    op.drop_table("free_text_before")
