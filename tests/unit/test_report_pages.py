"""The report sites' pages as somebody saved them: told by their columns, read by name, refused by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from munim.core.errors import ContentRefused, MunimError, SourceBlocked, SourceUnavailable
from munim.core.payload import Origin, Payload
from pipelines import ipo
from pipelines.ipo_dates import read_short_date
from pipelines.ipo_values import Unreadable
from scrapers import report_html
from scrapers.gmp import CHITTORGARH, INVESTORGAIN
from tests.unit.ipo_files import facts, rows

AT = datetime(2026, 10, 2, 8, tzinfo=UTC)
TITLES = ("Name", "GMP", "Rating", "Price (₹)", "Lot", "Open", "Close", "BoA Dt", "Listing", "Updated-On")
HIDDEN = (
    '<span class="text-success"><small><b><a class="__cf_email__" data-cfemail="6d212d595858435d5d">'
    "[email&#160;protected]</a> (12.35%)</b></small></span>"
)
ADVERT = '<tr><td colspan="10"><a href="/ad">Open a demat account</a></td></tr>'
COMPANY = '<a href="https://x/ipo/acme-ipo/2276/" title="x">Acme &amp; Sons Ltd.</a> <b>O</b>'
LISTED = {
    "Company": COMPANY, "Opening Date": "31-Dec-2025", "Closing Date": "Fri, Jan 02, 2026", "Listing Date": "",
    "Issue Price (Rs.)": "90.00 to 95.00", "Total Issue Amount (Incl.Firm reservations) (Rs.cr.)": "36.89",
    "Listing at": "BSE SME",
}  # fmt: skip


def badge(text: str) -> str:
    return f'<span class="badge rounded-pill ms-2">{text}</span>'


def name(title: str, number: int, *more: str) -> str:
    return f'<div><a href="/gmp/x-ipo/{number}/" title="{title}">{title}</a> {"".join(more)}</div>'


OPEN = (name("Nitya &amp; Co", 2235, badge("IPO"), badge("O")),
        "<div>₹<b>3</b> (4.00%)<br><small><b>0 ↓ / 5 ↑</b></small></div>", "x", "<div>75</div>", "2,000",
        "<div>30-Sep<br><small><b>GMP: 5</b></small></div>", "5-Oct", "6-Oct", "8-Oct",
        "<small><b>2-Oct 11:37</b></small>")  # fmt: skip
TRADED = (name("A-One", 1611, badge("NSE SME"), HIDDEN), "₹<b>--</b> (0.00%)", "x", "<div>0</div>", "<div></div>",
          "24-Sep", "28-Sep", "29-Sep", "1-Oct", "<div></div>")  # fmt: skip


def row(cells: tuple[str, ...], tag: str = "td", titles: tuple[str, ...] = TITLES) -> str:
    labels = [f' data-label="{title}"' if tag == "td" else "" for title in titles]
    return f"<tr>{''.join(f'<{tag}{label}>{cell}</{tag}>' for label, cell in zip(labels, cells, strict=True))}</tr>"


def page(*body: str, titles: tuple[str, ...] = TITLES, end: str = "</body></html>") -> bytes:
    menu = "<table><tr><td>IPO</td><td>SME</td><td>Brokers</td></tr></table>"
    table = f"<table><thead>{row(titles, 'th', titles)}</thead><tbody>{''.join(body)}</tbody></table>"
    return f"<!DOCTYPE html>\n<html><body>{menu}{table}{end}".encode()


def payload(body: bytes, feed: str = INVESTORGAIN, origin: Origin = "browser") -> Payload:
    return Payload(feed, "a slot", "https://x/report", AT, body, origin)


def test_investorgains_page_is_read_as_its_json_is() -> None:
    body = page(row(OPEN), ADVERT, row(TITLES, "th"), row(TRADED))
    batch = ipo.read(payload(body))

    assert ipo.detect_feed(body) == INVESTORGAIN
    assert (batch.layout, batch.rows_read, len(batch.rejects)) == ("investorgain-gmp-page", 2, 0)
    nitya, a_one = facts(batch)["2235"], facts(batch)["1611"]
    assert (nitya["company"], nitya["platform"], nitya["lot_size"], nitya["source_status"]) == (
        "Nitya & Co", "mainboard", 2000, "O"
    )  # fmt: skip
    days = ("open_date", "close_date", "allotment_date", "listing_date")
    assert [nitya[day] for day in days] == [date(2026, 9, 30), date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 8)]
    assert (a_one["platform"], a_one["lot_size"], a_one["source_status"]) == ("sme", None, "L")
    first, second = rows(batch, "ipo_gmp")
    assert (first["gmp_inr"], first["estimated_gain_pct"], first["price"], first["as_of"]) == (
        3, Decimal("4.00"), 75, datetime(2026, 10, 2, 6, 7, tzinfo=UTC)
    )  # fmt: skip
    # What the content network took for an address is the price of the first trade.
    assert (second["gmp_inr"], second["first_price"], second["price"], second["as_of"]) == (None, 455, None, AT)


def test_chittorgarhs_page_is_read_by_its_titles_where_cells_name_none() -> None:
    titles = tuple(LISTED)
    body = page(row(tuple(LISTED.values()), "td", titles), titles=titles).replace(b"<td data-label", b"<td class")
    batch = ipo.read(payload(body, CHITTORGARH, "file"))

    acme = facts(batch)["2276"]
    assert ipo.detect_feed(body) == CHITTORGARH
    assert (acme["company"], acme["platform"], acme["issue_size_inr"], acme["isin"]) == (
        "Acme & Sons Ltd.", "sme", 368_900_000, None
    )  # fmt: skip
    assert (acme["price_band_low"], acme["price_band_high"]) == (90, 95)
    assert (acme["open_date"], acme["close_date"]) == (date(2025, 12, 31), date(2026, 1, 2))
    (note,) = batch.notes
    assert (note.kind, note.detail["lacks"]) == (
        "read_from_page", ["symbol", "isin", "bse_scrip_code", "face_value"]
    )  # fmt: skip


def test_columns_are_read_by_name_in_whatever_order_they_stand() -> None:
    turned = tuple(reversed(TITLES))
    as_they_are = ipo.read(payload(page(row(OPEN))))
    the_other_way = ipo.read(payload(page(row(tuple(reversed(OPEN)), titles=turned), titles=turned)))

    assert facts(as_they_are) == facts(the_other_way)
    assert rows(as_they_are, "ipo_gmp") == rows(the_other_way, "ipo_gmp")


def test_a_row_that_is_not_the_columns_is_a_reject() -> None:
    batch = ipo.read(payload(page(row(OPEN), "<tr><td>Sponsored</td><td>Buy</td><td>now</td></tr>")))

    assert batch.rejects[["line_no", "raw_line", "reason"]].to_numpy().tolist() == [
        [3, "Sponsored | Buy | now", "no_report_row"]
    ]
    assert list(facts(batch)) == ["2235"]


def test_a_row_without_a_link_to_an_issue_is_a_reject() -> None:
    batch = ipo.read(payload(page(row(OPEN), row(("Open an account", *OPEN[1:])))))

    assert batch.rejects["reason"].tolist() == ["bad_id"]


def test_a_page_that_says_that_there_is_none_is_an_empty_report() -> None:
    batch = ipo.read(payload(page('<tr><td colspan="10">No data available in table</td></tr>')))

    assert (batch.rows_read, rows(batch, "ipo_gmp")) == (0, [])


PAGES: list[tuple[bytes, type[MunimError], str]] = [
    (
        page(row(OPEN)).replace("Price (₹)".encode(), b"Rate"),
        ContentRefused,
        r"without the column Price \(₹\) \(it has",
    ),
    (page(row(OPEN)).replace(b"GMP", b"Premium").replace(b"BoA Dt", b"X"), ContentRefused, "columns GMP, BoA Dt"),
    (page(), SourceUnavailable, "without a row, and without a word"),
    (page(ADVERT), SourceUnavailable, "without a row, and without a word"),
    (page(row(OPEN), end=""), SourceUnavailable, "cut short"),
    (b"<html><title>Just a moment...</title></html>", SourceBlocked, "turns us away"),
    (b"<html><h1>Service unavailable</h1></html>", SourceUnavailable, "an error page"),
    (b"<html><table><tr><th>A</th><th>B</th><th>C</th></tr></table></html>", ContentRefused, "a web page"),
    (page(titles=tuple(LISTED)), ContentRefused, r"a page of chittorgarh\.ipo_list"),
    (page("<tr><td>a</td><td>b</td></tr>"), ContentRefused, "not one of 1 rows can be read"),
]


@pytest.mark.parametrize(("body", "kind", "why"), PAGES)
def test_a_page_that_is_not_what_it_should_be_is_told(body: bytes, kind: type[MunimError], why: str) -> None:
    with pytest.raises(kind, match=why):
        ipo.read(payload(body))
    # A file that somebody had doesn't get better by asking again.
    with pytest.raises(ContentRefused, match=why):
        ipo.read(payload(body, origin="file"))


def test_what_hides_no_text_is_left_as_it_is() -> None:
    body = page(row(OPEN).replace("Nitya &amp; Co</a>", '<i data-cfemail="zz">Nitya</i></a>'))
    found = report_html.find(body)

    assert found is not None
    assert "Nitya" in found.rows[0][1]["Name"]


@pytest.mark.parametrize(
    ("raw", "near", "day"),
    [
        ("30-Sep", date(2026, 10, 2), date(2026, 9, 30)),
        ("2-Jan", date(2026, 12, 30), date(2027, 1, 2)),
        ("28-Dec", date(2027, 1, 3), date(2026, 12, 28)),
        ("29-Feb", date(2027, 6, 1), date(2028, 2, 29)),
        ("26-Mar-2024", date(2026, 1, 1), date(2024, 3, 26)),
        ("--", date(2026, 1, 1), None),
    ],
)
def test_a_day_without_a_year_is_of_the_nearest_one(raw: str, near: date, day: date | None) -> None:
    assert read_short_date(raw, near) == day


@pytest.mark.parametrize("raw", ["31-Feb", "soon", "5-Foo"])
def test_what_is_no_day_is_not_guessed(raw: str) -> None:
    with pytest.raises(Unreadable):
        read_short_date(raw, date(2026, 10, 2))
