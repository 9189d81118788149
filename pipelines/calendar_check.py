"""Our calendar beside those of libraries: where they differ, and what we know of the day.

The libraries are optional (`pip install munim[calendars]`). Theirs are made of rules and of days that somebody typed
in; on pandas 3 they leave out special sessions on weekends, and say nothing (4.13.2 and 5.5.0: 20-Jan-2024, all of
the 9 from 2019 to 2026).
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from munim.core.calendar import Calendar, Standing, days_between
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from types import ModuleType

EXTRA = "calendars"
"""The extra of the package that brings both."""


@dataclass(frozen=True)
class Difference:
    """A day of which a library's calendar says another thing than ours.

    `ours` is traded, expected, closed or unknown; `theirs` says whether it is a session there; `why` is the kind of
    session or what explains the day here, None when nothing does.
    """

    library: str
    version: str
    calendar: str
    day: date
    ours: Standing
    theirs: bool
    why: str | None


@dataclass(frozen=True)
class _Library:
    """A library, its name for the exchange's calendar, and how its sessions are asked for."""

    name: str
    calendar: str
    sessions: Callable[[ModuleType, str, date, date], Iterable[Any]]


def _exchange_calendars(module: ModuleType, name: str, first: date, last: date) -> Iterable[Any]:
    # It knows no days beyond its bounds, and raises for a calendar that begins or ends outside them.
    whole = module.get_calendar(name)
    start, end = max(first, whole.bound_min().date()), min(last, whole.bound_max().date())
    sessions: Iterable[Any] = module.get_calendar(name, start=str(start), end=str(end)).sessions
    return sessions


def _pandas_market_calendars(module: ModuleType, name: str, first: date, last: date) -> Iterable[Any]:
    sessions: Iterable[Any] = module.get_calendar(name).valid_days(str(first), str(last))
    return sessions


LIBRARIES = (
    # It has no calendar of NSE; BSE trades on the same days.
    _Library("exchange_calendars", "XBOM", _exchange_calendars),
    _Library("pandas_market_calendars", "NSE", _pandas_market_calendars),
)


def installed() -> list[str]:
    """Return which of the libraries are there."""
    return [library.name for library in LIBRARIES if importlib.util.find_spec(library.name) is not None]


def check(calendar: Calendar, first: date, last: date) -> list[Difference]:
    """Return where the libraries that are installed differ from ours, from a day to a day, by library and day.

    Raises `RequestWrong` when none is installed.
    """
    names = installed()
    if not names:
        raise RequestWrong(
            "neither exchange_calendars nor pandas_market_calendars is installed",
            advice=f"pip install 'munim[{EXTRA}]'",
        )
    found = []
    for library in LIBRARIES:
        if library.name in names:
            found += differences(calendar, library_sessions(library.name, first, last), (first, last), library.name)
    return found


def library_sessions(name: str, first: date, last: date) -> frozenset[date]:
    """Return the sessions that a library's calendar has; raises `RequestWrong` when it is not installed."""
    library = {one.name: one for one in LIBRARIES}[name]
    with warnings.catch_warnings():
        # Theirs are about how they use pandas 3: the reader of a comparison can't mend them.
        warnings.simplefilter("ignore")
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            raise RequestWrong(f"{name} is not installed", advice=f"pip install 'munim[{EXTRA}]'") from error
        return frozenset(stamp.date() for stamp in library.sessions(module, library.calendar, first, last))


def differences(calendar: Calendar, theirs: frozenset[date], within: tuple[date, date], name: str) -> list[Difference]:
    """Return the days, from a day to a day, on which a calendar and a set of sessions differ.

    A weekday that is unknown to us differs when it is a session there, since its year may have lost a proof.
    """
    names: Mapping[str, str] = {library.name: library.calendar for library in LIBRARIES}
    found = []
    for day in days_between(*within):
        ours = calendar.standing(day)
        if (ours in {Standing.TRADED, Standing.EXPECTED}) == (day in theirs):
            continue
        if ours is Standing.UNKNOWN and day not in theirs:
            continue
        why = calendar.session_kind(day) or calendar.explanation(day)
        found.append(Difference(name, _version(name), names.get(name, name), day, ours, day in theirs, why))
    return found


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
