"""NAVs as they were known at a time, on rows that real loads made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from loaders.database import Connection, Database
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from munim.readers.nav import NavValue, series, series_as_of
from munim.readers.nav_newest import newest_navs
from munim.readers.schemes import find_scheme, search_schemes
from munim.readers.session import reading
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock

HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - ELSS)\n \nAxis Mutual Fund\n \n"
GROWTH, IDCW, TWIN = "120503", "120502", "120501"

MONDAY = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FRIDAY_14 = date(2026, 8, 14)


def latest(*rows: tuple[str, str, str, str, str]) -> bytes:
    """A NAVAll of rows: code, ISIN, second ISIN, NAV, date."""
    lines = [
        f"{code};{isin};{second};Axis ELSS Fund {code} - Growth;{nav};{day}" for code, isin, second, nav, day in rows
    ]
    return (HEADER + HEADINGS + "\n".join(lines) + "\n").encode()


def growth(nav: str, day: str) -> bytes:
    return latest((GROWTH, "INF846K01EW2", "-", nav, day))


Load = Callable[..., int]


@pytest.fixture
def load(tools: Tools, clock: SetClock) -> Load:
    """Loads a body that was fetched at one time and is loaded at another; returns the run."""

    def load_one(body: bytes, fetched_at: datetime, recorded_at: datetime | None = None) -> int:
        clock.at = (recorded_at or fetched_at + timedelta(minutes=1)) - timedelta(minutes=1)
        payload = Payload("amfi.latest", fetched_at.isoformat(), "file:made", fetched_at, body, "file")
        return load_payload(NAV, payload, tools, context(tools, NAV.name, Options())).run_id

    return load_one


@pytest.fixture
def reader(database: Database) -> Iterator[Callable[[], Connection]]:
    """Opens a connection that only reads, and closes all that it opened."""
    opened = []

    def open_one() -> Connection:
        manager = reading(database)
        opened.append(manager)
        return manager.__enter__()

    yield open_one
    for manager in opened:
        manager.__exit__(None, None, None)


Reader = Callable[[], Connection]


def navs(values: list[NavValue]) -> dict[str, str]:
    return {value.nav_date.isoformat(): str(value.nav) for value in values}


def test_a_series_is_exact_dated_and_traced(load: Load, reader: Reader) -> None:
    load(growth("10.", "14-Aug-2026"), MONDAY)
    load(growth(".12345678", "17-Aug-2026"), MONDAY + DAY)

    first, second = series(reader(), GROWTH)

    assert (first.nav_date, first.nav, first.known_from) == (FRIDAY_14, Decimal(10), MONDAY)
    assert (second.nav_date, second.nav, second.known_from) == (date(2026, 8, 17), Decimal("0.12345678"), MONDAY + DAY)
    assert (first.feed, first.url, first.reconstructed) == ("amfi.latest", "file:made", False)


def test_the_newest_navs_of_all_are_those_of_the_view_and_exact(load: Load, reader: Reader) -> None:
    assert newest_navs(reader()) == []
    load(
        latest((GROWTH, "INF846K01EW2", "-", "12.3456789", "14-Aug-2026"), (IDCW, "-", "-", "0", "17-Aug-2026")),
        MONDAY + DAY,
    )
    load(growth("1234567.00000001", "18-Aug-2026"), MONDAY + 2 * DAY)

    found = newest_navs(reader())

    assert [row[:3] for row in found] == [
        (IDCW, date(2026, 8, 17), Decimal(0)),
        (GROWTH, date(2026, 8, 18), Decimal("1234567.00000001")),
    ]
    kept = "SELECT scheme_code, nav_date, nav, payload_id FROM market.nav_latest ORDER BY 1"
    assert found == reader().execute(kept).fetchall()


def test_schemes_that_publish_no_more_have_a_newest_nav_and_may_publish_again(load: Load, reader: Reader) -> None:
    load(latest((GROWTH, "-", "-", "12", "17-Aug-2026"), (IDCW, "-", "-", "7", "14-May-2013")), MONDAY + DAY)
    load(growth("13", "18-Aug-2026"), MONDAY + 2 * DAY)
    kept = "SELECT scheme_code, nav_date, nav, payload_id FROM market.nav_latest ORDER BY 1"
    rows = "SELECT block, scheme_code FROM etl.nav_latest_packed ORDER BY 1"

    found = newest_navs(reader())

    assert [row[:3] for row in found] == [
        (IDCW, date(2013, 5, 14), Decimal(7)), (GROWTH, date(2026, 8, 18), Decimal(13)),
    ]  # fmt: skip
    assert found == reader().execute(kept).fetchall()
    assert reader().execute(rows).fetchall() == [(1, GROWTH), (2, IDCW)]
    # Of those that are listed.
    assert reader().execute("SELECT scheme_code FROM etl.nav_newest").fetchall() == [(GROWTH,)]

    load(latest((GROWTH, "-", "-", "13", "18-Aug-2026"), (IDCW, "-", "-", "8", "19-Aug-2026")), MONDAY + 3 * DAY)

    assert [row[:3] for row in newest_navs(reader())] == [
        (IDCW, date(2026, 8, 19), Decimal(8)), (GROWTH, date(2026, 8, 18), Decimal(13)),
    ]  # fmt: skip
    assert newest_navs(reader()) == reader().execute(kept).fetchall()
    assert reader().execute(rows).fetchall() == [(1, f"{IDCW}\n{GROWTH}"), (2, "")]


def test_what_an_earlier_version_left_in_one_row_is_set_apart(
    load: Load, reader: Reader, tools: Tools, clock: SetClock
) -> None:
    load(latest((GROWTH, "-", "-", "12", "17-Aug-2026"), (IDCW, "-", "-", "7", "14-May-2013")), MONDAY + DAY)
    with tools.database.session() as connection:
        connection.execute(
            "UPDATE etl.nav_latest_packed AS one SET scheme_code = two.scheme_code || E'\\n' || one.scheme_code, "
            "nav_date = two.nav_date || one.nav_date, nav_e10 = two.nav_e10 || one.nav_e10, "
            "payload_id = two.payload_id || one.payload_id "
            "FROM etl.nav_latest_packed AS two WHERE one.block = 1 AND two.block = 2"
        )
        connection.execute("DELETE FROM etl.nav_latest_packed WHERE block = 2")
        connection.commit()
    rows = "SELECT block, scheme_code FROM etl.nav_latest_packed ORDER BY 1"
    assert reader().execute(rows).fetchall() == [(1, f"{IDCW}\n{GROWTH}")]

    back = load(latest((GROWTH, "-", "-", "13", "18-Aug-2026"), (IDCW, "-", "-", "8", "18-Aug-2026")), MONDAY + 2 * DAY)
    assert reader().execute(rows).fetchall()[0] == (1, f"{IDCW}\n{GROWTH}")
    clock.at = MONDAY + 3 * DAY
    revert(NAV, back, tools)

    assert reader().execute(rows).fetchall() == [(1, GROWTH), (2, IDCW)]
    assert [row[:3] for row in newest_navs(reader())] == [
        (IDCW, date(2013, 5, 14), Decimal(7)), (GROWTH, date(2026, 8, 17), Decimal(12)),
    ]  # fmt: skip


def test_a_partition_that_somebody_added_is_no_year(load: Load, reader: Reader, tools: Tools) -> None:
    with tools.database.session() as connection:
        connection.execute("CREATE TABLE market.nav_rest PARTITION OF market.nav DEFAULT")
        connection.commit()

    load(growth("10", "14-Aug-2026"), MONDAY)
    load(growth("11", "17-Aug-2026"), MONDAY + DAY)

    rows = "SELECT nav_date::text, nav, tableoid::regclass::text FROM market.nav ORDER BY 1"
    assert reader().execute(rows).fetchall() == [
        ("2026-08-14", Decimal(10), "market.nav_y2026"), ("2026-08-17", Decimal(11), "market.nav_y2026"),
    ]  # fmt: skip


def test_one_file_adds_a_day_a_late_row_and_a_restated_value(load: Load, reader: Reader) -> None:
    codes = [str(120_000 + number) for number in range(1_500)]
    load(latest(*((code, "-", "-", "10", "14-Aug-2026") for code in codes)), MONDAY)
    load(latest(*((code, "-", "-", "11", "17-Aug-2026") for code in codes[1_000:])), MONDAY + DAY)
    late, restated = codes[:500], codes[1_400:]
    day = [(code, "-", "-", "12", "18-Aug-2026") for code in codes[500:1_400]]

    load(
        latest(
            *((code, "-", "-", "10.5", "17-Aug-2026") for code in late), *day,
            *((code, "-", "-", "11.5", "17-Aug-2026") for code in restated),
        ),
        MONDAY + 2 * DAY,
    )  # fmt: skip

    by_day = "SELECT nav_date::text, nav::text, count(*) FROM market.nav GROUP BY 1, 2 ORDER BY 1, 2"
    assert reader().execute(by_day).fetchall() == [
        ("2026-08-14", "10.0000", 1_500), ("2026-08-17", "10.5000", 500), ("2026-08-17", "11.0000", 400),
        ("2026-08-17", "11.5000", 100), ("2026-08-18", "12.0000", 900),
    ]  # fmt: skip
    revised = "SELECT nav_date::text, nav::text, count(*) FROM market.nav_revision GROUP BY 1, 2"
    assert reader().execute(revised).fetchall() == [("2026-08-17", "11.0000", 100)]


def test_a_series_keeps_to_the_days_that_are_asked_for(load: Load, reader: Reader) -> None:
    load(growth("10", "14-Aug-2026"), MONDAY)
    load(growth("11", "17-Aug-2026"), MONDAY + DAY)
    load(growth("12", "18-Aug-2026"), MONDAY + 2 * DAY)

    middle = series(reader(), GROWTH, date(2026, 8, 15), date(2026, 8, 17))

    assert navs(middle) == {"2026-08-17": "11"}
    assert navs(series_as_of(reader(), GROWTH, MONDAY + 9 * DAY, (date(2026, 8, 15), date(2026, 8, 17)))) == navs(
        middle
    )


def test_a_restated_value_is_known_in_each_of_its_times(load: Load, reader: Reader) -> None:
    load(growth("10", "14-Aug-2026"), MONDAY)
    load(growth("10.5", "14-Aug-2026"), MONDAY + DAY)

    def known(at: datetime) -> dict[str, str]:
        return navs(series_as_of(reader(), GROWTH, at))

    assert known(MONDAY - HOUR) == {}
    assert known(MONDAY + HOUR) == {"2026-08-14": "10"}
    assert known(MONDAY + DAY - HOUR) == {"2026-08-14": "10"}
    assert known(MONDAY + DAY + HOUR) == {"2026-08-14": "10.5"}


def test_what_was_fetched_but_not_yet_loaded_was_known_to_the_source_alone(load: Load, reader: Reader) -> None:
    load(growth("10", "14-Aug-2026"), MONDAY)
    load(growth("10.5", "14-Aug-2026"), MONDAY + DAY, recorded_at=MONDAY + 3 * DAY)
    between = MONDAY + 2 * DAY

    assert navs(series_as_of(reader(), GROWTH, between)) == {"2026-08-14": "10"}
    assert navs(series_as_of(reader(), GROWTH, between, source_time=True)) == {"2026-08-14": "10.5"}


def test_a_value_that_an_older_file_confirms_later_was_readable_all_the_time(load: Load, reader: Reader) -> None:
    """The older file establishes the value from then on; it had been in the tables since the newer one was loaded."""
    load(growth("10", "14-Aug-2026"), MONDAY + DAY)
    load(growth("10", "14-Aug-2026"), MONDAY, recorded_at=MONDAY + 4 * DAY)

    (value,) = series_as_of(reader(), GROWTH, MONDAY + 2 * DAY)

    assert (value.nav, value.known_from) == (Decimal(10), MONDAY)
    assert MONDAY + DAY < value.recorded_at < MONDAY + DAY + HOUR


def test_a_value_that_was_withdrawn_is_gone_from_then_on_and_was_there_before(
    load: Load, reader: Reader, tools: Tools, clock: SetClock
) -> None:
    load(growth("10", "14-Aug-2026"), MONDAY)
    run_id = load(growth("11", "17-Aug-2026"), MONDAY + DAY)
    clock.at = MONDAY + 2 * DAY
    revert(NAV, run_id, tools)

    before, after = MONDAY + DAY + HOUR, MONDAY + 2 * DAY + HOUR

    assert navs(series_as_of(reader(), GROWTH, before)) == {"2026-08-14": "10", "2026-08-17": "11"}
    assert navs(series_as_of(reader(), GROWTH, after)) == {"2026-08-14": "10"}
    assert navs(series(reader(), GROWTH)) == {"2026-08-14": "10"}


def test_a_withdrawal_that_was_not_yet_loaded_takes_nothing_away(
    load: Load, reader: Reader, tools: Tools, clock: SetClock
) -> None:
    run_id = load(growth("11", "14-Aug-2026"), MONDAY)
    clock.at = MONDAY + 2 * DAY
    revert(NAV, run_id, tools)

    assert navs(series_as_of(reader(), GROWTH, MONDAY + 2 * DAY - HOUR)) == {"2026-08-14": "11"}
    assert navs(series_as_of(reader(), GROWTH, MONDAY + 2 * DAY + HOUR)) == {}


def test_what_was_fetched_long_after_its_day_is_left_out_unless_asked_and_then_marked(
    load: Load, reader: Reader
) -> None:
    load(growth("10", "02-Mar-2026"), MONDAY)
    at = datetime(2026, 3, 10, tzinfo=UTC)

    assert series_as_of(reader(), GROWTH, at) == []
    (value,) = series_as_of(reader(), GROWTH, at, include_reconstructed=True)
    assert (value.nav, value.reconstructed, value.known_from) == (Decimal(10), True, MONDAY)


def test_a_day_that_was_not_over_is_never_reconstructed(load: Load, reader: Reader) -> None:
    load(growth("10", "02-Mar-2026"), MONDAY)

    during = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert series_as_of(reader(), GROWTH, during, include_reconstructed=True) == []
    assert len(series_as_of(reader(), GROWTH, during + DAY, include_reconstructed=True)) == 1


def test_of_several_reconstructions_the_first_is_taken(load: Load, reader: Reader) -> None:
    load(growth("10", "02-Mar-2026"), MONDAY)
    load(growth("99", "02-Mar-2026"), MONDAY + DAY)

    at = datetime(2026, 3, 10, tzinfo=UTC)
    assert navs(series_as_of(reader(), GROWTH, at, include_reconstructed=True)) == {"2026-03-02": "10"}


def test_what_was_known_in_time_is_not_replaced_by_a_reconstruction(load: Load, reader: Reader) -> None:
    load(growth("10", "14-Aug-2026"), MONDAY)
    load(growth("99", "14-Aug-2026"), MONDAY + 30 * DAY)

    known = series_as_of(reader(), GROWTH, MONDAY + DAY, include_reconstructed=True)

    assert [(value.nav, value.reconstructed) for value in known] == [(Decimal(10), False)]


def test_a_scheme_is_found_by_code_and_by_either_isin(load: Load, reader: Reader) -> None:
    load(latest((GROWTH, "INF846K01EW2", "-", "10", "14-Aug-2026"),
                (IDCW, "INF846K01EX0", "INF846K01EY8", "11", "14-Aug-2026")), MONDAY)  # fmt: skip
    session = reader()

    assert find_scheme(session, GROWTH).scheme_code == GROWTH
    assert find_scheme(session, "INF846K01EW2").scheme_code == GROWTH
    assert find_scheme(session, "inf846k01ey8").scheme_code == IDCW
    assert find_scheme(session, "INF846K01EX0").name == f"Axis ELSS Fund {IDCW} - Growth"


def test_an_isin_that_two_schemes_share_names_them_both(load: Load, reader: Reader) -> None:
    load(latest((GROWTH, "INF846K01EW2", "-", "10", "14-Aug-2026"),
                (TWIN, "INF846K01EW2", "-", "11", "14-Aug-2026")), MONDAY)  # fmt: skip

    with pytest.raises(RequestWrong, match=rf"shared by {TWIN} .*; {GROWTH} "):
        find_scheme(reader(), "INF846K01EW2")


def test_an_isin_of_the_past_still_finds_its_scheme(load: Load, reader: Reader) -> None:
    load(growth("10", "14-Aug-2026"), MONDAY)
    load(latest((GROWTH, "INF846K01EX0", "-", "10", "17-Aug-2026")), MONDAY + DAY)

    assert find_scheme(reader(), "INF846K01EW2").scheme_code == GROWTH


@pytest.mark.parametrize("key", ["999999", "INF846K01EW2", "'; DROP TABLE market.nav; --", ""])
def test_a_scheme_that_is_not_there_is_a_wrong_request(reader: Reader, key: str) -> None:
    with pytest.raises(RequestWrong, match="no scheme has the code or ISIN"):
        find_scheme(reader(), key)


def test_schemes_are_searched_by_words_in_any_order_and_case(load: Load, reader: Reader) -> None:
    load(latest((GROWTH, "-", "-", "10", "14-Aug-2026"), (IDCW, "-", "-", "11", "14-Aug-2026")), MONDAY)
    session = reader()

    assert [one.scheme_code for one in search_schemes(session, ["elss", "AXIS"], 10)] == [IDCW, GROWTH]
    assert [one.scheme_code for one in search_schemes(session, [GROWTH], 10)] == [GROWTH]
    assert len(search_schemes(session, ["elss"], 1)) == 1
    assert search_schemes(session, ["100%"], 10) == []
    assert search_schemes(session, ["E_SS"], 10) == []


def test_a_reading_connection_can_not_write(reader: Reader) -> None:
    import psycopg

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader().execute("DELETE FROM market.nav")
