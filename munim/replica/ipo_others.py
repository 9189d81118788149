"""What stands in the lists of public issues and is no IPO of the year: further offers, rights, debt, trusts, sales."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final, Literal

from munim.core.clock import IST
from munim.replica.ipo_issue import Band
from munim.replica.ipo_story import FIRST_OPENING, ROOM, bidding_days
from munim.replica.ipo_words import OTHER_WORDS

Kind = Literal["fpo", "rights", "debt", "invit", "ofs", "earlier"]
"""`earlier`: an IPO of years ago, of which NSE's list of past issues still tells."""


@dataclass(frozen=True)
class Other:
    """One of them. `series` is NSE's, blank where NSE has no row; `bse_flag` BSE's, blank where BSE has none.

    `band` is None where no price is told; `past_price` and `past_listed` are what NSE's past issues have in the end.
    """

    kind: Kind
    company: str
    opens: date
    closes: date
    band: Band | None
    shares: int
    symbol: str = ""
    series: str = ""
    past_price: str | None = None
    past_listed: date | None = None
    bse_flag: str = ""
    bse_platform: str = ""
    bse_offer_code: int = 0
    bse_issue_no: int = 0
    face_value: int | None = None

    @property
    def told_from(self) -> datetime:
        """The instant from which the lists have it."""
        return datetime.combine(self.opens - timedelta(days=5), time(18), IST)


_COUNTS: Final[dict[Kind, int]] = {"fpo": 3, "rights": 6, "debt": 8, "invit": 2, "ofs": 2}
_RIGHTS_DAYS: Final = 29
"""MANOJ JEWELLERS, 31-Aug-2026 to 29-Sep-2026."""
_DEBT_AT_NSE: Final = 2
_DEBT_PRICE: Final = Decimal(1000)


def offer_others(seed: int, year: int) -> tuple[Other, ...]:
    """Return the year's others and three IPOs of earlier years."""
    return (*_of_year(Random(f"others|{seed}|{year}"), year), *_EARLIER)


def _of_year(random: Random, year: int) -> Iterator[Other]:
    words = iter(random.sample(OTHER_WORDS, len(OTHER_WORDS)))
    days = bidding_days(year)
    number = (year - 2026) * 50
    for kind, count in _COUNTS.items():
        for place in range(count):
            number += 1
            opens = random.randint(FIRST_OPENING, len(days) - ROOM)
            codes = (4_501 + 2 * number, 7_701 + 2 * number)
            yield _other(random, kind, place, next(words), (days[opens], days[opens + 2]), codes)


def _other(random: Random, kind: Kind, place: int, word: str, days: tuple[date, date], codes: tuple[int, int]) -> Other:
    opens, closes = days
    high = Decimal(random.randint(20, 700))
    shares = random.randint(2_000, 90_000) * 1_000
    offer, issue = codes
    symbol = word.replace(" ", "").upper()[:10]
    if kind == "fpo" and place == 0:
        return Other(
            kind, f"{word.upper()} RETAIL LIMITED", opens, closes, Band(high, high), shares, bse_flag="FPO",
            bse_platform="SME", bse_offer_code=offer, bse_issue_no=issue, face_value=10,
        )  # fmt: skip
    if kind == "fpo":
        # RUCHISOYA: offered at 615 to 650 in March 2022, listed since 2003, and an issue price of 34 beside it.
        return Other(
            kind, f"{word} Oils Limited", opens, closes, Band(high * 95 // 100, high), shares, symbol, "EQ", "34",
            date(2003, 1, 2), "FPO", "MainBoard", offer, issue, 2,
        )  # fmt: skip
    if kind == "rights":
        last = opens + timedelta(days=_RIGHTS_DAYS)
        return Other(
            kind, f"{word.upper()} INDUSTRIES LTD", opens, last, Band(high, high), shares, bse_flag="RI",
            bse_platform="SME" if place % 2 else "MainBoard", bse_offer_code=offer, bse_issue_no=issue, face_value=10,
        )  # fmt: skip
    if kind == "debt":
        # NMC01: a price of 125 beside Rs.1000.
        at_nse = place < _DEBT_AT_NSE
        return Other(
            kind, f"{word} Financial Services Limited", opens, closes, Band(_DEBT_PRICE, _DEBT_PRICE), shares,
            f"{symbol[:3]}01" if at_nse else "", "DEBT" if at_nse else "", "125", closes + timedelta(days=6), "DPI",
            "Debt", offer, issue,
        )  # fmt: skip
    if kind == "invit":
        return Other(
            kind, f"{word} Infrastructure Investment Trust", opens, closes, Band(high * 95 // 100, high), shares,
            symbol, "IV", f"{high}", closes + timedelta(days=7), "INVIT", "MainBoard", offer, issue,
        )  # fmt: skip
    return Other(
        kind, f"{word} Fertilisers Limited", opens, opens, Band(high, high), shares, bse_flag="OFS",
        bse_platform="MainBoard", bse_offer_code=offer, bse_issue_no=issue, face_value=10,
    )  # fmt: skip


_EARLIER: Final = (
    Other(
        "earlier", "Xerxes Engineering Limited", date(2012, 9, 4), date(2012, 9, 6), Band(Decimal(402), Decimal(402)),
        470_000, "XERXES", "SME", None, date(2012, 9, 18),
    ),
    Other(
        "earlier", "Yellamma Contractors Limited", date(2017, 3, 20), date(2017, 3, 22),
        Band(Decimal(200), Decimal(210)), 4_340_100, "YELLAMMA", "EQ", "210", date(2017, 3, 30),
    ),
    Other(
        "earlier", "Zorawar Wires & Cables Limited", date(2019, 6, 10), date(2019, 6, 12),
        Band(Decimal("29.50"), Decimal(31)), 11_200_000, "ZORAWAR", "EQ", "    31", date(2019, 6, 21),
    ),
)  # fmt: skip
