"""Made payloads of flows, and recorded ones as their text says them, for the tests that load them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from munim.core.payload import Payload
from pipelines.flows_set import FLOWS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import nse

if TYPE_CHECKING:
    from loaders.report import LoadReport

Figures = tuple[str, str, str]
"""Buy, sell and net as NSE writes them."""

QUIET: tuple[Figures, Figures] = (("16951.95", "13150.27", "3801.68"), ("17907.55", "20365.04", "-2457.49"))
"""DII's and FII's of 19-May-2026."""


def fii_dii_body(day: str, dii: Figures = QUIET[0], fii: Figures = QUIET[1]) -> bytes:
    """An answer of fiidiiTradeReact; `day` as 19-May-2026."""
    names = ("buyValue", "sellValue", "netValue")
    records = [
        {"category": label, "date": day, **dict(zip(names, figures, strict=True))}
        for label, figures in (("DII", dii), ("FII/FPI", fii))
    ]
    return json.dumps(records).encode()


def load_fii_dii(
    tools: Tools, day: str, fetched_at: datetime, figures: tuple[Figures, Figures] = QUIET, **options: bool
) -> LoadReport:
    return load(tools, fii_dii_body(day, *figures), fetched_at, nse.FII_DII, **options)


def load(tools: Tools, body: bytes, fetched_at: datetime, feed: str, **options: bool) -> LoadReport:
    """Load a body that was fetched at a time, through the way that every payload takes."""
    payload = Payload(feed, fetched_at.isoformat(), "file:made", fetched_at, body, "file")
    return load_payload(FLOWS, payload, tools, context(tools, FLOWS.name, Options(**options)))


def participant_files(recorded: Path) -> Sequence[Path]:
    return sorted((recorded / "flows" / "nse_fao_participant_oi_raw").glob("*.csv"))
