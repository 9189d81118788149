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
