"""Public issues as facts and bids: what is kept of a row, what is put aside, and what a list says completely."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest

from loaders.keyed_batch import KeyedBatch
from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from pipelines import ipo
from pipelines.ipo_rows import TYPES
from pipelines.ipo_tables import COLUMNS
from scrapers import gmp, nse_ipo
from tests.unit.ipo_files import FETCHED_AT, INVESTORGAIN_ROW, NSE_ROW, PAST_ROW, bids, facts, part, payload, read, rows

GOOD = NSE_ROW | {"symbol": "GOOD"}


def rejects(batch: KeyedBatch) -> list[tuple[int, str, str]]:
    found = batch.rejects
    return list(zip(found["line_no"], found["reason"], found["detail"], strict=True))


def detail(combined: Mapping[str, object], nse: Sequence[Mapping[str, object]], **graph: str) -> dict[str, object]:
    terms = [{"title": "Issue Period", "value": "25-Sep-2026 to 29-Sep-2026"}]
    return {"companyName": "ACME", "bidDetails": nse, "activeCat": combined, "demandGraph": graph,
            "issueInfo": {"dataList": terms, "symbol": "ACME", "heading": "Acme"}}  # fmt: skip


def test_what_cannot_be_read_is_put_aside_with_its_raw_text_and_the_rest_is_kept() -> None:
    odd = NSE_ROW | {"issuePrice": "to be told", "issueSize": "many"}
    batch = read([GOOD, odd], "nse.ipo_upcoming")

    issue = facts(batch)["ACME@2026"]
    assert part(issue, "price_band_low", "issue_size_shares") == (None, None)
    assert part(issue, "company", "open_date") == ("Acme Widgets Limited", date(2026, 9, 28))
    assert rejects(batch) == [
        (2, "bad_price_band", "price_band 'to be told': no price; issue_size 'many': no number")
    ]  # fmt: skip
    assert '"issuePrice": "to be told"' in batch.rejects["raw_line"][0]
    assert batch.rows_read == 2


def test_a_row_without_a_symbol_is_a_reject_and_the_list_is_not_complete() -> None:
    batch = read([GOOD, NSE_ROW | {"symbol": None}, NSE_ROW | {"symbol": "no symbol!"}], "nse.ipo_upcoming")

    assert list(facts(batch)) == ["GOOD@2026"]
    assert [(line, reason) for line, reason, _ in rejects(batch)] == [(2, "bad_symbol"), (3, "bad_symbol")]
    assert batch.rows[0].complete == ()


def test_when_no_row_can_be_read_the_payload_is_refused() -> None:
    with pytest.raises(ContentRefused, match="not one of 2 rows"):
        read([NSE_ROW | {"symbol": None}, NSE_ROW | {"symbol": ""}], "nse.ipo_upcoming")


def test_what_is_no_record_is_a_reject() -> None:
    batch = read([GOOD, "surprise"], "nse.ipo_upcoming")

    assert rejects(batch) == [(2, "not_a_record", "no object where a record is due")]
    assert batch.rows[0].complete == ()


def test_only_the_lists_of_what_is_open_and_to_come_are_complete() -> None:
    assert len(read([GOOD], "nse.ipo_upcoming").rows[0].complete) == 1
    assert read([PAST_ROW], "nse.ipo_past").rows[0].complete == ()


def test_an_empty_list_says_of_no_issue_that_it_vanished() -> None:
    batch = read([], "nse.ipo_upcoming")

    assert (len(facts(batch)), batch.rows[0].complete, batch.rows_read) == (0, (), 0)


def test_bidding_that_ends_before_it_begins_is_put_aside_until_a_person_accepts_it() -> None:
    odd = NSE_ROW | {"issueStartDate": "30-Sep-2026", "issueEndDate": "28-Sep-2026"}

    refused, accepted = read([odd], "nse.ipo_upcoming"), read([odd], "nse.ipo_upcoming", accepted=[1])

    assert part(facts(refused)["ACME"], "open_date", "close_date") == (None, None)
    assert [reason for _, reason, _ in rejects(refused)] == ["dates_inverted"]
    assert part(facts(accepted)["ACME@2026"], "open_date", "close_date") == (date(2026, 9, 30), date(2026, 9, 28))
    assert rejects(accepted) == []


def test_a_row_that_says_the_same_twice_counts_once_and_one_that_contradicts_is_refused() -> None:
    batch = read([GOOD, GOOD, NSE_ROW, NSE_ROW | {"issueSize": "1"}], "nse.ipo_upcoming")

    assert (list(facts(batch)), batch.rows_repeated) == (["GOOD@2026"], 1)
    assert [(line, reason) for line, reason, _ in rejects(batch)] == [
        (3, "conflicting_duplicate"), (4, "conflicting_duplicate")
    ]  # fmt: skip


def test_two_offers_under_one_symbol_in_different_years_are_two_issues() -> None:
    earlier = PAST_ROW | {"ipoStartDate": "05-MAR-2007", "ipoEndDate": "09-MAR-2007"}

    assert sorted(facts(read([PAST_ROW, earlier], "nse.ipo_past"))) == ["ACME@2007", "ACME@2026"]


def test_names_are_text_without_markup_and_capped() -> None:
    odd = NSE_ROW | {"companyName": "<a href=x>Acme &amp; Sons</a>\u200b <b>Limited</b>" + "x" * 300}
    batch = read([odd], "nse.ipo_upcoming")

    company = str(facts(batch)["ACME@2026"]["company"])
    assert company.startswith("Acme & Sons Limited xxx")
    assert len(company) == 200
    assert [note.kind for note in batch.notes] == ["text_cut"]


def test_a_key_that_nobody_knows_is_noted() -> None:
    batch = read([GOOD | {"newThing": 1}], "nse.ipo_upcoming")

    assert [(note.kind, note.detail) for note in batch.notes] == [("added_column", {"column": "newThing"})]


@pytest.mark.parametrize("key", ["noOfSharesBid", "noofsharesbid", "NO_OF_SHARES_BID"])
def test_keys_are_read_whatever_their_capitals(key: str) -> None:
    row = NSE_ROW | {"noOfSharesOffered": "100", key: "250.0", "noOfTime": "2.5", "srNo": None, "category": "Total"}

    total = bids(read([row], "nse.ipo_current"), "ACME@2026", "nse")["TOTAL"]

    assert part(total, "shares_offered", "shares_bid", "times") == (100, 250, Decimal("2.5"))


def test_the_frames_have_the_declared_columns_and_types() -> None:
    row = NSE_ROW | {"noOfSharesOffered": "100", "noOfsharesBid": "250.0", "noOfTime": "2.5"}
    for one in read([row], "nse.ipo_current").rows:
        declared = COLUMNS[one.table]

        assert list(one.frame.columns) == [*(column.name for column in declared), "line_no"]
        assert [one.frame[column.name].dtype for column in declared] == [
            pd.ArrowDtype(TYPES[column.kind]) for column in declared
        ]
        assert str(one.frame["line_no"].dtype) == "int64"
    assert TYPES["times"] == pa.decimal128(38, 24)


def test_tables_and_groups_are_those_of_the_columns() -> None:
    for table in ipo.TABLES:
        assert (*table.key, *table.columns) == tuple(column.name for column in COLUMNS[table.name])


def test_nses_own_book_has_the_graphs_time_only_while_their_totals_agree() -> None:
    nse: list[dict[str, object]] = [
        {"srNo": None, "category": "Total", "noOfSharesOffered": "10.0", "noOfsharesBid": "5.0", "noOfTime": "0.5"}
    ]  # fmt: skip
    stamp = "As on 28-Sep-2026 17:00:09 IST"

    same = read(detail({"dataList": []}, nse, timestamp=stamp, TOTAL_BIDS="5"), "nse.ipo_detail")
    other = read(detail({"dataList": []}, nse, timestamp=stamp, TOTAL_BIDS="6"), "nse.ipo_detail")

    at = datetime(2026, 9, 28, 11, 30, 9, tzinfo=UTC)
    assert part(bids(same, "ACME@2026", "nse")["TOTAL"], "as_of", "as_of_from") == (at, "content")
    assert part(bids(other, "ACME@2026", "nse")["TOTAL"], "as_of", "as_of_from") == (FETCHED_AT, "fetch")


def test_a_book_without_a_time_is_of_the_fetch_and_says_so() -> None:
    book = {"dataList": [{"srNo": "1", "category": "QIB", "noOfSharesBid": "7"}]}

    row = bids(read(detail(book, []), "nse.ipo_detail"), "ACME@2026", "combined")["1"]

    assert part(row, "as_of", "as_of_from", "shares_bid") == (FETCHED_AT, "fetch", 7)


def test_a_time_after_the_fetch_is_refused_and_the_bids_are_of_the_fetch() -> None:
    book = {"dataList": [{"srNo": "1", "category": "QIB", "noOfSharesBid": "7"}],
            "updateTime": "Updated as on 30-Sep-2026 17:00:00"}  # fmt: skip
    batch = read(detail(book, []), "nse.ipo_detail")

    assert part(bids(batch, "ACME@2026", "combined")["1"], "as_of", "as_of_from") == (FETCHED_AT, "fetch")
    assert [reason for _, reason, _ in rejects(batch)] == ["future_time"]


def test_a_row_without_a_number_that_is_no_total_is_refused() -> None:
    book = {"dataList": [{"srNo": None, "category": "Employees", "noOfSharesBid": "7"},
                         {"srNo": "2", "category": "NII", "noOfSharesBid": "9"}]}  # fmt: skip
    batch = read(detail(book, []), "nse.ipo_detail")

    assert list(bids(batch, "ACME@2026", "combined")) == ["2"]
    assert [reason for _, reason, _ in rejects(batch)] == ["bad_sr_no"]


def test_bids_of_which_nothing_is_told_are_absent() -> None:
    book = {"dataList": [{"srNo": "1", "category": "QIB", "noOfSharesBid": "", "noOfShareOffered": ""}]}
    batch = read(detail(book, []), "nse.ipo_detail")

    assert (rows(batch, "ipo_subscription"), batch.rows_absent) == ([], 1)


BODIES: list[tuple[bytes, str, type[MunimError]]] = [
    (b"", "nse.ipo_current", SourceUnavailable),
    (b"{}", "nse.ipo_current", SourceUnavailable),
    (b"<html><h1>Access Denied</h1></html>", "nse.ipo_current", SourceBlocked),
    (b"<html>Service Unavailable</html>", "nse.ipo_upcoming", SourceUnavailable),
    (b'[{"symbol": "ACME", "issueStartDate', "nse.ipo_upcoming", SourceUnavailable),
    (b'[{"symbol": "ACME"}]', "nse.ipo_upcoming", ContentRefused),
    (b'[{"symbol": "A", "symbol": "B", "issueStartDate": "-"}]', "nse.ipo_upcoming", ContentRefused),
    (b"symbol,company\nACME,Acme\n", "nse.ipo_upcoming", ContentRefused),
    (b"PK\x03\x04zip", "nse.ipo_upcoming", ContentRefused),
    (b'{"bidDetails": [], "issueInfo": {"dataList": []}}', "nse.ipo_detail", NotYetPublished),
    (b'{"Table": [{"Scrip_cd": 1}]}', "bse.public_issues", ContentRefused),
    (b"<html>404 page not found</html>", "bse.public_issues", ContentRefused),
    (b'{"msg": -1, "error": "Invalid API Call2025-100-01"}', "chittorgarh.ipo_list", ContentRefused),
    (b'{"msg": 1, "reportTableData": [{"other": 1}]}', "investorgain.gmp", ContentRefused),
]


@pytest.mark.parametrize(("body", "feed", "error"), BODIES)
def test_a_body_that_is_not_what_it_should_be_is_told(body: bytes, feed: str, error: type[MunimError]) -> None:
    with pytest.raises(error):
        ipo.read(payload(body, feed))
    # A file that somebody had doesn't get better by asking again.
    with pytest.raises(ContentRefused):
        ipo.read(payload(body, feed, origin="file"))


def test_a_body_of_another_feed_is_refused_by_name() -> None:
    with pytest.raises(ContentRefused, match=r"a body of nse\.ipo_past"):
        read([PAST_ROW], "nse.ipo_upcoming")


def test_a_trackers_file_is_no_answer_of_nses() -> None:
    body = {"metadata": {"data_type": "upcoming_ipos"}, "data": [{"raw_data": NSE_ROW}]}

    with pytest.raises(ContentRefused, match="tracker"):
        ipo.read(payload(body, "nse.ipo_upcoming"))
    assert "ACME@2026" in facts(ipo.read(payload(body, "nse.ipo_upcoming", origin="file")))


def test_bses_list_that_was_asked_for_in_part_is_not_complete() -> None:
    row = {"Scrip_cd": 1, "Scrip_Name": "Acme", "IPO_NO": 8001, "IR_flag": "IPO", "IR_FLAG_FULL": "IPO",
           "Start_Dt": "2026-09-25T00:00:00", "End_Dt": "2026-09-29T00:00:00"}  # fmt: skip
    whole = ipo.read(payload({"Table": [row]}, "bse.public_issues", url="https://x/w?flag=1"))
    of_live = ipo.read(payload({"Table": [row]}, "bse.public_issues", url="https://x/w?flag=1&status=L"))

    assert (len(whole.rows[0].complete), len(of_live.rows[0].complete)) == (1, 0)


def test_a_kind_that_bse_has_not_had_before_is_told() -> None:
    row = {"Scrip_cd": 1, "Scrip_Name": "Acme", "IPO_NO": 8001, "IR_flag": "ZZZ", "Face_Val": 0.0}
    batch = read({"Table": [row, row | {"IPO_NO": None}]}, "bse.public_issues")

    assert facts(batch)["8001"]["security_kind"] == "unknown"
    assert [note.kind for note in batch.notes] == ["unknown_kind"]
    assert [reason for _, reason, _ in rejects(batch)] == ["bad_face_value", "bad_issue_no"]


def test_investorgains_report_is_read_out_of_its_markup() -> None:
    none = INVESTORGAIN_ROW | {"~id": 1502, "GMP": "&#8377;<b>--</b> (0.00%)", "~gmp_percent_calc": "0.00",
                               "Price (₹)": "0", "Lot": "", "~IPO_Category": "SME"}  # fmt: skip
    batch = read({"msg": 1, "reportTableData": [INVESTORGAIN_ROW, none]}, "investorgain.gmp")
    first, second = rows(batch, "ipo_gmp")

    figures = ("gmp_inr", "price", "estimated_gain_pct", "platform")
    assert part(first, *figures) == (110, 1065, Decimal("10.33"), "mainboard")
    assert part(first, "as_of", "as_of_from") == (datetime(2026, 9, 28, 2, 3, tzinfo=UTC), "content")
    assert part(second, *figures) == (None, None, None, "sme")
    issue = facts(batch)["1501"]
    assert part(issue, "open_date", "close_date", "allotment_date", "listing_date", "lot_size", "source_status") == (
        date(2026, 9, 28), date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 5), 14, "O"
    )  # fmt: skip
    assert list(batch.rejects["detail"]) == []


def test_chittorgarhs_report_is_read_out_of_its_markup() -> None:
    row = {
        "Company": '<a href="https://x/ipo/acme-ipo/2276/" title="x">Acme &amp; Sons Ltd.</a> <b>O</b>',
        "Issue Category": "SME", "Opening Date": "31-Dec-2025", "Closing Date": "Fri, Jan 02, 2026",
        "Listing Date": "", "Issue Price (Rs.)": "90.00 to 95.00", "Listing at": "BSE SME", "~nse_symbol": "",
        "Total Issue Amount (Incl.Firm reservations) (Rs.cr.)": "36.89", "~isin": "INE002A01018",
        "~bse_script_code": 544673, "~Issue_Open_Date": "2025-12-31T00:00:00.000Z",
    }  # fmt: skip
    unpriced = {
        "Company": "<a href='/ipo/jio-platforms-ipo/3152/'>Jio Platforms Ltd.</a>", "Issue Category": "Mainboard",
        "Opening Date": "", "Closing Date": "", "Issue Price (Rs.)": "", "Listing at": "BSE, NSE",
        "Total Issue Amount (Incl.Firm reservations) (Rs.cr.)": "0.00", "~isin": "INE002A01019",
        "~Issue_Open_Date": "2027-01-13T11:50:00.000Z",
    }  # fmt: skip
    batch = read({"msg": 1, "reportTableData": [row, unpriced]}, "chittorgarh.ipo_list")
    acme, jio = facts(batch)["2276"], facts(batch)["3152"]

    assert part(acme, "company", "platform", "price_band_low", "price_band_high", "issue_size_inr") == (
        "Acme & Sons Ltd.", "sme", 90, 95, 368_900_000
    )  # fmt: skip
    assert part(acme, "open_date", "close_date", "listing_date") == (date(2025, 12, 31), date(2026, 1, 2), None)
    assert part(acme, "isin", "bse_scrip_code", "symbol", "is_on_nse", "is_on_bse") == (
        "INE002A01018", "544673", None, False, True
    )  # fmt: skip
    # A day that the page doesn't show is no day.
    assert part(jio, "open_date", "issue_size_inr", "isin", "platform") == (None, None, None, "mainboard")
    assert [note.kind for note in batch.notes] == ["isin_check_digit"]
    # Once it is listed the column of the band has the price that was paid.
    paid = row | {"Listing Date": "Wed, Jan 07, 2026", "Issue Price (Rs.)": "95.00"}
    listed = facts(read({"msg": 1, "reportTableData": [paid]}, "chittorgarh.ipo_list"))["2276"]
    assert part(listed, "price_band_low", "price_band_high", "final_price", "listing_date") == (
        None, None, 95, date(2026, 1, 7)
    )  # fmt: skip
    assert rows(batch, "ipo_gmp") == []


def test_a_report_without_rows_is_no_error_and_not_complete() -> None:
    batch = read({"msg": 1, "reportTableData": []}, "investorgain.gmp")

    assert (rows(batch, "ipo_gmp"), batch.rows[0].complete) == ([], ())


def test_the_same_payload_gives_the_same_rows_and_its_fetch_gives_the_time_of_open_bids() -> None:
    row = NSE_ROW | {"noOfSharesOffered": "100", "noOfsharesBid": "250.0", "noOfTime": "2.5"}
    later = FETCHED_AT + timedelta(hours=1)

    assert rows(read([row], "nse.ipo_current"), "ipo_fact") == rows(
        read([row], "nse.ipo_current", fetched_at=later), "ipo_fact"
    )
    total = bids(read([row], "nse.ipo_current", fetched_at=later), "ACME@2026", "nse")["TOTAL"]
    assert part(total, "as_of", "as_of_from") == (later, "fetch")


def test_what_the_catalogue_imports_at_start_is_light() -> None:
    code = "import sys, pipelines.ipo; sys.exit(any(name in sys.modules for name in ('pandas', 'pyarrow', 'httpx')))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_series_that_was_asked_for_is_the_issues() -> None:
    url = nse_ipo.detail_url("M&M", "SME")
    body = detail({"dataList": []}, [])

    issue = facts(ipo.read(payload(body, "nse.ipo_detail", url=url)))["ACME@2026"]

    assert url == "https://www.nseindia.com/api/ipo-detail?symbol=M%26M&series=SME"
    assert part(issue, "series", "platform") == ("SME", "sme")


def test_a_reports_url_names_the_financial_year() -> None:
    assert gmp.report_url(gmp.INVESTORGAIN, date(2026, 3, 31)).endswith("/331/1/3/2026/2025-26/0/all")
    assert gmp.report_url(gmp.CHITTORGARH, date(2026, 4, 1)).endswith("/82/1/4/2026/2026-27/0/all/0")
