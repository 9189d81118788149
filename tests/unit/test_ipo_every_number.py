"""Every number of every recorded file of public issues, against its raw string read here in another way, by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.ipo_files import bids, facts, read_recorded, rows

Json = Mapping[str, Any]

NSE_LISTS = {
    "nse_2024-03_listCurrentIPO_trimmed.json": ("issuePrice", datetime(2024, 3, 28, 12, tzinfo=UTC)),
    "nse_2024-03_listUpcomingIPO_trimmed.json": ("issuePrice", datetime(2024, 3, 28, 12, tzinfo=UTC)),
    "nse_2024-03_listPastIPO_trimmed.json": ("priceRange", datetime(2024, 3, 28, 12, tzinfo=UTC)),
    "nse_current_ipos_2025-09-24.json": ("issuePrice", datetime(2025, 9, 24, 17, tzinfo=UTC)),
    "nse_upcoming_ipos_2025-09-24.json": ("issuePrice", datetime(2025, 9, 24, 17, tzinfo=UTC)),
    "nse_ipo_current_issue_2026-09-28.json": ("issuePrice", datetime(2026, 9, 28, 12, tzinfo=UTC)),
    "nse_all_upcoming_issues_ipo_2026-09-28.json": ("issuePrice", datetime(2026, 9, 28, 12, tzinfo=UTC)),
    "nse_public_past_issues_2026-09-28_trimmed.json": ("priceRange", datetime(2026, 9, 28, 12, tzinfo=UTC)),
}
GMP_FILES = ("ipowatch_test_gmp_scraping_2025-09-26.json", "ipowatch_gmp_history_3months_2025-09-26.json")


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def records(path: Path) -> list[Json]:
    """The site's own records of a list, out of what a tracker put around them."""
    found = read_json(path)
    return [one["raw_data"] for one in found["data"]] if isinstance(found, dict) else found


def figures(raw: object) -> list[Decimal]:
    """The numbers in a text in the order in which they stand, whatever is around them."""
    return [Decimal(one.replace(",", "")) for one in re.findall(r"[0-9][0-9,]*(?:\.[0-9]+)?", str(raw or ""))]


def number(raw: object) -> Decimal | None:
    """A cell that is one number, or nothing."""
    text = str(raw if raw is not None else "").strip()
    return None if text in {"", "-"} else Decimal(text)


@pytest.mark.parametrize("name", NSE_LISTS)
def test_each_number_of_nses_lists_is_that_of_the_file(recorded: Path, name: str) -> None:
    band, at = NSE_LISTS[name]
    path = recorded / "ipo" / name
    batch = read_recorded(path, at)
    by_symbol = {str(row["symbol"]): row for row in facts(batch).values()}
    raw = records(path)

    assert len(by_symbol) == len(raw) > 0
    for row in raw:
        fact = by_symbol[row["symbol"]]
        ends = figures(row.get(band))
        assert [fact["price_band_low"], fact["price_band_high"]] == ([ends[0], ends[-1]] if ends else [None, None]), row
        assert fact["issue_size_shares"] == number(row.get("issueSize")), row
        assert fact["lot_size"] == number(row.get("lotSize")), row
        if band == "priceRange":
            assert fact["final_price"] == number(row["issuePrice"]), row
        if "noOfsharesBid" in row:
            total = bids(batch, str(fact["source_id"]), "nse")["TOTAL"]
            assert (total["shares_offered"], total["shares_bid"], total["times"]) == (
                number(row["noOfSharesOffered"]), number(row["noOfsharesBid"]), number(row["noOfTime"])
            ), row  # fmt: skip


def test_each_number_of_nses_bids_by_category_is_that_of_the_file(recorded: Path) -> None:
    path = recorded / "ipo" / "nse_active_category_2025-09-24.json"
    batch = read_recorded(path, datetime(2025, 9, 24, 17, 20, tzinfo=UTC))

    for symbol, issue in read_json(path)["data"].items():
        _assert_book(bids(batch, f"{symbol}@2025", "combined"), issue["raw_data"]["dataList"])


def test_each_number_of_an_sme_issues_details_is_that_of_the_file(recorded: Path) -> None:
    path = recorded / "ipo" / "nse_ipo_detail_BMISL_SME_2026-09-29.json"
    batch, body = read_recorded(path), read_json(path)

    _assert_book(bids(batch, "BMISL@2026", "combined"), body["activeCat"]["dataList"])
    own = bids(batch, "BMISL@2026", "nse")
    assert len(own) == len(body["bidDetails"]) == 16
    for row in body["bidDetails"]:
        said = own[row["srNo"] or "TOTAL"]
        assert (said["shares_bid"], said["applications"], said["category"]) == (
            number(row["noOfshareBid"]), number(row["noofapplication"]), row["category"]
        ), row  # fmt: skip


def _assert_book(book: Mapping[str, Json], raw: list[Json]) -> None:
    """The first row is a header; a total has no number."""
    assert len(book) == len(raw) - 1 > 0
    for row in raw[1:]:
        said = book[row["srNo"] or "TOTAL"]
        assert (said["shares_offered"], said["shares_bid"], said["times"], said["category"]) == (
            number(row["noOfShareOffered"]), number(row["noOfSharesBid"]), number(row["noOfTotalMeant"]),
            row["category"],
        ), row  # fmt: skip


def test_each_number_of_bses_list_is_that_of_the_file(recorded: Path) -> None:
    path = recorded / "ipo" / "bse_public_issues_2026-09-29.json"
    found, raw = facts(read_recorded(path)), read_json(path)["Table"]

    assert len(found) == len(raw) == 7
    for row in raw:
        fact = found[str(row["IPO_NO"])]
        ends = figures(row["Price_Band"])
        assert [fact["price_band_low"], fact["price_band_high"]] == ([ends[0], ends[-1]] if ends else [None, None]), row
        assert fact["face_value"] == (number(row["Face_Val"]) or None), row
        assert [f"{fact['open_date']}", f"{fact['close_date']}"] == [row["Start_Dt"][:10], row["End_Dt"][:10]], row


def _tracked(path: Path) -> list[tuple[str, str, str, str]]:
    """Company, premium, price and gain of each row of a tracker's file, as they stood on ipowatch's page."""
    said = read_json(path)["data"]
    if "ipos" in said:
        parts = [{**one["basic_info"], **one["raw_data"]} for one in said["ipos"].values()]
        return [(one["company_name"], one["gmp_text"], one["price_text"], one["gain_text"]) for one in parts]
    return [(one["company_name"], one["gmp_text"], one["issue_price_text"], one["gain_text"]) for one in said["data"]]


@pytest.mark.parametrize("name", GMP_FILES)
def test_each_premium_of_ipowatchs_files_is_that_of_the_file(recorded: Path, name: str) -> None:
    path = recorded / "ipo" / name
    found = {str(row["company_text"]): row for row in rows(read_recorded(path), "ipo_gmp")}
    raw = _tracked(path)

    assert len(found) == len(raw) == 72
    for company, premium, price, gain in raw:
        row = found[" ".join(company.split())]
        told = [figures(text) for text in (premium, price, gain)]
        wanted = [one[0] if one else None for one in told]
        wanted[2] = wanted[2] if wanted[0] is not None else None
        assert [row["gmp_inr"], row["price"], row["estimated_gain_pct"]] == wanted, company
        assert "-" not in premium or wanted[0] is None, "no premium of these files is negative"
