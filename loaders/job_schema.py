"""The schema of the queue's own tables: Procrastinate's, as the library ships them, and the sites' shared limits."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

SCHEMA = "procrastinate"
"""Where they are. The library names its tables without a schema: who works with them has it as search_path."""

NEWEST_MIGRATION = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The library's newest migration that ours has made; a test holds it against the library that is installed."""


def job_schema() -> str:
    """Return a script that makes the queue's tables in `SCHEMA`, and leaves the search path as it was."""
    return f"""
        CREATE SCHEMA {SCHEMA};
        COMMENT ON SCHEMA {SCHEMA} IS 'The queue of backfills (Procrastinate), and how close requests to a site may be';
        SET LOCAL search_path TO {SCHEMA};
        {(_folder() / "schema.sql").read_text(encoding="utf-8")}
        RESET search_path;
    """


def shipped_migrations() -> list[str]:
    """Return the names of the migrations that the installed library has, oldest first."""
    return sorted(path.name for path in (_folder() / "migrations").glob("*.sql"))


def _folder() -> Path:
    # Found, not imported: that would cost a second of each migration.
    spec = find_spec("procrastinate")
    if spec is None or spec.origin is None:
        message = "procrastinate is not installed"
        raise RuntimeError(message)
    return Path(spec.origin).parent / "sql"
