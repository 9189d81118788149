"""Every line that is logged in a run names the run, its feed and its slot, and none outside of one does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import LogCapture

from munim.core.payload import Payload
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from tests.conftest import SetClock
from tests.reliability.made_files import Row, body

if TYPE_CHECKING:
    import psycopg

FETCHED_AT = datetime(2026, 8, 20, 3, 0, tzinfo=UTC)


def test_what_is_logged_in_a_run_names_it_as_the_ledger_does(
    tools: Tools, clock: SetClock, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    captured = LogCapture()
    structlog.configure(processors=[merge_contextvars, captured])
    log = structlog.get_logger()
    try:
        clock.at = FETCHED_AT
        payload = Payload("amfi.latest", "the slot", "file:made", FETCHED_AT,
                          body([Row("120503", "10.5", date(2026, 8, 19))]), "file")  # fmt: skip
        saying = replace(tools, step=lambda name: log.info("step", step=name))
        load_payload(NAV, payload, saying, context(saying, NAV.name, Options()))
        log.info("afterwards")
    finally:
        structlog.reset_defaults()

    (run_key,) = connection.execute("SELECT run_key::text FROM etl.run").fetchone() or (None,)
    *inside, afterwards = captured.entries
    assert {line["step"] for line in inside} >= {"archive", "parse", "commit"}
    assert {(line["run"], line["feed"], line["slot"]) for line in inside} == {(run_key, "amfi.latest", "the slot")}
    assert set(afterwards) == {"event", "log_level"}
