"""The made year of public issues: what there is, where each issue is at an instant, its bids, price and premium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Literal

from munim.core.errors import RequestWrong
from munim.replica import ipo_bids, ipo_prices
from munim.replica.draws import Draws
from munim.replica.ipo_bids import Books
from munim.replica.ipo_issue import Issue, Status
from munim.replica.ipo_others import Other, offer_others
from munim.replica.ipo_population import populate
from munim.replica.ipo_prices import Listing, Premium


class Issues:
    """A year of issues; everything is a pure function of the seed, the year, the issue and the instant of asking.

    No issue of a year begins or ends outside it. `Issues(2026, 2026).state_at(instant)` is what tables should say.
    """

    def __init__(self, seed: int, year: int) -> None:
        """Make the year; it takes a few milliseconds."""
        self.seed, self.year = seed, year
        self.draws = Draws(seed)
        self._issues = populate(seed, year)
        self._others = offer_others(seed, year)

    def issues(self) -> tuple[Issue, ...]:
        """Return the year's initial public offers in order of opening: 120 that list, and five that don't."""
        return self._issues

    def others(self) -> tuple[Other, ...]:
        """Return what stands in the same lists and is no IPO of the year; see `ipo_others`."""
        return self._others

    def state_at(self, at: datetime) -> dict[int, Status]:
        """Return where each issue that has been announced by an instant is then, by its number."""
        states = {issue.number: issue.status_at(at) for issue in self._issues}
        return {number: state for number, state in states.items() if state is not None}

    def issue(self, number: int) -> Issue:
        """Return an issue by its number, from 1; raises `RequestWrong` for another."""
        if not 1 <= number <= len(self._issues):
            raise RequestWrong(f"the made year has no issue {number}", advice=f"1 to {len(self._issues)}")
        return self._issues[number - 1]

    def by_symbol(self, symbol: str) -> Issue | None:
        """Return the issue that NSE calls so; None where it calls none so."""
        return next((issue for issue in self._issues if symbol and issue.ids.symbol == symbol), None)

    def subscription(self, issue: Issue, at: datetime) -> Books | None:
        """Return the books that NSE tells of at an instant, with their times; None where it tells of none."""
        return ipo_bids.books(self.draws, issue, at)

    def subscription_times(self, issue: Issue) -> tuple[datetime, ...]:
        """Return the full hours at which the books of an issue change, in order; none where NSE has no part in it."""
        return ipo_bids.hours(issue) if "NSE" in issue.bid_on else ()

    def listing(self, issue: Issue) -> Listing | None:
        """Return the first day of an issue; None where it never lists."""
        return ipo_prices.listing(self.draws, issue)

    def gmp(self, issue: Issue, at: datetime) -> Premium | None:
        """Return what the grey market's site says of an issue at an instant; None where it has no row."""
        return ipo_prices.premium(self.draws, issue, at)

    def changed(self, column: Literal["band", "opens", "closes", "size_shares"]) -> Iterator[Issue]:
        """Yield the issues of which something was changed after the exchanges had told of it."""
        for issue in self._issues:
            told = [one for one in issue.life.terms if one.since >= issue.life.at_exchanges]
            values = [value for one in told if (value := getattr(one, column)) is not None]
            if len(set(values)) > 1:
                yield issue


@cache
def made_issues(seed: int, year: int) -> Issues:
    """Return the issues of a seed and a year, made once."""
    return Issues(seed, year)
