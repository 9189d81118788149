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
UPSERTED = sa.Table(
    "rival_upserted",
    _metadata,
    *(sa.Column(name, kind, primary_key=place < 2) for place, (name, kind) in enumerate(COLUMNS.items())),
)


def rivals(days: Days) -> list[Figure]:
    """Measure a new day by each, into empty tables; the faster of two ways to upsert counts.

    Theirs begins with Python's own objects ready, and leaves no revision and no ledger. What it takes to make those of
    the frame that ours begins with is told beside it.
    """
    pandas, upsert, framed = Sides(), Sides(), Sides()
    with days.munim() as munim:
        engine = sa.create_engine(str(munim.tools.database.url).replace("postgresql:", "postgresql+psycopg:"))
        _metadata.create_all(engine)
        for number, file in enumerate(days.files[1:]):
            loadable = made.read(*file).without_facts()
            making = seconds(partial(_records, loadable))
            frame, rows = _plain(loadable), _records(loadable)
            _empty(engine)
            by_values = seconds(partial(_upsert_values, rows, engine))
            _empty(engine)
            by_many = seconds(partial(_upsert_many, rows, engine))
            by_pandas = seconds(partial(_to_sql, frame, engine))
            ours = seconds(partial(munim.load, loadable))
            if number:
                pandas.add_pair(by_pandas, ours)
                upsert.add_pair(min(by_values, by_many), ours)
                framed.add_pair(making + min(by_values, by_many), ours)
            else:
                _assert_same_rows(engine, frame)
        engine.dispose()
    return [
        Figure("pandas to_sql(method='multi'), day new, to munim", pandas.ratios, 20, at_least=True,
               more=pandas.times()),
        Figure("SQLAlchemy's upsert, day new, to munim", upsert.ratios, 10, at_least=True, more=upsert.times()),
        Figure("  the same from the frame on that ours begins with", framed.ratios, more=framed.times()),
    ]  # fmt: skip


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


def _upsert_values(rows: list[dict[str, object]], engine: sa.Engine) -> None:
    """Upsert with many rows in a statement."""
    with engine.begin() as connection:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            connection.execute(_updating(insert(UPSERTED).values(rows[start : start + ROWS_A_STATEMENT])))


def _upsert_many(rows: list[dict[str, object]], engine: sa.Engine) -> None:
    """Upsert with one statement for many rows."""
    with engine.begin() as connection:
        connection.execute(_updating(insert(UPSERTED)), rows)


def _updating(statement: Insert) -> Insert:
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["nav_date", "scheme_code"],
        set_={"nav": new.nav, "payload_id": new.payload_id},
        where=UPSERTED.c.nav.is_distinct_from(new.nav),
    )


def _empty(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {APPENDED.name}, {UPSERTED.name}"))


def _assert_same_rows(engine: sa.Engine, frame: pd.DataFrame) -> None:
    with engine.connect() as connection:
        for table in (APPENDED, UPSERTED):
            found = connection.execute(sa.select(sa.func.count(), sa.func.sum(table.c.nav))).one()
            assert tuple(found) == (len(frame), sum(frame["nav"])), (table.name, found)
