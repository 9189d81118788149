"""The evening's provisional FII figure beside NSDL's final one, as both and the calendar were known at a time.

The same as `agent.fii_provisional_and_final`, which shows what stands: NSDL's report of a day is of trades up to the
session before, so it speaks of one session alone only where that session settled and the report is of the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from munim.core.calendar import Calendar, HolidaysUnknown, Standing
from munim.readers.calendar import load_calendar
from munim.readers.flows import FiiDii, FpiFlow, fii_dii, fpi
from munim.readers.keyed_as_of import NOW, Days, Known

if TYPE_CHECKING:
    from decimal import Decimal

    from loaders.database import Connection

LONGEST_PAUSE = timedelta(days=15)
"""The next session is never further away."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A session's provisional figure and the report that speaks of it alone."""

    provisional: FiiDii
    final: FpiFlow

    @property
    def difference_inr_crore(self) -> Decimal:
        """Final less provisional, ₹ crore."""
        return self.final.net_inr_crore - self.provisional.net_inr_crore


def compared(connection: Connection, days: Days, known: Known = NOW) -> list[Compared]:
    """Return the sessions of which both figures were known, by day and source of the provisional one."""
    flows = [
        one
        for one in fii_dii(connection, days, known, investor_class="fii_fpi")
        if (one.scope, one.basis) == ("all_exchanges", "exchange_provisional")
    ]
    last = min(days[1], date.max - LONGEST_PAUSE) + LONGEST_PAUSE
    reports = {
        one.reporting_date: one
        for one in fpi(connection, (days[0], last), known, asset_class="equity")
        if one.route == "stock_exchange"
    }
    calendar = load_calendar(connection, at=known.at)
    found = ((one, reports.get(_next_session(calendar, one.trade_date))) for one in flows)
    return [
        Compared(flow, report) for flow, report in found if report is not None and _settles(calendar, flow.trade_date)
    ]


def _next_session(calendar: Calendar, day: date) -> date:
    """Return the next day that is not known to be closed, as the view does."""
    following = (day + timedelta(days=ahead) for ahead in range(1, LONGEST_PAUSE.days + 1))
    return next((one for one in following if calendar.standing(one) is not Standing.CLOSED), date.max)


def _settles(calendar: Calendar, day: date) -> bool:
    if calendar.standing(day) is Standing.CLOSED:
        return False
    try:
        return calendar.is_settlement(day)
    except HolidaysUnknown:
        return True
