"""What the tables hold is counted table by table, whichever there are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from munim.readers.holdings import holdings
from pipelines.tools import Tools
from tests.conftest import SetClock
from tests.integration.flows_made import QUIET, load_fii_dii

if TYPE_CHECKING:
    import psycopg

AT = datetime(2026, 8, 17, 13, 45, tzinfo=UTC)


def test_every_table_is_counted_with_its_revisions_and_its_days(
    tools: Tools, clock: SetClock, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    load_fii_dii(tools, "14-Aug-2026", AT)
    load_fii_dii(tools, "17-Aug-2026", AT + timedelta(hours=1))
    load_fii_dii(tools, "17-Aug-2026", AT + timedelta(hours=2), (QUIET[0], ("17907.55", "20365.05", "-2457.50")))

    held = {one.name: one for one in holdings(connection)}

    tables = connection.execute(
        "SELECT 'market.' || relname FROM pg_class WHERE relnamespace = 'market'::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT LIKE '%\\_revision' ORDER BY 1"
    ).fetchall()
    ledger = ["etl.payload", "etl.quality_note", "etl.quarantine (open)", "etl.run"]
    assert list(held) == [*(str(name) for (name,) in tables), *ledger]
    flows = held["market.fii_dii"]
    assert (flows.rows, flows.revisions, flows.content_from, flows.content_to) == (
        4, 1, date(2026, 8, 14), date(2026, 8, 17),
    )  # fmt: skip
    assert (held["market.scheme"].content_from, held["market.nav"].rows) == (None, 0)
    assert (held["etl.payload"].rows, held["etl.payload"].content_to) == (3, date(2026, 8, 17))
    assert (held["etl.run"].rows, held["etl.run"].revisions) == (3, None)
