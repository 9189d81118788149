"""The made market: what its figures are, for the pages that show them and for tests that compare."""

from __future__ import annotations

from datetime import date, datetime

from munim.core.errors import RequestWrong
from munim.replica import flow_figures, fpi_figures
from munim.replica.draws import Draws
from munim.replica.flow_figures import Flow, InvestorClass
from munim.replica.fpi_figures import FpiReport
from munim.replica.ipo_issues import Issues, made_issues
from munim.replica.sessions import is_session


class Market:
    """Every figure is a pure function of the seed, the day and the instant of asking."""

    def __init__(self, seed: int = 2026, securities: int = 2_500) -> None:
        """Make the market of a seed, with so many securities; it costs nothing."""
        self.seed = seed
        self.securities = securities
        self.draws = Draws(seed)

    def fii_dii(self, day: date, at: datetime | None = None) -> dict[InvestorClass, Flow]:
        """Return the exchange's provisional figures of a session by class, as they stand at an instant.

        Without an instant they are what they stay: of one session in 40 FII/FPI is restated on the same evening.
        Raises `RequestWrong` where the day is no session.
        """
        _check_session(day)
        return flow_figures.fii_dii(self.draws, day, at)

    def is_restated(self, day: date) -> bool:
        """Return whether a session's figures are replaced, at `flow_figures.restated_at`."""
        return flow_figures.is_restated(self.draws, day)

    def participant_oi(self, day: date) -> dict[str, tuple[int, ...]]:
        """Return the 14 columns of Client, DII, FII, Pro and TOTAL after a session, in contracts."""
        _check_session(day)
        return flow_figures.participant_oi(self.draws, day)

    def fpi(self, reporting_date: date, at: datetime | None = None) -> FpiReport:
        """Return the depositories' report of a date as it stands at an instant; without one it is how it stays.

        One report in 50 is replaced after five days. Raises `RequestWrong` where there is none of the date.
        """
        if not fpi_figures.is_reporting_date(reporting_date):
            raise RequestWrong(f"{reporting_date} is no reporting date of the made market")
        return fpi_figures.fpi(self.draws, reporting_date, at)

    def is_fpi_restated(self, reporting_date: date) -> bool:
        """Return whether a report is replaced, at `fpi_figures.restated_at`."""
        return fpi_figures.is_restated(self.draws, reporting_date)

    def issues(self, year: int) -> Issues:
        """Return the public issues of a year: those whose whole life is in it."""
        return made_issues(self.seed, year)


def _check_session(day: date) -> None:
    if not is_session(day):
        raise RequestWrong(f"{day} is no session of the made market")
