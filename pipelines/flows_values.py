"""Reading the cells of flows: amounts, contracts, dates and labels. Strict: what is not plain is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from scrapers.raw import REJECT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CRORE_TYPE = pa.decimal128(18, 2)
"""Amounts in ₹ crore and US$ million: every source publishes two decimals."""

RATE_TYPE = pa.decimal128(10, 4)

ARITHMETIC_TOLERANCE = Decimal("0.01")
"""Buy, sell and net are each rounded to two decimals."""

ABSENT = frozenset({"", "-", "--", "na", "n.a.", "nan", "null", "none"})

_DIGITS = r"(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3})"
_AMOUNT = re.compile(rf"(?P<whole>{_DIGITS})(?:\.(?P<part>[0-9]{{1,2}})0*)?")
_RATE = re.compile(r"(?:Rs\.?\s*|₹\s*)?([0-9]{1,5}(?:\.[0-9]{1,4})?)0*", re.IGNORECASE)
_COUNT = re.compile(_DIGITS)
_LABEL = re.compile(r"[a-z]+")

FLOW_CLASSES = {"fii": "fii_fpi", "fpi": "fii_fpi", "dii": "dii"}
"""How a label begins, and the class of investors that it names.

Seen: `FII/FPI *` and `DII **` (2021), `FII/FPI` and `DII` (2026); the asterisks belong to the page's footnotes.
"""

PARTICIPANTS = {"client": "client", "dii": "dii", "fii": "fii", "fpi": "fii", "pro": "pro", "total": "total"}


class Unreadable(ValueError):
    """A cell that is no value of its kind."""


def read_amount(cell: str | None) -> Decimal | None:
    """Return an amount exactly: `-2584.97`, `16,951.95`, `(193.61)`; None where there is none.

    Raises `Unreadable` for anything else, and for more than two decimals.
    """
    text = (cell or "").strip()
    if text.casefold() in ABSENT:
        return None
    # NSDL writes negatives in parentheses: 10 cells of the report of 26-May-2026.
    negative = text.startswith("(") and text.endswith(")")
    bare = text[1:-1] if negative else text.removeprefix("-")
    found = _AMOUNT.fullmatch(bare)
    if found is None:
        raise Unreadable(f"{cell!r} is no amount with at most two decimals")
    amount = Decimal(f"{found['whole'].replace(',', '')}.{found['part'] or '0'}")
    return -amount if amount and bare != text else amount


def read_rate(cell: str | None) -> Decimal | None:
    """Return a rate of exchange such as ` Rs.95.2047`; None where there is none. Raises `Unreadable`."""
    text = (cell or "").strip()
    if text.casefold() in ABSENT:
        return None
    found = _RATE.fullmatch(text)
    if found is None:
        raise Unreadable(f"{cell!r} is no rate with at most four decimals")
    return Decimal(found[1])


def read_count(cell: str | None) -> int | None:
    """Return a number of contracts; None where there is none. Raises `Unreadable`."""
    text = (cell or "").strip()
    if text.casefold() in ABSENT:
        return None
    if _COUNT.fullmatch(text) is None:
        raise Unreadable(f"{cell!r} is no number of contracts")
    return int(text.replace(",", ""))


def class_of(label: str | None, classes: Mapping[str, str]) -> str | None:
    """Return the class that a label's first word names; None where it names none that is known."""
    found = _LABEL.match((label or "").strip().casefold())
    return classes.get(found[0]) if found else None


def adds_up(buy: Decimal, sell: Decimal, net: Decimal) -> bool:
    """Tell whether buy less sell is net, within a rounding."""
    return abs(buy - sell - net) <= ARITHMETIC_TOLERANCE


def rows_of(frame: pd.DataFrame) -> list[tuple[int, dict[str, str | None]]]:
    """Return a raw frame's rows: the line number, and the other cells by column, None where there is none."""
    names = [str(name) for name in frame.columns if name != "line_no"]
    cells = [[cell if isinstance(cell, str) else None for cell in frame[name].tolist()] for name in names]
    rows = zip(*cells, strict=True) if names else iter(())
    numbers = frame["line_no"].tolist()
    return [(int(line), dict(zip(names, row, strict=True))) for line, row in zip(numbers, rows, strict=True)]


def typed_frame(types: Mapping[str, pa.DataType], rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Return rows as a frame of Arrow columns, `line_no` last and int64, as frames have it."""
    columns = {name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(types.items())}
    # In one go: a frame made column by column takes several times as long, and an archive has thousands of small ones.
    line_no = columns.pop("line_no")
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    frame["line_no"] = line_no.to_numpy()
    return frame


def rejects_frame(rows: Iterable[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Return refused rows as the frame that a batch has: line_no, raw_line, reason, detail."""
    return pd.DataFrame(sorted(rows), columns=list(REJECT_COLUMNS))
