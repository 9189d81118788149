"""What a page of NSDL's is, before anything is read from it: a report, or what else comes in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from munim.core.errors import ContentRefused, NotYetPublished, SourceUnavailable
from scrapers.bodies import body_error, check_no_binary, page_error, page_words

if TYPE_CHECKING:
    from munim.core.payload import Payload

FPI_LATEST = "nsdl.fpi_latest"
FPI_ARCHIVE = "nsdl.fpi_archive"

REPORT = re.compile(rb"investment\s+route", re.IGNORECASE)
"""A column's title, which no other page has."""

TOTAL_ROW = re.compile(rb"<td[^>]*>\s*Total\s*</td>", re.IGNORECASE)
TABLE_END = re.compile(rb"</table\s*>", re.IGNORECASE)
TITLE = re.compile(rb"Daily\s+Trends\s+in\s+FPI\s+Investments", re.IGNORECASE)
NO_DATA = re.compile(r"no (data|records?)\b[\w ]{0,20}(found|available|exist)?", re.IGNORECASE)


def check_body(payload: Payload) -> None:
    """Return when the body is a page with a whole report; otherwise raise what it is.

    `NotYetPublished`: NSDL's page without a report. `SourceUnavailable`: empty, cut short, an error page.
    `SourceBlocked`: a page that turns us away. `ContentRefused`: anything else.
    """
    text = check_no_binary(payload)
    if not text.startswith(b"<"):
        raise body_error(ContentRefused, payload, "text where a web page is due")
    if not is_report(text):
        if TITLE.search(text) or NO_DATA.search(page_words(text)):
            raise body_error(NotYetPublished, payload, "NSDL's page without a report")
        raise page_error(payload, text)
    begin = REPORT.search(text)
    end = TABLE_END.search(text, begin.end() if begin else 0)
    # The row of totals is the last of a day: the report is whole when its table has one and ends.
    if end is None or TOTAL_ROW.search(text, 0, end.start()) is None:
        raise body_error(SourceUnavailable, payload, "a report cut short: no total, or no end of its table")


def is_report(body: bytes) -> bool:
    """Tell whether a body is a page with NSDL's report of FPI investments."""
    return REPORT.search(body) is not None and b"<t" in body.lower()
