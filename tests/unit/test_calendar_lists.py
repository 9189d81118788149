"""A list of holidays or trading days is read by name, checked, and refused where it is not what it is taken for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from munim.core.errors import ContentRefused, MunimError, SourceBlocked, SourceUnavailable
from munim.core.payload import Payload
from pipelines import calendar
from scrapers import nse_calendar
from tests.unit.calendar_files import FIXED_2025, as_listed, calendar_payload, master, passes, read

TRADING, CLEARING = nse_calendar.HOLIDAYS_TRADING, nse_calendar.HOLIDAYS_CLEARING
DAYS, DATES = nse_calendar.TRADING_DAYS, nse_calendar.HOLIDAY_DATES


def fetched(body: str | bytes, feed: str = TRADING) -> Payload:
    return calendar_payload(body, feed, "holiday-master", origin="fetch")


def what_is(payload: Payload) -> MunimError:
    with pytest.raises(MunimError) as refusal:
        nse_calendar.check_body(payload)
    return refusal.value


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", SourceUnavailable),
        (" \n", SourceUnavailable),
        ("{}", SourceUnavailable),
        ('{"CM": []}', SourceUnavailable),
        ('{"CM": [{"tradingDate": "26-Jan-20', SourceUnavailable),
        ("<html><title>Access Denied</title></html>", SourceBlocked),
        ("<html>Service Unavailable</html>", SourceUnavailable),
        ("<html>Resource not found</html>", ContentRefused),
        ("[]", ContentRefused),
        ('"CM"', ContentRefused),
        ('{"CM": {}}', ContentRefused),
        ('{"CM": ["26-Jan-2025"]}', ContentRefused),
        ('{"CM": [{}], "CM": [{}]}', ContentRefused),
        (b"\xff{}", ContentRefused),
        (b'{"CM": "\xff"}', ContentRefused),
        ("22-Jan-2024\n", ContentRefused),
    ],
)
def test_what_comes_in_place_of_a_list_is_named(body: str | bytes, kind: type[MunimError]) -> None:
    assert type(what_is(fetched(body))) is kind
    assert type(what_is(calendar_payload(body, TRADING))) is ContentRefused, "a file won't change when asked again"


@pytest.mark.parametrize("feed", [DAYS, DATES])
@pytest.mark.parametrize("body", ["", "date,kind\n2024-01-20,special", "20240122\n", '{"CM": []}', "<html>"])
def test_a_list_of_dates_begins_with_a_date(feed: str, body: str) -> None:
    assert type(what_is(calendar_payload(body, feed))) is ContentRefused


def test_a_list_whose_name_says_the_other_type_is_refused() -> None:
    error = what_is(calendar_payload(master(FIXED_2025), TRADING, "nse_holiday_master_clearing.json"))

    assert "a clearing list where a trading list is due" in str(error)


def test_the_feed_of_a_file_is_told_by_its_content() -> None:
    closing = json.dumps({"CM": [{"tradingDate": "01-Apr-2026", "description": "Annual Bank Closing"}]})

    assert nse_calendar.detect_feed(master(FIXED_2025).encode()) == TRADING
    assert nse_calendar.detect_feed(closing.encode()) == CLEARING
    assert nse_calendar.detect_feed(closing.replace("CM", "CD").encode()) == TRADING
    assert nse_calendar.detect_feed(b"\xef\xbb\xbf2024-01-20\r\n2024-01-23\r\n") == DAYS
    assert nse_calendar.detect_feed(b"\n22-Jan-2024") == DATES
    for other in (b"", b"<html>", b'{"CM"', b"[]", b"Scheme Code;Name"):
        with pytest.raises(ContentRefused):
            nse_calendar.detect_feed(other)


def test_rows_are_read_by_the_names_of_their_keys_and_new_keys_are_told() -> None:
    row = {"Sr_no": 3, "remark": "x", "description": "  Good   Friday ", "weekDay": "Friday",
           "tradingDate": " 18-Apr-2025", "evening_session": "Open", "morning_session": None}  # fmt: skip
    batch = read(calendar_payload(json.dumps({"COM": [row]}), TRADING))

    assert batch.rows[0].frame.iloc[0].tolist()[:6] == [
        "NSE", "trading", "COM", date(2025, 4, 18), "Good Friday", batch.rows[0].frame["morning_session"][0]
    ]  # fmt: skip
    assert batch.rows[0].frame["morning_session"].isna().all()
    assert batch.rows[0].frame["evening_session"].tolist() == ["Open"]
    assert ("added_column", {"column": "remark"}) in [(note.kind, note.detail) for note in batch.notes]


def test_a_list_of_bare_dates_whose_name_says_no_segment_is_refused() -> None:
    with pytest.raises(ContentRefused, match="exchange and segment"):
        read(calendar_payload("22-Jan-2024", DATES, "nse_holidays.csv"))
    with pytest.raises(ContentRefused, match="of which exchange"):
        read(calendar_payload("2024-01-23", DAYS, "days.txt"))
    bse = read(calendar_payload("2024-01-23", DAYS, "bse_trading_days.txt"))
    assert bse.rows[0].frame["exchange"].tolist() == ["BSE"]


def test_bad_rows_are_rejected_with_their_number_and_make_the_list_no_whole_one() -> None:
    good = json.loads(master(FIXED_2025))["CM"]
    bad = [
        {"tradingDate": "31-Feb-2025", "weekDay": "Monday"},
        {"tradingDate": None},
        {"tradingDate": "14-Mar-2025", "weekDay": "Monday", "description": "Holi"},
        {"tradingDate": "15-Aug-2025", "description": "Parsi New Year"},
    ]
    batch = read(calendar_payload(json.dumps({"CM": [*good, *bad]}), TRADING))

    assert len(batch.rows[0].frame) == 5
    assert batch.rows[0].complete == ()
    assert batch.rejects[["line_no", "reason"]].to_numpy().tolist() == [
        [6, "bad_date"], [7, "bad_date"], [8, "weekday_contradicts"], [9, "conflicting_duplicate"]
    ]  # fmt: skip
    assert json.loads(batch.rejects["raw_line"][2]) == {
        "segment": "CM", "tradingDate": "14-Mar-2025", "weekDay": "Monday", "description": "Holi"
    }  # fmt: skip
    assert batch.rows_read == 9


def test_a_person_may_accept_a_row_whose_weekday_contradicts() -> None:
    rows = json.loads(master(FIXED_2025))
    rows["CM"][0]["weekDay"] = "Monday"
    payload = calendar_payload(json.dumps(rows), TRADING)

    refused = calendar.normalise(nse_calendar.parse(payload), payload)
    accepted = calendar.normalise(nse_calendar.parse(payload), payload, [1])

    assert (len(refused.rejects), len(accepted.rejects)) == (1, 0)
    assert date(2025, 1, 26) in set(accepted.rows[0].frame["holiday_date"])


def test_a_payload_of_which_nothing_can_be_read_is_refused() -> None:
    with pytest.raises(ContentRefused, match="not one of 1 rows"):
        read(calendar_payload(master(["30-Feb-2025"]), TRADING))


@pytest.mark.parametrize(
    ("payload", "failed"),
    [
        (calendar_payload(master([*FIXED_2025, "01-Apr-2025"], description="Annual Bank Closing"), TRADING),
         "list_of_equity"),
        (calendar_payload("\n".join([*FIXED_2025, "01-Apr-2025"]), DATES), "list_of_equity"),
        (calendar_payload(master(FIXED_2025), CLEARING), "list_of_clearing"),
        (calendar_payload("2025-01-23\n2025-05-01", DAYS), "no_fixed_holiday"),
        (calendar_payload("\n".join(as_listed(date(2025, 1, 1) + timedelta(days=n)) for n in range(61)), DATES),
         "holiday_count"),
    ],
)  # fmt: skip
def test_a_list_that_is_another_one_fails_its_check(payload: Payload, failed: str) -> None:
    checks = read(payload).checks

    assert [check.name for check in checks if not check.passed] == [failed]
    assert all(check.blocking for check in checks)


def test_currency_has_the_banks_closing_and_passes() -> None:
    currency = calendar_payload(master([*FIXED_2025, "01-Apr-2025"], "CD", description="Annual Bank Closing"), TRADING)

    assert passes(read(currency))
    assert passes(read(calendar_payload("\n".join([*FIXED_2025, "01-Apr-2025"]), DATES, "nse_CD_holidays.csv")))


def test_a_session_after_the_fetch_is_no_proof() -> None:
    batch = read(calendar_payload("2026-08-24\n2026-08-25\n2026-08-24\n", name="nse_trading_days.txt"))

    assert batch.rows[0].frame["session_date"].tolist() == [date(2026, 8, 24)]
    assert batch.rejects[["line_no", "raw_line", "reason"]].to_numpy().tolist() == [[2, "2026-08-25", "future_session"]]
    assert batch.rows_repeated == 1


def test_frames_have_the_key_and_the_columns_in_arrow_types() -> None:
    holidays = read(calendar_payload(master(FIXED_2025), TRADING)).rows[0].frame
    sessions = read(calendar_payload("2026-08-24", name="nse_trading_days.txt")).rows[0].frame

    assert list(holidays.columns) == [*calendar.HOLIDAY.key, *calendar.HOLIDAY.columns, "line_no"]
    assert list(sessions.columns) == [*calendar.SESSION.key, *calendar.SESSION.columns, "line_no"]
    assert str(holidays["holiday_date"].dtype) == str(sessions["session_date"].dtype) == "date32[day][pyarrow]"
    assert str(holidays["description"].dtype) == "string[pyarrow]"
    assert holidays["line_no"].tolist() == [1, 2, 3, 4, 5]


@given(st.dates(date(1994, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_from_either_way_of_writing_it(day: date) -> None:
    assert calendar.read_day(as_listed(day)) == day
    assert calendar.read_day(day.isoformat()) == day


@given(st.text(max_size=12))
def test_what_is_read_is_written_so(text: str) -> None:
    day = calendar.read_day(text)

    assert (
        day is None or text == day.isoformat() or text.casefold().lstrip("0") == as_listed(day).casefold().lstrip("0")
    )


@pytest.mark.parametrize(
    "text", ["20240122", "2024-W04-1", "2024-1-22", "22-01-2024", "31-Apr-2024", "", "२०२४-०१-२२", "२२-Jan-2024"]
)
def test_what_is_no_plain_date_is_none(text: str) -> None:
    assert calendar.read_day(text) is None


def test_normalising_depends_on_nothing_but_the_payload() -> None:
    payload = calendar_payload(master(FIXED_2025), TRADING)
    later = Payload(payload.feed, "x", payload.url, datetime(2027, 1, 1, tzinfo=UTC), payload.body, "file")

    assert read(payload).rows[0].frame.equals(read(later).rows[0].frame)
