"""Incidents, so that each is told once."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    run_script("0005_alerts.sql")
