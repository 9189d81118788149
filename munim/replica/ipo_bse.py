"""BSE's list of public issues: all kinds together, on all its platforms."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Final

from munim.core.clock import ist_date
from munim.replica.ipo_forms import bse_band
from munim.replica.ipo_issue import Band, Issue
from munim.replica.ipo_issues import Issues
from munim.replica.ipo_others import Other

Row = dict[str, str | int | float | None]

_FLAGS: Final = {"IPO": 1, "FPO": 2, "OFS": 3, "INVIT": 4, "DPI": 6, "RI": 15}
"""`FLAG` of a live issue; the numbers of OFS and INVIT are made."""
_FORTHCOMING: Final = 7


def public_issues(issues: Issues, at: datetime) -> list[Row]:
    """Return the rows at an instant, in the order of their numbers."""
    rows = [row for issue in issues.issues() if (row := _row(issue, at)) is not None]
    rows += [_other(one, at) for one in issues.others() if one.bse_flag and one.told_from <= at]
    today = ist_date(at)
    return sorted((row for row in rows if str(row["End_Dt"])[:10] >= f"{today}"), key=lambda row: str(row["IPO_NO"]))


def body(rows: list[Row]) -> bytes:
    """Return rows as BSE's JSON."""
    return json.dumps({"Table": rows}, separators=(",", ":"), ensure_ascii=False).encode()


def _row(issue: Issue, at: datetime) -> Row | None:
    terms = issue.terms_at(at)
    if "BSE" not in issue.bid_on or terms is None or at < issue.life.at_exchanges or issue.is_gone(at):
        return None
    if terms.opens is None or terms.closes is None:
        return None
    return _written(
        issue.names.bse,
        (issue.ids.bse_offer_code, issue.ids.bse_issue_no),
        (f"{terms.opens}T00:00:00", f"{terms.closes}T00:00:00"),
        (terms.band, issue.face_value),
        ("IPO", "SME" if issue.platform == "sme" else "MainBoard", _status(terms.opens, at)),
    )


def _other(one: Other, at: datetime) -> Row:
    # Debt, which has hours of its own, has neither a price nor a face value in the list.
    debt = one.kind == "debt"
    return _written(
        one.company,
        (one.bse_offer_code, one.bse_issue_no),
        (f"{one.opens}T{'10:00:00' if debt else '00:00:00'}", f"{one.closes}T{'17:00:00' if debt else '00:00:00'}"),
        (None if debt else one.band, one.face_value),
        (one.bse_flag, one.bse_platform, _status(one.opens, at)),
    )


def _status(opens: date, at: datetime) -> str:
    return "L" if ist_date(at) >= opens else "F"


def _written(
    company: str,
    codes: tuple[int, int],
    days: tuple[str, str],
    prices: tuple[Band | None, int | None],
    kind: tuple[str, str, str],
) -> Row:
    (offer_code, issue_no), (band, face_value), (flag, platform, status) = codes, prices, kind
    return {
        "Scrip_cd": offer_code,
        "Scrip_Name": company,
        "short_name": None,
        "Start_Dt": days[0],
        "End_Dt": days[1],
        "Price_Band": bse_band(band),
        "Face_Val": None if face_value is None else float(face_value),
        "IR_flag": flag,
        "IR_FLAG_FULL": flag,
        "Status": status,
        "eXCHANGE_PLATFORM": platform,
        "FLAG": _FLAGS[flag] if status == "L" else _FORTHCOMING,
        "IPO_NO": issue_no,
        "Is_retailertype": 1,
        "Cum_Shares_BuyBack": None,
        "RN": 1,
        "LONG_NAME": None,
    }
