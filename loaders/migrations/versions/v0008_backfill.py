"""Backfills, their slots and who asks for them; and the queue that workers take them from."""

from __future__ import annotations

from alembic import op

from loaders.job_schema import job_schema
from loaders.migrations.script import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the queue's as its library ships them."""
    run_script("0008_backfill.sql")
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        message = "the migration has no connection"
        raise RuntimeError(message)
    driver.execute(job_schema())
