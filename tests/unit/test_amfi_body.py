"""What comes in place of an AMFI file is named before anything is read from it."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from munim.core.errors import ContentRefused, MunimError, NotYetPublished, SourceBlocked, SourceUnavailable
from scrapers import amfi
from tests.unit.amfi_files import (
    HISTORY_8_PLAN,
    HISTORY_8_PRICES,
    LATEST_6,
    LATEST_6_HEADER,
    LATEST_8_PLAN,
    LATEST_8_PRICES,
    amfi_payload,
)

NO_DATA_PAGE = """\r\n<!DOCTYPE html><html><head><title>NAV History</title>
<script>function f() { alert("error"); }</script></head>
<body><div>No data found on the basis of selected
parameters for this report</div></body></html>"""


def what_is(body: bytes | str, feed: str = amfi.LATEST) -> MunimError:
    """The error that a body is classified as."""
    with pytest.raises(MunimError) as refusal:
        amfi.check_body(amfi_payload(body, feed))
    return refusal.value


@pytest.mark.parametrize("body", [LATEST_6, LATEST_8_PLAN, LATEST_8_PRICES])
def test_a_whole_latest_file_passes(body: str) -> None:
    amfi.check_body(amfi_payload(body))


@pytest.mark.parametrize("body", [HISTORY_8_PRICES, HISTORY_8_PLAN])
def test_a_whole_history_file_passes(body: str) -> None:
    amfi.check_body(amfi_payload(body, amfi.HISTORY))


@pytest.mark.parametrize("body", [b"", b"\n", b"0", b" \r\n \r\n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_unavailable(body: bytes) -> None:
    error = what_is(body)

    assert type(error) is SourceUnavailable
    assert "an empty body" in str(error)


def test_the_no_data_page_says_that_nothing_is_published_yet() -> None:
    error = what_is(NO_DATA_PAGE, amfi.HISTORY)

    assert type(error) is NotYetPublished
    assert "No data found" in str(error)


def test_the_no_data_words_without_html_mean_the_same() -> None:
    assert type(what_is("No data found on the basis of selected parameters\n")) is NotYetPublished


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<html><title>503 Service Unavailable</title></html>", SourceUnavailable),
        ("<h1>Server Error in '/' Application.</h1>", SourceUnavailable),
        ("<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>", SourceBlocked),
        ("<html><title>Request Rejected</title>The requested URL was rejected.</html>", SourceBlocked),
        ("<html><head><title>404 Not Found</title></head></html>", ContentRefused),
        (
            "<!doctype html><html><title>AMFI India</title>Welcome<script>error('404 not found')</script>",
            ContentRefused,
        ),
        ("<!doctype html><style>.error {}</style><title>AMFI India</title>Welcome", ContentRefused),
    ],
)
def test_a_page_in_place_of_the_file_is_told_by_what_it_shows(page: str, kind: type[MunimError]) -> None:
    assert type(what_is(page)) is kind


def packed(body: str) -> bytes:
    """A zip file that holds a body."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("NAVAll.txt", body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (packed(LATEST_6), "a zip file"),
        (gzip.compress(LATEST_6.encode()), "a gzip file"),
        (b"%PDF-1.7 ...", "a PDF"),
        (LATEST_6.encode("utf-16"), "binary bytes"),
        (LATEST_6.encode().replace(b"108", b"1\x008"), "binary bytes"),
        (LATEST_6.encode().replace("’".encode(), b"\x92"), "no UTF-8"),
        (b"Date,Open,High\n2026-08-19,1,2\n", "no header of AMFI's"),
        (b'{"error": "oops"}', "no header of AMFI's"),
    ],
)
def test_what_is_no_text_of_amfis_is_refused(body: bytes, words: str) -> None:
    error = what_is(body)

    assert type(error) is ContentRefused
    assert words in str(error)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("", "a header and no rows"),
        (" \r\nOpen Ended Schemes(Gro", "a header and no rows"),
        ("1;A;B;Name;1.5;19-Aug-2026\n2;A;B;Na", "4 of 6 fields"),
        ("1;A;B;Name;1.5;19-Aug-2026\n2;A;B;Na\n", "4 of 6 fields"),
        ("1;A;B;Name;1.5;19-Aug-2026\n2;A;B;Name;1.5;", "where a date is due"),
        ("1;A;B;Name;1.5;19-Aug-2026\n2;A;B;Name;1.5;19-Aug-20", "'19-Aug-20', where a date is due"),
        ("1;A;B;Name;1.5;19-Aug-2026\nAxis Mutual F", "inside a line: 'Axis Mutual F'"),
        ("1;A;B;Name;1.5;19-Aug-2026\nAxis’ Mutual F", "inside a line: 'Axis’ Mutual F'"),
        ("1;A;B;Name;1.5;19-Aug-2026\n<!DOCTYPE html><p>Runtime Error</p>", "turns into a web page"),
    ],
)
def test_a_body_that_is_cut_short_is_unavailable(end: str, words: str) -> None:
    error = what_is(f"{LATEST_6_HEADER}\n{end}")

    assert type(error) is SourceUnavailable
    assert words in str(error)


def test_a_body_that_is_cut_inside_a_character_is_cut_short() -> None:
    body = f"{LATEST_6_HEADER}\n1;A;B;Name;1.5;19-Aug-2026\nAxis’".encode()

    assert type(what_is(body[:-1])) is SourceUnavailable


def test_an_angle_bracket_in_a_name_is_no_web_page() -> None:
    amfi.check_body(amfi_payload(f"{LATEST_6_HEADER}\n1;A;B;Unclaimed <3 years;1.5;19-Aug-2026\n"))


@pytest.mark.parametrize("body", [b"", NO_DATA_PAGE.encode(), b"<html>Access Denied</html>", LATEST_6.encode()[:-9]])
def test_a_file_that_somebody_had_is_refused_for_to_ask_again_would_not_help(body: bytes) -> None:
    with pytest.raises(ContentRefused):
        amfi.check_body(amfi_payload(body, origin="file"))


def test_the_message_names_feed_slot_address_and_what_was_got() -> None:
    assert str(what_is("<html><head><title>503 Service Unavailable</title></head></html>")) == (
        "amfi.latest slot 2026-08-19: https://portal.amfiindia.com/spages/NAVAll.txt gave an error page with "
        "status 200; "
        "got 64 bytes, beginning '<html><head><title>503 Service Unavailable</title></head></html>'; "
        "the tables keep what they had; try again later"
    )
