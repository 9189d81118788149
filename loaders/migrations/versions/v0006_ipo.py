"""Public issues: what the sources say of them, their states over time, bids, premiums and listings."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the views."""
    run_script("0006_ipo_tables.sql")
    run_script("0006_ipo.sql")
