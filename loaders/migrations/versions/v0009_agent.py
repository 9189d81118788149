"""What agents read: the loose search for schemes, views over every data set, and tables as known at a time."""

from __future__ import annotations

from loaders.migrations.script import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the search's words, the views, and the functions as of a time."""
    run_script("0009_search.sql")
    run_script("0009_agent_views.sql")
    run_script("0009_agent_as_of.sql")
