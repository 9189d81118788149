"""Since when a symbol is in an index: from the lists that were seen, one after the other; pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SPAN_TYPES = {
    "index_name": pa.string(),
    "symbol": pa.string(),
    "valid_from": pa.date32(),
    "valid_to": pa.date32(),
}
"""`valid_to` is the day before the first list without the symbol, NULL while the newest list has it."""


def spans(index_name: str, lists: Mapping[date, Collection[str]]) -> pd.DataFrame:
    """Return the stretches of lists that have a symbol, one row each (`SPAN_TYPES`).

    `lists` has the symbols of each list by the day on which it was seen. `valid_from` is the day of the first list in
    a row that has it: the exchange's lists carry no date of their own.
    """
    open_since: dict[str, date] = {}
    rows: list[tuple[str, str, date, date | None]] = []
    for day in sorted(lists):
        members = set(lists[day])
        gone = open_since.keys() - members
        rows += [(index_name, symbol, open_since.pop(symbol), day - timedelta(days=1)) for symbol in gone]
        open_since |= dict.fromkeys(members - open_since.keys(), day)
    rows += [(index_name, symbol, since, None) for symbol, since in open_since.items()]
    rows.sort(key=lambda row: row[1:3])
    columns = {
        name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(SPAN_TYPES.items())
    }
    frame: pd.DataFrame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame
