"""A long window of history: of most columns the last row of each scheme alone is read, and nothing else comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.nav import normalise
from scrapers import amfi, amfi_table
from tests.reliability.made_files import Layout, Row, body, payload
from tests.unit.amfi_files import ABSENT, RECORDED, amfi_payload

if TYPE_CHECKING:
    from loaders.batch import NavBatch
    from munim.core.payload import Payload

FETCHED_AT = datetime(2026, 8, 20, 2, 34, tzinfo=UTC)
LAYOUTS: tuple[Layout, ...] = ("history-8-prices", "history-8-plan")

some_rows = st.lists(
    st.builds(
        Row,
        st.sampled_from(["100001", "100002", "SIF-7", "no code", ""]),
        st.sampled_from(["10.5", "N.A.", "-1", "11"]),
        st.dates(date(2026, 8, 10), date(2026, 8, 13)),
        name=st.sampled_from(["A Fund - Growth", "A Fund - IDCW", "B Fund"]),
        amc=st.sampled_from(["Made Mutual Fund", "Other Mutual Fund"]),
    ),
    min_size=1,
    max_size=30,
)


def read_as(one: Payload, *, is_long: bool, block_bytes: int = 1024 * 1024) -> NavBatch:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(amfi_table, "MANY_BYTES", 0 if is_long else 1 << 30)
        patched.setattr(amfi_table, "BLOCK_BYTES", block_bytes)
        raw = amfi.parse(one)
        assert (raw.last_rows is not None) is is_long
        return normalise(raw, one)


def assert_same(found: NavBatch, wanted: NavBatch) -> None:
    for name in ("navs", "facts", "rejects"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(wanted, name))
    for name in ("layout", "rows_read", "rows_absent", "rows_repeated", "snapshot", "complete", "notes"):
        assert getattr(found, name) == getattr(wanted, name)


@given(rows=some_rows, layout=st.sampled_from(LAYOUTS), block_bytes=st.sampled_from([1, 200, 1024]))
def test_a_long_file_gives_what_a_short_one_gives(rows: list[Row], layout: Layout, block_bytes: int) -> None:
    good = Row("100009", "9", date(2026, 8, 12))
    one = payload(body([*rows, good], layout), FETCHED_AT, "amfi.history")
    assert_same(read_as(one, is_long=True, block_bytes=block_bytes), read_as(one, is_long=False))


def test_of_many_days_of_a_scheme_one_row_has_all_columns() -> None:
    days = [date(2026, 7, 1) + timedelta(days=number) for number in range(20)]
    rows = [Row(code, "10.5", day) for code in ("100001", "100002") for day in days]
    one = payload(body(rows, "history-8-plan"), FETCHED_AT, "amfi.history")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(amfi_table, "MANY_BYTES", 0)
        raw = amfi.parse(one)
    assert raw.last_rows is not None
    assert (len(raw.frame), len(raw.last_rows)) == (40, 2)
    assert list(raw.frame.columns) == ["line_no", "scheme_code", "nav", "nav_date"]


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("name", ["NAVAll_2026-08-20T023412Z.txt", "history_new8col_2026-08-23_EXCERPT.csv"])
def test_a_recorded_file_gives_the_same_either_way(name: str) -> None:
    text = (RECORDED / name).read_bytes()
    one = amfi_payload(text, amfi.detect_feed(text))
    assert_same(read_as(one, is_long=True), read_as(one, is_long=False))
