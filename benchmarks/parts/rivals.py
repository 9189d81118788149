"""The same day by pandas' own `to_sql`, and by SQLAlchemy's upsert, beside munim's load."""

from __future__ import annotations

from functools import partial

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert

from benchmarks.parts import made
from benchmarks.parts.days import Days
from benchmarks.parts.figures import Figure, Sides, seconds

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
    """Measure a new day by each, from the same frame on, into empty tables; two ways to upsert.

    Theirs leaves no revision and no ledger. The faster way is the one to be ten times as fast as.
    """
    pandas, many, values = Sides(), Sides(), Sides()
    with days.munim() as munim:
        engine = sa.create_engine(str(munim.tools.database.url).replace("postgresql:", "postgresql+psycopg:"))
        _metadata.create_all(engine)
        for number, file in enumerate(days.files[1:]):
            loadable = made.read(*file).without_facts()
            navs = loadable.batch.navs
            took = []
            for way in (_upsert_values, _upsert_many, _to_sql):
                if way is not _to_sql:
                    _empty(engine)
                took.append(seconds(partial(way, navs, engine)))
            ours = seconds(partial(munim.load, loadable))
            if number:
                for side, seconds_taken in zip((values, many, pandas), took, strict=True):
                    side.add_pair(seconds_taken, ours)
            else:
                _assert_same_rows(engine, _plain(navs))
        engine.dispose()
    return [
        Figure("pandas to_sql(method='multi'), day new, to munim", pandas.ratios, 20, at_least=True,
               more=pandas.times()),
        Figure("SQLAlchemy's upsert, a row after the other, to munim", many.ratios, 10, at_least=True,
               more=many.times()),
        Figure("SQLAlchemy's upsert, many rows a statement, to munim", values.ratios, 10, at_least=True,
               more=values.times()),
    ]  # fmt: skip


def _plain(navs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as Python's dates, strings and decimals, which is what these ways send."""
    return pd.DataFrame(
        {
            "nav_date": navs["nav_date"].astype(object),
            "scheme_code": navs["scheme_code"].astype(object),
            "nav": navs["nav"].astype(object),
            "payload_id": 1,
        }
    )


def _records(navs: pd.DataFrame) -> list[dict[str, object]]:
    frame = _plain(navs)
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False)]


def _to_sql(navs: pd.DataFrame, engine: sa.Engine) -> None:
    # Without dtype pandas sends decimals as text, and PostgreSQL refuses them.
    options = {"if_exists": "append", "index": False, "method": "multi", "chunksize": ROWS_A_STATEMENT}
    _plain(navs).to_sql(APPENDED.name, engine, dtype=COLUMNS, **options)  # type: ignore[arg-type]


def _upsert_values(navs: pd.DataFrame, engine: sa.Engine) -> None:
    """Upsert with many rows in a statement."""
    rows = _records(navs)
    with engine.begin() as connection:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            connection.execute(_updating(insert(UPSERTED).values(rows[start : start + ROWS_A_STATEMENT])))


def _upsert_many(navs: pd.DataFrame, engine: sa.Engine) -> None:
    """Upsert with one statement for many rows."""
    rows = _records(navs)
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
