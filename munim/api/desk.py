"""The desk behind both doors: a question is checked, answered from one moment's tables, written down, and given."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import psycopg
from pydantic import ValidationError

from loaders.answer_log import write_answer
from munim.api.draft import Draft
from munim.api.wrong import NotWrittenDown, TooSlow, parameters_wrong, unknown_question
from munim.core.errors import DatabaseUnavailable, RequestWrong
from munim.readers.moments import loads_about
from munim.readers.session import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from loaders.answer_log import Answered
    from loaders.database import Connection, Database
    from munim.api.draft import Caller
    from munim.core.clock import Clock
    from munim.readers.answer import Answer
    from munim.readers.question import Asked, Question

TRIES = 3
"""How often a question is asked again because a load was committed just between the time and the look."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost: rows, and seconds that a statement takes (the connections' time-out enforces them)."""

    rows: int
    seconds: float


@dataclass(frozen=True)
class Desk:
    """Answers questions from `database`, and writes what it said in `log`, on a connection of its own."""

    questions: Mapping[str, Question]
    database: Database
    log: Database
    limits: Limits
    clock: Clock

    def question(self, name: str) -> Question:
        """Return a question by its name. Raises `NotFound` for one that there is not."""
        found = self.questions.get(name)
        if found is None:
            raise unknown_question(name, self.questions)
        return found

    def read(self, name: str, given: Mapping[str, object]) -> Asked:
        """Return a question's parameters from what was given. Raises `ParametersWrong`, `NotFound`."""
        question = self.question(name)
        try:
            return question.parameters.model_validate(given)
        except ValidationError as error:
            raise parameters_wrong(error, question) from error

    def ask(self, name: str, asked: Asked, caller: Caller) -> Answer:
        """Return the answer, written down. Raises `RequestWrong`, `NotFound`, `DatabaseUnavailable`.

        What can't be written down is not said (`NotWrittenDown`): nobody could tell later what had been answered.
        """
        question = self.question(name)
        _check_texts(asked)
        draft = Draft(name, asked, caller, self.clock())
        try:
            answer, loading = self._answer(question, asked)
        except RequestWrong as error:
            self._write(draft.no(error))
            raise
        self._write(draft.answer(answer, loading=loading))
        return answer

    def look(self, read: Callable[[Connection], Found]) -> Found:
        """Return what a reader finds that is no question: for the page of freshness and the resources."""
        with self._reading() as connection:
            return read(connection)

    def _answer(self, question: Question, asked: Asked) -> tuple[Answer, bool]:
        """Answer from one moment, and tell whether a load was at work.

        The time is taken first, and no load may have been recorded between it and the look. What one recorded before
        and commits after is the one thing that a replay sees and this does not.
        """
        for left in reversed(range(TRIES)):
            at = self.clock()
            with self._reading() as connection:
                about = loads_about(connection, at)
                answer = question.ask(connection, asked, lambda at=at: at)  # type: ignore[misc]
            if not about.recorded_since or not left:
                return self._capped(answer), about.under_way
        raise AssertionError(TRIES)

    def _capped(self, answer: Answer) -> Answer:
        if len(answer.rows) > self.limits.rows:
            raise RequestWrong(
                f"that would be {len(answer.rows)} rows, and an answer has {self.limits.rows} at most",
                advice="ask for fewer days, or with a smaller limit and then for `next`",
            )
        return answer

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with reading(self.database) as connection:
                yield connection
        except DatabaseUnavailable as error:
            if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
                raise TooSlow(
                    f"it would take longer than {self.limits.seconds:g} s", kept="", advice="ask for fewer days or rows"
                ) from error
            raise
        except (OverflowError, psycopg.DataError) as error:
            # A day whose day before has no date, a number that no column holds: asked for, and not to be had.
            raise RequestWrong(
                f"a day or a number is out of range: {' '.join(str(error).split())}",
                advice="ask for days between 1990 and today",
            ) from error

    def _write(self, said: Answered) -> None:
        try:
            with self.log.session() as connection:
                write_answer(connection, said)
        except psycopg.Error as error:
            raise NotWrittenDown(
                f"the answer could not be written down: {' '.join(str(error).split())}",
                kept="it is not given",
                advice="see that MUNIM_DATABASE_URL may insert into etl.answer_log, and ask again",
            ) from error


def _check_texts(asked: Asked) -> None:
    """Raise `RequestWrong` for a text that PostgreSQL can't hold, and so nothing in it can match."""
    for name, value in asked:
        if isinstance(value, str) and any(
            character == "\0" or "\ud800" <= character <= "\udfff" for character in value
        ):
            raise RequestWrong(f"{name} has characters that no text has", advice="leave them out")
