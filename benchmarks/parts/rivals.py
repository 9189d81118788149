"""The same day by pandas' own `to_sql`, and by SQLAlchemy's upsert, beside munim's load."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert

from benchmarks.parts import made
from benchmarks.parts.days import Days
from benchmarks.parts.figures import Figure, Sides, seconds

if TYPE_CHECKING:
    from benchmarks.parts.made import Loadable

ROWS_A_STATEMENT = 10_000
"""Four columns of so many rows are what one statement may have as parameters."""

_metadata = sa.MetaData()
COLUMNS = {"nav_date": sa.Date, "scheme_code": sa.Text, "nav": sa.Numeric, "payload_id": sa.Integer}
APPENDED = sa.Table("rival_appended", _metadata, *(sa.Column(name, kind) for name, kind in COLUMNS.items()))


def _keyed(name: str) -> sa.Table:
    columns = enumerate(COLUMNS.items())
    return sa.Table(name, _metadata, *(sa.Column(one, kind, primary_key=place < 2) for place, (one, kind) in columns))


EMPTY, LIKE_OURS = _keyed("rival_empty"), _keyed("rival_like_ours")


TIMES = 3
"""So often all files are loaded, each time into a fresh copy. A load takes 30 ms, on a machine whose speed varies by
half: the median of one time, of fifteen pairs, varies by a tenth."""


def rivals(days: Days) -> list[Figure]:
    """Measure a new day by each.

    SQLAlchemy's upsert goes into a table that has the rows, the key and the partitions of market.nav, where ours goes,
    in that one of two ways which was faster into an empty table without partitions; that is told beside it. It begins
    with Python's own objects ready, and leaves no revision and no ledger. What it takes to make those of the frame that
    ours begins with is told too. pandas only appends, into a table without a key.
    """
    pandas, upsert, into_empty, framed = Sides(), Sides(), Sides(), Sides()
    for _ in range(TIMES):
        _measure(days, pandas, upsert, into_empty, framed)
    return [
        Figure("pandas to_sql(method='multi'), day new, to munim", pandas.ratios, 20, at_least=True,
               more=pandas.times()),
        Figure("SQLAlchemy's upsert, day new, to munim", upsert.ratios, 10, at_least=True, more=upsert.times()),
        Figure("  into an empty table without partitions", into_empty.ratios, more=into_empty.times()),
        Figure("  from the frame on that ours begins with", framed.ratios, more=framed.times()),
    ]  # fmt: skip


def _measure(days: Days, pandas: Sides, upsert: Sides, into_empty: Sides, framed: Sides) -> None:
    with days.munim() as munim:
        engine = sa.create_engine(str(munim.tools.database.url).replace("postgresql:", "postgresql+psycopg:"))
        _make_tables(engine)
        for number, file in enumerate(days.files[1:]):
            loadable = made.read(*file).without_facts()
            making = seconds(partial(_records, loadable))
            frame, rows = _plain(loadable), _records(loadable)
            _empty(engine)
            by_values = seconds(partial(_upsert_values, EMPTY, rows, engine))
            _empty(engine)
            by_many = seconds(partial(_upsert_many, EMPTY, rows, engine))
            upserted = seconds(
                partial(_upsert_many if by_many < by_values else _upsert_values, LIKE_OURS, rows, engine)
            )
            ours = seconds(partial(munim.load, loadable))
            by_pandas = seconds(partial(_to_sql, frame, engine))
            if number:
                pandas.add_pair(by_pandas, ours)
                upsert.add_pair(upserted, ours)
                into_empty.add_pair(min(by_values, by_many), ours)
                framed.add_pair(making + upserted, ours)
            else:
                _assert_same_rows(engine, frame)
        engine.dispose()


def _make_tables(engine: sa.Engine) -> None:
    _metadata.create_all(engine, tables=[APPENDED, EMPTY])
    with engine.begin() as connection:
        first, last = connection.execute(sa.text("SELECT min(nav_date), max(nav_date) FROM market.nav")).one()
        name = LIKE_OURS.name
        connection.execute(
            sa.text(f"CREATE TABLE {name} (LIKE market.nav INCLUDING ALL) PARTITION BY RANGE (nav_date)")
        )
        for year in range(first.year, last.year + 2):
            bounds = f"FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
            connection.execute(sa.text(f"CREATE TABLE {name}_{year} PARTITION OF {name} FOR VALUES {bounds}"))
        connection.execute(sa.text(f"INSERT INTO {name} SELECT * FROM market.nav"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def _plain(loadable: Loadable) -> pd.DataFrame:
    """Return the rows as frames come that nobody has thought about: Python's dates, strings and decimals."""
    navs = loadable.batch.navs
    return pd.DataFrame(
        {
            "nav_date": navs["nav_date"].astype(object),
            "scheme_code": navs["scheme_code"].astype(object),
            "nav": navs["nav"].astype(object),
            "payload_id": 1,
        }
    )


def _records(loadable: Loadable) -> list[dict[str, object]]:
    frame = _plain(loadable)
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]


def _to_sql(frame: pd.DataFrame, engine: sa.Engine) -> None:
    # Without dtype pandas sends decimals as text, and PostgreSQL refuses them.
    options = {"if_exists": "append", "index": False, "method": "multi", "chunksize": ROWS_A_STATEMENT}
    frame.to_sql(APPENDED.name, engine, dtype=COLUMNS, **options)  # type: ignore[arg-type]


def _upsert_values(table: sa.Table, rows: list[dict[str, object]], engine: sa.Engine) -> None:
    """Upsert with many rows in a statement."""
    with engine.begin() as connection:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            connection.execute(_updating(table, insert(table).values(rows[start : start + ROWS_A_STATEMENT])))


def _upsert_many(table: sa.Table, rows: list[dict[str, object]], engine: sa.Engine) -> None:
    """Upsert with one statement for many rows."""
    with engine.begin() as connection:
        connection.execute(_updating(table, insert(table)), rows)


def _updating(table: sa.Table, statement: Insert) -> Insert:
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["nav_date", "scheme_code"],
        set_={"nav": new.nav, "payload_id": new.payload_id},
        where=table.c.nav.is_distinct_from(new.nav),
    )


def _empty(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {APPENDED.name}, {EMPTY.name}"))


def _assert_same_rows(engine: sa.Engine, frame: pd.DataFrame) -> None:
    """Assert that each table holds the frame's rows; the one with a history holds more."""
    with engine.connect() as connection:
        for table in (APPENDED, EMPTY, LIKE_OURS):
            mine = table.alias()
            same = sa.and_(mine.c.nav_date == APPENDED.c.nav_date, mine.c.scheme_code == APPENDED.c.scheme_code)
            question = sa.select(sa.func.count(), sa.func.sum(mine.c.nav)).select_from(mine.join(APPENDED, same))
            found = connection.execute(question).one()
            assert tuple(found) == (len(frame), sum(frame["nav"])), (table.name, found)
