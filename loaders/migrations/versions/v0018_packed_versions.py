"""The rows of the packed newest NAVs have versions, and a weekend day asks for less of the calendar."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the version, and replace the function."""
    run_script("0018_packed_versions.sql")
