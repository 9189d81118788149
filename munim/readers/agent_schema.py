"""What the schema `agent` has: its views, their columns, and what each holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loaders.database import Connection

_COLUMNS = """
SELECT class.relname, obj_description(class.oid, 'pg_class'), attribute.attname,
       format_type(attribute.atttypid, attribute.atttypmod), col_description(class.oid, attribute.attnum)
FROM pg_class AS class
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
                              AND NOT attribute.attisdropped
WHERE class.relnamespace = to_regnamespace('agent') AND class.relkind IN ('v', 'm', 'r')
ORDER BY class.relname, attribute.attnum
"""


def agent_schema(connection: Connection) -> dict[str, dict[str, object]]:
    """Return each view of `agent` by name: its comment, and its columns by name, each with type and comment."""
    views: dict[str, dict[str, object]] = {}
    for view, meaning, column, kind, comment in connection.execute(_COLUMNS):
        found = views.setdefault(str(view), {"comment": meaning, "columns": {}})
        columns = found["columns"]
        if isinstance(columns, dict):
            columns[str(column)] = {"type": kind, "comment": comment}
    return views
