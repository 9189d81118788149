"""Schedules: firings since when, pauses, claims, and freshness by the schemes that are due."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, the views and the functions."""
    run_script("0004_schedules.sql")
    run_script("0004_freshness.sql")
