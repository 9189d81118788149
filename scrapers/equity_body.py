"""What a body of the exchanges' files is, before rows are read from it: the file, or what came in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from scrapers.excerpt import describe

if TYPE_CHECKING:
    from munim.core.payload import Payload

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

PACKED = {
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"PK\x03\x04": "a zip file inside a zip file",
}

BLOCK_WORDS = ("access denied", "request rejected", "captcha", "forbidden", "unauthori", "are you a robot")
GONE_WORDS = ("404", "not found", "no such key", "nosuchkey", "does not exist", "no record")
ERROR_WORDS = ("error", "unavailable", "bad gateway", "gateway time", "maintenance", "temporarily", "try again")

TAG = re.compile(rb"<[^>]*>")
PAGE_INSIDE = re.compile(rb"<(?i:!doctype|html|head|body|script)\b")
WHOLE_PERCENTAGE = re.compile(rb'(\d+\.\d\d|-|)"?\s*')


def text_of(text: bytes, payload: Payload, *, dated: bool) -> bytes:
    """Return an unzipped body that is text, without a byte order mark; otherwise raise what it is.

    `SourceUnavailable`: blank, an error page with status 200. `SourceBlocked`: a page that turns us away.
    `NotYetPublished`: the page "not found" in place of a dated file (`dated`): it is how both exchanges say that a day
    has none. `ContentRefused`: binary, another page. For a file that somebody had, all are `ContentRefused`.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    begin = text.lstrip()[:64]
    if not begin:
        raise error(SourceUnavailable, payload, "an empty body")
    for beginning, what in PACKED.items():
        if begin.startswith(beginning):
            raise error(ContentRefused, payload, f"{what} where text is due")
    if b"\0" in text:
        raise error(ContentRefused, payload, f"binary bytes where text is due (NUL at {text.index(0):,})")
    if begin.startswith(b"<"):
        raise _page_error(payload, text, dated=dated)
    if inside := PAGE_INSIDE.search(text):
        raise error(SourceUnavailable, payload, f"a file that turns into a web page (at {inside.start():,})")
    return text


def refuse_cut_short(text: bytes, payload: Payload, width: int, *, ends_in_percentage: bool = False) -> None:
    """Raise when the end of a file of `width` columns is missing: no rows, or a last row that is none.

    `ends_in_percentage`: a row ends in a figure such as 33.05, so that a cut figure can be told from a whole one.
    """
    end = text.rstrip()
    last = end[end.rfind(b"\n") + 1 :]
    if b"\n" not in end:
        raise error(SourceUnavailable, payload, "a header and no rows")
    if text.endswith(b"\n"):
        return
    if last.count(b",") + 1 < width:
        raise error(SourceUnavailable, payload, f"a body cut short: it ends in {last[-80:].decode(errors='replace')!r}")
    figure = last.rpartition(b",")[2].strip().strip(b'"').strip()
    if ends_in_percentage and not WHOLE_PERCENTAGE.fullmatch(figure):
        raise error(SourceUnavailable, payload, f"a body cut short: it ends in {figure.decode(errors='replace')!r}")


def error(kind: type[MunimError], payload: Payload, what: str) -> MunimError:
    """Return an error about a payload; for a file that somebody had it is always `ContentRefused`."""
    if payload.origin != "fetch":
        # Nobody answered late or turned us away: the file simply isn't the one that is due.
        kind = ContentRefused
    advice = {
        SourceUnavailable: "try again later",
        NotYetPublished: "ask again later; on a day without a session there is none",
        SourceBlocked: "the site refuses this machine: wait, or get the file by hand and use `munim ingest`",
    }.get(kind)
    return kind(
        f"{payload.url} gave {what}; got {describe(payload.body)}", feed=payload.feed, slot=payload.slot, advice=advice
    )


def _page_error(payload: Payload, page: bytes, *, dated: bool) -> MunimError:
    words = b" ".join(TAG.sub(b" ", page[: 256 * 1024]).split()).decode(errors="replace").casefold()
    if any(word in words for word in BLOCK_WORDS):
        return error(SourceBlocked, payload, "a web page that turns us away")
    if any(word in words for word in GONE_WORDS):
        kind = NotYetPublished if dated else ContentRefused
        return error(kind, payload, "a web page that says there is no such file")
    if any(word in words for word in ERROR_WORDS):
        return error(SourceUnavailable, payload, "an error page with status 200")
    return error(ContentRefused, payload, "a web page where a file is due")
