"""A first load of years: each year's rows go into a table without a key, which gets its key once and is attached.

A key that grows row by row costs more than all else of a load; made once, over rows that stand in its order already, it
costs a tenth of that. All of it is one transaction: the payloads that are loaded here are all in the tables, or none.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from loaders import payloads
from loaders.binary_copy import copying, rows_of
from loaders.nav_rows import key_order
from loaders.partitions import PARTITION_LOCK, ask_missing, attach_year, years_in, years_of
from loaders.report import lock
from loaders.upsert import Ahead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loaders.database import Connection
    from loaders.nav_rows import NavArrays
    from loaders.upsert import WriteRows
    from munim.core.payload import Payload

ROWS_TO_SORT = "256MB"
"""Memory for making a year's key (maintenance_work_mem)."""


@dataclass
class YearTables:
    """The tables that a transaction fills; `days` are those that stand in them, `rows` how many rows."""

    connection: Connection
    dataset: str
    years: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    rows: int = 0

    def begin(self) -> None:
        """Begin the transaction: under the data set's lock, and with nobody else making partitions."""
        lock(self.connection, self.dataset)
        self.connection.execute("SELECT pg_advisory_xact_lock(%s)", (PARTITION_LOCK,))
        self.connection.execute("SELECT set_config('maintenance_work_mem', %s, true)", (ROWS_TO_SORT,))

    def take(self, payload: Payload, rows: NavArrays) -> bool:
        """Make the tables that a payload's rows need, or tell that it has to go the usual way.

        It is taken when it is newer than all that is loaded, no other said these bytes last, all its years have no
        partition but for those that are made here, and no other payload of this transaction has its days.
        """
        newest = payloads.newest(self.connection, self.dataset)
        if newest is not None and (newest.sha256 == payload.sha256 or not newest.is_before(payload)):
            return False
        days = {int(day) for day in rows.days}
        wanted = {*years_of(rows.days)}
        missing = {*years_in(ask_missing(self.connection, sorted(wanted - self.years)))}
        if not days or not days.isdisjoint(self.days) or wanted - self.years != missing:
            return False
        for year in sorted(missing):
            self.connection.execute(
                f"CREATE TABLE market.nav_y{year:d} (LIKE market.nav INCLUDING ALL EXCLUDING INDEXES)"
            )
        self.years |= missing
        self.days |= days
        self.rows += len(rows)
        return True

    @contextmanager
    def adding(self, payload_id: int) -> Iterator[WriteRows]:
        """Let the block write a payload's rows; it goes on while the server is still at the last of them."""
        with ExitStack() as last:

            def write(rows: NavArrays | Ahead) -> None:
                if not len(rows):
                    return
                if isinstance(rows, Ahead):
                    message = "what is made ready ahead goes into one table"
                    raise TypeError(message)
                rows = rows.take(key_order(rows))
                years = rows.day.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
                begins = np.flatnonzero(np.diff(years, prepend=0))
                for begin, end in zip(begins, [*begins[1:], len(rows)], strict=True):
                    last.close()
                    piece = slice(int(begin), int(end))
                    table = f"market.nav_y{int(years[begin]):d}"
                    # Rows of a table that this transaction made can be written as old ones: nobody sees them before.
                    into_table = last.enter_context(copying(self.connection, table, payload_id, frozen=True))
                    into_table(rows_of(rows.day[piece], rows.code[piece], rows.nav_e10[piece]))

            yield write

    def attach(self) -> None:
        """Give each table its key, and make it the partition of its year; the caller commits."""
        for year in sorted(self.years):
            self.connection.execute(f"ALTER TABLE market.nav_y{year:d} ADD PRIMARY KEY (nav_date, scheme_code)")
            attach_year(self.connection, year)
