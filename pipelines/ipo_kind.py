"""What kind of offer an issue is: an IPO, or one of those that stand in the same lists and are none.

NSE's past issues hold further offers (RUCHISOYA), debt (NMC01) and trusts among the IPOs; 3 of 7 rows of BSE's list
are an FPO, a rights issue and debt. They are kept and flagged, so that a view of IPOs can leave them out.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

SecurityKind = Literal["ipo", "fpo", "rights", "debt", "invit", "reit", "ofs", "buyback", "takeover", "unknown"]

EQUITY_SERIES: Final = frozenset({"EQ", "BE", "BZ", "SME", "SM", "ST", "SZ"})
"""Shares; BE (SONA, listed September 2026) is the segment where every trade is delivered, and an IPO all the same."""

_SERIES: Final[dict[str, SecurityKind]] = {"DEBT": "debt", "IV": "invit", "RR": "reit"}
_DEBT_SERIES: Final = re.compile(r"[NYZ][0-9A-Z]")
"""NSE's series of bonds: N1 to NZ, Y1 and so on."""

BSE_FLAGS: Final[dict[str, SecurityKind]] = {
    "IPO": "ipo",
    "FPO": "fpo",
    "RI": "rights",
    "DPI": "debt",
    "OFS": "ofs",
    "OTB": "takeover",
    "BUYBACK": "buyback",
    "INVIT": "invit",
    "REIT": "reit",
}
"""`IR_flag` of BSE's list: DPI is a public issue of debt, OTB an offer to buy (open offers)."""

_NAMES: Final[tuple[tuple[re.Pattern[str], SecurityKind], ...]] = (
    (re.compile(r"\binvit\b|\binfrastructure\b.*\btrust\b|\binvestment trust\b", re.IGNORECASE), "invit"),
    (re.compile(r"\breit\b|\breal estate\b.*\btrust\b", re.IGNORECASE), "reit"),
    (re.compile(r"\bfpo\b|\b(?:further|follow[- ]on) public\b", re.IGNORECASE), "fpo"),
    (re.compile(r"\brights issue\b", re.IGNORECASE), "rights"),
    (re.compile(r"\bncds?\b|\bdebentures?\b", re.IGNORECASE), "debt"),
)


def kind_of_name(*texts: str | None) -> SecurityKind | None:
    """Return the kind that a name or a sentence of terms gives away; None where it says nothing but a company."""
    said = " ".join(text for text in texts if text)
    kinds = [kind for pattern, kind in _NAMES if pattern.search(said)]
    # A real estate investment trust is called an investment trust too.
    return "reit" if "reit" in kinds else kinds[0] if kinds else None


def kind_of_series(
    series: str | None, *texts: str | None, opens: date | None = None, listed: date | None = None
) -> SecurityKind:
    """Return the kind of an issue in NSE's lists by its series (securityType), its name and its dates.

    What was listed before it opens is offered further, not initially: RUCHISOYA, offered in March 2022 at 615 to 650
    and listed since 2003.
    """
    word = (series or "").strip().upper()
    by_series = _SERIES.get(word) or ("debt" if _DEBT_SERIES.fullmatch(word) else None)
    if by_series is not None:
        return by_series
    if word not in EQUITY_SERIES:
        return kind_of_name(*texts) or "unknown"
    if opens is not None and listed is not None and listed < opens:
        return kind_of_name(*texts) or "fpo"
    return kind_of_name(*texts) or "ipo"


def kind_of_bse_flag(flag: str | None, *texts: str | None) -> SecurityKind:
    """Return the kind of an issue in BSE's list by its `IR_flag`; an IPO of a trust's units is flagged IPO."""
    kind = BSE_FLAGS.get((flag or "").strip().upper().replace(" ", ""), "unknown")
    return (kind_of_name(*texts) or kind) if kind in {"ipo", "unknown"} else kind
