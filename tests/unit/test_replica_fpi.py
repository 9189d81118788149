"""The made depositories' report: it adds up, is near the exchange's figures, and is written as NSDL writes it."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from munim.core.clock import IST
from munim.core.errors import RequestWrong
from munim.replica.fpi_figures import (
    ASSET_CLASSES,
    EXCHANGE,
    SUB_TOTAL,
    TOTAL,
    FpiRow,
    add_up,
    is_reporting_date,
    latest_reporting_date,
    reporting_dates,
    restated_at,
)
from munim.replica.market import Market
from munim.replica.nsdl_report import archive_tables, report_element, zeroed
from munim.replica.nse_files import nse_date
from munim.replica.sessions import session_before

DAYS = reporting_dates(date(2025, 6, 1), date(2026, 7, 5))
EXCERPT = Path("flows") / "nsdl_fpi_latest_2026-05-26_excerpt.html"


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(7)


def figures(row: FpiRow) -> tuple[Decimal, ...]:
    return row.purchases, row.sales, row.net, row.net_usd


def test_every_report_adds_up_exactly(market: Market) -> None:
    for day in DAYS:
        report = market.fpi(day)
        parts = defaultdict(list)
        for row in report.rows:
            assert row.net == row.purchases - row.sales
            if row.route not in {SUB_TOTAL, TOTAL}:
                parts[row.asset_class].append(figures(row))
        sums = {name: tuple(map(sum, zip(*rows, strict=True))) for name, rows in parts.items()}
        assert {row.asset_class: figures(row) for row in report.rows if row.route == SUB_TOTAL} == sums
        assert figures(report.rows[-1]) == tuple(map(sum, zip(*sums.values(), strict=True)))
        assert len(report.rows) == 25


def test_dollars_are_crores_at_the_reports_rate(market: Market) -> None:
    for day in DAYS[::20]:
        report = market.fpi(day)
        for row in report.rows:
            assert abs(row.net * 10 / report.rate - row.net_usd) < Decimal("0.1")


def test_confirmed_figures_are_near_the_provisional_ones_of_the_session_before(market: Market) -> None:
    for day in DAYS:
        confirmed = market.fpi(day).rows[0]
        provisional = market.fii_dii(session_before(day))["FII/FPI"]
        assert (confirmed.asset_class, confirmed.route) == ("Equity", EXCHANGE)
        assert confirmed.sales / provisional.sell >= Decimal("0.749")
        assert confirmed.sales / provisional.sell <= Decimal("1.051")
        assert confirmed.net != provisional.net


def test_few_reports_are_replaced_five_days_later(market: Market) -> None:
    replaced = [day for day in DAYS if market.is_fpi_restated(day)]

    assert 2 <= len(replaced) <= 15
    for day in DAYS:
        before = market.fpi(day, restated_at(day) - timedelta(minutes=1))
        assert (before != market.fpi(day, restated_at(day))) == (day in replaced)
        assert market.fpi(day) == market.fpi(day, restated_at(day))


def test_there_is_no_report_of_a_weekend_or_a_holiday(market: Market) -> None:
    for day in (date(2026, 8, 22), date(2026, 1, 26), date(2026, 2, 1)):
        assert not is_reporting_date(day)
        with pytest.raises(RequestWrong, match=f"{day} is no reporting date"):
            market.fpi(day)


def test_a_report_is_the_latest_from_its_hour_on() -> None:
    monday, friday = date(2026, 8, 24), date(2026, 8, 21)

    assert latest_reporting_date(datetime.combine(monday, time(18, 59), IST), time(19)) == friday
    assert latest_reporting_date(datetime.combine(monday, time(19), IST), time(19)) == monday
    assert latest_reporting_date(datetime(2026, 8, 23, 23, tzinfo=IST), time(19)) == friday


def test_the_same_seed_makes_the_same_report(market: Market) -> None:
    day = DAYS[0]

    assert Market(7).fpi(day) == market.fpi(day)
    assert Market(8).fpi(day) != market.fpi(day)


def masked(element: str, rate: str) -> str:
    return re.sub(r">\(?[\d.]+\)?<", ">N<", element).replace(rate, "RATE")


def test_the_element_is_the_recorded_one_but_for_its_figures(market: Market, recorded: Path) -> None:
    text = (recorded / EXCERPT).read_text()
    real = text[text.index("<div id", text.index("<body>")) : text.index("</body>")].strip()
    report = market.fpi(date(2026, 5, 26))

    assert masked(report_element(report), str(report.rate)) == masked(real, "95.2047")


def test_negatives_are_in_parentheses_and_the_dates_cell_spans_all_rows(market: Market) -> None:
    report = market.fpi(date(2026, 5, 26))
    text = report_element(report)

    negatives = [one for row in report.rows for one in figures(row) if one < 0]
    assert negatives
    assert all(f">({-one})<" in text for one in negatives)
    assert not re.search(r">-\d", text)
    assert text.count("<td rowspan='25'>") == 2
    assert "<td rowspan='4'>AIFs</td>" in text
    assert re.search(r"Daily Trends in FPI Derivative Trades on 26-May-2026</tr></th>", text)
    assert [row.route for row in report.rows[:2]] == list(ASSET_CLASSES["Equity"])


def test_the_archives_table_is_days_in_a_row_and_then_sums_without_a_rate(market: Market) -> None:
    reports = [market.fpi(day) for day in reporting_dates(date(2026, 5, 1), date(2026, 5, 26))]
    text = archive_tables(reports, date(2026, 5, 31), {"Total for May": add_up(reports)})
    investments = text[: text.index("</table>")]

    assert "Daily Trends in FPI Investments upto 31-May-2026</th>" in investments
    dates = re.findall(r"<td rowspan='25'>(\d\d-[A-Z][a-z]{2}-\d{4}|Total for May)</td>", investments)
    assert dates == [*(nse_date(report.reporting_date) for report in reports), "Total for May"]
    assert re.findall(r"<td rowspan='25'>(?: Rs.([\d.]+))?</td>", investments) == [str(one.rate) for one in reports] + [
        ""
    ]
    latest = report_element(reports[-1])
    assert latest[latest.index("<tr><td rowspan='25'>") : latest.index("<tr><td align='center'")] in investments
    assert figures(add_up(reports)[-1]) == tuple(
        map(sum, zip(*(figures(one.rows[-1]) for one in reports), strict=True))
    )


def test_a_report_of_zeros_keeps_its_form(market: Market) -> None:
    report = market.fpi(date(2026, 5, 26))
    zeros = zeroed(report)

    assert {one for row in zeros.rows for one in figures(row)} == {Decimal(0)}
    assert masked(report_element(zeros), str(report.rate)) == masked(report_element(report), str(report.rate))
