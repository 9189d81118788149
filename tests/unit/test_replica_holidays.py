"""The made holiday lists: the recorded shape, segment by segment, and what was known when."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

from munim.core.clock import IST
from munim.replica.nse_files import nse_date
from munim.replica.nse_holidays import Row, holiday_lists
from munim.replica.sessions import clearing_holidays, exchange_holidays

LATE_2025 = datetime(2025, 9, 1, tzinfo=IST)


def shape(lists: dict[str, list[Row]]) -> dict[str, set[tuple[str, ...]]]:
    return {segment: {tuple(row) for row in rows} for segment, rows in lists.items()}


def listed(lists: dict[str, list[Row]], segment: str) -> list[object]:
    return [row["tradingDate"] for row in lists[segment]]


def test_lists_have_the_recorded_segments_and_keys(recorded: Path) -> None:
    folder = recorded / "calendar"
    late = json.loads((folder / "nse_holiday_master_2025_all_segments.json").read_bytes())
    early = json.loads((folder / "nse_holiday_master_2025_all_segments_v1.json").read_bytes())
    old = json.loads((folder / "nse_holiday_sample_2023_trimmed.json").read_bytes())

    for real, at in (
        (late, LATE_2025),
        (early, datetime(2025, 1, 4, tzinfo=IST)),
        (old, datetime(2023, 6, 1, tzinfo=IST)),
    ):
        made = holiday_lists("trading", at)
        assert list(made) == list(real)
        assert shape(made) == shape(real)


def test_lists_say_what_the_recorded_ones_say_of_days_that_do_not_move(recorded: Path) -> None:
    real = json.loads((recorded / "calendar" / "nse_holiday_master_2025_all_segments.json").read_bytes())
    made = holiday_lists("trading", LATE_2025)

    assert {segment: len(rows) for segment, rows in made.items()} == {
        segment: len(rows) for segment, rows in real.items()
    }
    for segment, rows in real.items():
        same = {row["tradingDate"]: {**row, "Sr_no": 0} for row in made[segment]}
        equal = [row for row in rows if same.get(row["tradingDate"]) == {**row, "Sr_no": 0}]
        assert len(equal) >= len(rows) - 9, segment


def test_rows_are_numbered_in_order_of_date() -> None:
    for rows in holiday_lists("clearing", LATE_2025).values():
        days = [datetime.strptime(str(row["tradingDate"]), "%d-%b-%Y").astimezone() for row in rows]
        assert days == sorted(days)
        assert [row["Sr_no"] for row in rows] == list(range(1, len(rows) + 1))
        assert [row["weekDay"] for row in rows] == [f"{day:%A}" for day in days]


def test_a_list_is_that_of_its_instant() -> None:
    before, after = (holiday_lists("trading", datetime(2024, 4, day, tzinfo=IST)) for day in (1, 17))

    assert set(listed(after, "FO")) - set(listed(before, "FO")) == {"20-May-2024"}
    assert listed(after, "CM") == [nse_date(day) for day in exchange_holidays(2024, datetime(2024, 4, 17, tzinfo=IST))]
    assert "01-Nov-2024" not in listed(holiday_lists("trading", datetime(2024, 11, 19, tzinfo=IST)), "FO")


def test_clearing_is_another_list_than_trading() -> None:
    at = datetime(2026, 8, 20, tzinfo=IST)
    trading, clearing = holiday_lists("trading", at), holiday_lists("clearing", at)

    assert set(listed(clearing, "CM")) > set(listed(trading, "CM"))
    assert listed(clearing, "CM") == listed(trading, "CD") == [nse_date(day) for day in clearing_holidays(2026, at)]
    assert nse_date(date(2026, 4, 1)) in listed(clearing, "CM")


def test_commodities_have_sessions_and_others_have_none() -> None:
    lists = holiday_lists("trading", LATE_2025)
    commodity = {row["description"]: (row["morning_session"], row["evening_session"]) for row in lists["COM"]}

    assert commodity["New year"] == ("Open", "Closed")
    assert commodity["Good Friday"] == ("Closed", "Closed")
    assert commodity["Balipratipada"] == ("Closed", "Open")
    assert commodity["Republic Day"] == (None, None)
    assert all(row["morning_session"] is row["evening_session"] is None for row in lists["CM"])
