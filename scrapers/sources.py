"""What `munim sources check` asks of each site: whether it still answers what it should."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from munim.core.clock import ist_date
from scrapers import amfi, flow_sources, nsdl, nse

if TYPE_CHECKING:
    from collections.abc import Callable

    from munim.core.clock import Clock
    from munim.core.payload import Payload
    from scrapers.client import Client

CHECK_SLOT = "check"
DAYS_BACK = 3
"""Liquid and overnight funds have a NAV on every day, and three days back all of them are out."""


@dataclass(frozen=True)
class Source:
    """One thing that a site serves: its feed, what is asked in words, and how to ask.

    `ask` returns its verdict in one line, and raises as `Client.get` and the feed's `check_body` and `parse` do.
    """

    feed: str
    question: str
    ask: Callable[[Client], str]


def sources(clock: Clock) -> list[Source]:
    """Return what to check, with windows that are near the clock's day in India."""
    today = ist_date(clock())
    day = today - timedelta(days=DAYS_BACK)
    return [
        Source(amfi.LATEST, "the last NAV of every scheme", lambda client: _nav(amfi.fetch_latest(client, CHECK_SLOT))),
        Source(
            amfi.HISTORY,
            f"the NAVs of {day:%Y-%m-%d}",
            lambda client: _nav(amfi.fetch_history(client, day, day, CHECK_SLOT)),
        ),
        Source(nse.FII_DII, "FII/DII figures of the latest session", flow_sources.check_fii_dii),
        Source(
            nse.PARTICIPANT_OI,
            "participants' open interest of the last week",
            lambda client: flow_sources.check_participant_oi(client, today),
        ),
        Source(nsdl.FPI_LATEST, "the latest report of FPI investments", flow_sources.check_fpi_latest),
        Source(
            nsdl.FPI_ARCHIVE,
            "the archive of FPI investments, by a browser",
            lambda client: flow_sources.check_fpi_archive(client, today - timedelta(days=DAYS_BACK)),
        ),
    ]


def _nav(payload: Payload) -> str:
    """Return the verdict on a NAV file: `answers, 14,203 rows, newest NAV date 21-Nov-2026`."""
    import pandas as pd  # noqa: PLC0415 - a second, and only for what has come

    amfi.check_body(payload)
    table = amfi.parse(payload)
    dates = pd.to_datetime(table.frame["nav_date"], format="%d-%b-%Y", errors="coerce")
    newest = "no date that can be read" if dates.isna().all() else f"newest NAV date {dates.max():%d-%b-%Y}"
    parts = [f"answers, {len(table.frame):,} row{'' if len(table.frame) == 1 else 's'}", newest]
    if table.added_columns:
        parts.append(f"new columns: {', '.join(table.added_columns)}")
    if len(table.rejects):
        parts.append(f"{len(table.rejects):,} lines that are no rows")
    return ", ".join(parts)
