"""The words of each scheme as they stand on a day: name, ISINs, plan, option, heading; and the order of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from munim.replica.hashing import I64
from munim.replica.schemes import Schemes


@dataclass(frozen=True)
class Cells:
    """Words of some schemes, in the order of `rows`; `heading` indexes the universe's headings."""

    rows: I64
    heading: I64
    amc: I64
    code: pa.StringArray
    payout_isin: pa.StringArray
    reinvestment_isin: pa.StringArray
    long_name: pa.StringArray
    base: pa.StringArray
    plan: pa.StringArray
    option: pa.StringArray


def heading_on(schemes: Schemes, rows: I64, day: int) -> I64:
    """Return the heading that each scheme stands under on a day."""
    moved = schemes.heading_day[rows] <= day
    return np.where(moved, schemes.next_heading[rows], schemes.heading[rows])


def file_order(schemes: Schemes, rows: I64, day: int) -> I64:
    """Return the positions of `rows` in the order of AMFI's files: heading, AMC, name."""
    return np.lexsort((schemes.name_rank[rows], schemes.amc[rows], heading_on(schemes, rows, day)))


def cells_on(schemes: Schemes, rows: I64, day: int) -> Cells:
    """Return the words of schemes as they stand on a day."""
    at = pa.array(rows)
    changed = pa.array(schemes.isin_day[rows] <= day)
    renamed = pa.array(schemes.rename_day[rows] <= day)
    filled = pa.array(schemes.filled_day[rows] <= day)
    before, after = schemes.isins
    return Cells(
        rows=rows,
        heading=heading_on(schemes, rows, day),
        amc=schemes.amc[rows],
        code=schemes.code.take(at),
        payout_isin=pc.if_else(changed, after[0].take(at), before[0].take(at)),
        reinvestment_isin=pc.if_else(changed, after[1].take(at), before[1].take(at)),
        long_name=pc.if_else(renamed, schemes.long_names[1].take(at), schemes.long_names[0].take(at)),
        base=schemes.base.take(at),
        plan=pc.if_else(filled, schemes.plan.take(at), ""),
        option=pc.if_else(filled, schemes.option.take(at), ""),
    )


def dashed(isin: pa.StringArray) -> pa.StringArray:
    """Return ISINs with `-` where there is none, as NAVAll.txt has it; the history report leaves it blank."""
    return pc.if_else(pc.equal(isin, ""), "-", isin)
