"""What an ideal table would hold at an instant, for tests to compare with."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from munim.replica.cells import cells_on
from munim.replica.hashing import I64
from munim.replica.latest import texts
from munim.replica.made import Made
from munim.replica.publication import ist_day
from munim.replica.timeline import day_number, seconds


def expected_navs(made: Made, at: datetime) -> pd.DataFrame:
    """Return scheme_code, nav_date, nav (as written) and nav_e8 of the latest file.

    `nav_e8` is in 1e-8 rupees, Int64, NA where there is no number.
    """
    second = seconds(at)
    rows, days = made.publication.latest_days(second)
    return _frame(made, rows, days, second)


def expected_history(made: Made, window: tuple[date, date], at: datetime) -> pd.DataFrame:
    """Return the columns of `expected_navs` for every NAV of a window of days that is out at an instant."""
    second = seconds(at)
    days = np.arange(day_number(window[0]), min(day_number(window[1]), ist_day(second) + 2) + 1)
    rows = np.arange(len(made.schemes))
    which, column = np.nonzero(made.publication.visible(rows[:, None], days[None, :], second))
    return _frame(made, which, days[column], second)


def expected_schemes(made: Made, at: datetime) -> pd.DataFrame:
    """Return the words of the schemes on file: code, AMC, structure, category, names, plan, option, both ISINs.

    The ISINs are as served: blank where there is none, junk where the source has junk.
    """
    second = seconds(at)
    schemes = made.schemes
    rows, _ = made.publication.latest_days(second)
    cells = cells_on(schemes, rows, ist_day(second))
    headings = [schemes.headings[number] for number in cells.heading.tolist()]
    return pd.DataFrame(
        {
            "scheme_code": _column(cells.code),
            "amc": pd.array([schemes.amc_names[number] for number in cells.amc.tolist()], "str"),
            "structure": pd.array([structure for structure, _ in headings], "str"),
            "category": pd.array([label for _, label in headings], "str"),
            "long_name": _column(cells.long_name),
            "base_name": _column(cells.base),
            "plan": _column(cells.plan),
            "option": _column(cells.option),
            "isin_payout": _column(cells.payout_isin),
            "isin_reinvestment": _column(cells.reinvestment_isin),
        }
    )


def _frame(made: Made, rows: I64, days: I64, second: int) -> pd.DataFrame:
    scaled = pd.Series(made.navs.seen(rows, days, second), dtype="Int64")
    return pd.DataFrame(
        {
            "scheme_code": _column(made.schemes.code.take(pa.array(rows))),
            "nav_date": days.astype("datetime64[D]").astype("datetime64[s]"),
            "nav": _column(texts(made.navs, rows, days, second)),
            "nav_e8": scaled.mask(made.navs.absent(rows, days) > 0),
        }
    )


def _column(words: pa.StringArray) -> pd.Series[str]:
    return pd.Series(words.to_pandas(), dtype="str")
