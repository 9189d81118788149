"""`munim ask`: the questions that agents ask, for people: the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import as_text, say, show_json, show_table, warn
from munim.cli.words import Output, OutputOption, examples
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from munim.readers.answer import Answer
    from munim.readers.question import Asked, Question

EXAMPLES = examples(
    "munim ask",
    "munim ask find_scheme query='axis elss direct growth'",
    "munim ask nav scheme=120503 on=2026-08-14",
    "munim ask nav scheme=120503 from_date=2026-08-01 known_at=2026-08-18T09:15+05:30 -o json",
    "munim ask flows view=sum sessions=5",
)


def ask(
    name: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="Which question; without it, all that there are.")
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE…", help="What is asked; `munim ask QUESTION` alone says what may be."),
    ] = None,
    *,
    output: OutputOption = Output.TABLE,
) -> None:
    """Ask a question as agents do: a small, dated answer with its source, or a clear no."""
    from munim.readers.questions import QUESTIONS  # noqa: PLC0415 - pydantic costs 200 ms, and --help needs none

    if name is None:
        show_table("questions", ["question", "answers"], [(one.name, one.summary) for one in QUESTIONS.values()])
        return
    if name not in QUESTIONS:
        raise RequestWrong(f"there is no question {name!r}", advice=f"ask one of {', '.join(QUESTIONS)}")
    question = QUESTIONS[name]
    asked = _read(question, parameters or [])
    with doors.open_reading(doors.open_settings()) as connection:
        answer = question.ask(connection, asked)
    if output is Output.JSON:
        show_json(answer.record())
    else:
        _show(answer)


def _read(question: Question, parameters: Sequence[str]) -> Asked:
    from pydantic import ValidationError  # noqa: PLC0415

    pairs = [one.partition("=") for one in parameters]
    unclear = [before for before, equals, _ in pairs if not equals]
    if unclear:
        raise RequestWrong(f"{unclear[0]!r} has no value", advice=f"write NAME=VALUE: {_possible(question)}")
    try:
        return question.parameters.model_validate({before: value for before, _, value in pairs})
    except ValidationError as error:
        said = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or question.name}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors()
        )
        raise RequestWrong(said, advice=_possible(question)) from None


def _possible(question: Question) -> str:
    """Return what may be asked, each with its meaning."""
    fields = question.parameters.model_fields
    return "\n".join(
        [f"{question.name} takes:"]
        + [f"  {name}{' (needed)' if one.is_required() else ''}: {one.description}" for name, one in fields.items()]
    )


def _show(answer: Answer) -> None:
    title = f"{answer.question}, {as_text(answer.as_of)}" if answer.as_of else answer.question
    if answer.rows:
        show_table(title, answer.columns, answer.rows)
    else:
        say(f"{title}: nothing")
    said = {
        "unit": answer.unit,
        "basis": answer.basis,
        "known at": as_text(answer.known_at),
        "source": answer.source
        and f"{answer.source.url} sha256 {answer.source.sha256[:12]}… fetched "
        f"{as_text(answer.source.fetched_at)}, run {answer.source.run_id}",
        "freshness": answer.freshness
        and f"{answer.freshness.status}: newest {as_text(answer.freshness.latest)}, due "
        f"{as_text(answer.freshness.due)}",
        "more": answer.next and f"cursor={answer.next}",
    }
    for name, text in said.items():
        if text:
            say(f"{name}: {text}")
    for note in answer.notes:
        warn(f"note: {note}")
