"""The made exchanges' bhavcopies, in every layout: legacy, with deliveries, UDiFF; zipped as theirs are."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from munim.replica.equity_prices import SessionPrices
    from munim.replica.hashing import I64

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
LAST_LEGACY: Final = date(2024, 7, 5)
FIRST_UDIFF: Final = date(2024, 1, 1)

LEGACY_HEADER: Final = (
    "SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,"
)
FULL_HEADER: Final = (
    "SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, "
    "TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER"
)
UDIFF_HEADER: Final = (
    "TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,"
    "FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,"
    "TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4"
)
BSE_HEADER: Final = (
    "SC_CODE,SC_NAME,SC_GROUP,SC_TYPE,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,NO_TRADES,NO_OF_SHRS,NET_TURNOV,TDCLOINDI"
)


def legacy_name(day: date) -> str:
    """Return `cm05JUL2024bhav.csv`."""
    return f"cm{day.day:02}{MONTHS[day.month - 1]}{day.year}bhav.csv"


def legacy(prices: SessionPrices) -> bytes:
    """Return NSE's file to July 2024, zipped; numbers without idle zeros."""
    stamp = f"{prices.day.day:02}-{MONTHS[prices.day.month - 1]}-{prices.day.year}"
    cells = [_short(column) for column in (prices.open, prices.high, prices.low, prices.close, prices.last,
                                           prices.previous_close)]  # fmt: skip
    value = _short(prices.value)
    rows = (
        f"{one.symbol_on(prices.day)},{one.series},{','.join(column[place] for column in cells)},"
        f"{prices.volume[place]},{value[place]},{stamp},{prices.trades[place]},{one.isin_on(prices.day)},"
        for place, one in enumerate(prices.traded)
    )
    return zipped(_text(LEGACY_HEADER, rows), legacy_name(prices.day))


def full(prices: SessionPrices) -> bytes:
    """Return `sec_bhavdata_full`: a space after every comma, deliveries, the value in lakhs; `-` for BE."""
    stamp = f"{prices.day.day:02}-{MONTHS[prices.day.month - 1].title()}-{prices.day.year}"
    opened, high, low, close, last, before, average = (
        _two(column) for column in (prices.open, prices.high, prices.low, prices.close, prices.last,
                                    prices.previous_close, prices.average)
    )  # fmt: skip
    lacs = _two(np.round(prices.value / 100_000).astype(np.int64))
    share = _two(np.round(prices.delivered * 10_000 / prices.volume).astype(np.int64))
    rows = []
    for place, one in enumerate(prices.traded):
        delivered = "-, -" if one.series == "BE" else f"{prices.delivered[place]}, {share[place]}"
        rows.append(
            f"{one.symbol_on(prices.day)}, {one.series}, {stamp}, {before[place]}, {opened[place]}, {high[place]}, "
            f"{low[place]}, {last[place]}, {close[place]}, {average[place]}, {prices.volume[place]}, {lacs[place]}, "
            f"{prices.trades[place]}, {delivered}"
        )
    return _text(FULL_HEADER, rows)


def udiff(prices: SessionPrices, exchange: str) -> bytes:
    """Return a UDiFF file: NSE's is zipped, BSE's is not; BSE's id is the scrip code, and its ticker NSE's symbol."""
    opened, high, low, close, last, before, value = (
        _two(column) for column in (prices.open, prices.high, prices.low, prices.close, prices.last,
                                    prices.previous_close, prices.value)
    )  # fmt: skip
    rows = []
    for place, one in enumerate(prices.traded):
        number = one.scrip_code if exchange == "BSE" else str(one.number + 1)
        series = "A" if exchange == "BSE" else one.series
        rows.append(
            f"{prices.day},{prices.day},CM,{exchange},STK,{number},{one.isin_on(prices.day)},"
            f"{one.symbol_on(prices.day)},{series},,,,,{one.name.upper()},{opened[place]},{high[place]},{low[place]},"
            f"{close[place]},{last[place]},{before[place]},,{close[place]},,,{prices.volume[place]},{value[place]},"
            f"{prices.trades[place]},F1,1,,,,,"
        )
    text = _text(UDIFF_HEADER, rows)
    return zipped(text, f"BhavCopy_NSE_CM_0_0_0_{prices.day:%Y%m%d}_F_0000.csv") if exchange == "NSE" else text


def bse_legacy(prices: SessionPrices) -> bytes:
    """Return BSE's file to July 2024, zipped: no date, no ISIN, names padded."""
    cells = [_two(column) for column in (prices.open, prices.high, prices.low, prices.close, prices.last,
                                         prices.previous_close)]  # fmt: skip
    value = _two(prices.value)
    rows = (
        f"{one.scrip_code},{one.name.upper()[:12]:<12},A ,Q,{','.join(column[place] for column in cells)},"
        f"{prices.trades[place]},{prices.volume[place]},{value[place]},"
        for place, one in enumerate(prices.traded)
    )
    return zipped(_text(BSE_HEADER, rows), f"EQ{prices.day:%d%m%y}.CSV")


def zipped(text: bytes, name: str) -> bytes:
    """Return a text as a zip file of one member, the same bytes every time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _text(header: str, rows: Iterable[str]) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def _two(paise: I64) -> list[str]:
    """Return `566.55` for 56655."""
    return [f"{rupees}.{rest:02}" for rupees, rest in zip((paise // 100).tolist(), (paise % 100).tolist(), strict=True)]


def _short(paise: I64) -> list[str]:
    """Return `566.5` for 56650 and `566` for 56600."""
    return [text.rstrip("0").rstrip(".") for text in _two(paise)]
