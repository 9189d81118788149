"""The first tables: the ledger, and mutual-fund NAVs with their schemes."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the schemas, the tables and the views."""
    run_script("0001_base.sql")
    run_script("0001_views.sql")
