"""NSE's lists: the masters of what is listed, changed symbols and names, and the members of indices.

All are snapshots without a date inside. Titles differ in spaces and underscores (`NAME OF COMPANY`,
`NAME_OF_COMPANY`, ` SERIES`, `NameofCompany`), `symbolchange.csv` has no title line, `eq_etfseclist.csv` is cp1252.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from munim.core.errors import ContentRefused
from scrapers.csv_titles import first_cell, plain, titles_of
from scrapers.excerpt import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

EQUITY_LIST: Final = "nse.equity_list"
SME_LIST: Final = "nse.sme_list"
ETF_LIST: Final = "nse.etf_list"
REIT_LIST: Final = "nse.reit_list"
INVIT_LIST: Final = "nse.invit_list"
SYMBOL_CHANGES: Final = "nse.symbol_changes"
NAME_CHANGES: Final = "nse.name_changes"

LISTINGS = (EQUITY_LIST, SME_LIST, ETF_LIST, REIT_LIST, INVIT_LIST)

INDEX_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "nse.index_nifty50": ("Nifty 50", "ind_nifty50list.csv"),
    "nse.index_nifty100": ("Nifty 100", "ind_nifty100list.csv"),
    "nse.index_nifty200": ("Nifty 200", "ind_nifty200list.csv"),
    "nse.index_nifty500": ("Nifty 500", "ind_nifty500list.csv"),
    "nse.index_smallcap250": ("Nifty Smallcap 250", "ind_niftysmallcap250list.csv"),
    "nse.index_total_market": ("Nifty Total Market", "ind_niftytotalmarket_list.csv"),
}
"""For each feed of an index's members: the index's name, which the file itself doesn't have, and the file's name."""

FILES: Final[Mapping[str, str]] = {
    EQUITY_LIST: "EQUITY_L.csv",
    SME_LIST: "SME_EQUITY_L.csv",
    ETF_LIST: "eq_etfseclist.csv",
    REIT_LIST: "REITS_L.csv",
    INVIT_LIST: "INVITS_L.csv",
    SYMBOL_CHANGES: "symbolchange.csv",
    NAME_CHANGES: "namechange.csv",
    **{feed: file for feed, (_, file) in INDEX_FILES.items()},
}

LISTING_COLUMNS = (
    "symbol", "series", "name", "isin", "listing_date", "face_value_inr", "paid_up_value_inr", "market_lot"
)  # fmt: skip
SYMBOL_CHANGE_COLUMNS = ("name", "old_symbol", "new_symbol", "changed_on")
NAME_CHANGE_COLUMNS = ("symbol", "old_name", "new_name", "changed_on")
MEMBER_COLUMNS = ("symbol", "series", "name", "industry", "isin")

_LISTING_TITLES: Final[Mapping[str, str | None]] = {
    "symbol": "symbol",
    "nameofcompany": "name",
    "securityname": "name",
    "underlying": None,
    "series": "series",
    "dateoflisting": "listing_date",
    "paidupvalue": "paid_up_value_inr",
    "marketlot": "market_lot",
    "isinnumber": "isin",
    "facevalue": "face_value_inr",
}
_NAME_CHANGE_TITLES: Final[Mapping[str, str | None]] = {
    "nchsymbol": "symbol",
    "nchprevname": "old_name",
    "nchnewname": "new_name",
    "nchdt": "changed_on",
}
_MEMBER_TITLES: Final[Mapping[str, str | None]] = {
    "companyname": "name",
    "industry": "industry",
    "symbol": "symbol",
    "series": "series",
    "isincode": "isin",
}
_SERIES_OF_LISTS = {
    **dict.fromkeys(("EQ", "BE", "BZ"), EQUITY_LIST),
    **dict.fromkeys(("SM", "ST", "SZ"), SME_LIST),
    "RR": REIT_LIST,
    "IV": INVIT_LIST,
}
SYMBOL_CHANGE_FIELDS = 4


def detect_feed(text: bytes, name: str | None = None, *, said: str | None = None) -> str:
    """Return the feed of a list by its titles and its first row, an index's by its file's name.

    An index's list doesn't say whose it is: where its name doesn't either, it is the index's that a person `said`,
    else it is refused, as is what is none of these lists (`ContentRefused`).
    """
    kind = _kind(text, {plain(title) for title in titles_of(text)})
    if kind == "listing":
        return _listing_feed(text)
    if kind != "members":
        return kind
    file = (name or "").rpartition("/")[2].removeprefix("file:").lower()
    feed = next((feed for feed in INDEX_FILES if FILES[feed].lower() == file), None)
    if feed is None and said is not None and said in INDEX_FILES:
        return said
    if feed is None:
        raise ContentRefused(f"a list of an index's members that doesn't say of which; its name is {name!r}")
    return feed


def parse(text: bytes, payload: Payload) -> RawTable:
    """Return the rows of a list as strings: line_no and the columns of its kind (`LISTING_COLUMNS` and so on).

    `layout` is the feed's name with a dash. Text that is no UTF-8 is read as cp1252: seen in `eq_etfseclist.csv`
    (bytes 0x96 and 0xA0); the layout then ends in `-cp1252`.
    """
    from scrapers import csv_table  # noqa: PLC0415 - pandas costs a second, and to tell a file needs none

    text, encoding = utf8(text)
    layout = payload.feed.replace(".", "-") + encoding
    kind = _kind(text, {plain(title) for title in titles_of(text)})
    if kind == SYMBOL_CHANGES:
        table = csv_table.Table(layout, {}, SYMBOL_CHANGE_COLUMNS, headless=SYMBOL_CHANGE_COLUMNS)
    elif kind == NAME_CHANGES:
        table = csv_table.Table(layout, _NAME_CHANGE_TITLES, NAME_CHANGE_COLUMNS)
    elif kind == "members":
        table = csv_table.Table(layout, _MEMBER_TITLES, MEMBER_COLUMNS)
    else:
        table = csv_table.Table(layout, _LISTING_TITLES, LISTING_COLUMNS)
    return csv_table.read(text, table, payload)


def utf8(text: bytes) -> tuple[bytes, str]:
    """Return a text in UTF-8, and "-cp1252" when it was none and was read as that, else ""."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("cp1252", errors="replace").encode(), "-cp1252"
    return text, ""


def _listing_feed(text: bytes) -> str:
    """Tell the masters with the same titles apart by the series of their first row; IDRs (DR) are not ours."""
    if "underlying" in {plain(title) for title in titles_of(text)}:
        return ETF_LIST
    series = first_cell(text, "series") or ""
    if series not in _SERIES_OF_LISTS:
        raise ContentRefused(f"a list of securities of series {series!r}: none of those that are kept")
    return _SERIES_OF_LISTS[series]


def _kind(text: bytes, known: set[str]) -> str:
    """Return "listing", "members", or the feed of changed symbols or names."""
    if known >= {"symbol", "isinnumber", "dateoflisting"}:
        return "listing"
    if known >= {"symbol", "isincode", "companyname"}:
        return "members"
    if known >= _NAME_CHANGE_TITLES.keys():
        return NAME_CHANGES
    titles = titles_of(text)
    # No title line: name, old symbol, new symbol, and a date such as 30-OCT-2019.
    if len(titles) == SYMBOL_CHANGE_FIELDS and len(titles[3].split("-")) == 3 and titles[3][-4:].isdigit():  # noqa: PLR2004
        return SYMBOL_CHANGES
    raise ContentRefused(f"none of NSE's lists; got {describe(text)}")
