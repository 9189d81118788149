"""What a judged freshness holds for, so that it is judged anew only where it may be another."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, the index and the function."""
    run_script("0013_standing.sql")
