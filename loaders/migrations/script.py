"""Run the SQL file that stands beside a migration."""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def run_script(name: str) -> None:
    """Execute every statement of a file in `versions/`, as one script, on the migration's connection."""
    text = (files("loaders.migrations") / "versions" / name).read_text(encoding="utf-8")
    driver = op.get_bind().connection.driver_connection
    if driver is None:
        message = "the migration has no connection"
        raise RuntimeError(message)
    driver.execute(text)
