"""The same day by pandas' own `to_sql`, and by SQLAlchemy's upsert, beside munim's load."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from benchmarks.parts import made
from benchmarks.parts.days import Days
from benchmarks.parts.figures import Figure, Sides, seconds

if TYPE_CHECKING:
    from benchmarks.parts.made import Loadable

ROWS_A_STATEMENT = 10_000
"""Four columns of so many rows are what one statement may have as parameters."""

_metadata = sa.MetaData()
_columns = {"nav_date": sa.Date, "scheme_code": sa.Text, "nav": sa.Numeric, "payload_id": sa.Integer}
APPENDED = sa.Table("rival_appended", _metadata, *(sa.Column(name, kind) for name, kind in _columns.items()))
UPSERTED = sa.Table(
    "rival_upserted",
    _metadata,
    *(sa.Column(name, kind, primary_key=place < 2) for place, (name, kind) in enumerate(_columns.items())),
)


def rivals(days: Days) -> list[Figure]:
    """Measure a new day by each; theirs begins with Python's own objects, and leaves no revision and no ledger."""
    pandas, upsert = Sides(), Sides()
    with days.munim() as munim:
        engine = sa.create_engine(str(munim.tools.database.url).replace("postgresql:", "postgresql+psycopg:"))
        _metadata.create_all(engine)
        for number, file in enumerate(days.files[1:]):
            loadable = made.read(*file).without_facts()
            frame = _plain(loadable)
            rows = frame.to_dict("records")
            by_pandas = seconds(partial(_to_sql, frame, engine))
            by_values = seconds(partial(_upsert_values, rows, engine))
            _delete_day(engine, frame)
            by_many = seconds(partial(_upsert_many, rows, engine))
            ours = seconds(partial(munim.load, loadable))
            if number:
                pandas.add_pair(by_pandas, ours)
                upsert.add_pair(min(by_values, by_many), ours)
            else:
                _assert_same_rows(engine, frame)
        engine.dispose()
    return [
        Figure("pandas to_sql(method='multi'), day new, to munim", pandas.ratios, 20, at_least=True,
               more=pandas.times()),
        Figure("SQLAlchemy's upsert, day new, to munim", upsert.ratios, 10, at_least=True, more=upsert.times()),
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


def _to_sql(frame: pd.DataFrame, engine: sa.Engine) -> None:
    frame.to_sql(
        APPENDED.name, engine, if_exists="append", index=False, method="multi", chunksize=ROWS_A_STATEMENT
    )


def _upsert_values(rows: list[dict[str, object]], engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            statement = insert(UPSERTED).values(rows[start : start + ROWS_A_STATEMENT])
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["nav_date", "scheme_code"],
                    set_={"nav": statement.excluded.nav, "payload_id": statement.excluded.payload_id},
                    where=UPSERTED.c.nav.is_distinct_from(statement.excluded.nav),
                )
            )


def _upsert_many(rows: list[dict[str, object]], engine: sa.Engine) -> None:
    statement = insert(UPSERTED)
    statement = statement.on_conflict_do_update(
        index_elements=["nav_date", "scheme_code"],
        set_={"nav": statement.excluded.nav, "payload_id": statement.excluded.payload_id},
        where=UPSERTED.c.nav.is_distinct_from(statement.excluded.nav),
    )
    with engine.begin() as connection:
        connection.execute(statement, rows)


def _delete_day(engine: sa.Engine, frame: pd.DataFrame) -> None:
    """Take the newest days out again, so that both forms of the upsert find them new."""
    with engine.begin() as connection:
        connection.execute(sa.delete(UPSERTED).where(UPSERTED.c.nav_date.in_(frame["nav_date"].unique()[-9:].tolist())))
        connection.execute(sa.delete(UPSERTED))


def _assert_same_rows(engine: sa.Engine, frame: pd.DataFrame) -> None:
    with engine.connect() as connection:
        for table in (APPENDED, UPSERTED):
            found = connection.execute(sa.select(sa.func.count(), sa.func.sum(table.c.nav))).one()
            assert tuple(found) == (len(frame), sum(frame["nav"])), (table.name, found)
