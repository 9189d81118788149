"""`munim instrument` and `munim actions`: what a security is and was, and what changed its prices."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from munim.cli import doors
from munim.cli.equity import CodeArgument, ExchangeOption
from munim.cli.output import say, show_json, show_table
from munim.cli.words import FromOption, Output, OutputOption, ToOption, examples
from munim.core.errors import RequestWrong

app = typer.Typer(help="Look securities up.", no_args_is_help=True)
actions_app = typer.Typer(help="Read corporate actions.", no_args_is_help=True)


@app.command("show", epilog=examples("munim instrument show TCS", "munim instrument show MCDOWELL-N",
                                     "munim instrument show INE009A01021 -o json"))  # fmt: skip
def show(code: CodeArgument, *, exchange: ExchangeOption = None, output: OutputOption = Output.TABLE) -> None:
    """Show what a symbol or an ISIN is today, its history of symbols, ISINs and names, and its indices."""
    from munim.readers.instruments import find_security, history, indices  # noqa: PLC0415

    with doors.open_reading(doors.open_settings()) as connection:
        security = find_security(connection, code, exchange)
        states, member = history(connection, security), indices(connection, security)
    if output is Output.JSON:
        show_json({"security": security, "history": states, "indices": member})
        return
    rows = [
        (one.symbol, one.valid_from, one.valid_to, one.isin, one.name, one.series, one.ticker, one.next_symbol)
        for one in states
    ]
    columns = ["symbol", "from", "to", "ISIN", "name", "series", "ticker", "became"]
    show_table(security.title, columns, rows)
    if member:
        show_table("indices", ["index", "from", "to"], [(one.index_name, one.valid_from, one.valid_to)
                                                         for one in member])  # fmt: skip


@actions_app.command("show", epilog=examples("munim actions show CANBK", "munim actions show INE476A01022 -o json",
                                             "munim actions show --from 2026-05-18 --to 2026-05-22"))  # fmt: skip
def show_actions(
    code: Annotated[
        str | None,
        typer.Argument(metavar="SYMBOL|ISIN", help="Symbol, scrip code or ISIN; without it all securities of a span."),
    ] = None,
    *,
    exchange: ExchangeOption = None,
    first: FromOption = None,
    last: ToOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show splits, bonuses, dividends and the like by ex-date, with what they make of a price."""
    from munim.readers.actions import actions_between, actions_of  # noqa: PLC0415
    from munim.readers.instruments import find_security  # noqa: PLC0415

    days = (first or date.min, last or date.max)
    if code is None and first is None:
        raise RequestWrong("the actions of all securities are shown of a span", advice="give --from, or a symbol")
    with doors.open_reading(doors.open_settings()) as connection:
        if code is None:
            title, found = "corporate actions", actions_between(connection, days)
        else:
            security = find_security(connection, code, exchange)
            title, found = security.title, actions_of(connection, security, days)
    if output is Output.JSON:
        show_json(found)
        return
    if not found:
        say(f"{title}: no action")
        return
    rows = [
        (one.ex_date, one.symbol, one.series, one.kind, one.subject,
         f"{one.shares_after} for {one.shares_before}" if one.shares_after else "not told", one.amount_inr,
         one.withdrawn_at, one.known_from)
        for one in found
    ]  # fmt: skip
    columns = ["ex-date", "symbol", "series", "kind", "subject", "shares", "₹", "withdrawn (IST)", "known from (IST)"]
    show_table(title, columns, rows)
