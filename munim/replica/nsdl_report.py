"""NSDL's report of FPI investments as its pages write it: all quirks of the one of 26-May-2026."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from munim.replica.fpi_figures import ASSET_CLASSES, TOTAL, FpiReport, FpiRow
from munim.replica.nse_files import MONTHS, nse_date

_TABLE: Final = "<table cellspacing='0' cellpadding='0' width='100%' class='tbls01'>"
_NOTE: Final = (
    "<tr><th  style='font-size:9pt;background-color:white;text-align:center;' colspan='9'><br/>Stock exchanges compile"
    " the provisional FII/FPI trade data on the basis of information provided by trading members during trading"
    " activities on T day. The data in respect of confirmed FII/FPI trades is compiled on the basis of reports"
    " submitted to depositories by Custodians constitutes trades conducted by FIIs/FPIs on and up to the previous"
    " trading day(s).<br/><br/></th></tr>"
)
_TITLE: Final = (
    "<th style='text-align:center;font-size:10pt;color:blue;' colspan='{columns}'>Daily Trends in {what} {when}"
)
_HEADER: Final = (
    "<tr><th align='center' width='100px'>Reporting <br/>Date</th><th>Debt/Debt-VRR/Equity/Hybrid</th>"
    "<th nowrap>Investment Route</th><th>Gross Purchases(Rs. Crore)</th><th>Gross Sales (Rs. Crore)</th>"
    "<th>Net Investment (Rs. Crore)</th><th>Net Investment US($) million</th>"
    "<th>Conversion <br/>(1 USD TO INR)*</th></tr>"
)
# A row is opened and never closed, and the note's row stands inside it.
_AFTER_TOTAL: Final = (
    "<tr><td align='center' colspan='8'><br/><tr><td align='center' colspan='8'><a onclick='fiiNote()'"
    " style='cursor:pointer;'><i style=font-weight:bold;font-size:10pt;>Note</i></a></td></tr></table>"
)
_CHARTS: Final = (
    "<div id='chartdiv' style='height: 291px; width: 320px'></div><div id='chartdiv1' style='height: 291px; width: 55%;"
    " margin-left: 420px; margin-top: -290px;'></div><br />"
)
_AMOUNTS: Final = "<th align='center' nowrap>No. of Contracts</th><th align='center' nowrap>Amount in Crore</th>"
_DERIVATIVES_HEADER: Final = (
    "<tr><th align='center' rowspan='3'>Reporting Date</th><th align='center' rowspan='3'>Derivative Products</th>"
    "<th align='center' rowspan='2' colspan='2'>Buy</th><th align='center' rowspan='2' colspan='2'>Sell</th><tr>"
    "<th align='center' colspan='2'>Open Interest at the</br>end of the date</th></tr>"
    f"<tr>{_AMOUNTS * 3}</tr>"
)
_DERIVATIVES_NOTE: Final = (
    "<tr><td align='center' colspan='8'><br/> The above report is compiled on the basis of reports submitted to"
    " depositories by NSE, BSE,MSEI,NCDEX and MCX on {day} and constitutes FPIs trading /position of the previous"
    " trading day.<br/></td></tr></table>"
)


def report_element(report: FpiReport) -> str:
    """Return `<div id="rpt" …>` of Latest.aspx, with both tables.

    The first row of a class opens with its name, and the first of all with the date, both over several rows. The
    name of AIFs spans the Total row too.
    """
    day = nse_date(report.reporting_date)
    tables = _tables(f"on {day}", [_day_block(report)], [_products(day, report.derivatives)], day)
    return f'<div id="rpt" class="mT10">{tables}</div>'


def archive_tables(reports: Sequence[FpiReport], upto: date, sums: Mapping[str, tuple[FpiRow, ...]]) -> str:
    """Return both tables of Archive.aspx: the days of a month one below the other, then blocks that are sums.

    A sum's name stands where a day has its date (`Total for May`), and it has no rate. The products of a month are
    named in capitals.
    """
    day = nse_date(upto)
    blocks = [_day_block(report) for report in reports] + [_block(name, rows, "") for name, rows in sums.items()]
    products = [_products(nse_date(report.reporting_date), report.derivatives) for report in reports]
    columns = [list(column) for column in zip(*(report.derivatives.values() for report in reports), strict=True)]
    month = {
        product.upper(): tuple(map(sum, zip(*days, strict=True)))
        for product, days in zip(reports[0].derivatives, columns, strict=True)
    }
    return _tables(f"upto {day}", blocks, [*products, _products(f"Total for {upto:%B}", month)], day)


def _tables(when: str, blocks: Sequence[str], products: Sequence[str], day: str) -> str:
    title = _TITLE.format(columns=9, what="FPI Investments", when=when)
    investments = f"{_TABLE}{_NOTE}<tr>{title}</th></tr>{_HEADER}{''.join(blocks)}{_AFTER_TOTAL}"
    title = _TITLE.format(columns=8, what="FPI Derivative Trades", when=when)
    # The title's row ends before its cell, as written.
    head = f"{_TABLE}<tr>{title}</tr></th>{_DERIVATIVES_HEADER}"
    return f"{investments}{_CHARTS}{head}{''.join(products)}{_DERIVATIVES_NOTE.format(day=day)}"


def _day_block(report: FpiReport) -> str:
    return _block(nse_date(report.reporting_date), report.rows, f" Rs.{report.rate}")


def _block(name: str, all_rows: Sequence[FpiRow], rate: str) -> str:
    span = f"rowspan='{len(all_rows)}'"
    last_class = list(ASSET_CLASSES)[-1]
    named: set[str] = set()
    lines = []
    for row in all_rows:
        cells = f"<td>{row.route}</td>{_cells(row)}"
        if row.route == TOTAL:
            lines.append(f"<tr class='total' align='right'><td>{TOTAL}</td>{_cells(row, '')}</tr>")
            continue
        if row.asset_class not in named:
            rows = len(ASSET_CLASSES[row.asset_class]) + 1 + (row.asset_class == last_class)
            cells = f"<td rowspan='{rows}'>{row.asset_class}</td>{cells}"
        if not named:
            cells = f"<td {span}>{name}</td>{cells}<td {span}>{rate}</td>"
        named.add(row.asset_class)
        lines.append(f"<tr>{cells}</tr>")
    return "".join(lines)


def _cells(row: FpiRow, align: str = " align='right'") -> str:
    return "".join(f"<td{align}>{_number(one)}</td>" for one in (row.purchases, row.sales, row.net, row.net_usd))


def _number(number: Decimal) -> str:
    return f"({-number:.2f})" if number < 0 else f"{number:.2f}"


def _products(name: str, products: Mapping[str, Sequence[Decimal | int]]) -> str:
    first = f"<td rowspan='{len(products)}'>{name}</td>"
    rows = []
    for product, numbers in products.items():
        cells = "".join(f"<td align='right'>{number:.2f}</td>" for number in numbers)
        rows.append(f"<tr>{first}<td>{product}</td>{cells}</tr>")
        first = ""
    return "".join(rows)


def zeroed(report: FpiReport) -> FpiReport:
    """Return the report with zeros for every figure but the rate."""
    zero = Decimal("0.00")
    rows = tuple(FpiRow(row.asset_class, row.route, zero, zero, zero, zero) for row in report.rows)
    return FpiReport(report.reporting_date, report.rate, rows, dict.fromkeys(report.derivatives, (zero,) * 6))


def read_nsdl_date(text: str) -> date | None:
    """Return the date of `26-May-2026`; None where it is none."""
    day, _, rest = text.partition("-")
    month, _, year = rest.partition("-")
    try:
        return date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError:
        return None
