"""The schema of the first evening, before versions were numbered.

Nothing to do: a database without a number is taken to be this one (`migrate.BASELINE`).
"""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The tables are there."""
