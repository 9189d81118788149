"""`munim db`: the database itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from munim.cli import doors
from munim.cli.holdings import show_holdings
from munim.cli.output import near, say, show_json, show_table, warn
from munim.cli.words import Output, OutputOption, examples
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from munim.core.settings import Settings

app = typer.Typer(help="Make, check, reach and stop the database.", no_args_is_help=True)


@app.command("migrate", epilog=examples("munim db migrate"))
def migrate() -> None:
    """Bring the database to this version's schema and timetable, and stamp it; again, it changes nothing.

    The embedded database does so by itself, at any command.
    """
    settings = doors.open_settings()
    database = doors.named_database(settings, settings.world)
    revision = doors.migrate(database)
    doors.cover_closed_years(database)
    say(f"the database is at migration {revision}, and holds {database.world} data")


@app.command("check", epilog=examples("munim db check", "munim db check -o json"))
def check(output: OutputOption = Output.TABLE) -> None:
    """Check that the database and the archive can be worked with; exit code 2 when something is wrong."""
    from munim.cli.checks import check_place  # noqa: PLC0415

    settings = doors.open_settings()
    findings, held = check_place(settings)
    if output is Output.JSON:
        show_json({"checks": findings, "holdings": held})
    else:
        show_table("database and archive", ["", "what", ""],
                   [("ok" if one.good else "WRONG", one.what, one.said) for one in findings])  # fmt: skip
        if held:
            show_holdings("holdings", held)
    wrong = [one for one in findings if not one.good]
    if wrong:
        raise RequestWrong("; ".join(f"{one.what}: {one.said}" for one in wrong))


@app.command("url", epilog=examples("munim db url", 'psql "$(munim db url)"'))
def url() -> None:
    """Print a URL that psql takes; of a server of yours it holds the password.

    The embedded server is started if it is stopped.
    """
    settings = doors.open_settings()
    if settings.database_url is None:
        doors.open_database(settings)
    typer.echo(doors.named_database(settings, settings.world).resolve())


@app.command("grant-agent", epilog=examples("munim db grant-agent"))
def grant_agent() -> None:
    """Make the role agent_ro, which reads the schema agent and nothing else, and say what it could not be kept from.

    Its password is MUNIM_AGENT_PASSWORD; without one it is made, and printed this once. Again, it changes nothing, but
    what a newer munim knows to take away.
    """
    from loaders.agent_role import grant_agent as grant  # noqa: PLC0415 - brings the driver

    settings = doors.open_settings()
    password = settings.agent_password.get_secret_value() if settings.agent_password is not None else None
    with doors.open_database(settings).session() as connection:
        granted = grant(connection, password)
    say(f"{granted.role} may read the schema agent; time-outs are its defaults, which the doors enforce")
    if granted.left:
        warn(f"it could not be kept from: {', '.join(granted.left)}; ask the server's administrator")
    if granted.password is not None:
        say("its password, told this once:")
        typer.echo(granted.password)


@app.command("stop", epilog=examples("munim db stop"))
def stop() -> None:
    """Stop the embedded server of MUNIM_HOME, and that of `munim run --replica`; any command starts it again."""
    settings = doors.open_settings()
    if settings.database_url is not None:
        raise RequestWrong("the server of MUNIM_DATABASE_URL is not munim's to stop")
    stopped = _stop_all(settings)
    say(f"stopped: {', '.join(stopped)}" if stopped else "no embedded server was running")


def _stop_all(settings: Settings) -> list[str]:
    from loaders import embedded  # noqa: PLC0415 - brings the driver
    from munim.cli.run import MADE_HOME  # noqa: PLC0415

    homes = (settings.home, settings.home / MADE_HOME)
    return [near(home) for home in homes if embedded.stop(home)]
