"""Yesterday's file under today's address is never taken for today's, however its bytes are known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from munim.replica.draws import Draws
from munim.replica.market import Market
from munim.replica.nse_files import participant_oi_body
from munim.replica.sessions import sessions
from pipelines.flows_set import FLOWS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import nse

if TYPE_CHECKING:
    import psycopg


def test_the_bytes_of_the_session_before_do_not_fill_todays_slot(
    tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    before, today = sessions(datetime(2026, 8, 10).date(), datetime(2026, 8, 20).date())[-2:]  # noqa: DTZ001 - days
    body = participant_oi_body(Draws(2026), before, Market().participant_oi(before))

    def served(day: object, fetched_at: datetime) -> Payload:
        url = f"https://nsearchives.nseindia.com/content/nsccl/fao_participant_oi_{day:%d%m%Y}.csv"
        return Payload(nse.PARTICIPANT_OI, str(day), url, fetched_at, body)

    started = context(tools, "flows", Options(), closes_slot=True)
    first = served(before, datetime(2026, 8, 19, 15, tzinfo=UTC))
    assert load_payload(FLOWS, first, tools, started).status == "success"

    with pytest.raises(ContentRefused):
        load_payload(
            FLOWS, served(today, datetime(2026, 8, 20, 15, tzinfo=UTC)), tools,
            context(tools, "flows", Options(), closes_slot=True),
        )  # fmt: skip

    assert connection.execute("SELECT slot, status, closes_slot FROM etl.run ORDER BY run_id").fetchall() == [
        (str(before), "success", True), (str(today), "refused", False),
    ]  # fmt: skip
