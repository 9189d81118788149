"""The commands by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from munim import __version__
from munim.cli.words import examples

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "run": ("run", "run"),
    "ingest": ("ingest", "ingest"),
    "import": ("imports", "app"),
    "backfill": ("backfill", "app"),
    "worker": ("worker", "worker"),
    "coverage": ("coverage", "coverage"),
    "rebuild": ("rebuild", "rebuild"),
    "runs": ("runs", "app"),
    "quarantine": ("quarantine", "app"),
    "nav": ("nav", "app"),
    "scheme": ("scheme", "app"),
    "calendar": ("calendar", "app"),
    "equity": ("equity", "app"),
    "instrument": ("instrument", "app"),
    "actions": ("instrument", "actions_app"),
    "screen": ("screen", "screen"),
    "screener": ("screen", "app"),
    "flows": ("flows", "app"),
    "ipo": ("ipo", "app"),
    "ask": ("ask", "ask"),
    "api": ("api", "app"),
    "mcp": ("api", "mcp"),
    "answers": ("answers", "app"),
    "freshness": ("freshness", "freshness"),
    "gaps": ("gaps", "gaps"),
    "scheduler": ("scheduler", "scheduler"),
    "schedules": ("schedules", "app"),
    "check": ("check", "app"),
    "alerts": ("alerts", "app"),
    "db": ("db", "app"),
    "kubernetes": ("kubernetes", "app"),
    "metrics": ("metrics", "app"),
    "replica": ("replica", "app"),
    "sources": ("sources", "app"),
    "demo": ("demo", "demo"),
}
"""Each command with the module of `munim.cli` that holds it, and what it is called there; in the order of the help."""


def build(names: Sequence[str] = tuple(COMMANDS)) -> typer.Typer:
    """Return the command line with these commands: all of them, unless it is known which one is asked for."""
    app = typer.Typer(
        help="Keep India's market data in PostgreSQL: fetched politely, checked, dated, and never silently wrong.",
        epilog=examples("munim demo", "munim run nav", 'psql "$(munim db url)"', "munim nav show 120503 --plot"),
        no_args_is_help=True,
        # Tracebacks that show local variables would show passwords.
        pretty_exceptions_enable=False,
    )
    app.callback()(_munim)
    for name in names:
        module, within = COMMANDS[name]
        held = import_module(f"munim.cli.{module}")
        command = getattr(held, within)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, epilog=held.EXAMPLES)(command)
    return app


def build_for(words: Sequence[str]) -> typer.Typer:
    """Return the command line for the words that it was given: where they begin with a command, with that one alone.

    The other thirty would be a tenth of the start of `munim run nav`.
    """
    return build(words[:1]) if words and words[0] in COMMANDS else build()


def _say_version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"munim {__version__}")
        raise typer.Exit


def _munim(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=lambda value: _say_version(asked=value), is_eager=True,
                     help="Say the version and end."),
    ] = False,
) -> None:  # fmt: skip
    pass
