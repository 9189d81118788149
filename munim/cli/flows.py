"""`munim flows`: what institutions bought and sold, and what they hold in derivatives."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli import flows_tables as tables
from munim.cli.output import say, show_csv, show_json
from munim.cli.words import (
    AsOfOption,
    FromOption,
    IncludeReconstructedOption,
    Output,
    OutputOption,
    SeriesOutput,
    SeriesOutputOption,
    SourceTimeOption,
    ToOption,
    examples,
)
from munim.core.errors import RequestWrong
from munim.readers import flows as readers
from munim.readers.keyed_as_of import Known, Traced

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from munim.readers.flows import FiiDii
    from munim.readers.keyed_as_of import Days

app = typer.Typer(help="Read FII/DII and FPI flows, and participants' positions.", no_args_is_help=True)

SHOWN_SESSIONS = 30
"""Sessions that a table or a drawing shows of a whole series; with --from or --to, all that are asked for."""

SHOWN_REPORTS = 5
"""Reports of NSDL's: each has 17 lines."""

SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help="Of this source alone: nse, or the name of an import.")
]


@app.command(
    "show",
    epilog=examples(
        "munim flows show",
        "munim flows show --from 2026-08-01 --to 2026-08-20",
        "munim flows show --as-of 2026-08-20T20:00+05:30",
        "munim flows show --plot",
        "munim flows show --from 2026-05-01 --plot flows.png",
        "munim flows show --source nse -o csv",
    ),
)
def show(  # noqa: PLR0913 - an argument an option
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE.png", help="With --plot: draw into this PNG (needs matplotlib).")
    ] = None,
    *,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    source: SourceOption = None,
    source_time: SourceTimeOption = False,
    include_reconstructed: IncludeReconstructedOption = False,
    plot: Annotated[
        bool, typer.Option("--plot", help="Draw net flows by session too: in the terminal, or into FILE.png.")
    ] = False,
    output: SeriesOutputOption = SeriesOutput.TABLE,
) -> None:
    """Show what FIIs and DIIs bought and sold by session, ₹ crore: each row with its source and basis."""
    if file is not None and not plot:
        raise RequestWrong(f"{file} goes with --plot")
    if plot and output is not SeriesOutput.TABLE:
        raise RequestWrong("--plot goes with the table alone, not with -o json or -o csv")
    days, known = _days(first, last), _known(as_of, source_time, include_reconstructed)
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.fii_dii(connection, days, known, source=source)
    if output is not SeriesOutput.TABLE:
        _show_whole(readers.FiiDii, found, output, as_of)
        return
    shown, left_out = tables.last_days(found, lambda one: one.trade_date, _most(first, last, SHOWN_SESSIONS))
    tables.show_fii_dii(shown, left_out)
    if plot and shown:
        _plot(shown, file)


@app.command(
    "positions",
    epilog=examples(
        "munim flows positions",
        "munim flows positions --client-type fii --from 2026-08-01",
        "munim flows positions --from 2021-02-01 --to 2021-02-01 -o json",
    ),
)
def positions(  # noqa: PLR0913 - an argument an option
    *,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    client_type: Annotated[
        str | None, typer.Option("--client-type", metavar="NAME", help="Of one kind: client, dii, fii, pro or total.")
    ] = None,
    source_time: SourceTimeOption = False,
    include_reconstructed: IncludeReconstructedOption = False,
    output: SeriesOutputOption = SeriesOutput.TABLE,
) -> None:
    """Show open positions in NSE's equity derivatives by kind of participant: contracts, long less short."""
    days, known = _days(first, last), _known(as_of, source_time, include_reconstructed)
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.positions(connection, days, known, client_type=client_type)
    if output is not SeriesOutput.TABLE:
        _show_whole(readers.Positions, found, output, as_of)
        return
    shown, left_out = tables.last_days(found, lambda one: one.trade_date, _most(first, last, SHOWN_SESSIONS))
    tables.show_positions(shown, left_out)


