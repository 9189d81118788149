"""Equity on the command line, over recorded sessions: prices raw and adjusted, screens, instruments, actions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import RequestWrong
from munim.readers import equity as readers
from munim.readers.instruments import find_security
from munim.readers.keyed_as_of import ALL_DAYS, Known
from pipelines.screener_compute import compute_pending
from tests.commands import munim_here
from tests.conftest import filled_template
from tests.integration.equity_loads import LATER, boundary, load, load_actions, load_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import psycopg

    from pipelines.tools import Tools
    from tests.conftest import SetClock

    Connection = psycopg.Connection[tuple[object, ...]]
    Munim = Callable[..., str]

AT = datetime(2026, 10, 1, tzinfo=UTC)
SPLIT = "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share"


@pytest.fixture(scope="module")
def template(server_url: str, recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Five sessions, lists, and a split of REMSONSIND on 05-Jul-2024."""

    def fill(tools: Tools) -> None:
        load(tools, boundary(recorded, date(2024, 7, 3), date(2024, 7, 9)))
        load_lists(tools, recorded, "symbolchange.csv", "EQUITY_L.csv")
        load_actions(tools, ("REMSONSIND", date(2024, 7, 5), SPLIT), window=(date(2024, 7, 1), date(2024, 7, 31)))

    with filled_template(server_url, fill, AT, tmp_path_factory.mktemp("template")) as name:
        yield name


