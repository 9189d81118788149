"""What the tests of flows share: small bodies in each form, and where the recorded ones are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from munim.core.payload import Payload

if TYPE_CHECKING:
    from munim.core.payload import Origin

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "flows"
ABSENT = "the recorded files of flows (../shared/data/flows) are not on this machine"

FETCHED_AT = datetime(2026, 5, 19, 14, 0, tzinfo=UTC)

FII_DII = (
    '[{"category":"DII **","date":"19-May-2026","buyValue":"16951.95","sellValue":"13150.27","netValue":"3801.68"},'
    '{"category":"FII/FPI *","date":"19-May-2026","buyValue":"17907.55","sellValue":"20365.04","netValue":"-2457.49"}]'
)

PARTICIPANT_HEADER = (
    "Client Type,Future Index Long,Future Index Short,Future Stock Long,Future Stock Short\t,"
    "Option Index Call Long,Option Index Put Long,Option Index Call Short,Option Index Put Short,"
    "Option Stock Call Long,Option Stock Put Long,Option Stock Call Short,Option Stock Put Short,"
    "Total Long Contracts\t,Total Short Contracts"
)
PARTICIPANT_OI = f"""\
""Participant wise Open Interest (no. of contracts) in Equity Derivatives as on Feb 01,2021"",,,,,,,,,,,,,,\r
{PARTICIPANT_HEADER}\r
Client,1,2,3,4,5,6,7,8,9,10,11,12,34,44\r
DII,1,1,1,1,1,1,1,1,1,1,1,1,6,6\r
FII,2,2,2,2,2,2,2,2,2,2,2,2,12,12\r
Pro,3,3,3,3,3,3,3,3,3,3,3,3,18,18\r
TOTAL,7,8,9,10,11,12,13,14,15,16,17,18,70,80\r
"""


def flow_payload(
    body: str | bytes,
    feed: str,
    *,
    slot: str = "2026-05-19T14:00:00+00:00",
    url: str = "https://www.nseindia.com/made",
    origin: Origin = "fetch",
    fetched_at: datetime = FETCHED_AT,
) -> Payload:
    """A payload as if the source had sent this body."""
    sent = body.encode() if isinstance(body, str) else body
    return Payload(feed, slot, url, fetched_at, sent, origin=origin)


def fpi_page(days: list[str], title: str = "", *, swapped: bool = True) -> str:
    """A made page of NSDL's with a report a day; each has two classes, the second with negatives in parentheses."""
    titled = title or f"Daily Trends in FPI Investments on {days[0]}"
    end = "</tr></th>" if swapped else "</th></tr>"
    header = (
        "<tr><th>Reporting <br/>Date</th><th>Debt/Debt-VRR/Equity/Hybrid</th><th nowrap>Investment Route</th>"
        "<th>Gross Purchases(Rs. Crore)</th><th>Gross Sales (Rs. Crore)</th><th>Net Investment (Rs. Crore)</th>"
        "<th>Net Investment US($) million</th><th>Conversion <br/>(1 USD TO INR)*</th></tr>"
    )
    reports = "".join(
        f"<tr><td rowspan='7'>{day}</td><td rowspan='3'>Equity</td><td>Stock Exchange</td><td>100.50</td><td>60.25</td>"
        "<td>40.25</td><td>4.23</td><td rowspan='7'> Rs.95.2000</td></tr>"
        "<tr><td>Primary market & others</td><td>10.00</td><td>0.00</td><td>10.00</td><td>1.05</td></tr>"
        "<tr><td>Sub-total</td><td>110.50</td><td>60.25</td><td>50.25</td><td>5.28</td></tr>"
        "<tr><td rowspan='4'>AIFs</td><td>Stock Exchange</td><td>1.00</td><td>21.00</td><td>(20.00)</td>"
        "<td>(2.10)</td></tr>"
        "<tr><td>Primary market & others</td><td>0.00</td><td>0.00</td><td>0.00</td><td>0.00</td></tr>"
        "<tr><td>Sub-total</td><td>1.00</td><td>21.00</td><td>(20.00)</td><td>(2.10)</td></tr>"
        "<tr class='total'><td>Total</td><td>111.50</td><td>81.25</td><td>30.25</td><td>3.18</td></tr>"
        for day in days
    )
    note = "<tr><td align='center' colspan='8'><br/><tr><td colspan='8'><a>Note</a></td></tr>"
    return (
        f"<html><body><div id='rpt'><table class='tbls01'><tr><th colspan='9'>{titled}{end}"
        f"{header}{reports}{note}</table></div></body></html>"
    )
