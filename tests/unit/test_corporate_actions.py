"""NSE's lists of corporate actions as rows, with what a complete list withdraws."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from loaders.keyed_batch import Scope
from pipelines import corporate_actions
from tests.unit.equity_files import ABSENT, RECORDED, parse, payload, recorded_payload, recorded_table

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch

WINDOW = "2026-05-20..2026-05-24"
NAME = "corporate_actions_2026-05.json"
FEED = "nse.corporate_actions"


def action(**fields: str | None) -> dict[str, str | None]:
    return {
        "symbol": "TCS",
        "series": "EQ",
        "ind": "-",
        "faceVal": "1",
        "subject": "Bonus 1:1",
        "exDate": "20-May-2026",
        "recDate": "21-May-2026",
        "bcStartDate": "-",
        "bcEndDate": "-",
        "ndStartDate": "-",
        "comp": "Tata Consultancy Services Limited",
        "isin": "INE467B01029",
        "ndEndDate": "-",
        "caBroadcastDate": None,
    } | fields


def batch_of(*actions: dict[str, str | None], slot: str = WINDOW) -> KeyedBatch:
    made = payload(json.dumps(actions), "https://www.nseindia.com/api", slot=slot, origin="fetch", feed=FEED)
    return corporate_actions.normalise(parse(made), made)


def test_an_action_is_a_row_with_its_meaning_beside_its_words() -> None:
    batch = batch_of(
        action(subject="Bonus  1:2 /  Dividend - Rs 3.50 Per Share", caBroadcastDate="15-May-2026 10:00:00")
    )

    row = batch.rows[0].frame.to_dict("records")[0]
    assert row == {
        "exchange": "NSE",
        "symbol": "TCS",
        "series": "EQ",
        "ex_date": date(2026, 5, 20),
        "subject": "Bonus 1:2 / Dividend - Rs 3.50 Per Share",
        "kind": "bonus",
        "ratio_numerator": 1,
        "ratio_denominator": 2,
        "amount_inr": Decimal("3.5"),
        "shares_after": 3,
        "shares_before": 2,
        "record_date": date(2026, 5, 21),
        "book_closure_start": None,
        "book_closure_end": None,
        "broadcast_at": datetime(2026, 5, 15, 4, 30, tzinfo=UTC),
        "face_value_inr": Decimal(1),
        "isin": "INE467B01029",
        "company": "Tata Consultancy Services Limited",
        "line_no": 1,
    }


def test_a_list_of_a_window_is_complete_for_it_and_a_file_that_somebody_had_for_none() -> None:
    first, last = date(2026, 5, 20), date(2026, 5, 24)
    window = batch_of(action())
    file = batch_of(action(), slot="2026-05-25T00:00:00+00:00")

    assert window.rows[0].complete == (Scope({"exchange": "NSE"}, ("ex_date", first, last)),)
    assert window.span == (first, last)
    assert file.rows[0].complete == ()
    assert file.span == (first, first)


def test_an_empty_list_withdraws_nothing_and_is_noted() -> None:
    batch = batch_of()

    assert batch.rows == ()
    assert [note.kind for note in batch.notes] == ["empty_list"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"exDate": "-"}, "no_ex_date"),
        ({"exDate": "soon"}, "bad_date"),
        ({"symbol": ""}, "bad_symbol"),
        ({"subject": "-"}, "bad_subject"),
    ],
)
def test_a_bad_action_is_refused_and_then_the_list_is_not_complete(fields: dict[str, str], reason: str) -> None:
    batch = batch_of(action(), action(**fields))

    assert batch.rejects[["line_no", "reason"]].values.tolist() == [[2, reason]]
    assert json.loads(batch.rejects["raw_line"].tolist()[0]) == action(**fields)
    assert batch.rows[0].complete == ()


def test_an_action_that_stands_twice_is_one_and_a_contradiction_is_refused() -> None:
    batch = batch_of(action(), action(), action(symbol="INFY"), action(symbol="INFY", recDate="22-May-2026"))

    assert (len(batch.rows[0].frame), batch.rows_repeated) == (1, 1)
    assert batch.rejects["reason"].tolist() == ["conflicting_duplicate"] * 2


def test_what_is_not_understood_is_kept_and_noted() -> None:
    batch = batch_of(
        action(subject="Something New"), action(subject="Demerger"), action(subject="Buy Back", exDate="01-Jun-2026")
    )

    assert batch.rows[0].frame["kind"].tolist() == ["other", "demerger", "buyback"]
    assert [note.kind for note in batch.notes] == ["unknown_action", "unquantified_action", "outside_window"]


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
def test_the_recorded_list_gives_its_20_actions() -> None:
    batch = corporate_actions.normalise(recorded_table(NAME), recorded_payload(NAME))

    rows = {row["symbol"]: row for row in batch.rows[0].frame.to_dict("records")}
    assert (len(rows), len(batch.rejects), batch.notes) == (20, 0, [])
    assert batch.span == (date(2026, 5, 20), date(2026, 5, 22))
    rights = rows["ESSENTIA"]
    assert (rights["kind"], rights["ratio_numerator"], rights["ratio_denominator"]) == ("rights", 161, 250)
    assert rights["amount_inr"] == Decimal("0.45")
    assert rows["TRIDENT"]["subject"] == "Interim Dividend - Rs 0.50 Per Share"
    assert rows["TRIDENT"]["amount_inr"] == Decimal("0.5")
    assert rows["HAVELLS"]["record_date"] == date(2026, 5, 24)
