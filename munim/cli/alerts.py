"""`munim alerts`: telling of what is wrong, once an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import say, show_json, show_table
from munim.cli.words import Output, OutputOption, examples
from munim.core.clock import now
from munim.core.errors import SourceUnavailable

if TYPE_CHECKING:
    from munim.core.settings import Settings
    from pipelines.alerts import Message, Notify

app = typer.Typer(help="Tell of what is late, refused or blocked, once an incident.", no_args_is_help=True)


@app.command("send", epilog=examples("munim alerts send", "munim alerts send -o json"))
def send(output: OutputOption = Output.TABLE) -> None:
    """Look at what is wrong, and tell whom MUNIM_ALERT_URLS names of what began and of what is over.

    An incident is told once, by whoever looks first: `munim scheduler`, a CronJob, you.
    """
    told = tell(doors.open_settings())
    if output is Output.JSON:
        show_json(told)
        return
    for message in told:
        say(f"told: {message.title}: {message.body}")
    if not told:
        say("nothing to tell: what is wrong was told before, or all is well")


@app.command("list", epilog=examples("munim alerts list", "munim alerts list --open -o json"))
def list_incidents(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    *,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that last.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the newest incidents, newest first."""
    from munim.readers.troubles import incidents  # noqa: PLC0415 - brings the driver

    with doors.open_reading(doors.open_settings()) as connection:
        found = incidents(connection, limit, open_only=open_only)
    if output is Output.JSON:
        show_json(found)
        return
    rows = [(one.kind, one.feed, one.since, one.closed_at, one.told_at, one.told_over_at, one.detail) for one in found]
    columns = ["what", "feed", "since (IST)", "over (IST)", "told", "told that it is over", ""]
    show_table(f"{len(found)} incidents", columns, rows)


@app.command("test", epilog=examples("munim alerts test"))
def test() -> None:
    """Send a message that says it is a test; exit code 1 when nobody took it."""
    from pipelines.alerts import Message  # noqa: PLC0415

    settings = doors.open_settings()
    message = Message("munim: a test", "This is how munim tells of what is late, refused or blocked.", "success")
    if not _notifier(settings)(message):
        raise SourceUnavailable("nobody of MUNIM_ALERT_URLS took the message", kept="", advice="see the log above")
    say("the message was taken")


def tell(settings: Settings) -> list[Message]:
    """Look at what is wrong, tell of it, and return what was delivered. Raises as `alert_now`."""
    from pipelines.alerts import alert_now  # noqa: PLC0415 - brings the driver

    return alert_now(doors.open_database(settings), now, _notifier(settings), settings.alert_quarantine_rows)


def _notifier(settings: Settings) -> Notify:
    from schedules.notify import notifier  # noqa: PLC0415

    urls = settings.alert_urls.get_secret_value() if settings.alert_urls is not None else ""
    return notifier(urls.split())
