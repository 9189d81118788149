"""What was answered through MCP and HTTP, from its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loaders.database import Connection

_COLUMNS = (
    "answer_id, door, caller, question, parameters, known_at, outcome, freshness, head, sha256, asked_at, duration_ms"
)

_LIST = f"""
SELECT {_COLUMNS} FROM etl.answer_log
WHERE (%(question)s::text IS NULL OR question = %(question)s)
ORDER BY answer_id DESC LIMIT %(limit)s
"""  # noqa: S608 - the columns are ours

_ONE = f"SELECT {_COLUMNS} FROM etl.answer_log WHERE answer_id = %(answer_id)s"  # noqa: S608 - the same


@dataclass(frozen=True)
class LoggedAnswer:
    """An answer as `etl.answer_log` comments it."""

    answer_id: int
    door: str
    caller: str
    question: str
    parameters: Mapping[str, object]
    known_at: datetime
    outcome: str
    freshness: Mapping[str, object] | None
    head: Mapping[str, object]
    sha256: str
    asked_at: datetime
    duration_ms: int


def list_answers(connection: Connection, limit: int, question: str | None = None) -> list[LoggedAnswer]:
    """Return the newest answers, newest first; of one question, or of all."""
    return fetch(connection, LoggedAnswer, _LIST, {"question": question, "limit": limit})


def show_answer(connection: Connection, answer_id: int) -> LoggedAnswer:
    """Return an answer of the log. Raises `NotFound` for a number that it does not have."""
    found = fetch(connection, LoggedAnswer, _ONE, {"answer_id": answer_id})
    if not found:
        raise NotFound(f"the log has no answer {answer_id}", advice="see `munim answers list`")
    return found[0]
