"""`munim nav`: net asset values."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import as_text, say, show_csv, show_json, show_table
from munim.cli.words import (
    AsOfOption,
    FromOption,
    IncludeReconstructedOption,
    SeriesOutput,
    SourceTimeOption,
    ToOption,
    examples,
)
from munim.core.errors import RequestWrong
from munim.readers import nav as readers
from munim.readers.schemes import find_scheme

if TYPE_CHECKING:
    from munim.readers.nav import NavValue
    from munim.readers.schemes import Scheme

app = typer.Typer(help="Read mutual-fund NAVs.", no_args_is_help=True)

SHOWN_DAYS = 30
"""Days that a table shows of a whole series; with --from or --to, all that are asked for."""


@app.command(
    "show",
    epilog=examples(
        "munim nav show 120503",
        "munim nav show INF846K01EW2 --from 2026-08-01 --to 2026-08-20",
        "munim nav show 120503 --as-of 2026-08-18T09:15+05:30",
        "munim nav show 120503 --plot",
        "munim nav show 120503 -o csv",
    ),
)
def show(  # noqa: PLR0913 - an argument an option
    key: Annotated[str, typer.Argument(metavar="CODE|ISIN", help="AMFI's code of the scheme, or an ISIN of it.")],
    *,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    source_time: SourceTimeOption = False,
    include_reconstructed: IncludeReconstructedOption = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the series in the terminal.")] = False,
    output: Annotated[
        SeriesOutput, typer.Option("--output", "-o", help="How to answer on stdout; JSON and CSV have every column.")
    ] = SeriesOutput.TABLE,
) -> None:
    """Show a scheme's NAVs: day, value in ₹, when it was known, and where it came from."""
    if as_of is None and (source_time or include_reconstructed):
        raise RequestWrong("--source-time and --include-reconstructed go with --as-of")
    days = (first or date.min, last or date.max)
    with doors.open_reading(doors.open_settings()) as connection:
        scheme = find_scheme(connection, key)
        if as_of is None:
            values = readers.series(connection, scheme.scheme_code, *days)
        else:
            values = readers.series_as_of(
                connection,
                scheme.scheme_code,
                as_of,
                days,
                source_time=source_time,
                include_reconstructed=include_reconstructed,
            )
    if output is SeriesOutput.JSON:
        show_json({"scheme": scheme, "as_of": as_of, "values": [one._asdict() for one in values]})
    elif output is SeriesOutput.CSV:
        columns = ["scheme_code", *readers.NavValue._fields]
        show_csv(columns, ((scheme.scheme_code, *value) for value in values))
    elif plot:
        _plot(scheme, values)
    else:
        whole = first is not None or last is not None
        _show(scheme, values, SHOWN_DAYS if not whole else len(values))


def _show(scheme: Scheme, values: list[NavValue], most: int) -> None:
    title = f"{scheme.scheme_code} {scheme.name or ''}".strip()
    if not values:
        say(f"{title}: no NAV")
        return
    rows = [
        (one.nav_date, one.nav, one.known_from, one.feed, "reconstructed" if one.reconstructed else "")
        for one in values[-most:]
    ]
    show_table(title, ["nav_date", "NAV ₹", "known from (IST)", "feed", ""], rows)
    if len(values) > most:
        say(f"… and {len(values) - most:,} days before; --from, -o csv and -o json show them")


def _plot(scheme: Scheme, values: list[NavValue]) -> None:
    """Draw the series; a float is near enough for a drawing."""
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        say(f"{scheme.scheme_code}: {len(values)} NAVs are no line")
        return
    from munim.cli.drawing import draw_line  # noqa: PLC0415

    title = f"{scheme.scheme_code} {scheme.name or ''}".strip()
    say(f"{title}, NAV in ₹, {as_text(values[0].nav_date)} to {as_text(values[-1].nav_date)}")
    say(draw_line([one.nav_date for one in values], [float(one.nav) for one in values]))
