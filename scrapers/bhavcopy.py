"""The layouts of the exchanges' end-of-day files (bhavcopies), told apart by their titles.

NSE: legacy `cm…bhav` (1994 to 05-Jul-2024; TOTALTRADES and ISIN since 22-Jun-2011), `sec_bhavdata_full` (with
deliveries, no ISIN), UDiFF (since 01-Jan-2024, one layout for both exchanges). BSE: legacy `EQ…` (no date inside),
UDiFF. Files with `,,DELIV_QTY,DELIV_PER` after the legacy columns were merged by their keeper from two of NSE's.
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

NSE_LEGACY: Final = "nse.bhavcopy_legacy"
NSE_FULL: Final = "nse.bhavcopy_full"
NSE_UDIFF: Final = "nse.bhavcopy_udiff"
BSE_LEGACY: Final = "bse.bhavcopy_legacy"
BSE_UDIFF: Final = "bse.bhavcopy_udiff"

COLUMNS = (
    "symbol",
    "series",
    "trade_date",
    "open",
    "high",
    "low",
    "close",
    "last",
    "previous_close",
    "average_price",
    "volume",
    "value_inr",
    "turnover_lakh",
    "trades",
    "delivered_quantity",
    "delivery_pct",
    "isin",
    "ticker",
    "name",
    "segment",
    "source",
)
"""Our columns: a layout has some of them. `ticker` is BSE's; its `symbol` is the scrip code."""

_PRICES = {"open": "open", "high": "high", "low": "low", "close": "close", "last": "last"}

_NSE_LEGACY: Final[Mapping[str, str | None]] = {
    **_PRICES,
    "symbol": "symbol",
    "series": "series",
    "prevclose": "previous_close",
    "tottrdqty": "volume",
    "tottrdval": "value_inr",
    "timestamp": "trade_date",
    "totaltrades": "trades",
    "isin": "isin",
    "delivqty": "delivered_quantity",
    "delivper": "delivery_pct",
}
_NSE_FULL: Final[Mapping[str, str | None]] = {
    "symbol": "symbol",
    "series": "series",
    "date1": "trade_date",
    "prevclose": "previous_close",
    **{f"{name}price": column for name, column in _PRICES.items()},
    "avgprice": "average_price",
    "ttltrdqnty": "volume",
    "turnoverlacs": "turnover_lakh",
    "nooftrades": "trades",
    "delivqty": "delivered_quantity",
    "delivper": "delivery_pct",
}
_BSE_LEGACY: Final[Mapping[str, str | None]] = {
    **_PRICES,
    "sccode": "symbol",
    "scname": "name",
    "scgroup": "series",
    "sctype": None,
    "prevclose": "previous_close",
    "notrades": "trades",
    "noofshrs": "volume",
    "netturnov": "value_inr",
    "tdcloindi": None,
}
_UDIFF_COMMON: Final[Mapping[str, str | None]] = {
    "traddt": "trade_date",
    "sgmt": "segment",
    "src": "source",
    "isin": "isin",
    "sctysrs": "series",
    "fininstrmnm": "name",
    "opnpric": "open",
    "hghpric": "high",
    "lwpric": "low",
    "clspric": "close",
    "lastpric": "last",
    "prvsclsgpric": "previous_close",
    "ttltradgvol": "volume",
    "ttltrfval": "value_inr",
    "ttlnboftxsexctd": "trades",
    # BizDt is the day of the file; the trade's own day counts. The rest is of derivatives, or always blank.
    **dict.fromkeys(
        [
            *("bizdt", "fininstrmtp", "xprydt", "fininstrmactlxprydt", "strkpric", "optntp", "undrlygpric"),
            *("sttlmpric", "opnintrst", "chnginopnintrst", "ssnid", "newbrdlotqty", "rmks"),
            *("rsvd1", "rsvd2", "rsvd3", "rsvd4"),
        ]
    ),
}

TITLES: Final[Mapping[str, Mapping[str, str | None]]] = {
    NSE_LEGACY: _NSE_LEGACY,
    NSE_FULL: _NSE_FULL,
    NSE_UDIFF: {**_UDIFF_COMMON, "tckrsymb": "symbol", "fininstrmid": None},
    BSE_LEGACY: _BSE_LEGACY,
    BSE_UDIFF: {**_UDIFF_COMMON, "tckrsymb": "ticker", "fininstrmid": "symbol"},
}
"""For each feed: a title as `csv_titles.plain` writes it, and our column (None: known, and left out)."""

OPTIONAL = frozenset({"trades", "isin", "delivered_quantity", "delivery_pct"})
"""Columns that a legacy file of NSE's may lack; all others of a layout are required."""


def detect_feed(text: bytes) -> str:
    """Return the feed that an unzipped bhavcopy comes from, by its titles; UDiFF's by its column `Src` too.

    Raises `ContentRefused` when it is no bhavcopy, or lacks one of its layout's columns.
    """
    titles = [plain(title) for title in titles_of(text)]
    known = set(titles)
    if "traddt" in known:
        feed = {"NSE": NSE_UDIFF, "BSE": BSE_UDIFF}.get(first_cell(text, "src") or "")
        if feed is None:
            raise ContentRefused(f"a UDiFF file whose Src is neither NSE nor BSE; got {describe(text)}")
    else:
        marks = {"tottrdqty": NSE_LEGACY, "ttltrdqnty": NSE_FULL, "sccode": BSE_LEGACY}
        feed = next((feed for mark, feed in marks.items() if mark in known), None)
        if feed is None:
            raise ContentRefused(f"no header of a bhavcopy; got {describe(text)}")
    optional = OPTIONAL if feed == NSE_LEGACY else frozenset[str]()
    missing = [
        title for title, column in TITLES[feed].items() if column and column not in optional and title not in known
    ]
    if missing:
        raise ContentRefused(f"the header of {feed} lacks {', '.join(missing)}; got {describe(text)}")
    twice = [title for title in TITLES[feed] if titles.count(title) > 1]
    if twice:
        raise ContentRefused(f"the header of {feed} has {', '.join(twice)} twice; got {describe(text)}")
    return feed


def parse(text: bytes, payload: Payload) -> RawTable:
    """Return the rows of an unzipped bhavcopy as strings: line_no and `COLUMNS` (NaN where the layout has none).

    `layout` is nse-legacy (to 2011), nse-legacy-isin, nse-legacy-isin-delivery (merged), nse-full, nse-udiff,
    bse-legacy or bse-udiff. Raises `ContentRefused` as `detect_feed` and `csv_table.read` do.
    """
    from scrapers import csv_table  # noqa: PLC0415 - pandas costs a second, and to tell a file needs none

    feed = detect_feed(text)
    known = {plain(title) for title in titles_of(text)}
    layout = feed.replace("bhavcopy_", "").replace(".", "-")
    if feed == NSE_LEGACY:
        layout += ("-isin" if "isin" in known else "") + ("-delivery" if "delivqty" in known else "")
    return csv_table.read(text, csv_table.Table(layout, TITLES[feed], COLUMNS), payload)
