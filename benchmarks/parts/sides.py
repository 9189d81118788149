"""The two sides: a raw binary COPY of a batch's rows, and a load of it by munim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from benchmarks.parts.made import Loadable
from benchmarks.parts.place import RAW
from loaders.binary_copy import nav_bytes
from loaders.database import Connection
from loaders.known import load_known
from loaders.load import Job, load
from loaders.nav_rows import from_frame
from loaders.report import LoadReport
from munim.core.payload import Payload
from pipelines.catalogue import NAV
from pipelines.rules import rules_for
from pipelines.tools import Options, Tools, context

_SUMS = f"""
SELECT count(*), sum(nav), (SELECT count(*) FROM {RAW}), (SELECT sum(nav) FROM {RAW})
FROM (SELECT n.nav FROM {RAW} JOIN market.nav AS n USING (nav_date, scheme_code)) AS ours
"""


@dataclass(frozen=True)
class RawCopy:
    """A COPY whose bytes are ready before the clock starts: what PostgreSQL itself costs."""

    connection: Connection
    body: bytes

    @classmethod
    def of(cls, connection: Connection, loadable: Loadable, *, keep: bool = False) -> RawCopy:
        """Encode all the rows of a payload, in its order; empty the table unless it is to be kept."""
        if not keep:
            connection.execute(f"TRUNCATE {RAW}")
            connection.commit()
        rows = from_frame(loadable.batch.navs, 0)
        return cls(connection, b"".join(nav_bytes(rows.day, rows.code, rows.nav_e10, 1)))

    def __call__(self) -> None:
        """Write and commit."""
        statement = f"COPY {RAW} (nav_date, scheme_code, nav, payload_id) FROM STDIN (FORMAT binary)"
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(self.body)
        self.connection.commit()


@dataclass(frozen=True)
class Munim:
    """munim's side: loads on an open connection, by its own rules for NAVs."""

    tools: Tools
    connection: Connection

    def load(self, loadable: Loadable) -> LoadReport:
        """Load a payload whose rows are ready: one transaction with checks, revisions, quarantine and ledger."""
        started = context(self.tools, NAV.name, Options())
        rules = rules_for(NAV, loadable.payload, self.tools, started, ())
        return load(self.connection, Job(loadable.payload, loadable.batch, started, rules, self.tools.clock))

    def load_bytes(self, payload: Payload, *, archived: bool) -> LoadReport:
        """Load a payload from its bytes: digest, parse, schemes and all; as `pipelines.run.load_payload`."""
        if archived:
            self.tools.archive.put(payload)
        return self.load(Loadable(payload, NAV.read(payload, ())))

    def load_known(self, payload: Payload) -> LoadReport | None:
        """Load a payload whose bytes are in the tables."""
        return load_known(self.connection, payload, context(self.tools, NAV.name, Options()), self.tools.clock)


def assert_same_rows(connection: Connection) -> None:
    """Assert that every row of the raw table stands in market.nav with the same NAV, by count and sum."""
    row = connection.execute(_SUMS).fetchone()
    connection.rollback()
    assert row is not None
    assert row[0] == row[2] != 0, row
    assert row[1] == row[3], row


def assert_same_sums(connection: Connection, first: date, last: date) -> None:
    """Assert that market.nav holds as many rows of these days as the raw table, with the same sum of NAVs."""
    ours = connection.execute(
        "SELECT count(*), sum(nav) FROM market.nav WHERE nav_date BETWEEN %s AND %s", (first, last)
    ).fetchone()
    raw = connection.execute(f"SELECT count(*), sum(nav) FROM {RAW}").fetchone()
    connection.rollback()
    assert ours == raw, (ours, raw)
