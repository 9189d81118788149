"""Alembic's migrations, each with its SQL in a file beside it."""
