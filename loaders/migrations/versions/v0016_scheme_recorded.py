"""What market.scheme said of each scheme from when on: files that are loaded late take nothing from the past."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, fill it, and let the function read it."""
    run_script("0016_scheme_recorded.sql")
