"""BSE's list of public issues as facts: IPOs and what stands among them, each flagged as what it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from loaders.batch import Note
from loaders.keyed_batch import Scope
from pipelines.ipo_kind import kind_of_bse_flag
from pipelines.ipo_rows import Collected, Row, Values, rows_of
from pipelines.ipo_tables import IPO_FACT
from pipelines.ipo_terms import bidding_days
from pipelines.ipo_text import LONGEST_COMPANY, LONGEST_STATUS, clean_text
from pipelines.ipo_values import Unreadable, is_absent, read_band, read_price
from scrapers.bse_ipo import is_filtered

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch
    from munim.core.payload import Payload
    from scrapers.raw import RawTable

SOURCE: Final = "bse"
PLATFORMS: Final = {"mainboard": "mainboard", "sme": "sme"}
"""`eXCHANGE_PLATFORM`; the third that was seen is Debt, which is neither."""

_ID: Final = re.compile(r"[0-9]{1,9}")


def normalise(tables: Mapping[str, RawTable], payload: Payload, accepted: Collection[int] = ()) -> KeyedBatch:
    """Return what BSE's list says of issues; pure. `accepted` as in `ipo_nse.normalise`.

    Raises `ContentRefused` when not one row can be read.
    """
    found = Collected()
    found.take_rejects(tables)
    every_row_is_told = True
    for row in rows_of(tables.get("issues")):
        issue_no = row.read(read_id, "issue_no")
        if issue_no is None:
            every_row_is_told = False
            row.refuse("bad_issue_no", "no issue number: the row is of no issue that is named")
        else:
            found.keep(IPO_FACT, row, _fact(row, issue_no, payload, accepted))
        found.take(row)
    whole = every_row_is_told and not found.refused_by_parser and not is_filtered(payload)
    complete = whole and bool(found.values[IPO_FACT.name])
    scopes = (Scope({"source": SOURCE, "feed": payload.feed}),) if complete else ()
    return found.batch(payload, tables["issues"].layout, (IPO_FACT,), scopes)


def read_id(raw: str | None) -> str | None:
    """Read a site's number of an issue."""
    text = (clean_text(raw) or "").strip()
    if is_absent(text):
        return None
    if not _ID.fullmatch(text):
        raise Unreadable("no number of an issue")
    return text


def _fact(row: Row, issue_no: str, payload: Payload, accepted: Collection[int]) -> Values:
    company, flag = row.text("company", LONGEST_COMPANY), row.text("flag", LONGEST_STATUS)
    band = row.read(read_band, "price_band")
    opens, closes = bidding_days(row, accepted)
    kind = kind_of_bse_flag(flag, company)
    if kind == "unknown":
        row.notes.append(Note("unknown_kind", issue_no, detail={"flag": flag}))
    return {
        "source": SOURCE,
        "source_id": issue_no,
        "feed": payload.feed,
        "company": company,
        "platform": PLATFORMS.get((row.cells.get("platform") or "").strip().casefold()),
        "security_kind": kind,
        "bse_scrip_code": row.read(read_id, "scrip_code"),
        "price_band_low": band.low if band else None,
        "price_band_high": band.high if band else None,
        "face_value": row.read(read_price, "face_value"),
        "open_date": opens,
        "close_date": closes,
        "source_status": row.text("status", LONGEST_STATUS),
        "is_on_bse": True,
    }
