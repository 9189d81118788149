"""Every figure of market.screener against a plain computation over the rows, as one would do it by hand on the day.

The plain side knows nothing of factors, panels and windows: it takes a security's rows up to the day, turns what was
before a split into shares of the day, and counts.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import pytest

from loaders.screener_columns import SCREENER_FIGURES
from pipelines.screener_compute import compute_if_next, compute_pending

if TYPE_CHECKING:
    import psycopg

    from pipelines.tools import Tools

    Connection = psycopg.Connection[tuple[object, ...]]

LAST = date(2026, 3, 31)
DAYS = [day for day in (LAST - timedelta(days=1950 - number) for number in range(1951)) if day.weekday() < 5]
LONG, LATE, THIN, RENAMED = "LONG", "LATE", "THIN", "NEWCO"
OLD_NAME, RENAMED_ON = "OLDCO", date(2026, 1, 5)
ACTIONS = {
    LONG: [(date(2022, 6, 1), Fraction(5)), (date(2025, 9, 1), Fraction(2))],
    RENAMED: [(RENAMED_ON, Fraction(10))],
}
LISTED = {LONG: DAYS[0], LATE: DAYS[-100], THIN: DAYS[0], RENAMED: DAYS[-700]}
ON = (
    LAST,
    DAYS[-2],
    DAYS[-60],
    DAYS[-200],
    date(2025, 9, 1),
    date(2025, 9, 2),
    date(2022, 6, 1),
    DAYS[-99],
    DAYS[20],
    DAYS[0],
)


@dataclass(frozen=True)
class Row:
    """A session of a security, as the exchange wrote it."""

    day: date
    high: float
    low: float
    close: float
    volume: float
    value: float
    delivered: float | None


@pytest.fixture
def history() -> Mapping[str, list[Row]]:
    """Four securities: splits of a price that walks, listed late, traded now and then without deliveries, renamed."""
    return {symbol: list(_made(symbol)) for symbol in LISTED}


def _made(symbol: str) -> Iterator[Row]:
    chance = random.Random(symbol)
    price = 400.0
    for day in DAYS:
        price *= math.exp(chance.gauss(0, 0.02))
        if day < LISTED[symbol] or (symbol == THIN and chance.random() < 0.3):
            continue
        shares = math.prod(ratio for ex_date, ratio in ACTIONS.get(symbol, ()) if day >= ex_date)
        close = max(round(price / float(shares), 2), 0.05)
        volume = float(chance.randrange(100, 5000)) * float(shares)
        delivered = None if symbol == THIN and chance.random() < 0.2 else float(int(volume * chance.random()))
        high, low = round(close * (1 + chance.random() / 20), 2), round(close * (1 - chance.random() / 20), 2)
        yield Row(day, high, low, close, volume, round(close * volume, 2), delivered)


@pytest.fixture
def stored(connection: Connection, history: Mapping[str, list[Row]]) -> Connection:
    """The rows in the tables, with the actions and the renaming."""
    payloads: dict[object, object] = dict(connection.execute(
        "INSERT INTO etl.payload (dataset, feed, slot, url, fetched_at, origin, recorded_at, sha256, size_bytes, "
        "layout, complete, row_count, content_from, content_to, content_modal, run_id) "
        "SELECT 'equity', 'nse.bhavcopy_udiff', day::text, 'file:made', day, 'file', day, md5(day::text) "
        "|| md5(day::text), 1, 'made', true, 1, day, day, day, 1 FROM unnest(%s::date[]) AS day "
        "RETURNING content_modal, payload_id", (DAYS,)
    ).fetchall())  # type: ignore[arg-type]  # fmt: skip
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY market.equity_eod (exchange, trade_date, symbol, series, high, low, close, volume, value_inr, "
            "delivered_quantity, delivery_pct, date_from, price_payload_id, price_recorded_at) FROM STDIN"
        ) as copy,
    ):
        for symbol, rows in history.items():
            for row in rows:
                name = OLD_NAME if symbol == RENAMED and row.day < RENAMED_ON else symbol
                deliveries: tuple[object, object] = (None, None)
                if row.delivered is not None:
                    deliveries = (int(row.delivered), round(100 * row.delivered / row.volume, 2))
                prices = (row.high, row.low, row.close, int(row.volume), row.value)
                origin = ("content", payloads[row.day], LAST)
                copy.write_row(("NSE", row.day, name, "EQ", *prices, *deliveries, *origin))
    for symbol, actions in ACTIONS.items():
        for ex_date, ratio in actions:
            connection.execute(
                "INSERT INTO market.corporate_action (exchange, symbol, series, ex_date, subject, kind, shares_after, "
                "shares_before, payload_id, recorded_at) "
                "VALUES ('NSE', %s, 'EQ', %s, 'made', 'split', %s, 1, %s, now())",
                (symbol, ex_date, int(ratio), payloads[LAST]),
            )
    for symbol, first, last, following in ((OLD_NAME, LISTED[RENAMED], RENAMED_ON - timedelta(days=1), RENAMED),
                                           (RENAMED, RENAMED_ON, None, None)):  # fmt: skip
        connection.execute(
            "INSERT INTO market.instrument (exchange, symbol, valid_from, valid_to, next_symbol, current_symbol) "
            "VALUES ('NSE', %s, %s, %s, %s, %s)", (symbol, first, last, following, RENAMED)
        )  # fmt: skip
    return connection


def _back(day: date, *, years: int = 0, months: int = 0) -> date:
    month = day.year * 12 + day.month - 1 - 12 * years - months
    year, number = divmod(month, 12)
    last = (date(year + (number == 11), (number + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, number + 1, min(day.day, last))


def plain(symbol: str, rows: list[Row], day: date) -> dict[str, float | None]:
    """The figures of a day, written down as one would say them; prices and quantities in shares of that day."""
    seen = [_of_the_day(symbol, row, day) for row in rows if row.day <= day]
    year = [row for row in seen if row.day > _back(day, years=1)]
    now = seen[-1]

    def change(then: date) -> float | None:
        before = [row for row in seen if row.day <= then]
        fresh = before and then - before[-1].day <= timedelta(days=31)
        return (now.close / before[-1].close - 1) * 100 if fresh else None

    def mean(values: list[float | None], count: int) -> float | None:
        known = [value for value in values if value is not None]
        return fmean(known) if len(values) == len(known) == count else None

    def ratio(value: float | None, mean_before: float | None) -> float | None:
        return None if value is None or mean_before is None else value / mean_before

    changes = [after.close / before.close - 1 for before, after in pairwise(year)]
    has_year = change(_back(day, years=1)) is not None
    return {
        "return_1d_pct": changes[-1] * 100 if changes else None,
        "return_1w_pct": change(day - timedelta(days=7)),
        "return_1m_pct": change(_back(day, months=1)),
        "return_3m_pct": change(_back(day, months=3)),
        "return_6m_pct": change(_back(day, months=6)),
        "return_12m_pct": change(_back(day, years=1)),
        "return_3y_pct": change(_back(day, years=3)),
        "return_5y_pct": change(_back(day, years=5)),
        "pct_from_52w_high": (now.close / max(row.high for row in year) - 1) * 100 if has_year else None,
        "pct_from_52w_low": (now.close / min(row.low for row in year) - 1) * 100 if has_year else None,
        **{f"average_{count}d_inr": mean([row.close for row in year[-count:]], count) for count in (20, 50, 200)},
        "volatility_20d_pct": stdev(changes[-20:]) * math.sqrt(252) * 100 if len(changes) >= 20 else None,
        "volume_ratio": ratio(now.volume, mean([row.volume for row in year[-21:-1]], 20)),
        "delivery_ratio": ratio(now.delivered, mean([row.delivered for row in year[-21:-1]], 20)),
        "delivery_pct": None if now.delivered is None else 100 * now.delivered / now.volume,
        "average_value_20d_inr": mean([row.value for row in year[-20:]], 20),
        "value_inr": now.value,
        "close": now.close,
    }


def _of_the_day(symbol: str, row: Row, day: date) -> Row:
    shares = float(math.prod(ratio for ex_date, ratio in ACTIONS.get(symbol, ()) if row.day < ex_date <= day))
    delivered = None if row.delivered is None else row.delivered * shares
    return replace(row, high=row.high / shares, low=row.low / shares, close=row.close / shares,
                   volume=row.volume * shares, delivered=delivered)  # fmt: skip


def test_each_figure_is_what_one_would_count_by_hand(
    stored: Connection, tools: Tools, history: Mapping[str, list[Row]]
) -> None:
    assert compute_pending(tools) == {"NSE": len(DAYS)}

    nulls: dict[str, set[bool]] = {}
    for day in ON:
        cursor = stored.execute("SELECT * FROM market.screener WHERE as_of_date = %s", (day,))
        names = [column.name for column in cursor.description or ()]
        found = {str(row["symbol"]): row for row in (dict(zip(names, one, strict=True)) for one in cursor.fetchall())}
        wanted = {symbol: rows for symbol, rows in history.items() if any(row.day == day for row in rows)}
        assert set(found) == {OLD_NAME if one == RENAMED and day < RENAMED_ON else one for one in wanted}
        for symbol, rows in wanted.items():
            row = found[OLD_NAME if symbol == RENAMED and day < RENAMED_ON else symbol]
            for name, value in plain(symbol, rows, day).items():
                nulls.setdefault(name, set()).add(value is None)
                got = row[name]
                where = (symbol, day, name)
                assert (got is None) == (value is None), where
                if value is not None:
                    tolerance = 0.006 if name == "delivery_pct" else 1e-4
                    assert float(str(got)) == pytest.approx(value, rel=1e-6, abs=tolerance), where
    assert set(nulls) | {"series"} == set(SCREENER_FIGURES)
    both = {name for name, seen in nulls.items() if seen == {True, False}}
    assert both == set(SCREENER_FIGURES) - {"series", "close", "value_inr"}, "each was once NULL and once not"


def test_sessions_one_at_a_time_give_what_all_at_once_gives_and_touch_their_own_rows_alone(
    stored: Connection, tools: Tools
) -> None:
    compute_pending(tools)
    figures = "SELECT * FROM market.screener ORDER BY as_of_date, symbol"
    at_once = stored.execute(figures).fetchall()
    days = DAYS[-5:]
    stored.execute("DELETE FROM market.screener WHERE as_of_date >= %s", (days[0],))
    stored.execute("DELETE FROM etl.screener_session WHERE as_of_date >= %s", (days[0],))
    stored.execute("CREATE TABLE kept AS SELECT * FROM market.equity_eod WHERE trade_date >= %s", (days[0],))
    stored.execute("DELETE FROM market.equity_eod WHERE trade_date >= %s", (days[0],))
    stored.execute("DELETE FROM etl.screener_day WHERE trade_date >= %s", (days[0],))
    versions = "SELECT symbol, as_of_date, xmin, ctid FROM market.screener WHERE as_of_date < %s ORDER BY 2, 1"

    for day in days:
        before = stored.execute(versions, (day,)).fetchall()
        stored.execute("INSERT INTO market.equity_eod SELECT * FROM kept WHERE trade_date = %s", (day,))
        with tools.database.session() as session:
            assert compute_if_next(session, "NSE", day) > 0
            session.commit()
        assert stored.execute(versions, (day,)).fetchall() == before

    assert stored.execute(figures).fetchall() == at_once
