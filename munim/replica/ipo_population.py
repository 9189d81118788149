"""The made issues of a year: 120 that list, half of them SME, three that are withdrawn, two that vanish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import exp
from random import Random
from typing import Final

from munim.replica.ipo_issue import Band, Ending, Exchange, Ids, Issue, Platform
from munim.replica.ipo_names import Namer
from munim.replica.ipo_story import FIRST_OPENING, Plan, last_opening, tell
from munim.replica.isin import ALPHABET, check_digit

MAINBOARD_LISTED, SME_LISTED = 60, 60
SME_AT_BSE: Final = 20
"""SME issues on BSE's platform, of which NSE's feeds know nothing."""

_ENDS: Final[tuple[tuple[Platform, Ending, bool], ...]] = (
    ("mainboard", "withdrawn", False),
    ("mainboard", "withdrawn", False),
    ("sme", "withdrawn", True),
    ("mainboard", "vanished", False),
    ("sme", "vanished", True),
)
"""Platform, end, and whether it comes while bids are taken: NSE's lists show an SME issue only then."""

_PUT_OFF_BY: Final = (3, 4, 6, 9)
_BOTH: Final[tuple[Exchange, ...]] = ("NSE", "BSE")
_ANCHORS_PCT: Final = {True: 45, False: 30}
"""Of a mainboard issue: 60% of the institutions' part, which is three quarters of every third issue, else a half."""
_SME_ANCHORS_PCT: Final = 28


@dataclass
class _Draft:
    """An issue in the making, and what is to be odd about it."""

    platform: Platform
    ending: Ending | None = None
    ends_open: bool = False
    marks: dict[str, int] = field(default_factory=dict)


def populate(seed: int, year: int) -> tuple[Issue, ...]:
    """Return every initial public offer of a year in order of opening; the same for the same seed and year."""
    random = Random(f"issues|{seed}|{year}")
    namer = Namer(random)
    drafts = [_Draft("mainboard") for _ in range(MAINBOARD_LISTED)] + [_Draft("sme") for _ in range(SME_LISTED)]
    _mark(random, drafts[:MAINBOARD_LISTED], drafts[MAINBOARD_LISTED:])
    plans = [(draft, _plan(random, year, draft)) for draft in drafts]
    # They have company, so that the list that lacks them is not empty: an empty one says nothing of anybody.
    company = [plan.opens for draft, plan in plans if draft.platform == "mainboard" and not plan.put_off]
    ended = [_Draft(*end) for end in _ENDS]
    plans += [(draft, replace(_plan(random, year, draft), opens=random.choice(company))) for draft in ended]
    plans.sort(key=lambda one: one[1].opens)
    return tuple(
        _issue(random, namer, year, number, draft, plan) for number, (draft, plan) in enumerate(plans, start=1)
    )


def is_for_institutions(number: int) -> bool:
    """Return whether three quarters of a mainboard issue are for institutions, and a tenth for retail."""
    return number % 3 == 0


def _mark(random: Random, mainboard: Sequence[_Draft], sme: Sequence[_Draft]) -> None:
    """Say of those that list which are odd, and how; of one group an issue has one mark at most."""
    for pool, groups in (
        (mainboard, ({"new_band": 6, "put_off": 4, "extended": 2}, {"known": 8}, {"band_late": 10})),
        (mainboard, ({"odd_pair": 4, "markup": 4}, {"employees": 12}, {"be": 1, "bse_alone": 1})),
        (sme, ({"new_band": 4, "put_off": 3, "fixed": 6}, {"known": 4}, {"band_late": 8})),
        (sme, ({"at_bse": SME_AT_BSE, "markup": 4}, {"no_anchors": 20})),
    ):
        for group in groups:
            chosen = iter(random.sample(range(len(pool)), len(pool)))
            for mark, count in group.items():
                for place in range(count):
                    pool[next(chosen)].marks[mark] = place


