"""What a body of the calendar's feeds is, before anything is read from it: a list, or what came in its place."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, MunimError, SourceBlocked, SourceUnavailable
from scrapers.excerpt import describe
from scrapers.nse_calendar_feeds import (
    HOLIDAY_DATES,
    HOLIDAYS_CLEARING,
    HOLIDAYS_TRADING,
    MASTERS,
    TRADING_DAYS,
    read_name,
)

if TYPE_CHECKING:
    from munim.core.payload import Payload

Row = dict[str, object]
Master = list[tuple[str, list[Row]]]
"""Segments in the order of the body, each with its rows."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

BANK_CLOSING = re.compile(r"bank(?:s|ing)?['’]?s?\s+clos|clos\w*\s+of\s+bank", re.IGNORECASE)
"""`Annual Bank Closing` (01-Apr): on that day equity trades and isn't settled."""

EQUITY_SEGMENTS = ("CM", "FO")

BLOCK_WORDS = ("access denied", "request rejected", "captcha", "forbidden", "unauthori", "are you a robot")
ERROR_WORDS = ("error", "unavailable", "bad gateway", "time-out", "timeout", "maintenance", "try again")

_TAG = re.compile(rb"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_ISO_LINE = re.compile(rb"\s*\d{4}-\d{2}-\d{2}\s*(?:[\r\n]|\Z)")
_NAMED_MONTH_LINE = re.compile(rb"\s*\d{1,2}-[A-Za-z]{3}-\d{4}\s*(?:[\r\n]|\Z)")


def check_body(payload: Payload) -> None:
    """Return when the body is a list of its feed; otherwise raise what it is.

    `SourceUnavailable`: blank, cut short, without a row, an error page with status 200. `SourceBlocked`: a page that
    turns us away. `ContentRefused`: another shape, a segment that stands there twice, the clearing list where the
    trading list is due. For a file that somebody had, all are `ContentRefused`: to ask again won't change it.
    """
    body = payload.body.removeprefix(BYTE_ORDER_MARK).strip()
    if not body:
        raise _error(SourceUnavailable, payload, "an empty body")
    if body.startswith(b"<"):
        raise _page_error(payload, body)
    said = read_name(payload.url).list_type
    if payload.feed in MASTERS:
        due = "clearing" if payload.feed == HOLIDAYS_CLEARING else "trading"
        if said is not None and said != due:
            raise _error(ContentRefused, payload, f"what its name calls a {said} list where a {due} list is due")
        if not any(rows for _, rows in read_master(payload)):
            raise _error(SourceUnavailable, payload, "a list without a holiday")
    elif not (_ISO_LINE.match(body) or _NAMED_MONTH_LINE.match(body)):
        raise _error(ContentRefused, payload, "what doesn't begin with a date, where a list of dates is due")


def detect_feed(body: bytes) -> str:
    """Return the feed of a file by its content; raises `ContentRefused` for what is no list of ours.

    JSON is the trading list unless equity has the banks' closing in it. Dates such as `22-Jan-2024` are holidays, ISO
    dates trading days, as the recorded lists are; `--feed` says otherwise, and checks catch a mistake.
    """
    text = body.removeprefix(BYTE_ORDER_MARK).strip()
    if text.startswith(b"{"):
        try:
            master = _as_master(text)
        except ValueError as error:
            raise ContentRefused(f"no whole JSON ({error}): {describe(body)}") from error
        return HOLIDAYS_CLEARING if has_bank_closing(master) else HOLIDAYS_TRADING
    if _ISO_LINE.match(text):
        return TRADING_DAYS
    if _NAMED_MONTH_LINE.match(text):
        return HOLIDAY_DATES
    raise ContentRefused(f"no list of holidays and no list of trading days: {describe(body)}")


def read_master(payload: Payload) -> Master:
    """Return the segments of NSE's JSON with their rows.

    Raises `SourceUnavailable` for JSON that breaks off, `ContentRefused` for another shape.
    """
    body = payload.body.removeprefix(BYTE_ORDER_MARK).strip()
    try:
        return _as_master(body)
    except json.JSONDecodeError as error:
        kind = SourceUnavailable if body.startswith(b"{") and not body.endswith(b"}") else ContentRefused
        raise _error(kind, payload, f"no whole JSON ({error})") from error
    except UnicodeDecodeError as error:
        raise _error(ContentRefused, payload, "bytes that are no UTF-8") from error
    except ContentRefused as error:
        raise _error(ContentRefused, payload, error.what) from error


def has_bank_closing(master: Master) -> bool:
    """Tell whether equity has the banks' closing as a holiday: only its clearing list has."""
    return any(
        BANK_CLOSING.search(str(row.get("description", "")))
        for segment, rows in master
        if segment in EQUITY_SEGMENTS
        for row in rows
    )


def _as_master(text: bytes) -> Master:
    # As pairs: a dict would keep the last of two segments of one name and say nothing.
    members = json.loads(text, object_pairs_hook=_Members)
    if not isinstance(members, _Members):
        raise ContentRefused("JSON that is no object of segments")
    names = [name for name, _ in members]
    if len(set(names)) < len(names):
        raise ContentRefused("JSON in which a segment stands twice")
    return [(name, _rows(name, rows)) for name, rows in members]


def _rows(segment: str, rows: object) -> list[Row]:
    found = [dict(row) for row in rows if isinstance(row, _Members)] if isinstance(rows, list) else []
    if not isinstance(rows, list) or isinstance(rows, _Members) or len(found) < len(rows):
        raise ContentRefused(f"JSON whose {segment!r} is no list of holidays")
    return found


class _Members(list[tuple[str, object]]):
    """The members of a JSON object, in order, repeated ones too."""


def _page_error(payload: Payload, page: bytes) -> MunimError:
    words = b" ".join(_TAG.sub(b" ", page).split()).decode(errors="replace").casefold()
    if any(word in words for word in BLOCK_WORDS):
        return _error(SourceBlocked, payload, "a web page that turns us away")
    if any(word in words for word in ERROR_WORDS):
        return _error(SourceUnavailable, payload, "an error page with status 200")
    return _error(ContentRefused, payload, "a web page where a list is due")


def _error(kind: type[MunimError], payload: Payload, what: str) -> MunimError:
    if payload.origin != "fetch":
        # Nobody answered late or turned us away: the file simply isn't the one that is due.
        kind = ContentRefused
    advice = {
        SourceUnavailable: "try again later",
        SourceBlocked: "the site refuses this machine: wait, or get the file by hand and use `munim ingest`",
    }.get(kind)
    return kind(
        f"{payload.url} gave {what}; got {describe(payload.body)}", feed=payload.feed, slot=payload.slot, advice=advice
    )
