"""What a body of NSE's is, before anything is read from it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, NotYetPublished, SourceUnavailable
from scrapers.bodies import body_error, check_text

if TYPE_CHECKING:
    from munim.core.payload import Payload

FII_DII = "nse.fii_dii"
PARTICIPANT_OI = "nse.participant_oi"

PARTICIPANT_TITLE = re.compile(rb"participant\s*-?\s*wise\s+open\s+interest", re.IGNORECASE)
BEGINNING_BYTES = 512


def check_body(payload: Payload) -> None:
    """Return when the body has the form of its feed: a JSON list of records, or the participants' CSV with a TOTAL.

    Raises as `bodies.check_text`; `SourceUnavailable` for what is cut short, `NotYetPublished` for an empty list.
    """
    text = check_text(payload)
    if payload.feed == FII_DII:
        _check_json(payload, text)
    else:
        _check_csv(payload, text)


def detect_feed(body: bytes) -> str:
    """Return the feed that a body comes from by its content; raise `ContentRefused` when it is none of NSE's."""
    beginning = body[:BEGINNING_BYTES].lstrip(b"\xef\xbb\xbf \r\n\t")
    if beginning.startswith(b"[") and b"buyValue" in body:
        return FII_DII
    if PARTICIPANT_TITLE.search(beginning):
        return PARTICIPANT_OI
    raise ContentRefused("the body is no file of NSE's flows", kept="nothing was written")


def _check_json(payload: Payload, text: bytes) -> None:
    try:
        records = json.loads(text)
    except ValueError as error:
        if text.startswith(b"["):
            raise body_error(SourceUnavailable, payload, f"JSON cut short ({error})") from error
        raise body_error(ContentRefused, payload, "text where JSON is due") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise body_error(ContentRefused, payload, "JSON that is no list of records")
    if not records:
        raise body_error(NotYetPublished, payload, "an empty list: no session's figures")


def _check_csv(payload: Payload, text: bytes) -> None:
    if not PARTICIPANT_TITLE.search(text[:BEGINNING_BYTES]):
        raise body_error(ContentRefused, payload, "text that does not begin as NSE's open interest by participant")
    last = text.rpartition(b"\n")[2]
    # The file ends with its totals: without them it is cut short, as it is when they are.
    if not last.lower().lstrip(b'"').startswith(b"total"):
        raise body_error(SourceUnavailable, payload, "a file cut short: it does not end with the row TOTAL")
