"""Bids for a made issue by category and hour: NSE's own book, and the one that it combines with BSE's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from math import floor
from typing import Final, NamedTuple

from munim.core.clock import IST
from munim.replica.draws import Draws
from munim.replica.ipo_issue import Issue
from munim.replica.ipo_population import is_for_institutions
from munim.replica.ipo_story import bidding_days

FIRST_HOUR, LAST_HOUR = 10, 19
"""The books are told of every full hour: bids end at 17:00, what brokers sent until then is still being counted."""
HOURS: Final = LAST_HOUR - FIRST_HOUR + 1


class Category(NamedTuple):
    """A row of a book: its number, its name, and how fast bids come, as a power of the time that has passed."""

    sr_no: str
    name: str


_INSTITUTIONS: Final = (
    Category("1", "Qualified Institutional Buyers(QIBs)"),
    Category("1(a)", "Foreign Institutional Investors(FIIs)"),
    Category("1(b)", "Domestic Financial Institutions(Banks/ Financial Institutions(FIs)/ Insurance Companies)"),
    Category("1(c)", "Mutual funds"),
    Category("1(d)", "Others"),
)
_OTHER_INDIVIDUALS: Final = "Individuals(Other than RIIs)"
_SME_INDIVIDUALS: Final = "Individuals(IND category bidding for more than 2 Lots)"


def _rich(individuals: str) -> tuple[Category, ...]:
    above = "Non Institutional Investors(Bid amount of more than Ten Lakh Rupees)"
    below = "Non Institutional Investors(Bid amount of more than Two Lakh Rupees upto Ten Lakh Rupees)"
    return (
        Category("2", "Non Institutional Investors"),
        *(
            Category(f"{number}{part}", name)
            for number, title in (("2.1", above), ("2.2", below))
            for part, name in (("", title), ("(a)", "Corporates"), ("(b)", individuals), ("(c)", "Others"))
        ),
    )


_RETAIL: Final = (
    Category("3", "Retail Individual Investors(RIIs)"),
    Category("3(a)", "Cut Off"),
    Category("3(b)", "Price bids"),
)
_EMPLOYEES: Final = (Category("4", "Employees"), Category("4(a)", "Cut Off"), Category("4(b)", "Price bids"))
_SME_RETAIL: Final = (Category("3", "Individual Investors (IND category bidding for 2 Lots)"),)

_PACE: Final = {"1": 4.0, "2": 2.6, "3": 1.3, "4": 1.1}
"""How bids come: as this power of the time that has passed. Institutions come on the last day."""
_MULTIPLE: Final = {"1": (0.4, 3.0), "2": (0.3, 2.5), "3": (0.2, 1.0), "4": (0.1, 0.6)}
"""Of an issue's heat: how often each category is subscribed in the end."""
_PARTS: Final = {
    "1": {"(a)": 0.5, "(b)": 0.1, "(c)": 0.3, "(d)": 0.1},
    "2.1": {"(a)": 0.1, "(b)": 0.85, "(c)": 0.05},
    "2.2": {"(a)": 0.02, "(b)": 0.93, "(c)": 0.05},
    "3": {"(a)": 0.8, "(b)": 0.2},
    "4": {"(a)": 0.7, "(b)": 0.3},
}
_AFTER_PLAN: Final = 0.5
"""How bids go on in days that were added, against the whole of those that were planned."""


@dataclass(frozen=True)
class Bid:
    """A category's row; `sr_no` is None of the total, `shares_offered` None where no share is set aside for it alone.

    `applications` are counted on the SME platform alone, in NSE's book.
    """

    sr_no: str | None
    category: str
    shares_offered: int | None
    shares_bid: int
    applications: int | None = None


@dataclass(frozen=True)
class Books:
    """Both books at a full hour; NSE's own has the time of its graph, some seconds after.

    On the SME platform the combined book lacks the individuals and says that nothing is offered.
    """

    as_of: datetime
    nse_as_of: datetime
    nse: tuple[Bid, ...]
    combined: tuple[Bid, ...]


@cache
def hours(issue: Issue) -> tuple[datetime, ...]:
    """Return the instants at which the books of an issue are told of, in order; none where it never opens."""
    terms = issue.life.terms[-1]
    if terms.opens is None or terms.closes is None:
        return ()
    days = [day for day in bidding_days(terms.opens.year) if terms.opens <= day <= terms.closes]
    told = [_instant(day, hour) for day in days for hour in range(FIRST_HOUR, LAST_HOUR + 1)]
    ended_at = issue.life.ended_at
    return tuple(one for one in told if ended_at is None or one < ended_at)


