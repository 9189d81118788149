"""Equity end of day, instruments, members of indices, corporate actions and the screener."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, the views and the functions."""
    run_script("0007_equity_tables.sql")
    run_script("0007_equity.sql")
