"""Yesterday's file under today's address is never taken for today's, however its bytes are known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import ContentRefused
from munim.core.payload import Payload
from munim.replica.draws import Draws
from munim.replica.market import Market
from munim.replica.nse_files import participant_oi_body
from munim.replica.sessions import sessions
from pipelines.equity_set import EQUITY
from pipelines.flows_set import FLOWS
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers import nse
from scrapers.bhavcopy import BSE_LEGACY
from tests.unit.equity_files import BSE_HEADER, BSE_ROW

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


def test_a_file_without_a_date_is_of_the_slot_that_it_is_given_for_though_its_bytes_are_known(
    tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    body = f"{BSE_HEADER}\n{BSE_ROW}\n".encode()
    days = [date(2024, 7, 4), date(2024, 7, 5)]
    for day in days:
        at = datetime(2024, 7, day.day, 13, tzinfo=UTC)
        payload = Payload(BSE_LEGACY, day.isoformat(), "file:EQ_ISINCODE.CSV", at, body, "file")
        assert load_payload(EQUITY, payload, tools, context(tools, "equity", Options())).status == "success"

    rows = connection.execute("SELECT trade_date, symbol, date_from FROM market.equity_eod ORDER BY 1").fetchall()
    assert rows == [(day, "532540", "name") for day in days]
