"""Rows of a query as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import LiteralString

    from loaders.database import Connection

Row = TypeVar("Row")


def fetch(
    connection: Connection, kind: type[Row], query: LiteralString, values: Mapping[str, object] | None = None
) -> list[Row]:
    """Return the rows of a query, each as a `kind` whose fields are the query's columns."""
    from psycopg.rows import class_row  # noqa: PLC0415 - the driver comes with the first question

    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query, values).fetchall()
