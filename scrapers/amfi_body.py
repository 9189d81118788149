"""What an AMFI body is, before anything is read from it: a NAV file, or which of the things that come in its place."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from scrapers.amfi_header import BYTE_ORDER_MARK, Header, read_header
from scrapers.excerpt import describe

if TYPE_CHECKING:
    from munim.core.payload import Payload

PACKED = {
    b"PK\x03\x04": "a zip file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}
"""How files that aren't text begin, and what they are."""

NO_DATA = "no data found on the basis of selected parameters"
"""What the history report says, in an HTML page with status 200, when a window has no NAVs."""

BLOCK_WORDS = (
    "access denied",
    "request rejected",
    "captcha",
    "forbidden",
    "unauthori",
    "are you a robot",
    "incapsula",
    # What a content network's challenge says: its title, and what stands below it.
    "just a moment",
    "verify you are human",
    "checking your browser",
)
GONE_WORDS = ("404", "not found")
ERROR_WORDS = ("error", "unavailable", "bad gateway", "gateway time", "maintenance", "temporarily", "try again")

SCRIPT = re.compile(rb"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(rb"<[^>]*>")
PAGE_INSIDE = re.compile(rb"<(?i:!doctype|html|head|body|script)\b")
WHOLE_DATE = re.compile(r"\d{2}-[A-Za-z]{3}-\d{4}")
PART_OF_DATE = re.compile(r"\d{0,2}|\d{2}-[A-Za-z]{0,3}|\d{2}-[A-Za-z]{3}-\d{0,3}")

BLANK_BYTES = 1024
DECODED_BYTES = 64 * 1024
PAGE_BYTES = 256 * 1024
"""How much of a web page is read for what it says."""


def check_body(payload: Payload) -> None:
    """Return when the body is a whole NAV file with rows; otherwise raise what it is.

    `SourceUnavailable`: blank, cut short, an error page with status 200. `NotYetPublished`: AMFI's "No data found"
    page. `SourceBlocked`: a page that turns us away. `ContentRefused`: binary, not UTF-8, a page that isn't known, no
    header of AMFI's. For a file that somebody had, all are `ContentRefused`: to ask again won't change it.
    """
    body = payload.body
    text = body.removeprefix(BYTE_ORDER_MARK).lstrip()
    if _is_blank(text):
        raise _error(SourceUnavailable, payload, "an empty body")
    _refuse_binary(payload, text)
    # The page has come in HTML, and the words are looked for in plain text too: they are never part of a NAV file.
    if text.startswith(b"<") or NO_DATA.encode() in text[:1024].lower():
        raise _page_error(payload, text)
    if not _is_utf8(body):
        raise _error(ContentRefused, payload, "bytes that are no UTF-8")
    header = read_header(body, feed=payload.feed, slot=payload.slot, url=payload.url)
    # To look for the one byte costs a tenth of looking for the pattern.
    if b"<" in body and (inside := PAGE_INSIDE.search(body)):
        raise _error(SourceUnavailable, payload, f"a NAV file that turns into a web page (at {inside.start():,})")
    if cut := _cut_short(body, header):
        raise _error(SourceUnavailable, payload, f"a body cut short: {cut}")


def detect_feed(body: bytes) -> str:
    """Return the feed that a body comes from, `amfi.latest` or `amfi.history`, by the order of its header's columns.

    Raises `ContentRefused` when it has no header of AMFI's.
    """
    return read_header(body).feed


def _is_blank(text: bytes) -> bool:
    """Tell whether there is no more than one byte; a window of history is not copied to find that out."""
    return len(text[:BLANK_BYTES].rstrip()) <= 1 and len(text.rstrip()) <= 1


def _refuse_binary(payload: Payload, text: bytes) -> None:
    for beginning, what in PACKED.items():
        if text.startswith(beginning):
            raise _error(ContentRefused, payload, f"{what} where text is due")
    if b"\0" in text:
        raise _error(ContentRefused, payload, f"binary bytes where text is due (NUL at {payload.body.index(0):,})")


def _is_utf8(body: bytes) -> bool:
    """Decode a piece at a time: one str of a long history would take twice the memory of its bytes.

    A character that the end cuts through is none of this: the body is cut short.
    """
    if body.isascii():
        return True
    decode = getincrementaldecoder("utf-8")().decode
    try:
        for begin in range(0, len(body), DECODED_BYTES):
            decode(body[begin : begin + DECODED_BYTES])
    except UnicodeDecodeError:
        return False
    return True


def _page_error(payload: Payload, page: bytes) -> MunimError:
    """Return what a web page in place of the file means."""
    shown = TAG.sub(b" ", SCRIPT.sub(b" ", page[:PAGE_BYTES]))
    words = b" ".join(shown.split()).decode(errors="replace").casefold()
    if NO_DATA in words:
        return _error(NotYetPublished, payload, 'AMFI\'s page "No data found": no NAVs for what was asked')
    if any(word in words for word in BLOCK_WORDS):
        return _error(SourceBlocked, payload, "a web page that turns us away")
    if all(word in words for word in GONE_WORDS):
        return _error(ContentRefused, payload, "a web page that says the address is gone")
    if any(word in words for word in ERROR_WORDS):
        return _error(SourceUnavailable, payload, "an error page with status 200")
    return _error(ContentRefused, payload, "a web page where text is due")


def _cut_short(body: bytes, header: Header) -> str | None:
    """Return how one sees that the end is missing, or None when it is there.

    A body is whole when its last row is, and when what stands after its last line end is nothing or a whole row.
    """
    row_begin, row = _last_row(body)
    if row_begin < header.end:
        return "a header and no rows"
    fields = row.split(";")
    ends_in_date = header.columns[-1] == "nav_date"
    if len(fields) < len(header.columns):
        return f"the last row has {len(fields)} of {len(header.columns)} fields: {row!r}"
    if ends_in_date and PART_OF_DATE.fullmatch(fields[-1].strip()):
        return f"the last row ends in {fields[-1].strip()!r}, where a date is due"
    rest = body[body.rfind(b"\n") + 1 :].strip()
    row_is_last = b";" in rest
    if not rest or (row_is_last and ends_in_date and WHOLE_DATE.fullmatch(fields[-1].strip())):
        return None
    return f"it ends inside a line: {rest.decode(errors='replace')[-80:]!r}"


def _last_row(body: bytes) -> tuple[int, str]:
    """Return where the last line with a separator begins, and that line."""
    separator = body.rfind(b";")
    begin = body.rfind(b"\n", 0, separator) + 1
    return begin, body[begin:].partition(b"\n")[0].decode(errors="replace").rstrip("\r")


def _error(kind: type[MunimError], payload: Payload, what: str) -> MunimError:
    if payload.origin != "fetch":
        # Nobody answered late or turned us away: the file simply isn't the one that is due.
        kind = ContentRefused
    advice = {
        SourceUnavailable: "try again later",
        NotYetPublished: "ask again later, or for other days",
        SourceBlocked: "the site refuses this machine: wait, or get the file by hand and use `munim ingest`",
    }.get(kind)
    return kind(
        f"{payload.url} gave {what}; got {describe(payload.body)}", feed=payload.feed, slot=payload.slot, advice=advice
    )
