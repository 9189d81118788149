"""Writing down what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loaders.database import Connection

_INSERT = """
INSERT INTO etl.answer_log (door, caller, question, parameters, known_at, outcome, freshness, head, sha256, asked_at,
                            duration_ms)
VALUES (%(door)s, %(caller)s, %(question)s, %(parameters)s, %(known_at)s, %(outcome)s, %(freshness)s, %(head)s,
        %(sha256)s, %(asked_at)s, %(duration_ms)s)
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, as `etl.answer_log` comments it."""

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


def write_answer(connection: Connection, said: Answered) -> None:
    """Write an answer down, and commit."""
    connection.execute(
        _INSERT,
        {
            "door": said.door, "caller": said.caller, "question": said.question, "parameters": Jsonb(said.parameters),
            "known_at": said.known_at, "outcome": said.outcome,
            "freshness": None if said.freshness is None else Jsonb(said.freshness), "head": Jsonb(said.head),
            "sha256": said.sha256, "asked_at": said.asked_at, "duration_ms": said.duration_ms,
        },
    )  # fmt: skip
    connection.commit()