def _plan(random: Random, year: int, draft: _Draft) -> Plan:
    marks = draft.marks
    put_off = _PUT_OFF_BY[marks["put_off"]] if "put_off" in marks else 0
    return Plan(
        opens=random.randint(FIRST_OPENING, last_opening(year)),
        bidding_days=5 if "fixed" in marks else random.choice((3, 3, 3, 3, 4)) if draft.platform == "sme" else 3,
        told_before=random.randint(4, FIRST_OPENING - 1),
        known_days=random.randint(12, 60) if "known" in marks else 0,
        band_late="band_late" in marks,
        put_off=put_off,
        extended=random.randint(1, 3) if "extended" in marks else 0,
        ending=draft.ending,
        ends_open=draft.ends_open,
    )


def _issue(random: Random, namer: Namer, year: int, number: int, draft: _Draft, plan: Plan) -> Issue:
    marks, sme = draft.marks, draft.platform == "sme"
    names, symbol = namer.name(odd_pair=marks.get("odd_pair"), markup=marks.get("markup"))
    band = _band(random, draft.platform, fixed="fixed" in marks)
    lot = _lot(band.high, draft.platform)
    crores = round(exp(random.uniform(2.8, 4.4) if sme else random.uniform(5, 8.6)))
    total = round(crores * 10**7 / int(band.high) / lot) * lot
    for_anchors = 0 if "no_anchors" in marks else _SME_ANCHORS_PCT if sme else _ANCHORS_PCT[is_for_institutions(number)]
    anchors = round(total * for_anchors / 100 / lot) * lot
    if "new_band" in marks:
        plan = replace(plan, old_band=_moved(band, up=marks["new_band"] % 3 != 0))
    bid_on: tuple[Exchange, ...] = ("BSE",) if "at_bse" in marks else ("NSE",) if sme else _BOTH
    # Whole tens of lakhs, so that crores and millions are both exact.
    amount = int(total * band.high) // 10**6 * 10**6
    fresh = amount * random.choice((40, 60, 75, 100)) // 10**8 * 10**6
    return Issue(
        number=number,
        platform=draft.platform,
        bid_on=bid_on,
        listed_on=("BSE",) if "bse_alone" in marks else bid_on,
        names=names,
        ids=_ids(year, number, symbol if "NSE" in bid_on else ""),
        life=tell(year, plan, band, total, anchors),
        face_value=random.choice((1, 2, 5, 10)) if not sme else 10,
        lot_size=lot,
        total_shares=total,
        anchor_shares=anchors,
        fresh_inr=fresh,
        sale_inr=amount - fresh,
        heat=exp(random.gauss(1.6, 1.3)),
        has_employees="employees" in marks,
        listing_series="SME" if sme else "BE" if "be" in marks else "EQ",
        told_by_nse="NSE" in bid_on and "bse_alone" not in marks,
    )


def _band(random: Random, platform: Platform, *, fixed: bool) -> Band:
    high = random.randint(40, 250) if platform == "sme" else round(exp(random.uniform(3.4, 7)))
    return Band(Decimal(high if fixed else -(-high * 95 // 100)), Decimal(high))


def _moved(band: Band, *, up: bool) -> Band:
    """Return what a band was before it was moved by some 8%."""
    step = max(1, int(band.high) * 8 // 100)
    change = -step if up else step
    return Band(max(Decimal(1), band.low + change), band.high + change)


def _lot(high: Decimal, platform: Platform) -> int:
    """Return a lot of some ₹15,000; on the SME platform of some ₹1,20,000, in hundreds of shares."""
    if platform == "sme":
        return max(100, round(120_000 / int(high) / 100) * 100)
    return max(1, 15_000 // int(high))


def _ids(year: int, number: int, symbol: str) -> Ids:
    issuer = f"{ALPHABET[20 + number // 36]}{ALPHABET[number % 36]}{ALPHABET[year % 36]}{number % 10}"
    body = f"INE{issuer}0101"
    offers = (year - 2026) * 250 + number
    return Ids(
        symbol=symbol,
        isin=f"{body}{check_digit(body)}",
        bse_offer_code=4_700 + 2 * offers,
        bse_issue_no=7_850 + 2 * offers,
        bse_scrip_code=544_600 + offers,
        chittorgarh=2_300 + offers,
        investorgain=1_600 + 3 * offers,
    )