@app.command(
    "fpi",
    epilog=examples(
        "munim flows fpi",
        "munim flows fpi --asset-class equity --from 2026-08-01",
        "munim flows fpi --as-of 2026-08-21 -o csv",
    ),
)
def fpi(  # noqa: PLR0913 - an argument an option
    *,
    first: FromOption = None,
    last: ToOption = None,
    as_of: AsOfOption = None,
    asset_class: Annotated[
        str | None,
        typer.Option("--asset-class", metavar="NAME", help="Of one kind: equity, debt_general_limit, hybrid, …"),
    ] = None,
    source_time: SourceTimeOption = False,
    include_reconstructed: IncludeReconstructedOption = False,
    output: SeriesOutputOption = SeriesOutput.TABLE,
) -> None:
    """Show what NSDL reports of foreign portfolio investors, by kind of asset and way in, ₹ crore.

    A report is of trades up to the day before its date.
    """
    days, known = _days(first, last), _known(as_of, source_time, include_reconstructed)
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.fpi(connection, days, known, asset_class=asset_class)
    if output is not SeriesOutput.TABLE:
        _show_whole(readers.FpiFlow, found, output, as_of)
        return
    shown, left_out = tables.last_days(found, lambda one: one.reporting_date, _most(first, last, SHOWN_REPORTS))
    tables.show_fpi(shown, left_out)


@app.command(
    "sum", epilog=examples("munim flows sum", "munim flows sum --sessions 20", "munim flows sum --to 2026-08-20")
)
def net_sum(
    *,
    sessions: Annotated[int, typer.Option("--sessions", min=1, help="Over how many sessions of the exchange.")] = 5,
    last: ToOption = None,
    as_of: AsOfOption = None,
    source: SourceOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Add up each class's net over the last sessions, ₹ crore: a sum for each source and basis, never across them.

    Sessions without figures are named, and none further back takes their place.
    """
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.net_over_sessions(connection, sessions, last, Known(as_of), source=source)
    if output is Output.JSON:
        show_json(found)
    else:
        tables.show_sums(found)


@app.command(
    "compare", epilog=examples("munim flows compare", "munim flows compare --from 2026-08-01 --to 2026-08-20 -o csv")
)
def compare(
    *, first: FromOption = None, last: ToOption = None, output: SeriesOutputOption = SeriesOutput.TABLE
) -> None:
    """Show the exchanges' provisional FII net beside NSDL's final one of the next session's report, ₹ crore.

    They differ, and neither corrects the other. A session that NSDL reports together with others is left out.
    """
    days = _days(first, last)
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.provisional_and_final(connection, days)
    if output is SeriesOutput.JSON:
        show_json(found)
    elif output is SeriesOutput.CSV:
        columns = [field.name for field in fields(readers.Comparison)]
        show_csv(columns, ([getattr(one, name) for name in columns] for one in found))
    else:
        tables.show_comparisons(found)


def _days(first: date | None, last: date | None) -> Days:
    if first is not None and last is not None and last < first:
        raise RequestWrong(f"--to {last} is before --from {first}")
    return (first or date.min, last or date.max)


def _known(as_of: datetime | None, source_time: bool, include_reconstructed: bool) -> Known:  # noqa: FBT001
    if as_of is None and (source_time or include_reconstructed):
        raise RequestWrong("--source-time and --include-reconstructed go with --as-of")
    return Known(as_of, source_time, include_reconstructed)


def _most(first: date | None, last: date | None, usual: int) -> int | None:
    return usual if first is None and last is None else None


def _show_whole(kind: type[Traced], found: Sequence[Traced], output: SeriesOutput, as_of: datetime | None) -> None:
    """Print every row with every column: what a row is of first, then where it came from."""
    trace = [field.name for field in fields(Traced)]
    columns = [*(field.name for field in fields(kind) if field.name not in trace), *trace]
    if output is SeriesOutput.CSV:
        show_csv(columns, ([getattr(one, name) for name in columns] for one in found))
    else:
        show_json({"as_of": as_of, "values": [{name: getattr(one, name) for name in columns} for one in found]})


def _plot(shown: Sequence[FiiDii], file: Path | None) -> None:
    from munim.cli.flows_drawing import draw_nets, nets_of  # noqa: PLC0415

    if file is None:
        say(draw_nets(nets_of(shown)))
        return
    from munim.cli.flows_png import write_png  # noqa: PLC0415 - brings matplotlib

    write_png(nets_of(shown), file)
    say(f"net flows are drawn in {file}")
