"""The made exchange's masters, its lists of changes, indices' members, and corporate actions."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from munim.replica.equity_files import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from munim.replica.equity_population import Security

TOLD_BEFORE: Final = timedelta(days=21)
"""How long before its ex-date an action is listed."""

INDEX_SIZES: Final = {
    "ind_nifty50list.csv": 50,
    "ind_nifty100list.csv": 100,
    "ind_nifty200list.csv": 200,
    "ind_nifty500list.csv": 500,
    "ind_niftysmallcap250list.csv": 250,
    "ind_niftytotalmarket_list.csv": 750,
}
LISTED_SERIES: Final = {"EQUITY_L.csv": ("EQ", "BE"), "SME_EQUITY_L.csv": ("SM",)}


def listing(name: str, every: Sequence[Security], day: date) -> bytes:
    """Return a master as it is on a day: of shares, of small companies, of ETFs, REITs or InvITs (one each)."""
    if name == "eq_etfseclist.csv":
        first = every[0]
        header = "Symbol,Underlying,SecurityName, DateofListing, MarketLot, ISINNumber, FaceValue"
        return _text(header, [f"MADEBEES,Nifty 50,Made ETF Nifty 50,{_wordy(first.listed_on)},1,INF204KB14I2,1"])
    header = "SYMBOL,NAME OF COMPANY, SERIES, DATE OF LISTING, PAID UP VALUE, MARKET LOT, ISIN NUMBER, FACE VALUE"
    if name in {"REITS_L.csv", "INVITS_L.csv"}:
        series, symbol = ("RR", "MADEREIT") if name == "REITS_L.csv" else ("IV", "MADEINVIT")
        return _text(header, [f"{symbol},Made Trust,{series},{_wordy(every[0].listed_on)},275,1,INE041025011,275"])
    rows = [
        f"{one.symbol_on(day)},{one.name},{one.series},{_wordy(one.listed_on)},{one.face_value_on(day)},1,"
        f"{one.isin_on(day)},{one.face_value_on(day)}"
        for one in every
        if one.series in LISTED_SERIES[name] and one.listed_on <= day
    ]
    return _text(header, rows)


def symbol_changes(every: Sequence[Security], day: date) -> bytes:
    """Return symbolchange.csv, without a title line, as it is on a day."""
    rows = [
        f"{one.name},{one.former_symbol},{one.symbol},{_capital(one.renamed_on)}"
        for one in every
        if one.renamed_on is not None and one.renamed_on <= day
    ]
    return "".join(f"{row}\n" for row in rows).encode()


def name_changes(every: Sequence[Security], day: date) -> bytes:
    """Return namechange.csv: those who changed their symbol were called otherwise."""
    rows = [
        f"{one.symbol},Old {one.name},{one.name},{_capital(one.renamed_on)}"
        for one in every
        if one.renamed_on is not None and one.renamed_on <= day
    ]
    return _text("NCH_SYMBOL,NCH_PREV_NAME,NCH_NEW_NAME,NCH_DT", rows)


def members(name: str, every: Sequence[Security], day: date) -> bytes:
    """Return an index's list: the largest shares that are listed."""
    shares = [one for one in every if one.series == "EQ" and one.listed_on <= day][: INDEX_SIZES[name]]
    rows = [f"{one.name},Made Industry,{one.symbol_on(day)},EQ,{one.isin_on(day)}" for one in shares]
    return _text("Company Name,Industry,Symbol,Series,ISIN Code", rows)


def actions(every: Sequence[Security], first: date, last: date, seen_on: date) -> bytes:
    """Return the corporate actions of a window that are told by a day."""
    found = [
        (change.ex_date, one, change)
        for one in every
        if one.series in {"EQ", "BE", "SM"}
        for change in one.changes
        if first <= change.ex_date <= last and change.ex_date - TOLD_BEFORE <= seen_on
    ]
    nodes = [
        {
            "symbol": one.symbol_on(day), "series": one.series, "ind": "-", "faceVal": str(one.face_value_on(day)),
            "subject": change.subject, "exDate": _titled(day), "recDate": _titled(day), "bcStartDate": "-",
            "bcEndDate": "-", "ndStartDate": "-", "comp": one.name, "isin": one.isin_on(day), "ndEndDate": "-",
            "caBroadcastDate": None,
        }
        for day, one, change in sorted(found, key=lambda each: (each[0], each[1].symbol))
    ]  # fmt: skip
    return json.dumps(nodes).encode()


def _text(header: str, rows: Iterable[str]) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def _wordy(day: date) -> str:
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"


def _titled(day: date) -> str:
    return f"{day.day:02}-{MONTHS[day.month - 1].title()}-{day.year}"


def _capital(day: date | None) -> str:
    return _wordy(day) if day is not None else ""
