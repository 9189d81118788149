"""The exact value that was traded, apart from the one that is rounded to lakhs."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the two values columns of their own, and have what reads them take the exact one where it is known."""
    run_script("0012_equity_value.sql")
