"""Keeping `market.screener`: a new session at once with its load, all others when they are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from loaders import ledger, screener_days, screener_rows
from loaders.report import lock
from loaders.retry import with_retries
from munim.readers import equity_adjusting
from pipelines.adjusted import actions_of_all_exchanges, adjust, with_current_symbol
from pipelines.instrument_facts import SERIES_ORDER
from pipelines.screener import days_needed, panel, screen_sessions
from pipelines.tools import Options, Tools, context

if TYPE_CHECKING:
    from datetime import date

    import numpy.typing as npt

    from loaders.database import Connection
    from loaders.screener_days import SessionRows

DATASET = "equity"
SLOT = "screener"

MOST_SESSIONS = 500
"""Sessions that are computed at once: with what they need of the years before, some gigabyte of memory."""

Progress = Callable[[int, int], None]
"""Told how many sessions are done, and of how many."""


def compute_pending(tools: Tools, progress: Progress = lambda _done, _of: None) -> Mapping[str, int]:
    """Compute all sessions that have no figures or stale ones; return how many of each exchange.

    Some hundred sessions are one transaction, under the lock of equity's loads; the ledger has an entry of each.
    """
    waiting: dict[str, list[date]] = defaultdict(list)
    for exchange, day in with_retries(tools.database, screener_rows.pending):
        waiting[exchange].append(day)
    every = sum(len(days) for days in waiting.values())
    done = 0
    for exchange, days in waiting.items():
        for start in range(0, len(days), MOST_SESSIONS):
            some = days[start : start + MOST_SESSIONS]
            _compute_some(tools, exchange, some)
            done += len(some)
            progress(done, every)
    return {exchange: len(days) for exchange, days in waiting.items()}


def _compute_some(tools: Tools, exchange: str, days: Sequence[date]) -> None:
    started = context(tools, DATASET, Options())

    def work(session: Connection) -> None:
        lock(session, DATASET)
        rows = compute(session, exchange, days)
        counts = ledger.Counts(new=rows, more={"sessions": len(days)})
        entry = ledger.RunEntry(None, f"{SLOT} {exchange} {days[0]}..{days[-1]}", "success", counts)
        ledger.write_run(session, started, entry, tools.clock())
        session.commit()

    with_retries(tools.database, work)


def compute_if_next(connection: Connection, exchange: str, day: date) -> int:
    """Compute a session that is the newest, if the one before it is computed; return how many rows it has.

    A history that is loaded for the first time is computed when it is all there, not a session at a time.
    """
    return compute(connection, exchange, [day]) if screener_rows.is_next(connection, exchange, day) else 0


def compute(connection: Connection, exchange: str, days: Sequence[date]) -> int:
    """Compute sessions (in order) in the caller's transaction; return how many rows they have."""
    screener_rows.lock(connection)
    spans = days_needed(days[0], days[-1])
    series = SERIES_ORDER if exchange == "NSE" else None
    history = frame_of(exchange, list(screener_days.read(connection, exchange, spans, series)))
    instruments = equity_adjusting.renamed(connection, exchange)
    today = with_current_symbol(history, instruments, "trade_date")
    adjusted = adjust(today, _actions(connection, exchange)).assign(traded_symbol=history["symbol"])
    figures = screen_sessions(panel(adjusted), days)
    screener_rows.write(connection, exchange, days, figures)
    return len(figures)


def frame_of(exchange: str, sessions: Sequence[SessionRows]) -> pd.DataFrame:
    """Return sessions as end-of-day rows: exchange, symbol and series (categories), trade_date, and the figures."""
    counts = [session.figures.shape[1] for session in sessions]
    numbers = np.concatenate([np.empty((len(screener_days.FIGURES), 0)), *(one.figures for one in sessions)], axis=1)
    # Made of one array that is not copied again.
    frame = pd.DataFrame(numbers.T, columns=list(screener_days.FIGURES), copy=False)
    codes, names = _lines([session.securities for session in sessions])
    pairs = [name.partition(" ") for name in names]
    days = np.array([session.day for session in sessions], dtype="datetime64[s]")
    frame["trade_date"] = np.repeat(days, counts)
    frame["exchange"] = pd.Categorical.from_codes(np.zeros(len(frame), dtype=np.int8), categories=pd.Index([exchange]))
    frame["symbol"] = _category([symbol for symbol, _, _ in pairs], codes)
    frame["series"] = _category([series for _, _, series in pairs], codes)
    return frame


def _lines(texts: Sequence[str]) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the lines of texts as numbers of distinct ones, and those; without a Python string a line."""
    lines = pc.split_pattern(pa.array(texts, pa.string()), "\n").flatten().dictionary_encode()
    return lines.indices.to_numpy(zero_copy_only=False).astype(np.int64), lines.dictionary.to_pylist()


def _category(names: Sequence[str], codes: npt.NDArray[np.int64]) -> pd.Categorical:
    of_names, distinct = pd.factorize(pd.Series(names, dtype=object))
    return pd.Categorical.from_codes(of_names[codes], categories=pd.Index(distinct))


def _actions(connection: Connection, exchange: str) -> pd.DataFrame:
    """Return what changes prices on an exchange, by today's symbols."""
    actions = equity_adjusting.actions(connection)
    known = with_current_symbol(actions, equity_adjusting.renamed(connection, "NSE"), "ex_date")
    if exchange != "NSE":
        known = actions_of_all_exchanges(known, equity_adjusting.todays(connection))
    return known[known["exchange"] == exchange]
