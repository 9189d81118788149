"""FII/DII and FPI flows, participants' open interest, and freshness of feeds whose slots are days."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, the views and the functions."""
    run_script("0003_flows_tables.sql")
    run_script("0003_flows.sql")
