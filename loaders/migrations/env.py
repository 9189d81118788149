"""Alembic's entry: runs the migrations on the connection that `loaders.schema` hands over."""

from __future__ import annotations

from alembic import context

from loaders.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table="migration",
    version_table_schema="etl",
    include_schemas=True,
)
context.run_migrations()
