"""What comes in place of JSON, CSV or a report: told apart before anything is read from a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from scrapers.amfi_body import BLOCK_WORDS, ERROR_WORDS, GONE_WORDS, PACKED, PAGE_BYTES, SCRIPT, TAG
from scrapers.amfi_header import BYTE_ORDER_MARK
from scrapers.excerpt import describe

if TYPE_CHECKING:
    from munim.core.payload import Payload

ADVICE = {
    SourceUnavailable: "try again later",
    NotYetPublished: "ask again later, or for another day",
    SourceBlocked: "the site refuses this machine: wait, or get the file by hand and use `munim ingest`",
}


def check_text(payload: Payload) -> bytes:
    """Return the body without byte order mark and white space around it, when it is text that is no web page.

    Raises `SourceUnavailable` (empty, an error page with status 200), `SourceBlocked` (a page that turns us away),
    `ContentRefused` (binary, not UTF-8, any other page). For a file that somebody had, all are `ContentRefused`.
    """
    text = check_no_binary(payload)
    if text.startswith(b"<"):
        raise page_error(payload, text)
    return text


def check_no_binary(payload: Payload) -> bytes:
    """Return the body without byte order mark and white space around it, when it is text; a web page may be."""
    text = payload.body.removeprefix(BYTE_ORDER_MARK).strip()
    if not text:
        raise body_error(SourceUnavailable, payload, "an empty body")
    for beginning, what in PACKED.items():
        if text.startswith(beginning):
            raise body_error(ContentRefused, payload, f"{what} where text is due")
    if b"\0" in text:
        raise body_error(ContentRefused, payload, "binary bytes where text is due")
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise body_error(ContentRefused, payload, f"bytes that are no UTF-8 (at {error.start:,})") from error
    return text


def page_error(payload: Payload, page: bytes) -> MunimError:
    """Return what a web page in place of the content means."""
    words = page_words(page).casefold()
    if any(word in words for word in BLOCK_WORDS):
        return body_error(SourceBlocked, payload, "a web page that turns us away")
    if all(word in words for word in GONE_WORDS):
        return body_error(ContentRefused, payload, "a web page that says the address is gone")
    if any(word in words for word in ERROR_WORDS):
        return body_error(SourceUnavailable, payload, "an error page with status 200")
    return body_error(ContentRefused, payload, "a web page where something else is due")


def page_words(page: bytes) -> str:
    """Return the words that a web page shows, single-spaced."""
    shown = TAG.sub(b" ", SCRIPT.sub(b" ", page[:PAGE_BYTES]))
    return b" ".join(shown.split()).decode(errors="replace")


def body_error(kind: type[MunimError], payload: Payload, what: str) -> MunimError:
    """Return the error for a body that is not what is due; nobody's refusal when it is a file that somebody had."""
    if not payload.was_asked_for:
        kind = ContentRefused
    return kind(
        f"{payload.url} gave {what}; got {describe(payload.body)}",
        feed=payload.feed,
        slot=payload.slot,
        advice=ADVICE.get(kind),
    )
