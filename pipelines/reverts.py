"""Taking a run back: the values that it replaced are put back as new ones, with the revert as their source.

A revert is a payload of our own, archived like any other: one JSON line a row. So it takes its place in time, leaves
revisions, and is there again when the tables are made again from the archive.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from loaders.batch import NavBatch
from loaders.fact_digests import FACT_COLUMNS
from pipelines.nav_values import NAV_TYPE
from scrapers.raw import REJECT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loaders.batch import Fact, NavKey
    from munim.core.payload import Payload

FEED = "munim.revert"
LAYOUT = "revert-1"

NavBack = tuple["NavKey", Decimal | None]
"""A NAV's key and the value that is put back; None: there was none."""

FactBack = tuple[str, str, "Fact | None"]
"""A scheme's code, the feed, and what it said before; None: nothing."""


def write(run_id: int, navs: Iterable[NavBack], facts: Iterable[FactBack]) -> bytes:
    """Return the body of a revert."""
    lines: list[object] = [{"reverts_run_id": run_id}]
    lines += [{"nav": [day.isoformat(), code, None if nav is None else str(nav)]} for (day, code), nav in navs]
    lines += [{"fact": [code, feed, None if fact is None else list(fact)]} for code, feed, fact in facts]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode() + b"\n"


def read(payload: Payload) -> NavBatch:
    """Return the rows of a revert as any payload's: values that are put back, and keys that are withdrawn."""
    navs: list[tuple[date, str, Decimal]] = []
    withdrawn: list[NavKey] = []
    facts: dict[str, dict[str, Fact | None]] = defaultdict(dict)
    lines = [json.loads(line) for line in payload.body.decode().splitlines()]
    for line in lines[1:]:
        if "nav" in line:
            day, code, nav = line["nav"]
            key = (date.fromisoformat(day), code)
            if nav is None:
                withdrawn.append(key)
            else:
                navs.append((*key, Decimal(nav)))
        else:
            code, feed, fact = line["fact"]
            facts[feed][code] = None if fact is None else tuple(fact)
    return NavBatch(
        navs=_frame(navs),
        facts=pd.DataFrame(columns=["scheme_code", *FACT_COLUMNS], dtype=pd.ArrowDtype(pa.string())),
        rejects=pd.DataFrame(columns=list(REJECT_COLUMNS)),
        layout=LAYOUT,
        rows_read=len(lines) - 1,
        rows_absent=0,
        withdrawn=withdrawn,
        fact_decisions=facts,
    )


def _frame(navs: Sequence[tuple[date, str, Decimal]]) -> pd.DataFrame:
    columns = {
        "scheme_code": pa.array([code for _, code, _ in navs], pa.string()),
        "nav_date": pa.array([day for day, _, _ in navs], pa.date32()),
        "nav": pa.array([nav for _, _, nav in navs], NAV_TYPE),
        "line_no": pa.array(range(2, len(navs) + 2), pa.int64()),
    }
    return pd.DataFrame({name: pd.Series(values, dtype=pd.ArrowDtype(values.type)) for name, values in columns.items()})
