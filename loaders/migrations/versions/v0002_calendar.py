"""Holidays and sessions, and what is due by the exchange's own calendar."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, the views and the functions."""
    run_script("0002_calendar_tables.sql")
    run_script("0002_calendar.sql")
