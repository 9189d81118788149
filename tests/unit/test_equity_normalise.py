"""What a bhavcopy's rows become, and which rows and files are refused with which reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from munim.core.errors import ContentRefused
from pipelines import equity
from tests.unit.equity_files import (
    BSE_HEADER,
    BSE_ROW,
    FULL_HEADER,
    FULL_ROW,
    LEGACY_HEADER,
    LEGACY_ROW,
    parse,
    payload,
    zipped,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from loaders.keyed_batch import KeyedBatch


def batch_of(
    *rows: str, header: str = LEGACY_HEADER, name: str = "08JUL2024.csv", accepted: tuple[int, ...] = ()
) -> KeyedBatch:
    made = payload("\n".join((header, *rows)) + "\n", name)
    return equity.normalise(parse(made), made, accepted)


def groups_of(batch: KeyedBatch) -> dict[str, list[dict[Hashable, Any]]]:
    return {rows.group: rows.frame.to_dict("records") for rows in batch.rows}


def reasons_of(batch: KeyedBatch) -> list[tuple[int, str, str]]:
    rejects = batch.rejects
    return list(zip(rejects["line_no"], rejects["reason"], rejects["detail"], strict=True))


KEY = {"exchange": "NSE", "trade_date": date(2024, 7, 8), "symbol": "TCS", "series": "EQ"}
PRICE = {
    "open": Decimal(100),
    "high": Decimal(110),
    "low": Decimal(95),
    "close": Decimal("105.5"),
    "last": Decimal(105),
    "previous_close": Decimal(101),
    "volume": 1000,
    "trades": 12,
    "date_from": "content",
    "line_no": 2,
}


def test_a_legacy_row_is_a_price_a_value_and_an_isin() -> None:
    assert groups_of(batch_of(LEGACY_ROW)) == {
        "price": [KEY | PRICE],
        "value": [KEY | {"value_inr": Decimal("104000.25"), "line_no": 2}],
        "isin": [KEY | {"isin": "INE467B01029", "line_no": 2}],
    }


def test_a_full_row_is_a_price_an_average_with_a_rounded_value_and_a_delivery() -> None:
    assert groups_of(batch_of(FULL_ROW, header=FULL_HEADER)) == {
        "price": [KEY | PRICE],
        "average": [KEY | {"average_price": Decimal(104), "turnover_lakh": Decimal("1.04"), "line_no": 2}],
        "delivery": [KEY | {"delivered_quantity": 600, "delivery_pct": Decimal(60), "line_no": 2}],
    }


def test_a_bse_row_is_a_price_and_a_label_of_the_day_of_its_name() -> None:
    groups = groups_of(batch_of(BSE_ROW, header=BSE_HEADER, name="EQ080724.CSV"))

    key = KEY | {"exchange": "BSE", "symbol": "532540", "series": "A"}
    assert groups["price"] == [key | PRICE | {"date_from": "name"}]
    assert groups["value"] == [key | {"value_inr": Decimal(104_000), "line_no": 2}]
    assert groups["label"] == [key | {"ticker": None, "name": "TCS LTD.", "line_no": 2}]


def test_a_zipped_file_gives_the_same_and_its_rejects_say_the_line_inside() -> None:
    bad = LEGACY_ROW.replace("TCS", "t c s")
    made = payload(
        zipped(f"{LEGACY_HEADER}\n{LEGACY_ROW}\n{bad}\n"), "cm08JUL2024bhav.csv.zip", feed="nse.bhavcopy_legacy"
    )

    batch = equity.normalise(parse(made), made)

    assert groups_of(batch) == groups_of(batch_of(LEGACY_ROW))
    assert batch.rejects["raw_line"].tolist() == [bad]


@pytest.mark.parametrize(
    ("old", "new", "reason", "detail"),
    [
        ("TCS", "", "bad_symbol", "'': no symbol"),
        (",EQ,", ",,", "bad_series", "'': no series"),
        ("105.5", "1o5.5", "bad_number", "'1o5.5': no number of close"),
        ("105.5", "105.55555", "bad_number", "'105.55555': no number of close"),
        ("105.5", "-105.5", "negative", "Decimal('-105.5000'): a negative close"),
        ("105.5", "-", "no_value", "None: no close"),
        ("105.5", "0", "no_value", "None: no close"),
        (",1000,", ",10.5,", "bad_number", "'10.5': no number of volume"),
        (",1000,", ",,", "no_value", "None: no volume"),
        (",110,", ",90,", "high_below_low", "Decimal('90.0000'): a high below the low"),
    ],
)
def test_a_row_that_can_not_be_true_is_refused_with_its_reason(old: str, new: str, reason: str, detail: str) -> None:
    batch = batch_of(LEGACY_ROW.replace(old, new, 1), LEGACY_ROW.replace("TCS", "INFY"))

    assert reasons_of(batch) == [(2, reason, detail)]
    assert [row["symbol"] for row in groups_of(batch)["price"]] == ["INFY"]


def test_a_person_may_accept_a_high_below_the_low_and_nothing_that_can_not_be_read() -> None:
    crossed, unread = LEGACY_ROW.replace(",110,", ",90,"), LEGACY_ROW.replace("105.5", "x").replace("TCS", "INFY")

    batch = batch_of(crossed, unread, accepted=(2, 3))

    assert [row["symbol"] for row in groups_of(batch)["price"]] == ["TCS"]
    assert [reason for _, reason, _ in reasons_of(batch)] == ["bad_number"]


def test_a_row_that_stands_twice_is_kept_once_and_contradictions_are_refused_both() -> None:
    other = LEGACY_ROW.replace("TCS", "INFY")
    batch = batch_of(LEGACY_ROW, LEGACY_ROW, other, other.replace("105.5", "106"))

    assert batch.rows_repeated == 1
    assert [row["line_no"] for row in groups_of(batch)["price"]] == [2]
    assert [(line, reason) for line, reason, _ in reasons_of(batch)] == [
        (4, "conflicting_duplicate"),
        (5, "conflicting_duplicate"),
    ]


def test_one_symbol_in_two_series_is_two_rows() -> None:
    assert len(groups_of(batch_of(LEGACY_ROW, LEGACY_ROW.replace(",EQ,", ",BE,")))["price"]) == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((LEGACY_ROW, LEGACY_ROW.replace("08-JUL", "05-JUL")), "rows of 2 days, 2024-07-05 to 2024-07-08"),
        ((LEGACY_ROW, LEGACY_ROW.replace("08-JUL", "38-JUL")), "1 rows whose date can't be read"),
        ((LEGACY_ROW.replace("08-JUL", "05-JUL"),), "holds the session of 2024-07-05: no data for 2024-07-08"),
        ((LEGACY_ROW.replace("TCS", ""),), "not one of 1 rows"),
    ],
)
def test_a_file_of_other_days_or_without_a_good_row_is_refused(rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(ContentRefused, match=message):
        batch_of(*rows)


def test_a_day_after_the_fetch_and_one_before_there_was_a_market_are_refused() -> None:
    for year in ("2030", "1980"):
        with pytest.raises(ContentRefused, match="which is not within"):
            batch_of(LEGACY_ROW.replace("2024", year), name="bhav.csv")


def test_a_file_of_which_many_rows_can_not_be_read_fails_its_check() -> None:
    few = batch_of(*[LEGACY_ROW.replace("TCS", f"S{number}") for number in range(50)], LEGACY_ROW.replace("TCS", ""))
    good = batch_of(*[LEGACY_ROW.replace("TCS", f"S{number}") for number in range(100)])

    assert [(check.name, check.passed, check.blocking) for check in few.checks] == [("rows_readable", False, True)]
    assert good.checks[0].passed


def test_new_columns_odd_prices_and_junk_isins_are_noted_and_the_rows_kept() -> None:
    row = LEGACY_ROW.replace("105.5,", "111,").replace("INE467B01029", "INE467B01028")
    batch = batch_of(row + "x", header=LEGACY_HEADER + "NEW")

    assert {note.kind: note.detail for note in batch.notes} == {
        "added_column": {"column": "NEW"},
        "price_outside_range": {"rows": 1},
        "isin_unreadable": {"rows": 1},
    }
    assert groups_of(batch).keys() == {"price", "value"}
