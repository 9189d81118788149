"""NSDL's report of FPI investments: rowspans, parentheses, sums, and pages that are not what was asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import (
    ContentRefused,
    MunimError,
    NotYetPublished,
    RequestWrong,
    SourceBlocked,
    SourceUnavailable,
)
from pipelines import flows
from pipelines.flows_fpi import slug
from scrapers import nsdl
from scrapers.client import Client
from tests.unit.flow_files import ABSENT, RECORDED, flow_payload, fpi_page

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch

FETCHED_AT = datetime(2026, 5, 27, 4, 0, tzinfo=UTC)
DAY = "26-May-2026"


def read(body: str | bytes, feed: str = nsdl.FPI_LATEST, slot: str = "2026-05-27T04:00:00+00:00") -> KeyedBatch:
    return flows.read(flow_payload(body, feed, slot=slot, url=nsdl.LATEST_URL, fetched_at=FETCHED_AT))


def failed(batch: KeyedBatch) -> list[str]:
    return [check.name for check in batch.checks if not check.passed]


def test_routes_become_rows_and_sums_do_not() -> None:
    batch = read(fpi_page([DAY]))

    frame = batch.rows[0].frame
    assert list(frame.columns) == [*flows.FPI_FLOW.key, *flows.FPI_FLOW.columns, "line_no"]
    assert frame.to_numpy().tolist() == [
        [date(2026, 5, 26), "equity", "stock_exchange", *map(Decimal, ("100.50", "60.25", "40.25", "4.23", "95.2")), 2],
        [date(2026, 5, 26), "equity", "primary_market_and_others",
         *map(Decimal, ("10", "0", "10", "1.05", "95.2")), 3],
        [date(2026, 5, 26), "aifs", "stock_exchange", *map(Decimal, ("1", "21", "-20", "-2.1", "95.2")), 5],
        [date(2026, 5, 26), "aifs", "primary_market_and_others", *map(Decimal, ("0", "0", "0", "0", "95.2")), 6],
    ]  # fmt: skip
    assert (failed(batch), len(batch.rejects), batch.rows_read) == ([], 0, 7)


def test_closing_tags_in_their_right_order_make_no_difference() -> None:
    assert read(fpi_page([DAY], swapped=False)).rows[0].frame.equals(read(fpi_page([DAY])).rows[0].frame)


def test_a_month_of_the_archive_gives_each_day_and_leaves_its_sums_out() -> None:
    page = fpi_page(["25-May-2026", "26-May-2026"], "Daily Trends in FPI Investments upto 26-May-2026")
    month = "".join(
        f"<tr><td rowspan='2'>{name}</td><td rowspan='2'>Equity</td><td>Stock Exchange</td><td>1.00</td><td>1.00</td>"
        "<td>0.00</td><td>0.00</td><td rowspan='2'></td></tr>"
        "<tr><td>Sub-total</td><td>1.00</td><td>1.00</td><td>0.00</td><td>0.00</td></tr>"
        for name in ("Total for May", "Grand Total Till May 26, 2026")
    )

    batch = read(page.replace("</table>", f"{month}</table>", 1), nsdl.FPI_ARCHIVE, "2026-05-26")

    assert batch.rows[0].frame.groupby("reporting_date").size().to_dict() == {
        date(2026, 5, 25): 4,
        date(2026, 5, 26): 4,
    }
    assert (batch.span, batch.modal) == ((date(2026, 5, 25), date(2026, 5, 26)), date(2026, 5, 26))
    assert len(batch.rejects) == 0
    assert failed(batch) == []


@pytest.mark.parametrize(
    ("was", "now", "checks"),
    [
        (">40.25<", ">40.95<", ["net_adds_up", "sums_add_up", "dollars_fit_rate"]),
        (">110.50<", ">110.60<", ["net_adds_up", "sums_add_up"]),
        (">111.50<", ">112.50<", ["net_adds_up", "sums_add_up"]),
        (">(20.00)</td><td>(2.10)</td></tr><tr><td>Primary", ">20.00</td><td>(2.10)</td></tr><tr><td>Primary",
         ["net_adds_up", "sums_add_up", "dollars_fit_rate"]),
        ("Rs.95.2000", "Rs.59.2000", ["dollars_fit_rate"]),
        ("<td>Sub-total</td>", "<td>Subsidy</td>", ["sums_add_up"]),
    ],
)  # fmt: skip
def test_figures_that_do_not_add_up_fail_their_check(was: str, now: str, checks: list[str]) -> None:
    batch = read(fpi_page([DAY]).replace(was, now, 1))

    assert failed(batch) == checks
    assert [check.blocking for check in batch.checks] == [True, True, False]


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        ("", SourceUnavailable, "an empty body"),
        ("a;b", ContentRefused, "text where a web page is due"),
        ("<html>Access Denied</html>", SourceBlocked, "turns us away"),
        ("<html>Welcome</html>", ContentRefused, "a web page"),
        ("<html><p>No Records Found</p></html>", NotYetPublished, "without a report"),
        ("<html><h1>Daily Trends in FPI Investments</h1></html>", NotYetPublished, "without a report"),
        (fpi_page([DAY])[:1000], SourceUnavailable, "cut short"),
        (fpi_page([DAY]).split("<tr class='total'>", maxsplit=1)[0] + "</table>", SourceUnavailable, "cut short"),
        (fpi_page([DAY]).replace("(Rs. Crore)", "(Rs. Lakh)"), ContentRefused, "no column gross_purchases"),
        (fpi_page([DAY]).replace(">100.50<", ">1e2<"), ContentRefused, "row 2, gross_purchases: '1e2'"),
        (fpi_page([DAY]).replace(">100.50<", "><"), ContentRefused, "row 2 without gross_purchases"),
        (fpi_page([DAY]).replace(">AIFs<", ">Equity<"), ContentRefused, "or twice"),
        (fpi_page(["28-May-2026"]), ContentRefused, "still to come"),
        (fpi_page([DAY], "Daily Trends in FPI Investments on 25-May-2026"), ContentRefused, "under the title of"),
    ],
)
def test_what_is_no_report_is_refused(body: str, kind: type[MunimError], why: str) -> None:
    with pytest.raises(kind, match=why):
        read(body)


def test_a_days_report_of_zeros_is_a_failed_fetch() -> None:
    page = fpi_page([DAY])
    for amount in ("100.50", "60.25", "40.25", "10.00", "110.50", "50.25", "1.00", "21.00", "111.50", "81.25"):
        page = page.replace(f">{amount}<", ">0.00<")

    with pytest.raises(ContentRefused, match="all zeros for 2026-05-26"):
        read(page)


@pytest.mark.parametrize(
    ("slot", "kind"),
    [("2026-05-25", ContentRefused), ("2026-06-26", ContentRefused), ("2026-05-27", NotYetPublished)],
)
def test_another_dates_page_is_refused(slot: str, kind: type[MunimError]) -> None:
    page = fpi_page([DAY]).replace(f"Daily Trends in FPI Investments on {DAY}", "FPI")

    with pytest.raises(kind):
        read(page, nsdl.FPI_ARCHIVE, slot)


def test_a_page_whose_title_is_of_another_date_is_refused_although_the_day_stands_in_it() -> None:
    page = fpi_page(["25-May-2026", DAY], "Daily Trends in FPI Investments upto 26-May-2026")

    with pytest.raises(ContentRefused, match="up to 2026-05-26 where 2026-05-25 was asked for"):
        read(page, nsdl.FPI_ARCHIVE, "2026-05-25")


def test_a_row_without_a_date_is_quarantined() -> None:
    odd = "<tr><td>26/05/2026</td><td>X</td><td>Y</td><td>1</td><td>1</td><td>0</td><td>0</td><td>95</td></tr>"

    batch = read(fpi_page([DAY]).replace("</table>", f"{odd}</table>", 1))

    assert batch.rejects[["reason", "raw_line"]].to_numpy().tolist() == [
        ["no_report_row", "26/05/2026 | X | Y | 1 | 1 | 0 | 0 | 95"]
    ]


def test_the_archive_without_a_browser_is_a_matter_of_settings() -> None:
    with (
        Client(user_agent="munim-test", clock=lambda: FETCHED_AT) as client,
        pytest.raises(RequestWrong, match=r"only a browser can post.*MUNIM_CHROMEDRIVER"),
    ):
        nsdl.fetch_fpi_archive(client, date(2026, 5, 26), "2026-05-26")


def test_words_become_keys() -> None:
    assert slug("Primary market & others") == "primary_market_and_others"
    assert slug(" Debt-General  Limit ") == "debt_general_limit"


def test_a_report_is_told_by_its_content() -> None:
    assert flows.detect_feed(fpi_page([DAY]).encode()) == nsdl.FPI_LATEST


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
def test_the_recorded_report_loads_as_its_text_says_and_adds_up() -> None:
    body = (RECORDED / "nsdl_fpi_latest_2026-05-26_excerpt.html").read_bytes()

    batch = read(body)

    frame = batch.rows[0].frame
    assert (len(frame), batch.rows_read, failed(batch), len(batch.rejects)) == (17, 25, [], 0)
    assert set(frame["reporting_date"]) == {date(2026, 5, 26)}
    assert set(frame["inr_per_usd"]) == {Decimal("95.2047")}
    amounts = ["gross_purchases_inr_crore", "gross_sales_inr_crore", "net_inr_crore", "net_usd_million"]
    of = {(row[0], row[1]): row[2:] for row in frame[["asset_class", "route", *amounts]].to_numpy().tolist()}
    assert of["equity", "stock_exchange"] == [*map(Decimal, ("12847.68", "10732.31", "2115.37", "222.19"))]
    assert of["debt_vrr", "primary_market_and_others"] == [*map(Decimal, ("150.00", "166.80", "-16.80", "-1.76"))]
    assert of["mutual_funds", "other_schemes"] == [*map(Decimal, ("0.02", "0.21", "-0.19", "-0.02"))]
    assert [sum(column) for column in zip(*of.values(), strict=True)] == [
        *map(Decimal, ("14388.96", "11824.76", "2564.20", "269.33"))
    ]
    assert frame["asset_class"].unique().tolist() == [
        "equity", "debt_general_limit", "debt_vrr", "debt_far", "hybrid", "mutual_funds", "aifs"
    ]  # fmt: skip
