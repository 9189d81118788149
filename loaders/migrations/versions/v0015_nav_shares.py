"""Freshness of NAVs by one look at their days, and grey-market premiums that were restated as of before that."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the functions anew."""
    run_script("0015_nav_shares.sql")
    run_script("0015_premiums_as_of.sql")
