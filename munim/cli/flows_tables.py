"""The tables of `munim flows`: figures as published, each row with its source and basis."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from munim.cli.output import as_text, say, show_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from munim.readers.flows import Comparison, FiiDii, FpiFlow, NetSum, Positions
    from munim.readers.keyed_as_of import Traced

Row = TypeVar("Row")

CLASS_NAMES = {"fii_fpi": "FII/FPI", "dii": "DII"}


def last_days(rows: Sequence[Row], day_of: Callable[[Row], date], most: int | None) -> tuple[list[Row], int]:
    """Return the rows of the last days, `most` of them (None: all), and how many days before are left out."""
    days = sorted({day_of(row) for row in rows})
    shown = set(days if most is None else days[-most:])
    return [row for row in rows if day_of(row) in shown], len(days) - len(shown)


def show_fii_dii(shown: Sequence[FiiDii], left_out: int) -> None:
    """Print a line for each session, class and source."""
    if not shown:
        say("no flows")
        return
    rows = [
        (one.trade_date, CLASS_NAMES.get(one.investor_class, one.investor_class), one.buy_inr_crore,
         one.sell_inr_crore, one.net_inr_crore, one.source, one.basis, one.scope, one.known_from, _marks(one))
        for one in shown
    ]  # fmt: skip
    columns = ["session", "class", "buy", "sell", "net", "source", "basis", "scope", "known from (IST)", ""]
    show_table("flows in the cash market, ₹ crore", columns, rows)
    _say_left_out(left_out, "sessions")


def show_positions(shown: Sequence[Positions], left_out: int) -> None:
    """Print a line for each session and participant: long less short of each instrument, and both totals."""
    if not shown:
        say("no positions")
        return
    rows = [
        (
            one.trade_date,
            one.client_type,
            one.future_index_long_contracts - one.future_index_short_contracts,
            one.future_stock_long_contracts - one.future_stock_short_contracts,
            one.option_index_call_long_contracts - one.option_index_call_short_contracts,
            one.option_index_put_long_contracts - one.option_index_put_short_contracts,
            one.option_stock_call_long_contracts - one.option_stock_call_short_contracts,
            one.option_stock_put_long_contracts - one.option_stock_put_short_contracts,
            one.total_long_contracts,
            one.total_short_contracts,
            _marks(one),
        )
        for one in shown
    ]
    columns = ["session", "participant", "index futures", "stock futures", "index calls", "index puts", "stock calls",
               "stock puts", "total long", "total short", ""]  # fmt: skip
    show_table("open positions, contracts: long less short, and totals as NSE adds them up", columns, rows)
    _say_left_out(left_out, "sessions")


def show_fpi(shown: Sequence[FpiFlow], left_out: int) -> None:
    """Print a line for each report, kind of asset and way in."""
    if not shown:
        say("no report")
        return
    rows = [
        (one.reporting_date, one.asset_class, one.route, one.gross_purchases_inr_crore, one.gross_sales_inr_crore,
         one.net_inr_crore, one.net_usd_million, one.inr_per_usd, _marks(one))
        for one in shown
    ]  # fmt: skip
    columns = ["reported on", "asset class", "route", "purchases", "sales", "net", "net US$ m", "₹ a US$", ""]
    show_table("NSDL's reports of FPI (depository_final), ₹ crore", columns, rows)
    _say_left_out(left_out, "reports")


def show_sums(found: Sequence[NetSum]) -> None:
    """Print a line for each class and source, and name the sessions that are missing."""
    if not found:
        say("no flows")
        return
    rows = [
        (CLASS_NAMES.get(one.investor_class, one.investor_class), one.net_inr_crore, one.first_session,
         one.last_session, f"{one.sessions - len(one.missing)} of {one.sessions}", one.source, one.basis, one.scope)
        for one in found
    ]  # fmt: skip
    columns = ["class", "net", "first session", "last session", "with figures", "source", "basis", "scope"]
    show_table(f"net over {found[0].sessions} sessions, ₹ crore", columns, rows)
    for one in found:
        if one.missing:
            days = ", ".join(as_text(day) for day in one.missing)
            say(f"{one.source} has no {CLASS_NAMES.get(one.investor_class, one.investor_class)} of {days}")


def show_comparisons(found: Sequence[Comparison]) -> None:
    """Print a line for each session of which both figures are there."""
    if not found:
        say("no session has a provisional figure and a report of the next session")
        return
    rows = [
        (one.trade_date, one.source, one.provisional_net_inr_crore, one.reporting_date, one.final_net_inr_crore,
         one.difference_inr_crore)
        for one in found
    ]  # fmt: skip
    columns = ["session", "source", "provisional net", "reported on", "final net", "final less provisional"]
    show_table("FII/FPI in equity through the exchanges, ₹ crore", columns, rows)


def _marks(one: Traced) -> str:
    marks = {"imported": one.imported, "reconstructed": one.reconstructed}
    return ", ".join(name for name, is_so in marks.items() if is_so)


def _say_left_out(count: int, what: str) -> None:
    if count:
        say(f"… and {count:,} {what} before; --from, -o csv and -o json show them")
