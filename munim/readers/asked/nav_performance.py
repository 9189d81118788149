"""What a scheme's NAV did between two days: return, CAGR, largest drawdown; none of them across a break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.answer import Answer, Cell
from munim.readers.asked import nav as navs
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment, moment
from munim.readers.asked.schemes import Named, named_scheme
from munim.readers.asked.sources import source_of
from munim.readers.nav import NavValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters import NavPerformance

COLUMNS = ("from_date", "from_nav", "to_date", "to_nav", "days", "return_pct", "cagr_pct", "max_drawdown_pct",
           "drawdown_from", "drawdown_to")  # fmt: skip

BIG_MOVE = Decimal("0.2")
"""From one NAV to the next: what moved by more is noted when it is loaded (big_move), as a split or an error."""

YEAR = 365
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The largest loss from a day to a later one, in % (0 or below)."""

    pct: Decimal
    first: date
    last: date


def nav_performance(connection: Connection, asked: NavPerformance, clock: Clock | None = None) -> Answer:
    """Answer what a scheme's NAV did from a day, or the last with a NAV before it, to another, likewise.

    Raises `NotFound` where no NAV up to the first day was known, and `RequestWrong` for days that are yet to come.
    """
    when = moment(asked.known_at, clock)
    last = asked.to_date or when.today
    when.check_day(asked.from_date, "from_date")
    when.check_day(asked.to_date, "to_date")
    when.check_range(asked.from_date, asked.to_date)
    scheme = named_scheme(connection, asked.scheme, when)
    start = navs.last_up_to(connection, scheme.scheme_code, asked.from_date, when)
    after = navs.values(connection, scheme.scheme_code, (asked.from_date + timedelta(days=1), last), when)
    if start is None:
        first = f"its first after it is of {after[0].nav_date}" if after else "and none after it"
        raise NotFound(
            f"scheme {scheme.scheme_code} has no NAV up to {asked.from_date} that was known at "
            f"{when.known_at.isoformat()}, {first}",
            advice="ask from a day that has one",
        )
    found = [start, *after]
    notes = [*scheme.notes, *_days_used(found, asked.from_date, asked.to_date)]
    breaks = breaks_in(found)
    notes += [f"no return: {one}" for one in breaks]
    figures = _no_figures() if breaks else _figures(found, notes)
    return _answer(connection, scheme, when, found, figures, notes)


def breaks_in(found: Sequence[NavValue]) -> list[str]:
    """Return why NAVs can't be compared across days: those that are 0, and moves that no market makes in a day."""
    breaks = [f"the NAV of {one.nav_date} is {one.nav}" for one in found if one.nav <= 0]
    for before, after in pairwise(found):
        if before.nav > 0 and abs(after.nav / before.nav - 1) > BIG_MOVE:
            move = (after.nav / before.nav - 1) * 100
            breaks.append(
                f"the NAV moved by {move:+.1f}% from {before.nav_date} to {after.nav_date} ({before.nav:f} to "
                f"{after.nav:f}): a split, a merger, an error or a long gap lies between"
            )
    return breaks


def max_drawdown(found: Sequence[NavValue]) -> Drawdown:
    """Return the largest loss from a highest NAV to a later one; of the first day where nothing was lost."""
    peak, worst = found[0], Drawdown(Decimal(0), found[0].nav_date, found[0].nav_date)
    for one in found:
        if one.nav > peak.nav:
            peak = one
        loss = (one.nav / peak.nav - 1) * 100
        if loss < worst.pct:
            worst = Drawdown(loss, peak.nav_date, one.nav_date)
    return worst


def _figures(found: Sequence[NavValue], notes: list[str]) -> tuple[Cell, ...]:
    first, last = found[0], found[-1]
    days = (last.nav_date - first.nav_date).days
    growth = last.nav / first.nav
    cagr = None
    if days >= YEAR:
        cagr = ((growth ** (Decimal(YEAR) / days)) - 1) * 100
    else:
        notes.append("no CAGR: less than a year")
    lost = max_drawdown(found)
    figures = (_rounded((growth - 1) * 100), None if cagr is None else _rounded(cagr))
    return (*figures, _rounded(lost.pct), lost.first, lost.last)


def _no_figures() -> tuple[Cell, ...]:
    return (None,) * 5


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(PLACES)


def _days_used(found: Sequence[NavValue], first: date, last: date | None) -> list[str]:
    notes = []
    if found[0].nav_date != first:
        notes.append(f"no NAV of {first}: from the last one before")
    if last is not None and found[-1].nav_date != last:
        notes.append(f"no NAV of {last}: to the last one before")
    return notes


def _basis(scheme: Named) -> str:
    how = "CAGR by 365 days a year"
    if scheme.option == "growth":
        return f"NAV as published by AMFI; growth option: nothing is paid out; {how}"
    if scheme.option is None:
        return f"NAV as published by AMFI; the option is not known: price only, payouts are left out if any; {how}"
    return f"NAV as published by AMFI; {scheme.option} option: price only, payouts are left out; {how}"


def _answer(
    connection: Connection,
    scheme: Named,
    when: Moment,
    found: Sequence[NavValue],
    figures: tuple[Cell, ...],
    notes: list[str],
) -> Answer:
    first, last = found[0], found[-1]
    days = (last.nav_date - first.nav_date).days
    late = sum(one.reconstructed for one in found)
    if late:
        notes.append(f"reconstructed (fetched over a week after its day, not known then): {late} of {len(found)} NAVs")
    return Answer(
        question="nav_performance",
        as_of=last.nav_date,
        known_at=when.known_at,
        unit="NAVs INR a unit; returns and drawdown %",
        basis=_basis(scheme),
        source=source_of(connection, last),
        freshness=standing.standing_of(connection, standing.NAV, when),
        columns=COLUMNS,
        rows=[(first.nav_date, first.nav, last.nav_date, last.nav, days, *figures)],
        notes=tuple(notes),
    )
