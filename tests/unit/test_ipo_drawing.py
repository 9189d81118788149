"""An issue's bids as a picture, and its line of life."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from munim.cli.ipo_drawing import changes, draw_bids, life_line
from munim.core.clock import IST
from munim.readers.ipo_records import Bids, Issue

AT = datetime(2026, 9, 28, 10, 0, tzinfo=IST)
ISSUE = Issue(
    1, "Acme Limited", "mainboard", "ipo", "ACME", "EQ", None, Decimal(100), Decimal(105), None, None, None, None,
    None, AT.date(), AT.date(), None, None, None, True, None, "announced", AT, None, AT, AT, "nse.ipo_upcoming", "u",
    "s",
)  # fmt: skip


def bids(hour: int, sr_no: str, times: str | None, *, book: str = "combined", bid: int = 100) -> Bids:
    at = AT + timedelta(hours=hour)
    figure = None if times is None else Decimal(times)
    return Bids(book, at, "content", sr_no, f"category {sr_no}", None, bid, figure, None, at, at, "f", "u", "s")


def test_bids_are_drawn_by_main_category_with_their_last_figure() -> None:
    told = [
        bids(hour, sr_no, f"{hour}.{number}")
        for hour in range(1, 5) for number, sr_no in enumerate(("1", "1(a)", "2", "3", "TOTAL"))
    ]  # fmt: skip
    drawn = draw_bids(ISSUE, [bids(1, "TOTAL", "9.99", book="nse"), *told])

    assert drawn.startswith("ACME Acme Limited, bids by category, book combined\n")
    assert "1 category 1: 4.00" in drawn
    assert "3 category 3: 4.30" in drawn
    assert "TOTAL: 4.40" in drawn
    assert "category 1(a)" not in drawn, "parts of a category are in the table"
    assert "09-28 1" in drawn


def test_bids_without_times_are_drawn_as_shares() -> None:
    drawn = draw_bids(ISSUE, [bids(1, "TOTAL", None), bids(2, "TOTAL", None, bid=700)])

    assert "TOTAL: 700.00" in drawn
    assert "shares" in drawn


def test_a_line_of_life_names_each_status_from_when_on_it_was_known() -> None:
    opened = replace(ISSUE, status="open", known_from=AT + timedelta(days=1))
    new_band = replace(
        opened, price_band_high=Decimal(110), known_from=AT + timedelta(days=2), feed="bse.public_issues"
    )
    listed = replace(new_band, status="listed", known_from=AT + timedelta(days=7))
    life = [ISSUE, opened, new_band, listed]

    assert life_line(life[:3]) == "announced 2026-09-28 ──▶ open 2026-09-29 ──▶"
    assert life_line(life) == "announced 2026-09-28 ──▶ open 2026-09-29 ──▶ listed 2026-10-05 ──■"
    assert [(what, old, new) for _, what, old, new, _ in changes(life)] == [
        ("first seen", None, "announced"),
        ("status", "announced", "open"),
        ("price_band_high", Decimal(105), Decimal(110)),
        ("status", "open", "listed"),
    ]
