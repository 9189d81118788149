"""Asking questions in tests as a door does: by name, with parameters as they come in."""

from __future__ import annotations

from collections.abc import Callable

from loaders.database import Database
from munim.readers.answer import Answer
from munim.readers.questions import QUESTIONS
from munim.readers.session import reading
from tests.conftest import SetClock

Ask = Callable[..., Answer]


def asker(database: Database, clock: SetClock) -> Ask:
    """What asks a question on a connection of its own."""

    def ask_one(name: str, **parameters: object) -> Answer:
        question = QUESTIONS[name]
        with reading(database) as connection:
            return question.ask(connection, question.parameters.model_validate(parameters), clock)

    return ask_one


def rows(answer: Answer) -> list[dict[str, object]]:
    """An answer's rows by column, as JSON has them."""
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.record()["rows"]]  # type: ignore[attr-defined]
