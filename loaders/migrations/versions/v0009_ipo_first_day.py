"""What issues did on their first day, from the exchanges' tables of prices."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Have the view of first days read the equity tables, and the listings say where their prices come from."""
    run_script("0009_ipo_first_day.sql")
