"""What `munim sources check` asks of NSE and NSDL: whether each feed of flows still answers what it should.

Each function asks and returns its verdict in one line; it raises as the feed's `fetch`, `check_body` and `parse` do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from munim.core.errors import NotYetPublished
from scrapers import nsdl, nse

if TYPE_CHECKING:
    from datetime import date

    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

CHECK_SLOT = "check"
DAYS_TRIED = 7
"""No closure of the exchange has lasted a week, weekends included."""


def check_fii_dii(client: Client) -> str:
    """Return the verdict on the latest session's figures: `answers, 2 rows, of 19-May-2026, DII and FII/FPI`."""
    payload = nse.fetch_fii_dii(client, CHECK_SLOT)
    nse.check_body(payload)
    table = nse.parse(payload)
    labels = " and ".join(str(label) for label in table.frame["category"])
    return _verdict(table, f"of {_one_of(table, 'date')}", labels)


def check_participant_oi(client: Client, day: date) -> str:
    """Return the verdict on the newest file of the week up to a day; `NotYetPublished` where there is none."""
    payload = _newest_file(client, day)
    nse.check_body(payload)
    table = nse.parse(payload)
    return _verdict(table, f"of {_one_of(table, 'as_on')}")


def check_fpi_latest(client: Client) -> str:
    """Return the verdict on the latest report of FPI investments."""
    return _report(nsdl.fetch_fpi_latest(client, CHECK_SLOT))


def check_fpi_archive(client: Client, day: date) -> str:
    """Return the verdict on the archive's reports up to a day; the client needs a browser."""
    return _report(nsdl.fetch_fpi_archive(client, day, CHECK_SLOT))


def _newest_file(client: Client, day: date) -> Payload:
    for back in range(DAYS_TRIED - 1):
        try:
            return nse.fetch_participant_oi(client, day - timedelta(days=back), CHECK_SLOT)
        except NotYetPublished:
            continue
    return nse.fetch_participant_oi(client, day - timedelta(days=DAYS_TRIED - 1), CHECK_SLOT)


def _report(payload: Payload) -> str:
    nsdl.check_body(payload)
    table = nsdl.parse(payload)
    return _verdict(table, f"of {_one_of(table, 'reporting_date')}")


def _one_of(table: RawTable, column: str) -> str:
    """Return the last value of a column, which is its newest date."""
    return str(table.frame[column].iloc[-1]) if len(table.frame) else "no date"


def _verdict(table: RawTable, *parts: str) -> str:
    told = [f"answers, {len(table.frame):,} row{'' if len(table.frame) == 1 else 's'}", *parts]
    if table.added_columns:
        told.append(f"new columns: {', '.join(table.added_columns)}")
    if len(table.rejects):
        told.append(f"{len(table.rejects):,} lines that are no rows")
    return ", ".join(told)
