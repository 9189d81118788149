"""NSE's flows as tables of strings: columns by their names, each row as the source wrote it."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from munim.core.errors import ContentRefused
from scrapers.nse_body import FII_DII
from scrapers.raw import REJECT_COLUMNS, RawTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from munim.core.payload import Payload

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

FII_DII_COLUMNS = {
    "category": "category",
    "date": "date",
    "buyvalue": "buy_value",
    "sellvalue": "sell_value",
    "netvalue": "net_value",
}
PARTICIPANT_COLUMNS = {
    "clienttype": "client_type",
    **{
        f"future{kind}{side}": f"future_{kind}_{side}_contracts"
        for kind in ("index", "stock")
        for side in ("long", "short")
    },
    **{
        f"option{kind}{right}{side}": f"option_{kind}_{right}_{side}_contracts"
        for kind in ("index", "stock")
        for side in ("long", "short")
        for right in ("call", "put")
    },
    "totallongcontracts": "total_long_contracts",
    "totalshortcontracts": "total_short_contracts",
}
"""A title in small letters and digits alone, and our name. So the TAB after two titles (2021) or the blank (2026)
does not matter, nor that Call and Put take turns before Long and Short do."""

AS_ON = re.compile(r"as\s+on\s+([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})\b\W*(\d{4})?")
"""`as on Feb 01,2021` with any quotes around it; one file (08-Jun-2021) has no year."""


def parse(payload: Payload) -> RawTable:
    """Return the rows of an NSE body that `nse_body.check_body` has passed.

    `nse.fii_dii`: `line_no` (the record's number), category, date, buy_value, sell_value, net_value.
    `nse.participant_oi`: `line_no`, client_type, the twelve long and short columns, total_long_contracts,
    total_short_contracts, and `as_on` (`08-Jun-2021`, or `08-Jun` where the file says no year).
    Raises `ContentRefused` where a column is missing.
    """
    return _fii_dii(payload) if payload.feed == FII_DII else _participant_oi(payload)


def name_of(title: str) -> str:
    """Return a title in small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", title.casefold())


def _fii_dii(payload: Payload) -> RawTable:
    # Figures that are no strings stay as they are written: nothing goes through a float.
    records = json.loads(payload.body, parse_float=str, parse_int=str)
    titles = list(dict.fromkeys(title for record in records for title in record))
    ours = _columns(titles, FII_DII_COLUMNS, payload)
    rows = [{ours[title]: cell for title, cell in record.items() if title in ours} for record in records]
    columns = {
        name: [cell if isinstance(cell := row.get(name), str) else None for row in rows]
        for name in FII_DII_COLUMNS.values()
    }
    return _table("fiidii-react", range(1, len(rows) + 1), columns, added=[one for one in titles if one not in ours])


def _participant_oi(payload: Payload) -> RawTable:
    lines = payload.body.decode("utf-8-sig").splitlines()
    as_on = _as_on(lines, payload)
    header_at = next((at for at, line in enumerate(lines) if name_of(line).startswith("clienttype")), None)
    if header_at is None:
        raise _refused("no header line that begins with Client Type", payload)
    titles = _cells(lines[header_at])
    while titles and not titles[-1]:
        titles.pop()
    ours = _columns(titles, PARTICIPANT_COLUMNS, payload)
    numbers: list[int] = []
    kept: list[list[str]] = []
    misfits: list[tuple[int, str, str, str]] = []
    for at, line in enumerate(lines[header_at + 1 :], start=header_at + 2):
        cells = _cells(line)
        if not any(cells):
            continue
        if len(cells) < len(titles) or any(cells[len(titles) :]):
            detail = f"{len(cells)} fields where the header has {len(titles)}"
            misfits.append((at, line, "field_count", detail))
            continue
        numbers.append(at)
        kept.append(cells)
    columns: dict[str, list[str | None]] = {
        ours[title]: [cells[place] for cells in kept] for place, title in enumerate(titles) if title in ours
    }
    columns["as_on"] = [as_on] * len(kept)
    added = [title for title in titles if title not in ours]
    return _table("participant-oi", numbers, columns, added=added, misfits=misfits)


def _as_on(lines: Sequence[str], payload: Payload) -> str:
    found = AS_ON.search(lines[0])
    if found is None:
        raise _refused(f"no date in the first line: {lines[0][:120]!r}", payload)
    month, day, year = found.groups()
    return f"{int(day):02}-{month}-{year}" if year else f"{int(day):02}-{month}"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line]), [])]


def _columns(titles: Sequence[str], known: Mapping[str, str], payload: Payload) -> dict[str, str]:
    """Return our name for each title that is known; raise where one of ours is missing or stands twice."""
    ours = {title: known[name_of(title)] for title in titles if name_of(title) in known}
    missing = [name for name in known.values() if name not in ours.values()]
    if missing:
        raise _refused(f"no column {', '.join(missing)} among {', '.join(titles)}", payload)
    if len(set(ours.values())) < sum(name_of(title) in known for title in titles):
        raise _refused(f"a column stands twice among {', '.join(titles)}", payload)
    return ours


def _table(
    layout: str,
    numbers: Sequence[int],
    columns: Mapping[str, Sequence[str | None]],
    *,
    added: Sequence[str],
    misfits: Sequence[tuple[int, str, str, str]] = (),
) -> RawTable:
    arrays = {name: pa.array(cells, pa.large_string()) for name, cells in columns.items()}
    table = pa.table({"line_no": pa.array(numbers, pa.int64()), **arrays})
    frame = table.to_pandas(types_mapper={pa.large_string(): TEXT}.get)
    return RawTable(frame, layout, tuple(added), pd.DataFrame(list(misfits), columns=list(REJECT_COLUMNS)))


def _refused(what: str, payload: Payload) -> ContentRefused:
    return ContentRefused(
        f"{payload.url} has {what}",
        feed=payload.feed,
        slot=payload.slot,
        kept="nothing was written, the raw bytes are kept",
        advice="the layout may have changed: see `munim sources check`",
    )
