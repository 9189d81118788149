"""The two sides: a raw binary COPY of a batch's rows, and a load of it by munim."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.parts.made import Loadable
from benchmarks.parts.place import RAW
from loaders.batch import LoadContext
from loaders.binary_copy import nav_bytes
from loaders.database import Connection
from loaders.load import Rules, load
from loaders.nav_rows import NavArrays, from_frame
from loaders.report import LoadReport
from munim.core.clock import now
from pipelines.catalogue import NAV
from pipelines.sightings import ArchiveSightings

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
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[arg-type]
            copy.write(self.body)
        self.connection.commit()


def munim_load(connection: Connection, loadable: Loadable) -> LoadReport:
    """Load a payload whose rows are ready: one transaction with checks, revisions, quarantine and ledger."""
    return load(connection, loadable.payload, loadable.batch, context(), rules(), now)


def context() -> LoadContext:
    """Return what the ledger is told of a load."""
    return LoadContext("nav", now(), "a benchmark", "benchmark")


def rules() -> Rules:
    """Return munim's own rules for NAVs. Nothing is looked up in an archive: every payload is the newest."""

    def never(_ref: object) -> NavArrays:
        raise AssertionError

    return Rules(NAV.judge(), NAV.derive(), ArchiveSightings(never), NAV.describe())  # type: ignore[arg-type]


def assert_same_rows(connection: Connection) -> None:
    """Assert that every row of the raw table stands in market.nav with the same NAV, by count and sum."""
    row = connection.execute(_SUMS).fetchone()  # type: ignore[arg-type]
    connection.rollback()
    assert row is not None
    assert row[0] == row[2] != 0, row
    assert row[1] == row[3], row


def sum_of(loadable: Loadable) -> tuple[int, int]:
    """Return the count of a payload's rows and the sum of their NAVs times 10^10."""
    rows = from_frame(loadable.batch.navs, 0)
    assert isinstance(rows.code, pa.StringArray)
    return len(rows), int(np.sum(rows.nav_e10.astype(object)))
