"""A made AMFI: every scheme, NAV and restatement is a pure function of the seed and of the instant of asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from munim.replica import history, latest, truth
from munim.replica.history import Filter
from munim.replica.layouts import HistoryLayout, LatestLayout
from munim.replica.made import Made
from munim.replica.population import populate
from munim.replica.publication import Publication
from munim.replica.schemes import build
from munim.replica.timeline import day_number, seconds
from munim.replica.values import Values

if TYPE_CHECKING:
    import pandas as pd


class Universe:
    """`schemes` schemes on file on 2025-07-16, with those that come, end and vanish after, until 2031.

    The same seed and number give the same bytes at the same instant, on every machine. Instants are aware, between
    2006-04-01 and 2036-12-31. A file from before July 2025 has fewer rows: what vanished before is not made.
    """

    def __init__(self, seed: int = 2026, schemes: int = 14_000) -> None:
        """Make the population; about a second for 14,000."""
        self.seed = seed
        built = build(seed, populate(seed, schemes))
        self.made = Made(built, Publication(built), Values(seed, built))

    def latest_file(self, at: datetime, layout: LatestLayout | None = None) -> bytes:
        """Return NAVAll.txt as served at an instant, in the layout of that day unless one is named."""
        return latest.latest_file(self.made, at, layout)

    def history_file(
        self,
        from_date: date,
        to_date: date,
        at: datetime,
        layout: HistoryLayout | None = None,
        only: Filter | None = None,
    ) -> bytes:
        """Return the history report of a window, both days included, as served at an instant.

        Every row carries the name and category of `at`. Without NAVs in the window it is AMFI's HTML page. Raises
        `RequestWrong` where the window ends before it starts.
        """
        window = (from_date, to_date)
        return history.history_file(self.made, window, at, layout=layout, only=only)

    def nav_text(self, codes: Sequence[str], nav_date: date, seen_at: datetime) -> list[str | None]:
        """Return the NAV of each scheme for a day as written at an instant; None where it is not out, or never is."""
        rows = pc.index_in(pa.array(codes, pa.string()), value_set=self.made.schemes.code)
        known = rows.is_valid().to_numpy(zero_copy_only=False)
        numbers = np.asarray(rows.fill_null(0).to_numpy(zero_copy_only=False), np.int64)
        days = np.full(len(numbers), day_number(nav_date))
        second = seconds(seen_at)
        if not len(numbers):
            return []
        out = known & self.made.publication.visible(numbers, days, second)
        words = latest.texts(self.made.navs, numbers, days, second).to_pylist()
        return [word if shown else None for word, shown in zip(words, out.tolist(), strict=True)]

    def expected_navs(self, at: datetime) -> pd.DataFrame:
        """Return scheme_code, nav_date, nav (text), nav_e8 (Int64, NA where absent): the NAVs of the latest file."""
        return truth.expected_navs(self.made, at)

    def expected_history(self, from_date: date, to_date: date, at: datetime) -> pd.DataFrame:
        """Return the columns of `expected_navs` for every NAV of a window that is out at an instant."""
        return truth.expected_history(self.made, (from_date, to_date), at)

    def expected_schemes(self, at: datetime) -> pd.DataFrame:
        """Return the words of every scheme of the latest file; the columns are those of `truth.expected_schemes`."""
        return truth.expected_schemes(self.made, at)
