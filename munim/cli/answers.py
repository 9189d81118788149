"""`munim answers`: what was answered through MCP and HTTP, and the same again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from munim.cli import doors
from munim.cli.output import say, show_json, show_record, show_table
from munim.cli.words import Output, OutputOption, examples
from munim.core.errors import ContentRefused

app = typer.Typer(help="Look at what was answered through MCP and HTTP, and ask it again.", no_args_is_help=True)

AnswerArgument = Annotated[int, typer.Argument(metavar="ID", help="Number of the answer.")]


@app.command("list", epilog=examples("munim answers list", "munim answers list --question nav -o json"))
def list_answers(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    question: Annotated[str | None, typer.Option(help="Of this question alone.")] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the newest answers, newest first."""
    from munim.readers import answer_log as readers  # noqa: PLC0415 - brings the driver's words

    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.list_answers(connection, limit, question)
    if output is Output.JSON:
        show_json(found)
        return
    columns = ["answer", "asked (IST)", "door", "caller", "question", "outcome", "known at (IST)", "rows", "ms"]
    rows = [
        (str(one.answer_id), one.asked_at, one.door, one.caller, one.question, one.outcome, one.known_at,
         one.head.get("row_count"), one.duration_ms)
        for one in found
    ]  # fmt: skip
    show_table(f"{len(found)} answers", columns, rows)


@app.command("show", epilog=examples("munim answers show 12", "munim answers show 12 -o json"))
def show_answer(answer_id: AnswerArgument, output: OutputOption = Output.TABLE) -> None:
    """Show what was asked, by whom, and what was said; for its rows, replay it."""
    from munim.readers import answer_log as readers  # noqa: PLC0415

    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.show_answer(connection, answer_id)
    if output is Output.JSON:
        show_json(found)
        return
    record = asdict(found) | {"answer_id": str(found.answer_id)}
    show_record(f"answer {answer_id} (times in IST)", record)


@app.command("replay", epilog=examples("munim answers replay 12", "munim answers replay 12 -o json"))
def replay_answer(answer_id: AnswerArgument, output: OutputOption = Output.TABLE) -> None:
    """Ask the same again, as it was known then, and show it.

    Ends with 0 where it is equal, and with 3 where it is not, with what differs.
    """
    from munim.api.replay import replay  # noqa: PLC0415
    from munim.readers import answer_log as readers  # noqa: PLC0415
    from munim.readers.questions import QUESTIONS  # noqa: PLC0415 - brings pydantic

    with doors.open_reading(doors.open_settings()) as connection:
        logged = readers.show_answer(connection, answer_id)
        found = replay(connection, logged, QUESTIONS)
    record = None if found.answer is None else found.answer.record()
    if output is Output.JSON:
        show_json({"answer_id": answer_id, "equal": found.equal, "differences": list(found.differences),
                   "answer": record, "no": found.no})  # fmt: skip
    else:
        if found.answer is not None:
            head = {name: value for name, value in found.answer.record().items() if name not in {"rows", "columns"}}
            show_record(f"answer {answer_id}: {logged.question}", head)
            show_table("rows", found.answer.columns, found.answer.rows)
        else:
            say(f"answer {answer_id}: {logged.question}: {found.no}")
        say("equal to what was said" if found.equal else "\n".join(["not equal to what was said:", *found.differences]))
    if not found.equal:
        raise ContentRefused(
            f"answer {answer_id} is not what was said: {'; '.join(found.differences)}",
            kept="",
            advice="see `munim runs list` for what was loaded since",
        )
