"""What stands in the lists of public issues and misleads: each trap by its name, in the form in which it was seen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.ipo_kind import kind_of_bse_flag, kind_of_name, kind_of_series
from tests.unit.ipo_files import NSE_ROW, PAST_ROW, bids, facts, part, read, read_recorded, rows

BAND = ("price_band_low", "price_band_high")


def test_fpo_ruchisoya_is_flagged_kept_and_its_odd_price_is_told() -> None:
    """Offered further in March 2022 at 615 to 650; NSE's list has issue price 34 and the listing of 2003."""
    batch = read(
        [
            PAST_ROW | {
                "company": "Ruchi Soya Industries Limited", "symbol": "RUCHISOYA", "ipoStartDate": "24-MAR-2022",
                "ipoEndDate": "28-MAR-2022", "priceRange": "Rs.615 to Rs.650", "issuePrice": "34",
                "listingDate": "02-JAN-2003",
            }
        ],
        "nse.ipo_past",
    )  # fmt: skip
    issue = facts(batch)["RUCHISOYA@2022"]

    assert part(issue, "security_kind", *BAND, "final_price") == ("fpo", 615, 650, 34)
    assert issue["listing_date"] == date(2003, 1, 2)
    assert [note.kind for note in batch.notes] == ["price_outside_band"]


def test_debt_nmc01_is_flagged_and_of_no_platform() -> None:
    batch = read(
        [PAST_ROW | {"symbol": "NMC01", "securityType": "DEBT", "priceRange": "Rs.1000", "issuePrice": "125"}],
        "nse.ipo_past",
    )
    issue = facts(batch)["NMC01@2026"]

    assert part(issue, "security_kind", "platform", *BAND, "final_price") == ("debt", None, 1000, 1000, 125)


def test_be_sona_is_an_ipo_of_the_main_board(recorded: Path) -> None:
    found = facts(read_recorded(recorded / "ipo" / "nse_public_past_issues_2026-09-28_trimmed.json"))

    assert part(found["SONA@2026"], "series", "security_kind", "platform") == ("BE", "ipo", "mainboard")
    # Written `"    99"` in the file.
    assert part(found["SONA@2026"], "final_price", "listing_date", *BAND) == (99, date(2026, 9, 24), 94, 99)


def test_sme_totals_without_individuals_stay_in_their_book_and_are_told(recorded: Path) -> None:
    """BMISL: the combined book's total leaves the individuals out, and says that no share is offered."""
    batch = read_recorded(recorded / "ipo" / "nse_ipo_detail_BMISL_SME_2026-09-29.json")
    combined, nse = bids(batch, "BMISL@2026", "combined"), bids(batch, "BMISL@2026", "nse")

    assert part(combined["TOTAL"], "shares_bid", "shares_offered") == (788400, 0)
    assert nse["TOTAL"]["shares_bid"] == 3505200
    assert "3" not in combined
    assert [(note.kind, note.subject) for note in batch.notes] == [("combined_total_incomplete", "BMISL")]


def test_repeated_category_names_are_kept_apart_by_their_numbers(recorded: Path) -> None:
    """`Others` stands three times in BMISL's books, `Corporates` and the individuals twice."""
    nse = bids(read_recorded(recorded / "ipo" / "nse_ipo_detail_BMISL_SME_2026-09-29.json"), "BMISL@2026", "nse")

    assert [number for number, row in nse.items() if row["category"] == "Others"] == ["1(d)", "2.1(c)", "2.2(c)"]
    assert [row["shares_bid"] for row in nse.values() if row["category"] == "Corporates"] == [57600, 39600]
    assert len(nse) == 16


def test_cut_off_of_retail_and_of_employees_are_two_rows() -> None:
    """Keyed by name, 4(a) stood over 3(a) in the tracker's file of 29-Sep-2025."""
    book = [
        {"srNo": number, "category": "Cut Off", "noOfShareOffered": "", "noOfSharesBid": bid, "noOfTotalMeant": ""}
        for number, bid in (("3(a)", "16196712"), ("4(a)", "98700"))
    ]
    body = {"dataList": book, "updateTime": "Updated as on 28-Sep-2026 17:00:00", "symbol": None, "heading": None}

    from pipelines import ipo
    from tests.unit.ipo_files import payload

    batch = ipo.read(payload(body, "nse.ipo_category", url="https://x/api/ipo-active-category?symbol=PACEDIGITK"))

    found = bids(batch, "PACEDIGITK@2026", "combined")
    assert (found["3(a)"]["shares_bid"], found["4(a)"]["shares_bid"]) == (16196712, 98700)


def test_the_issue_size_shrinks_by_the_anchors_part_and_both_sizes_are_read() -> None:
    """PACEDIGITK: 39,392,343 shares on 24-Sep-2025, 27,606,555 on 29-Sep-2025."""
    for size in ("39392343", "27606555"):
        batch = read([NSE_ROW | {"symbol": "PACEDIGITK", "issueSize": size}], "nse.ipo_upcoming")

        assert facts(batch)["PACEDIGITK@2026"]["issue_size_shares"] == int(size)


