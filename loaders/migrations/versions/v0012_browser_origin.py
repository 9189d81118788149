"""Pages that a browser was shown, in place of data that a site refuses."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say what the new origin means."""
    run_script("0012_browser_origin.sql")
