"""BSE: public issues that are open or to come, of all kinds: IPOs, further offers, rights, debt, buybacks.

`GetPublicIssue_par_updated` answers with one list of them, main board and SME platform together; `IR_flag` says what
each is, `Status` whether it is live (L) or forthcoming (F). Filtered by `status` or `ir_flag` it is a part of the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from munim.core.errors import ContentRefused
from scrapers.bodies import body_error
from scrapers.excerpt import describe
from scrapers.ipo_json import Node, load, loads, record, records

if TYPE_CHECKING:
    from munim.core.payload import Payload
    from scrapers.client import Client
    from scrapers.raw import RawTable

PUBLIC_ISSUES: Final = "bse.public_issues"
FEEDS: Final = (PUBLIC_ISSUES,)

PUBLIC_ISSUES_URL: Final = "https://api.bseindia.com/BseIndiaAPI/api/GetPublicIssue_par_updated/w?flag=1"
REFERER: Final = "https://www.bseindia.com/"
"""Without this header BSE answers with a web page that says 404, and status 200."""


def fetch_public_issues(client: Client, slot: str) -> Payload:
    """Return BSE's list of public issues; raises as `referring.get_with`. Not looked at: see `check_body`."""
    from scrapers.referring import get_with  # noqa: PLC0415 - httpx is there when there is a client, and not before

    return get_with(client, PUBLIC_ISSUES_URL, referer=REFERER, feed=PUBLIC_ISSUES, slot=slot)


def check_body(payload: Payload) -> None:
    """Return when the body is BSE's list; otherwise raise as `ipo_json.load`, or `ContentRefused` for other JSON.

    An empty list is good: there may be no issue.
    """
    if not _is_list(load(payload)):
        raise body_error(ContentRefused, payload, "JSON that is no list of BSE's public issues")


def detect_feed(body: bytes) -> str:
    """Return the feed that a body comes from, by the keys of its records; raises `ContentRefused` when it is none."""
    try:
        found = loads(body)
    except (ValueError, RecursionError):
        found = None
    if not _is_list(found) or not records(record(found)["table"]):
        raise ContentRefused(f"no list of BSE's public issues; got {describe(body)}", kept="nothing was written")
    return PUBLIC_ISSUES


def is_filtered(payload: Payload) -> bool:
    """Tell whether the list was asked for in part."""
    asked = parse_qs(urlsplit(payload.url).query)
    return any(asked.get(name, [""])[0] for name in ("status", "ir_flag", "exchange", "scrip_Name"))


def parse(payload: Payload) -> dict[str, RawTable]:
    """Return the rows of a body that `check_body` has passed as strings: `issues`, whose columns are scrip_code,
    company, open_date, close_date, price_band, face_value, flag, status, platform, issue_no.
    """  # noqa: D205 - one list of columns
    from scrapers.ipo_table import Columns, read  # noqa: PLC0415 - pandas costs a second

    columns = Columns(
        {
            "scrip_code": ("scripcd",),
            "company": ("scripname", "longname"),
            "open_date": ("startdt",),
            "close_date": ("enddt",),
            "price_band": ("priceband",),
            "face_value": ("faceval",),
            "flag": ("irflagfull", "irflag"),
            "status": ("status",),
            "platform": ("exchangeplatform",),
            "issue_no": ("ipono",),
        },
        left={"shortname", "flag", "isretailertype", "cumsharesbuyback", "rn"},
    )
    return {"issues": read(records(record(load(payload))["table"]), columns, "bse-public_issues")}


def _is_list(node: Node) -> bool:
    table = record(node).get("table")
    if not isinstance(table, list):
        return False
    return all({"scripname", "ipono", "irflag"} <= record(one).keys() for one in table)
