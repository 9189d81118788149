"""`munim scheme`: mutual-fund schemes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import say, show_json, show_record, show_table
from munim.cli.words import Output, OutputOption, examples
from munim.readers.schemes import schemes_of, search_schemes

if TYPE_CHECKING:
    from munim.readers.schemes import Scheme

app = typer.Typer(help="Look schemes up.", no_args_is_help=True)


@app.command("show", epilog=examples("munim scheme show 120503", "munim scheme show INF846K01EW2",
                                     "munim scheme show axis elss direct growth"))  # fmt: skip
def show(
    words: Annotated[
        list[str], typer.Argument(metavar="CODE|ISIN|WORDS", help="A code, an ISIN, or words of the name.")
    ],
    limit: Annotated[int, typer.Option(min=1, help="How many, of those that have the words.")] = 20,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show the scheme of a code or an ISIN, or list those whose name has all the words."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = (schemes_of(connection, words[0]) if len(words) == 1 else []) or search_schemes(
            connection, words, limit
        )
    if output is Output.JSON:
        show_json(found)
    elif len(found) == 1:
        show_record(f"scheme {found[0].scheme_code} (times in IST)", asdict(found[0]))
    elif found:
        _list(found)
    else:
        say(f"no scheme has {' '.join(words)!r}")


def _list(found: list[Scheme]) -> None:
    rows = [
        (one.scheme_code, one.name, one.plan, one.option, one.isin_payout_or_growth or one.isin_reinvestment,
         one.vanished_at)
        for one in found
    ]  # fmt: skip
    columns = ["code", "name", "plan", "option", "ISIN", "vanished (IST)"]
    show_table(f"{len(found)} schemes", columns, rows)
