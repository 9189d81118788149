"""Pages that a browser was shown, in place of data that a site refuses."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say what the new origin means."""
    run_script("0014_browser_origin.sql")
