"""What people decide of two ids: that they are one issue, or are not.

A decision is a payload of our own, archived like any other: so it takes its place in time, leaves a run in the ledger
that can be reverted, and is there again when the tables are made again from the archive.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Literal

from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from pipelines.ipo_numbers import written
from pipelines.ipo_tables import COLUMNS, IPO_LINK, LINKS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context

if TYPE_CHECKING:
    from loaders.keyed_batch import KeyedBatch
    from loaders.report import LoadReport
    from pipelines.dataset import DataSet
    from pipelines.ipo_match import Member

Verdict = Literal["link", "unlink"]

LAYOUT: Final = "ipo-links-1"


def decide(dataset: DataSet, verdict: Verdict, one: Member, other: Member, tools: Tools) -> LoadReport:
    """Archive and load what a person decided of two ids; the newest verdict on a pair holds.

    Raises `RequestWrong` where both are one id.
    """
    if one == other:
        raise RequestWrong(f"{written(one)} is one id", advice="name two")
    first, second = sorted([one, other])
    said = {"verdict": verdict, "one": list(first), "other": list(second), "decided_by": tools.asked_by}
    body = json.dumps(said, ensure_ascii=False).encode() + b"\n"
    pair = f"{written(first)} {written(second)}"
    payload = Payload(LINKS, pair, f"munim:{verdict}/{pair}", tools.clock(), body, origin="link")
    return load_payload(dataset, payload, tools, context(tools, dataset.name, Options()))


def read(payload: Payload) -> KeyedBatch:
    """Return a decision as any payload's rows."""
    import pandas as pd  # noqa: PLC0415 - pandas costs a second

    from loaders.keyed_batch import KeyedBatch, KeyedRows  # noqa: PLC0415
    from scrapers.raw import REJECT_COLUMNS  # noqa: PLC0415

    said = json.loads(payload.body)
    cells = [*said["one"], *said["other"], said["verdict"], said["decided_by"]]
    names = [column.name for column in COLUMNS[IPO_LINK.name]]
    frame = pd.DataFrame({name: pd.array([cell], dtype="str") for name, cell in zip(names, cells, strict=True)})
    frame["line_no"] = pd.array([1], dtype="int64")
    return KeyedBatch(
        rows=(KeyedRows(IPO_LINK.name, IPO_LINK.groups[0].name, frame),),
        rejects=pd.DataFrame(columns=list(REJECT_COLUMNS)),
        layout=LAYOUT,
        rows_read=1,
        span=None,
    )