def test_nses_own_issue_has_neither_price_nor_listing_in_nses_list(recorded: Path) -> None:
    """It is listed on BSE alone."""
    found = facts(read_recorded(recorded / "ipo" / "nse_public_past_issues_2026-09-28_trimmed.json"))

    assert part(found["NSE@2026"], "final_price", "listing_date") == (None, None)


def test_three_of_seven_rows_of_bses_list_are_no_ipos(recorded: Path) -> None:
    found = facts(read_recorded(recorded / "ipo" / "bse_public_issues_2026-09-29.json"))

    kinds = {str(row["company"]): row["security_kind"] for row in found.values() if row["security_kind"] != "ipo"}
    assert kinds == {
        "DUDANI RETAIL LIMITED": "fpo",
        "Edelweiss Financial Services Limited": "debt",
        "MANOJ JEWELLERS LTD": "rights",
    }


def test_the_company_of_an_issues_details_is_never_its_symbol() -> None:
    """`companyName` is the symbol; the name is the first title on the main board, the heading on the SME platform."""
    terms = [{"title": "Orient Cables (India) Limited", "value": ""}, {"title": "Symbol", "value": "ORIENTCABL"},
             {"title": "Issue Period", "value": "25-Sep-2026 to 29-Sep-2026"},
             {"title": "Price Range", "value": "Rs. 258 to Rs. 272 per Equity Share"},
             {"title": "Face Value", "value": "Re. 1 per Equity Share"},
             {"title": "Bid Lot", "value": "55 Equity Shares and in multiples thereof"},
             {"title": "Issue Size", "value": '"Initial Public offer comprising of Fresh issue aggregating up to Rs. '
              "3,200 million and Offer for Sale aggregating up to Rs. 2,320 million (including Anchor investor portion "
              'of 60,88,233 Equity shares)"'}]  # fmt: skip
    body = {"companyName": "ORIENTCABL", "metaInfo": {}, "bidDetails": [], "activeCat": {"dataList": []},
            "issueInfo": {"dataList": terms, "symbol": "ORIENTCABL"}}  # fmt: skip
    issue = facts(read(body, "nse.ipo_detail"))["ORIENTCABL@2026"]

    assert part(issue, "company", "platform", "security_kind") == ("Orient Cables (India) Limited", "mainboard", "ipo")
    assert part(issue, *BAND, "face_value", "lot_size", "issue_size_inr") == (258, 272, 1, 55, 5_520_000_000)


def test_a_trackers_invented_symbols_are_no_symbols(recorded: Path) -> None:
    batch = read_recorded(recorded / "ipo" / "ipowatch_test_gmp_scraping_2025-09-26.json",
                          datetime(2025, 9, 26, 4, 0, tzinfo=UTC))  # fmt: skip

    assert {row["symbol"] for row in facts(batch).values()} == {None}
    assert {row["unofficial"] for row in rows(batch, "ipo_gmp")} == {True}


@pytest.mark.parametrize(
    ("series", "name", "kind"),
    [
        ("EQ", "Acme Limited", "ipo"), ("SME", "Acme Limited", "ipo"), ("BE", "Acme Limited", "ipo"),
        ("ST", "Acme Limited", "ipo"), ("DEBT", "Acme Limited", "debt"), ("N1", "Acme Limited", "debt"),
        ("IV", "Capital Infra Trust", "invit"), ("EQ", "Capital Infra Trust InvIT", "invit"),
        ("EQ", "Knowledge Realty Trust REIT", "reit"), ("RR", "Knowledge Realty Trust", "reit"),
        ("EQ", "Anzen India Energy Yield Plus Infrastructure Investment Trust", "invit"),
        ("EQ", "Vodafone Idea Limited FPO", "fpo"), ("XX", "Acme Limited", "unknown"), (None, "Acme", "unknown"),
    ],
)  # fmt: skip
def test_kinds_by_nses_series_and_name(series: str | None, name: str, kind: str) -> None:
    assert kind_of_series(series, name) == kind


@pytest.mark.parametrize(
    ("flag", "kind"),
    [("IPO", "ipo"), ("FPO", "fpo"), ("RI", "rights"), ("DPI", "debt"), ("OFS", "ofs"), ("OTB", "takeover"),
     ("BuyBack", "buyback"), ("XYZ", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_kinds_by_bses_flag(flag: str | None, kind: str) -> None:
    assert kind_of_bse_flag(flag, "Acme Limited") == kind


def test_a_name_that_only_sounds_like_a_kind_says_nothing() -> None:
    for name in ("Infrastructure Works Limited", "Trust Fintech Limited", "Rights & Co", "Reitmans", None):
        assert kind_of_name(name) is None
