"""`munim equity`: end-of-day prices, raw and adjusted."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import as_record, as_text, say, show_csv, show_json, show_table
from munim.cli.words import (
    AsOfOption,
    FromOption,
    IncludeReconstructedOption,
    SeriesOutput,
    SeriesOutputOption,
    SourceTimeOption,
    ToOption,
    examples,
)
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from munim.readers.equity import EquityDay
    from munim.readers.instruments import Security

app = typer.Typer(help="Read end-of-day prices of NSE and BSE.", no_args_is_help=True)

SHOWN_DAYS = 30
"""Sessions that a table shows of a whole series; with --from or --to, all that are asked for."""

CodeArgument = Annotated[
    str, typer.Argument(metavar="SYMBOL|ISIN", help="Symbol, BSE's scrip code or ticker, or an ISIN, old or new.")
]

ExchangeOption = Annotated[
    str | None, typer.Option("--exchange", metavar="NAME", help="NSE or BSE; without it NSE goes before BSE.")
]


@app.command(
    "show",
    epilog=examples(
        "munim equity show RELIANCE",
        "munim equity show INE467B01029 --from 2026-08-01 --to 2026-08-20",
        "munim equity show CANBK --adjusted --plot",
        "munim equity show 500209 --exchange BSE",
        "munim equity show CANBK --adjusted --as-of 2024-05-14",
        "munim equity show TCS -o csv",
    ),
)
def show(  # noqa: PLR0913 - an argument an option
    code: CodeArgument,
    *,
    exchange: ExchangeOption = None,
    first: FromOption = None,
    last: ToOption = None,
    adjusted: Annotated[
        bool, typer.Option("--adjusted", help="As if every split, consolidation and bonus had always been.")
    ] = False,
    series: Annotated[
        str | None, typer.Option("--series", metavar="NAME", help="Of this series: a bond's or warrant's, or T0.")
    ] = None,
    as_of: AsOfOption = None,
    source_time: SourceTimeOption = False,
    include_reconstructed: IncludeReconstructedOption = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the closes in the terminal.")] = False,
    output: SeriesOutputOption = SeriesOutput.TABLE,
) -> None:
    """Show a security's sessions through all its symbols: prices in ₹, volume, delivery, when it was known."""
    from munim.readers import equity as readers  # noqa: PLC0415
    from munim.readers.instruments import find_security  # noqa: PLC0415
    from munim.readers.keyed_as_of import Known  # noqa: PLC0415

    if as_of is None and (source_time or include_reconstructed):
        raise RequestWrong("--source-time and --include-reconstructed go with --as-of")
    days = (first or date.min, last or date.max)
    known = Known(as_of, source_time, include_reconstructed)
    with doors.open_reading(doors.open_settings()) as connection:
        security = find_security(connection, code, exchange)
        rows = readers.series(connection, security, days, known, of=series)
        if adjusted:
            rows = readers.adjusted(connection, security, rows, known)
    if output is SeriesOutput.JSON:
        show_json({"security": security, "as_of": as_of, "adjusted": adjusted, "days": rows})
    elif output is SeriesOutput.CSV:
        columns = ["exchange", *(field.name for field in fields(readers.EquityDay))]
        show_csv(columns, ((security.exchange, *as_record(row).values()) for row in rows))
    elif plot:
        _plot(security, rows)
    else:
        _show(security, rows, SHOWN_DAYS if first is None and last is None else len(rows), adjusted=adjusted)


def _show(security: Security, rows: list[EquityDay], most: int, *, adjusted: bool) -> None:
    if not rows:
        say(f"{security.title}: no session")
        return
    columns = ["day", "symbol", "series", "open", "high", "low", "close", "volume", "value ₹", "delivered %"]
    columns += ["factor", "era"] if adjusted else []
    cells = [
        (row.trade_date, row.symbol, row.series, row.open, row.high, row.low, row.close, row.volume, row.value_inr,
         row.delivery_pct, *((row.factor, row.era) if adjusted else ()), row.known_from,
         "reconstructed" if row.reconstructed else "")
        for row in rows[-most:]
    ]  # fmt: skip
    show_table(f"{security.title}{', adjusted' if adjusted else ''}", [*columns, "known from (IST)", ""], cells)
    if len({row.era for row in rows[-most:]}) > 1:
        say("rows of another era can't be compared: an action in between has an effect that nobody quantifies")
    if len(rows) > most:
        say(f"… and {len(rows) - most:,} rows before; --from, -o csv and -o json show them")


def _plot(security: Security, rows: list[EquityDay]) -> None:
    """Draw the closes, a day once; a float is near enough for a drawing."""
    closes = {row.trade_date: float(row.close) for row in rows if row.close is not None}
    if len(closes) < 2:  # noqa: PLR2004 - a line has two ends
        say(f"{security.title}: {len(closes)} sessions are no line")
        return
    from munim.cli.drawing import draw_line  # noqa: PLC0415

    days = sorted(closes)
    say(f"{security.title}, close in ₹, {as_text(days[0])} to {as_text(days[-1])}")
    say(draw_line(days, [closes[day] for day in days]))
