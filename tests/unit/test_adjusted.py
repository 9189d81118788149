"""Adjusted prices: no jump on the day of a split, none hidden, and nothing that nobody told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.action_subjects import read_subject
from pipelines.adjusted import actions_of_all_exchanges, adjust, with_current_symbol

DAY = timedelta(days=1)
START = date(2024, 5, 10)


def prices(closes: list[str], *, symbol: str = "CANBK", series: str = "EQ", exchange: str = "NSE") -> pd.DataFrame:
    """Closes of days one after the other, typed as normalise makes them."""
    count = len(closes)
    columns = {
        "exchange": pa.array([exchange] * count),
        "symbol": pa.array([symbol] * count),
        "series": pa.array([series] * count),
        "trade_date": pa.array([START + number * DAY for number in range(count)], pa.date32()),
        "close": pa.array([Decimal(close) for close in closes], pa.decimal128(18, 4)),
        "volume": pa.array([1000] * count, pa.int64()),
    }
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def action(subject: str, ex_date: date, *, symbol: str = "CANBK", series: str = "EQ") -> dict[str, object]:
    shares = read_subject(subject).shares
    return {
        "exchange": "NSE",
        "symbol": symbol,
        "series": series,
        "ex_date": ex_date,
        "subject": subject,
        "shares_after": None if shares is None else shares.numerator,
        "shares_before": None if shares is None else shares.denominator,
    }


def actions(*rows: dict[str, object]) -> pd.DataFrame:
    names = ("exchange", "symbol", "series", "ex_date", "subject", "shares_after", "shares_before")
    frame = pd.DataFrame(list(rows), columns=list(names))
    return frame.astype({"shares_after": "Int64", "shares_before": "Int64"})


SPLIT = "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share"


def test_a_split_day_has_no_jump_in_the_adjusted_series_and_has_one_in_the_raw() -> None:
    """Canara Bank on 15-May-2024: 566.55 the day before, 119.00 on the day."""
    raw = prices(["560.00", "566.55", "119.00", "118.00"])

    found = adjust(raw, actions(action(SPLIT, START + 2 * DAY)))

    assert found["adjusted_close"].tolist() == pytest.approx([112.0, 113.31, 119.0, 118.0])
    assert found["adjusted_volume"].tolist() == [5000.0, 5000.0, 1000.0, 1000.0]
    assert found["close"].tolist() == raw["close"].tolist()
    returns = found["adjusted_close"].pct_change().dropna()
    assert returns.abs().max() < 0.06
    assert found["close"].astype(float).pct_change().min() < -0.7


def test_several_actions_multiply_and_those_of_one_day_too() -> None:
    found = adjust(
        prices(["1200", "600", "100", "100"]),
        actions(
            action("Bonus 1:1", START + DAY),
            action("Bonus 2:1", START + 2 * DAY),
            action("Fv Split Rs 10 To Rs 5", START + 2 * DAY),
        ),
    )

    assert found["factor"].tolist() == pytest.approx([1 / 12, 1 / 6, 1, 1])
    assert found["adjusted_close"].tolist() == pytest.approx([100.0] * 4)


def test_dividends_and_rights_change_nothing() -> None:
    found = adjust(
        prices(["100", "90"]),
        actions(action("Dividend - Rs 10 Per Share", START + DAY), action("Rights 1:5 @ Premium Rs 9/-", START + DAY)),
    )

    assert found["factor"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("subject", ["Demerger", "Bonus issue 28100", "Capital Reduction"])
def test_an_action_of_unknown_effect_begins_another_era_and_the_known_ones_still_count(subject: str) -> None:
    found = adjust(prices(["100", "60", "61"]), actions(action(subject, START + DAY), action(SPLIT, START + 2 * DAY)))

    assert found["era"].tolist() == [1, 0, 0]
    assert found["factor"].tolist() == [0.2, 0.2, 1.0]


def test_an_action_listed_for_two_series_happens_once_and_to_both() -> None:
    both = actions(action(SPLIT, START + DAY), action(SPLIT, START + DAY, series="BE"))

    for series in ("EQ", "BE"):
        assert adjust(prices(["500", "100"], series=series), both)["factor"].tolist() == [0.2, 1.0]


def test_bonds_under_the_symbol_and_other_symbols_are_untouched() -> None:
    split = actions(action(SPLIT, START + DAY))

    for other in (prices(["1000", "1001"], series="N1"), prices(["10", "11"], symbol="INFY")):
        assert adjust(other, split)["factor"].tolist() == [1.0, 1.0]


def test_rows_keep_their_order_and_missing_prices_stay_missing() -> None:
    raw = pd.concat([prices(["500", "100"]), prices(["7", "8"], symbol="INFY")]).iloc[::-1]
    raw = raw.assign(close=raw["close"].where(raw["symbol"] != "INFY"))

    found = adjust(raw, actions(action(SPLIT, START + DAY)))

    assert found["adjusted_close"].tolist()[2:] == [100.0, 100.0]
    assert np.isnan(found["adjusted_close"].to_numpy()[:2]).all()


INSTRUMENTS = pd.DataFrame(
    [
        ("NSE", "OLDCO", date(2010, 1, 1), START, "NEWCO", "I1"),
        ("NSE", "NEWCO", START + DAY, None, "NEWCO", "I1"),
        ("NSE", "USED", date(2010, 1, 1), START, "FIRST", "I2"),
        ("NSE", "USED", START + DAY, None, "USED", "I3"),
        ("BSE", "500001", date(2010, 1, 1), None, "500001", "I1"),
    ],
    columns=["exchange", "symbol", "valid_from", "valid_to", "current_symbol", "current_isin"],
)


def test_renamed_symbols_are_one_series_with_the_actions_of_today() -> None:
    raw = pd.concat([prices(["500", "100"], symbol="OLDCO").iloc[:1], prices(["500", "100"], symbol="NEWCO").iloc[1:]])

    current = with_current_symbol(raw, INSTRUMENTS, "trade_date")
    found = adjust(current, actions(action(SPLIT, START + DAY, symbol="NEWCO")))

    assert current["symbol"].tolist() == ["NEWCO", "NEWCO"]
    assert found["adjusted_close"].tolist() == [100.0, 100.0]


def test_a_symbol_that_was_anothers_is_told_by_the_day_and_an_unknown_one_stays() -> None:
    raw = pd.concat([prices(["1", "2"], symbol="USED"), prices(["3"], symbol="NEVER")], ignore_index=True)

    assert with_current_symbol(raw, INSTRUMENTS, "trade_date")["symbol"].tolist() == ["FIRST", "USED", "NEVER"]


def test_bse_takes_the_actions_of_the_same_isin() -> None:
    split = actions(action(SPLIT, START + DAY, symbol="NEWCO"))

    found = adjust(
        prices(["500", "100"], symbol="500001", exchange="BSE", series="A"),
        actions_of_all_exchanges(split, INSTRUMENTS),
    )

    assert found["factor"].tolist() == [0.2, 1.0]


@given(
    st.lists(st.sampled_from([Fraction(2), Fraction(5), Fraction(3, 2), Fraction(1, 10)]), min_size=1, max_size=5),
    st.integers(1, 1000),
)
def test_a_price_that_only_splits_is_flat_when_adjusted(changes: list[Fraction], price: int) -> None:
    raw, rows = [Fraction(price)], []
    for number, change in enumerate(changes, start=1):
        raw.append(raw[-1] / change)
        row = action("x", START + number * DAY) | {
            "shares_after": change.numerator,
            "shares_before": change.denominator,
        }
        rows.append(row)
    frame = prices(["1"] * len(raw)).assign(close=[float(one) for one in raw])

    assert adjust(frame, actions(*rows))["adjusted_close"].tolist() == pytest.approx([float(raw[-1])] * len(raw))
