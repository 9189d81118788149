"""`munim sources`: whether the sites still answer what they should."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from munim.cli import doors
from munim.cli.output import say, show_json
from munim.cli.words import Output, OutputOption, examples
from munim.core.clock import now
from munim.core.errors import ExitCode, MunimError

if TYPE_CHECKING:
    from scrapers.client import Client
    from scrapers.sources import Source

app = typer.Typer(help="Look at the sites that munim asks.", no_args_is_help=True)

WORST_LAST = (ExitCode.DONE, ExitCode.NOT_YET, ExitCode.RETRY, ExitCode.REFUSED, ExitCode.BLOCKED, ExitCode.USAGE)
"""Exit codes by how much a person has to do: wait, try again, look, back off, mend the settings."""


@dataclass(frozen=True)
class Verdict:
    """What a site answered; `kind` is ok, or the kind of error."""

    feed: str
    question: str
    kind: str
    said: str
    exit_code: ExitCode


@app.callback()
def _sources() -> None:
    pass


@app.command("check", epilog=examples("munim sources check", "munim sources check -o json"))
def check(output: OutputOption = Output.TABLE) -> None:
    """Try each live endpoint, and say in a line each whether it answers what it should.

    Nothing is kept. The exit code is that of the worst answer.
    """
    from scrapers.sources import sources  # noqa: PLC0415

    settings = doors.open_settings()
    verdicts = []
    with doors.open_client(settings) as client:
        for source in sources(now):
            verdicts.append(_ask(client, source))
            if output is Output.TABLE:
                # As they come: a site that hangs is waited for, and the others need not wait with it.
                say(f"{verdicts[-1].kind:<12} {source.feed}: {source.question}: {verdicts[-1].said}")
    if output is Output.JSON:
        show_json(verdicts)
    worst = max((one.exit_code for one in verdicts), key=WORST_LAST.index, default=ExitCode.DONE)
    if worst is not ExitCode.DONE:
        raise typer.Exit(int(worst))


def _ask(client: Client, source: Source) -> Verdict:
    try:
        return Verdict(source.feed, source.question, "ok", source.ask(client), ExitCode.DONE)
    except MunimError as error:
        return Verdict(source.feed, source.question, error.kind, error.what, error.exit_code)