@pytest.fixture
def munim(database_url: str, clock: SetClock, tmp_path: Path) -> Munim:
    """The command over what the template has, some minutes after it was loaded."""
    clock.at = AT + timedelta(minutes=10)
    settings = {"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path), "MUNIM_REPLICA": "http://127.0.0.1:1"}

    def ask(*words: str) -> str:
        done = munim_here(*words, settings=settings)
        assert done.code == 0, done.err
        return done.out

    return ask


def test_prices_are_shown_raw_and_adjusted_and_the_old_symbol_leads_to_them(munim: Munim) -> None:
    raw = json.loads(munim("equity", "show", "REMSONSIND", "-o", "json"))
    adjusted = json.loads(munim("equity", "show", "REMSONSIND", "--adjusted", "-o", "json"))
    renamed = munim("equity", "show", "IBREALEST", "-o", "csv").splitlines()

    assert [day["close"] for day in raw["days"]] == ["1023.25", "1073", "207.55", "202.4", "200.3"]
    assert [day["close"] for day in adjusted["days"]] == ["204.65", "214.6", "207.55", "202.4", "200.3"]
    assert [day["factor"] for day in adjusted["days"]] == ["0.2", "0.2", "1", "1", "1"]
    assert adjusted["days"][0]["previous_close"] is None
    assert [line.split(",")[2] for line in renamed[1:]] == ["IBREALEST"] * 3 + ["EMBDL"] * 2
    table = munim("equity", "show", "EMBDL", "--from", "2024-07-08")
    assert table.startswith("NSE EMBDL Embassy Developments Limited")
    assert "close in ₹, 2024-07-03 to 2024-07-09" in munim("equity", "show", "EMBDL", "--plot")


def test_screens_say_what_they_are_of_and_what_is_to_do(munim: Munim, tools: Tools) -> None:
    with pytest.raises(AssertionError, match="munim screener compute"):
        munim("screen", "close > 1")
    assert "NSE: 5 sessions" in munim("screener", "compute")
    assert "nothing to compute" in munim("screener", "compute")

    found = json.loads(munim("screen", "return_1d_pct > 15 and series = 'EQ'", "-o", "json"))
    assert found["as_of_date"] == "2024-07-09"
    assert "RPPINFRA" in {row["symbol"] for row in found["rows"]}
    assert all(Decimal(row["return_1d_pct"]) > 15 for row in found["rows"])
    names = munim("screen")
    assert "breakout_52w" in names
    assert "delivery_spike" in names
    traded = munim("screen", "value_traded", "--on", "2024-07-07", "--limit", "3")
    assert traded.startswith("value_traded: NSE, 2024-07-05")
    split = json.loads(munim("screen", "symbol = 'REMSONSIND'", "--on", "2024-07-05", "-o", "json"))
    assert split["rows"][0]["return_1d_pct"] == str(round((Decimal("207.55") / Decimal("214.6") - 1) * 100, 4))


def test_instruments_and_actions_are_shown(munim: Munim) -> None:
    shown = json.loads(munim("instrument", "show", "IBREALEST", "-o", "json"))

    assert shown["security"] == {"exchange": "NSE", "symbol": "EMBDL", "isin": "INE069I01010",
                                 "name": "Embassy Developments Limited"}  # fmt: skip
    assert [(one["symbol"], one["next_symbol"]) for one in shown["history"]][-2:] == [
        ("IBREALEST", "EMBDL"), ("EMBDL", None),
    ]  # fmt: skip
    assert "5 for 1" in munim("actions", "show", "REMSONSIND")
    assert "split" in munim("actions", "show", "--from", "2024-07-01", "--to", "2024-07-31")
    assert "no action" in munim("actions", "show", "TCS")


def test_what_was_known_at_a_time_has_no_look_ahead(
    munim: Munim, recorded: Path, tools: Tools, connection: Connection
) -> None:
    security = find_security(connection, "REMSONSIND")
    evening = Known(datetime(2024, 7, 5, 20, tzinfo=UTC), source_time=True)

    then = readers.series(connection, security, known=evening)
    assert [row.trade_date.day for row in then] == [3, 4, 5]
    # The list with the split was fetched later.
    assert {row.factor for row in readers.adjusted(connection, security, then, evening)} == {1}
    # Here they were recorded in October 2026.
    assert readers.series(connection, security, known=Known(datetime(2024, 7, 9, tzinfo=UTC))) == []

    now = readers.adjusted(connection, security, readers.series(connection, security))
    stored = connection.execute(
        "SELECT trade_date, open, high, low, close, volume, delivered_quantity, era "
        "FROM market.adjusted_eod('NSE', 'REMSONSIND')"
    ).fetchall()
    assert stored == [
        (row.trade_date, row.open, row.high, row.low, row.close, row.volume, row.delivered_quantity, row.era)
        for row in now
    ]


def test_a_restated_price_shows_what_was_known_before(
    munim: Munim, recorded: Path, tools: Tools, connection: Connection, tmp_path: Path
) -> None:
    (path,) = boundary(recorded, date(2024, 7, 9), date(2024, 7, 9))
    restated = tmp_path / "sec_bhavdata_full_09072024_2024-07-10T023412Z.csv"
    restated.write_bytes(path.read_bytes().replace(b'" 201.00"," 200.30"', b'" 201.00"," 201.30"'))
    load(tools, [restated])
    security = find_security(connection, "REMSONSIND")

    def close(at: datetime | None) -> Decimal | None:
        rows = readers.series(connection, security, ALL_DAYS, Known(at, source_time=True))
        return rows[-1].close

    assert close(None) == Decimal("201.3")
    assert close(datetime(2024, 7, 10, 3, tzinfo=UTC)) == Decimal("201.3")
    assert close(datetime(2024, 7, 10, 2, tzinfo=UTC)) == Decimal("200.3")


def test_a_new_session_is_computed_with_its_load_and_equals_a_computation_of_all(
    munim: Munim, recorded: Path, tools: Tools, connection: Connection
) -> None:
    figures = "SELECT * FROM market.screener ORDER BY exchange, as_of_date, symbol"
    compute_pending(tools)
    versions = "SELECT xmin, ctid FROM market.screener WHERE as_of_date <= '2024-07-09' ORDER BY as_of_date, symbol"
    before = connection.execute(versions).fetchall()

    load(tools, boundary(recorded, date(2024, 7, 10), date(2024, 7, 10)))

    assert connection.execute(versions).fetchall() == before
    found = connection.execute(figures).fetchall()
    days = [row[1] for row in connection.execute("SELECT exchange, as_of_date FROM market.screener").fetchall()]
    assert days.count(date(2024, 7, 10)) > 2000
    connection.execute("TRUNCATE market.screener, etl.screener_session, etl.screener_day")
    assert compute_pending(tools) == {"NSE": 6}
    assert connection.execute(figures).fetchall() == found


def test_what_comes_late_makes_stale_what_hangs_on_it(
    munim: Munim, recorded: Path, tools: Tools, connection: Connection
) -> None:
    compute_pending(tools)
    stale = "SELECT as_of_date FROM etl.screener_session WHERE stale ORDER BY 1"
    days = [date(2024, 7, day) for day in (3, 4, 5, 8, 9)]

    load(tools, boundary(recorded, date(2024, 7, 2), date(2024, 7, 2)))
    assert connection.execute(stale).fetchall() == [(day,) for day in days]
    assert compute_pending(tools) == {"NSE": 6}
    bonus = ("BPCL", date(2024, 7, 8), "Bonus 1:1")
    load_actions(tools, bonus, window=(date(2024, 7, 8), date(2024, 7, 8)), fetched_at=LATER + timedelta(hours=1))
    assert connection.execute(stale).fetchall() == [(date(2024, 7, 8),), (date(2024, 7, 9),)]
    dividend = ("TCS", date(2024, 7, 9), "Dividend - Rs 10 Per Share")
    load_actions(tools, dividend, window=(date(2024, 7, 9), date(2024, 7, 9)), fetched_at=LATER + timedelta(hours=2))
    assert connection.execute(stale).fetchall() == [(date(2024, 7, 8),), (date(2024, 7, 9),)]


def test_a_security_that_is_not_there_says_what_to_do(connection: Connection) -> None:
    with pytest.raises(RequestWrong, match="there is no security 'NOSUCH'"):
        find_security(connection, "NOSUCH")
