"""What can go wrong between a question and its answer, in words that say what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import DatabaseUnavailable, MunimError, NotFound, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from munim.readers.question import Question


class ParametersWrong(RequestWrong):
    """The parameters are none of the question's, or what they say can't be."""

    def __init__(self, problems: Sequence[Problem], question: Question) -> None:
        """Say of each parameter what is wrong with it, and which ones there are."""
        self.problems = problems
        names = ", ".join(question.parameters.model_fields)
        super().__init__(
            "; ".join(f"{one.parameter}: {one.reason}" if one.parameter else one.reason for one in problems),
            advice=f"{question.name} takes {names}; such as {written(question.example)}",
        )


class TooSlow(DatabaseUnavailable):
    """The answer took longer than it may."""

    kind = "too_slow"


class NotWrittenDown(DatabaseUnavailable):
    """The answer could not be written down, and so is not given."""

    kind = "not_logged"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a parameter; an empty name: with what they say together."""

    parameter: str
    reason: str


def unknown_question(name: str, known: Iterable[str]) -> NotFound:
    """Return the error of a question that there is not."""
    return NotFound(f"there is no question {name!r}", advice=f"ask one of {', '.join(known)}")


def problems_of(errors: Iterable[ErrorDetails], question: Question) -> list[Problem]:
    """Return what pydantic found, in plain words; `loc` may begin with where it stood (`query`)."""
    known = question.parameters.model_fields
    return [_problem(one, known) for one in errors]


def parameters_wrong(error: ValidationError, question: Question) -> ParametersWrong:
    """Return the error of parameters that pydantic refused."""
    return ParametersWrong(problems_of(error.errors(include_url=False), question), question)


def status_of(error: MunimError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, NotFound):
        return 404
    return 422 if isinstance(error, RequestWrong) else 503


def title_of(error: MunimError) -> str:
    """Return the error's kind in words."""
    titles = {"not_found": "There is no such thing", "usage": "This can't be asked", "too_slow": "It took too long",
              "not_logged": "It could not be written down"}  # fmt: skip
    return titles.get(error.kind, "The database does not answer")


def written(parameters: Mapping[str, object]) -> str:
    """Return parameters as one writes them: `code=120503, on=2026-08-14`."""
    return ", ".join(f"{name}={value}" for name, value in parameters.items())


def _problem(error: ErrorDetails, known: Mapping[str, object]) -> Problem:
    place = [str(part) for part in error["loc"] if str(part) not in {"query", "body"} or str(part) in known]
    name = place[0] if place else ""
    if error["type"] == "extra_forbidden":
        return Problem(name, "is no parameter of this question")
    if error["type"] == "missing":
        return Problem(name, "has to be given")
    # A rule of ours comes as "Value error, …": the words after it are the rule's.
    reason = error["msg"].removeprefix("Value error, ")
    given = error.get("input")
    shown = "" if not name or given is None or isinstance(given, dict) else f" (it was {str(given)[:80]!r})"
    return Problem(name, f"{reason[:1].lower()}{reason[1:]}{shown}")
