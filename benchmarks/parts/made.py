"""What is loaded: the replica's daily files, which have a real file's spread of dates, and made windows of history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa

from loaders.batch import NavBatch
from loaders.binary_copy import SCALE, Int64s
from loaders.nav_rows import NAV_TYPE, from_frame
from munim.core.clock import IST
from munim.core.payload import Payload
from munim.replica.universe import Universe
from pipelines.catalogue import NAV
from scrapers import amfi

FIRST_FILE = date(2026, 9, 1)
"""Files come every business day from here on, at 08:04: after the day on which AMFI cut the names."""

EPOCH = np.datetime64("1970-01-01")
DAYS_A_WINDOW = 21
"""Business days of a window of 30 days: with 14,000 schemes some 294,000 rows."""


@dataclass(frozen=True)
class Loadable:
    """A payload with its rows."""

    payload: Payload
    batch: NavBatch

    def without_facts(self) -> Loadable:
        """Return it with nothing to say about schemes: the rows alone."""
        return replace(self, batch=replace(self.batch, facts=self.batch.facts.iloc[:0]))


def daily_files(count: int) -> list[tuple[datetime, bytes]]:
    """Return so many daily files one after the other, each with when it was fetched: 14,000 schemes, 840 dates."""
    universe = Universe()
    days = np.busday_offset(np.datetime64(FIRST_FILE), np.arange(count), roll="forward").astype(object)
    times = [datetime(day.year, day.month, day.day, 8, 4, tzinfo=IST).astimezone(UTC) for day in days]
    return [(at, universe.latest_file(at)) for at in times]


def payload_of(at: datetime, body: bytes, feed: str = amfi.LATEST) -> Payload:
    """Return a body as a payload."""
    return Payload(feed, at.isoformat(), "benchmark", at, body, "fetch")


def digested(payload: Payload) -> Payload:
    """Return a payload whose digest is worked out: from the frame on it is known, and `bytes on disk` counts it."""
    assert payload.sha256
    return payload


def read(at: datetime, body: bytes) -> Loadable:
    """Return a daily file with its rows."""
    payload = digested(payload_of(at, body))
    return Loadable(payload, NAV.read(payload, ()))


def living_codes(loadable: Loadable, count: int = 14_000) -> list[str]:
    """Return the codes that a file has NAVs of lately, and made ones beside them up to a count.

    A scheme whose last NAV is of 2017 has none of 2025: its row in a daily file is the newest that there is.
    """
    navs = loadable.batch.navs
    lately = navs[navs["nav_date"] > loadable.payload.fetched_at.date() - timedelta(days=15)]
    codes = lately["scheme_code"].to_list()[:count]
    return [*codes, *(str(200_000 + number) for number in range(count - len(codes)))]


def again(loadable: Loadable, minutes: int) -> Loadable:
    """Return the same rows in other bytes, fetched some minutes later."""
    at = loadable.payload.fetched_at + timedelta(minutes=minutes)
    body = loadable.payload.body + b" " * minutes
    return replace(loadable, payload=digested(payload_of(at, body, loadable.payload.feed)))


def restated(loadable: Loadable, share: float, seed: int) -> Loadable:
    """Return it with some of the NAVs a ten-thousandth of a rupee higher, whatever their date."""
    navs = loadable.batch.navs
    rows = np.random.default_rng(seed).choice(len(navs), round(len(navs) * share), replace=False)
    nav_e10 = from_frame(navs, 0).nav_e10.copy()
    nav_e10[rows] += 10 ** (SCALE - 4)
    changed = navs.assign(nav=_series(_decimals(nav_e10)))
    return replace(loadable, batch=replace(loadable.batch, navs=changed))


@dataclass(frozen=True)
class History:
    """Windows of history, made from a seed: scheme by scheme, each with its dates, as AMFI has it."""

    codes: Sequence[str]
    first: date
    days: int
    fetched_at: datetime
    text: bytes = b"history"
    days_a_window: int = DAYS_A_WINDOW

    @property
    def rows(self) -> int:
        """Rows of all windows."""
        return len(self.codes) * self.days

    @property
    def last(self) -> date:
        """Newest day."""
        return date.fromisoformat(str(self._days()[-1]))

    def windows(self) -> Iterator[Loadable]:
        """Yield the windows, oldest first; each was fetched a minute after the one before."""
        codes = pa.array(self.codes, pa.string())
        days = self._days()
        for number, start in enumerate(range(0, self.days, self.days_a_window)):
            at = self.fetched_at + timedelta(minutes=number)
            body = self.text + f" {number}".encode()
            batch = _window(codes, days[start : start + self.days_a_window], seed=number)
            yield Loadable(payload_of(at, body, amfi.HISTORY), batch)

    def _days(self) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
        return np.busday_offset(np.datetime64(self.first), np.arange(self.days), roll="forward")


def _window(codes: pa.StringArray, days: np.ndarray[tuple[int], np.dtype[np.datetime64]], seed: int) -> NavBatch:
    count = len(codes) * len(days)
    scheme = np.repeat(np.arange(len(codes)), len(days))
    random = np.random.default_rng(seed)
    # Four decimals as most schemes have them, and eight in a sixth of them.
    nav_e10 = random.integers(5 * 10**4, 5 * 10**7, count) * 10**6
    fine = scheme % 6 == 0
    nav_e10[fine] += random.integers(0, 10**4, int(fine.sum())) * 10**2
    day = np.tile((days - EPOCH).astype(np.int32), len(codes))
    columns = {
        "scheme_code": codes.take(pa.array(scheme)),
        "nav_date": pa.array(day, pa.int32()).cast(pa.date32()),
        "nav": _decimals(nav_e10),
    }
    navs = pd.DataFrame({name: _series(one) for name, one in columns.items()})
    navs["line_no"] = np.arange(2, count + 2)
    facts = pd.DataFrame({"scheme_code": []})
    rejects = pd.DataFrame({"line_no": []})
    return NavBatch(navs, facts, rejects, "history-8", rows_read=count, rows_absent=0)


def _decimals(nav_e10: Int64s) -> pa.Decimal128Array:
    halves = np.zeros((len(nav_e10), 2), dtype=np.int64)
    halves[:, 0] = nav_e10
    return pa.Decimal128Array.from_buffers(NAV_TYPE, len(nav_e10), [None, pa.py_buffer(halves)])


def _series(values: pa.Array) -> pd.Series:
    return pd.Series(values, dtype=pd.ArrowDtype(values.type))
