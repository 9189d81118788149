"""The log of answers, so that each can be given again as it was known."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    run_script("0011_answers.sql")
