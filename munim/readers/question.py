"""What a question is: its name, what may be asked, and the function that answers it. The doors are made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.answer import Answer


class Asked(BaseModel):
    """The parameters of a question; each has a description, and an unknown one is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @property
    def is_of_a_time(self) -> bool:
        """Whether it can be answered as known at a time; else it is of the present."""
        return "known_at" in type(self).model_fields

    @property
    def keeps_its_moment(self) -> bool:
        """Whether the pages that follow are of the first one's moment: what is loaded meanwhile moves no row."""
        return self.is_of_a_time


class Asks(Protocol):
    """Answers a question on a connection that reads, from its parameters; the clock says what is now."""

    def __call__(self, connection: Connection, asked: Any, clock: Clock | None = None, /) -> Answer: ...  # noqa: ANN401, D102


@dataclass(frozen=True, slots=True)
class Question:
    """A question that people and agents ask, the same at every door.

    `name` is the tool's and the path's name; `summary` one line, `description` what it answers, in which unit, and
    when it answers no; `example` parameters that work. `ask` takes a reading connection (see `session.reading`), the
    parameters and a clock for what is now, and raises `RequestWrong` for what can't be asked and `NotFound` for what
    there is none of; both say what would be right.
    """

    name: str
    summary: str
    description: str
    parameters: type[Asked]
    ask: Asks
    example: Mapping[str, object]