def books(draws: Draws, issue: Issue, at: datetime) -> Books | None:
    """Return both books as they were told of last; None before the first hour, and of issues without a part in NSE."""
    if "NSE" not in issue.bid_on:
        return None
    told = [one for one in hours(issue) if one <= at]
    return _books(draws, issue, len(told) - 1, told[-1]) if told else None


@cache
def categories(issue: Issue, *, combined: bool) -> tuple[Category, ...]:
    """Return the rows of a book without its total."""
    if issue.platform == "sme":
        return _INSTITUTIONS + _rich(_OTHER_INDIVIDUALS) if combined else _NSE_SME
    return _INSTITUTIONS + _rich(_OTHER_INDIVIDUALS) + _RETAIL + (_EMPLOYEES if issue.has_employees else ())


_NSE_SME: Final = _INSTITUTIONS + _rich(_SME_INDIVIDUALS) + _SME_RETAIL


@cache
def offered(issue: Issue) -> dict[str, int]:
    """Return the shares that bids are taken for by category, and in all under "": the anchors have had their part."""
    net = issue.total_shares - issue.anchor_shares
    employees = net // 50 if issue.has_employees else 0
    rest = net - employees
    institutions, rich = (0.3 / 0.55, 0.15 / 0.55) if is_for_institutions(issue.number) else (2 / 7, 3 / 14)
    shares = {"1": round(rest * institutions), "2": round(rest * rich), "4": employees, "": net}
    shares["2.1"] = shares["2"] * 2 // 3
    shares["2.2"] = shares["2"] - shares["2.1"]
    return shares | {"3": rest - shares["1"] - shares["2"]}


def _books(draws: Draws, issue: Issue, step: int, as_of: datetime) -> Books:
    sme = issue.platform == "sme"
    both = _leaves(draws, issue, step)
    # What is bid for through NSE alone: all on its SME platform.
    share = {leaf: 1.0 if sme else draws.between(0.55, 0.95, "at nse", issue.number, leaf) for leaf in both}
    at_nse = {leaf: floor(count / issue.lot_size * share[leaf]) * issue.lot_size for leaf, count in both.items()}
    if sme:
        both = {leaf: count for leaf, count in both.items() if leaf[0] != "3"}
    seconds = int(draws.between(3, 50, "graph", issue.number, step))
    return Books(
        as_of,
        as_of + timedelta(seconds=seconds),
        _rows(draws, issue, at_nse, combined=False),
        _rows(draws, issue, both, combined=True),
    )


def _leaves(draws: Draws, issue: Issue, step: int) -> dict[str, int]:
    """Return the shares bid for in rows that have none below them: whole lots, never fewer than an hour before."""
    passed = (step + 1) / (issue.life.planned_days * HOURS)
    shares = offered(issue)
    found: dict[str, int] = {}
    for group in ("1", "2.1", "2.2", "3", "4"):
        kind = group[0]
        power = _PACE[kind] * draws.between(0.8, 1.25, "pace", issue.number, group)
        done = passed**power if passed <= 1 else 1 + _AFTER_PLAN * (passed - 1)
        multiple = issue.heat * draws.between(*_MULTIPLE[kind], "times", issue.number, group)
        lots = shares[group] * multiple * done / issue.lot_size
        parts = {"": 1.0} if issue.platform == "sme" and group == "3" else _PARTS[group]
        found |= {f"{group}{part}": floor(lots * share) * issue.lot_size for part, share in parts.items()}
    return found


def _rows(draws: Draws, issue: Issue, leaves: dict[str, int], *, combined: bool) -> tuple[Bid, ...]:
    shares = offered(issue)
    sme = issue.platform == "sme"
    counts = {leaf: _applications(draws, issue, leaf, shares_bid) for leaf, shares_bid in leaves.items()}

    def row(sr_no: str | None, name: str, of: str) -> Bid:
        under = [leaf for leaf in leaves if leaf.startswith(of)]
        set_aside = shares.get(of)
        if sme:
            # BMISL, September 2026: NSE's book has no offer, the combined one has zeros.
            set_aside = None if set_aside is None or not combined else 0
        applications = sum(counts[leaf] for leaf in under) if sme and not combined else None
        return Bid(sr_no, name, set_aside, sum(leaves[leaf] for leaf in under), applications)

    rows = [row(one.sr_no, one.name, one.sr_no) for one in categories(issue, combined=combined)]
    return (*rows, row(None, "Total", ""))


def _applications(draws: Draws, issue: Issue, leaf: str, shares_bid: int) -> int:
    lots_each = 2 if leaf == "3" else draws.between(3, 12, "lots", issue.number, leaf)
    return -(-shares_bid // int(issue.lot_size * lots_each))


def _instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), IST)
