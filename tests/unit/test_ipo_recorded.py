"""Recorded lists and details of public issues: each number is the one that stands in the file, read by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines import ipo
from tests.unit.ipo_files import bids, facts, part, read_recorded, rows

EVENING = datetime(2025, 9, 24, 17, 20, tzinfo=UTC)
BAND = ("price_band_low", "price_band_high")
DAYS = ("open_date", "close_date")
FIGURES = ("shares_offered", "shares_bid", "times")


@pytest.fixture
def folder(recorded: Path) -> Path:
    return recorded / "ipo"


def test_every_recorded_file_is_read_without_a_reject_and_twice_alike(folder: Path) -> None:
    for path in sorted(folder.glob("*.json")):
        once, again = read_recorded(path), read_recorded(path)

        assert list(once.rejects["detail"]) == [], path.name
        for first, second in zip(once.rows, again.rows, strict=True):
            assert first.frame.equals(second.frame), path.name
        assert once.rows_read > 0


@pytest.mark.parametrize(
    ("name", "feed"),
    [
        ("nse_2024-03_listCurrentIPO_trimmed.json", "nse.ipo_current"),
        ("nse_2024-03_listUpcomingIPO_trimmed.json", "nse.ipo_upcoming"),
        ("nse_2024-03_listPastIPO_trimmed.json", "nse.ipo_past"),
        ("nse_current_ipos_2025-09-24.json", "nse.ipo_current"),
        ("nse_upcoming_ipos_2025-09-24.json", "nse.ipo_upcoming"),
        ("nse_active_category_2025-09-24.json", "nse.ipo_category"),
        ("nse_ipo_current_issue_2026-09-28.json", "nse.ipo_current"),
        ("nse_all_upcoming_issues_ipo_2026-09-28.json", "nse.ipo_upcoming"),
        ("nse_public_past_issues_2026-09-28_trimmed.json", "nse.ipo_past"),
        ("nse_ipo_detail_BMISL_SME_2026-09-29.json", "nse.ipo_detail"),
        ("bse_public_issues_2026-09-29.json", "bse.public_issues"),
        ("ipowatch_gmp_current_2025-09-28.json", "ipowatch.gmp"),
        ("ipowatch_gmp_history_3months_2025-09-26.json", "ipowatch.gmp"),
        ("ipowatch_test_gmp_scraping_2025-09-26.json", "ipowatch.gmp"),
    ],
)
def test_a_file_tells_its_feed_by_its_content(folder: Path, name: str, feed: str) -> None:
    assert ipo.detect_feed((folder / name).read_bytes()) == feed


def test_nse_of_march_2024(folder: Path) -> None:
    at = datetime(2024, 3, 28, 12, 0, tzinfo=UTC)
    current = read_recorded(folder / "nse_2024-03_listCurrentIPO_trimmed.json", at)
    upcoming = read_recorded(folder / "nse_2024-03_listUpcomingIPO_trimmed.json", at)
    past = read_recorded(folder / "nse_2024-03_listPastIPO_trimmed.json", at)

    for batch in (current, upcoming):
        srm = facts(batch)["SRM@2024"]
        assert part(srm, "company", "series", "source_status") == ("SRM Contractors Limited", "EQ", "Active")
        assert part(srm, *BAND, "issue_size_shares") == (200, 210, 4340100)
        assert part(srm, *DAYS) == (date(2024, 3, 26), date(2024, 3, 28))
    total = bids(current, "SRM@2024", "nse")["TOTAL"]
    assert part(total, *FIGURES) == (4340100, 67731930, Decimal("15.606075896868736"))
    assert part(total, "as_of", "as_of_from") == (at, "fetch")
    naman = facts(past)["NAMAN@2024"]
    assert part(naman, "company", "platform", *DAYS) == (
        "Naman In-Store (India) Limited", "sme", date(2024, 3, 22), date(2024, 3, 27)
    )  # fmt: skip
    assert part(naman, *BAND, "final_price", "listing_date") == (None, None, None, None)


def test_nse_open_issues_of_24_september_2025(folder: Path) -> None:
    batch = read_recorded(folder / "nse_current_ipos_2025-09-24.json", EVENING)
    found = facts(batch)

    assert (len(found), batch.rows_read) == (13, 13)
    assert part(found["JAINREC@2025"], *BAND, "issue_size_shares") == (220, 232, 31249999)
    assert part(found["BMWVENTLTD@2025"], *BAND, "issue_size_shares") == (94, 99, 23400000)
    assert part(found["JARO@2025"], *BAND, *DAYS) == (846, 890, date(2025, 9, 23), date(2025, 9, 25))
    assert part(found["PRIMECAB@2025"], *BAND, "platform", "issue_size_shares") == (None, None, "sme", None)
    totals = {
        "JAINREC": (31249999, 5653440, "0.18091008578912274"),
        "BMWVENTLTD": (23400000, 1559528, "0.06664649572649572"),
        "SOLARWORLD": (8093092, 14972874, "1.8500807849459762"),
        "STYL": (13767095, 26814410, "1.9477173652103077"),
        "ATLANTAELE": (6538439, 240271454, "36.7475255179409"),
        "GURUNANAK": (3840000, 1931200, "0.50"),
        "PRIMECAB": (3451200, 26806400, "7.77"),
    }
    for symbol, (offered, bid, times) in totals.items():
        assert part(bids(batch, f"{symbol}@2025", "nse")["TOTAL"], *FIGURES) == (offered, bid, Decimal(times))
    assert len(rows(batch, "ipo_subscription")) == 13


def test_nse_issues_to_come_of_24_september_2025(folder: Path) -> None:
    found = facts(read_recorded(folder / "nse_upcoming_ipos_2025-09-24.json", EVENING))

    assert len(found) == 19
    pace = found["PACEDIGITK@2025"]
    assert part(pace, *BAND, "issue_size_shares", "source_status") == (208, 219, 39392343, "Forthcoming")
    manas = found["MPEL@2025"]
    assert part(manas, *BAND, "lot_size", "issue_size_shares", "series") == (76, 81, 1600, 2904000, "SME")
    siddhi = found["SIDDHICOTS@2025"]
    assert part(siddhi, "source_status", *DAYS, *BAND) == (
        "Closed", date(2025, 9, 19), date(2025, 9, 23), None, None
    )  # fmt: skip
    assert sum(row["price_band_low"] is None for row in found.values()) == 5


def test_nse_bids_by_category_of_24_september_2025(folder: Path) -> None:
    batch = read_recorded(folder / "nse_active_category_2025-09-24.json", EVENING)
    solar = bids(batch, "SOLARWORLD@2025", "combined")

    assert len(solar) == len(bids(batch, "JAINREC@2025", "combined")) == 18
    assert part(solar["1"], *FIGURES) == (4414414, 77826, Decimal("0.017629973083630127"))
    assert part(solar["2.1(b)"], *FIGURES) == (None, 4614204, None)
    assert part(solar["3(a)"], "category", "shares_bid") == ("Cut Off", 16196712)
    assert part(solar["TOTAL"], *FIGURES) == (8093092, 32349282, Decimal("3.997147443770564"))
    seventeen = datetime(2025, 9, 24, 11, 30, tzinfo=UTC)
    assert part(solar["TOTAL"], "as_of", "as_of_from") == (seventeen, "content")
    assert facts(batch)["SOLARWORLD@2025"]["symbol"] == "SOLARWORLD"


def test_nse_open_issues_of_28_september_2026(folder: Path) -> None:
    batch = read_recorded(folder / "nse_ipo_current_issue_2026-09-28.json")
    found = facts(batch)

    assert len(found) == 11
    assert found["SHAHINVEST@2026"]["company"] == "Shah Investor's Home Limited"
    money = bids(batch, "MONEYVIEW@2026", "nse")["TOTAL"]
    assert part(money, *FIGURES) == (232524175, 16951424805, Decimal("72.90177378330662"))
    himalayan = bids(batch, "HIMALAYAN@2026", "nse")["TOTAL"]
    assert part(himalayan, *FIGURES) == (5852400, 4206000, Decimal("0.72"))
    assert sum(row["platform"] == "sme" for row in found.values()) == 3
    assert all(row["is_on_bse"] is None for row in found.values())


def test_nse_issues_to_come_of_28_september_2026(folder: Path) -> None:
    batch = read_recorded(folder / "nse_all_upcoming_issues_ipo_2026-09-28.json")
    vishal = facts(batch)["VNL@2026"]

    assert part(vishal, *BAND, "issue_size_shares", "source_status") == (208, 220, 8471153, "Forthcoming")
    assert part(vishal, *DAYS) == (date(2026, 9, 30), date(2026, 10, 5))
    assert [dict(scope.equals) for scope in batch.rows[0].complete] == [{"source": "nse", "feed": "nse.ipo_upcoming"}]


def test_nse_past_issues_of_28_september_2026(folder: Path) -> None:
    batch = read_recorded(folder / "nse_public_past_issues_2026-09-28_trimmed.json")
    found = facts(batch)

    assert part(found["AXIOMGAS@2026"], "final_price", "listing_date", *BAND) == (54, date(2026, 9, 25), 51, 54)
    assert part(found["NSE@2026"], "final_price", "listing_date", *BAND) == (None, None, 1700, 1785)
    assert part(found["THEJO@2012"], *BAND, "final_price", "listing_date") == (402, 402, None, date(2012, 9, 18))
    assert sum(row["final_price"] is None for row in found.values()) == 9
    assert batch.rows[0].complete == ()


def test_nse_details_of_an_sme_issue_of_29_september_2026(folder: Path) -> None:
    batch = read_recorded(folder / "nse_ipo_detail_BMISL_SME_2026-09-29.json")
    issue = facts(batch)["BMISL@2026"]

    assert part(issue, "company", "platform") == ("Bench Mark Infotech Services Limited", "sme")
    assert part(issue, *BAND, "face_value", "lot_size") == (104, 110, 10, 1200)
    assert part(issue, *DAYS) == (date(2026, 9, 25), date(2026, 9, 29))
    assert (issue["issue_size_inr"], issue["issue_size_shares"]) == (None, None)
    nse, combined = bids(batch, "BMISL@2026", "nse"), bids(batch, "BMISL@2026", "combined")
    assert (len(nse), len(combined)) == (16, 15)
    assert part(nse["3"], "category", "shares_bid", "applications") == (
        "Individual Investors (IND category bidding for 2 Lots)", 2716800, 1132
    )  # fmt: skip
    assert part(nse["TOTAL"], "shares_bid", "applications", "shares_offered") == (3505200, 1245, None)
    graph = datetime(2026, 9, 28, 11, 30, 9, tzinfo=UTC)
    assert part(nse["TOTAL"], "as_of", "as_of_from") == (graph, "content")
    assert part(combined["2.1(b)"], "category", "shares_bid") == ("Individuals(Other than RIIs)", 501600)
    assert combined["TOTAL"]["as_of"] == graph - timedelta(seconds=9)


def test_bses_list_of_29_september_2026(folder: Path) -> None:
    batch = read_recorded(folder / "bse_public_issues_2026-09-29.json")
    found = facts(batch)

    assert part(found["8001"], "company", "platform", *BAND, "face_value") == (
        "Orient Cables (India) Limited", "mainboard", 258, 272, 1
    )  # fmt: skip
    assert part(found["8001"], "bse_scrip_code", "symbol", "source_status", "is_on_bse") == ("4851", None, "L", True)
    assert part(found["8006"], *BAND, "security_kind") == (29, 29, "fpo")
    assert part(found["7985"], *BAND, "platform", *DAYS) == (
        None, None, None, date(2026, 9, 21), date(2026, 9, 29)
    )  # fmt: skip
    assert part(found["8023"], *BAND, *DAYS, "source_status") == (
        66, 70, date(2026, 9, 30), date(2026, 10, 6), "F"
    )  # fmt: skip
    assert [row["security_kind"] for row in found.values()] == ["ipo", "fpo", "debt", "rights", "ipo", "ipo", "ipo"]


@pytest.mark.parametrize(
    "name", ["ipowatch_test_gmp_scraping_2025-09-26.json", "ipowatch_gmp_history_3months_2025-09-26.json"]
)
def test_grey_market_premiums_of_26_september_2025(folder: Path, name: str) -> None:
    at = datetime(2025, 9, 26, 4, 0, tzinfo=UTC)
    found = {str(row["source_id"]): row for row in rows(read_recorded(folder / name, at), "ipo_gmp")}
    figures = ("gmp_inr", "price", "estimated_gain_pct")

    assert len(found) == 72
    assert part(found["gk-energy"], *figures) == (25, 153, Decimal("16.33"))
    assert part(found["atlanta-electricals"], *figures) == (117, 754, Decimal("15.51"))
    assert part(found["ivalue-infosolutions"], *figures) == (None, 299, None)
    assert part(found["munish-forge"], *figures, *DAYS) == (
        None, None, None, date(2025, 9, 30), date(2025, 10, 3)
    )  # fmt: skip
    assert part(found["hero-motors"], *figures, *DAYS) == (None, None, None, None, None)
    assert part(found["glottis"], *DAYS, "platform") == (date(2025, 9, 29), date(2025, 10, 1), "mainboard")
    assert sum(row["gmp_inr"] is None for row in found.values()) == 45
    assert sum(row["price"] is None for row in found.values()) == 12
    assert sum(row["open_date"] is None for row in found.values()) == 11
    assert all(part(row, "unofficial", "as_of", "as_of_from") == (True, at, "fetch") for row in found.values())


def test_grey_market_premiums_of_28_september_2025(folder: Path) -> None:
    batch = read_recorded(folder / "ipowatch_gmp_current_2025-09-28.json", datetime(2025, 9, 28, 15, 30, tzinfo=UTC))
    found = {str(row["source_id"]): row for row in rows(batch, "ipo_gmp")}

    assert part(found["trualt-bioenergy"], "gmp_inr", "price", "estimated_gain_pct") == (86, 496, Decimal("17.33"))
    assert part(found["manas-polymers"], "gmp_inr", "price", "estimated_gain_pct") == (None, 81, None)
    assert [row["symbol"] for row in facts(batch).values()] == [None] * 4
