"""A scheme's NAV on a day, or its NAVs from a day to a day, a page at a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from munim.core.errors import NotFound
from munim.readers.answer import Answer, Cell, Source
from munim.readers.asked import standing
from munim.readers.asked.moment import Moment, moment
from munim.readers.asked.paging import key_of, page
from munim.readers.asked.schemes import Named, named_scheme, vanished_notes
from munim.readers.asked.sources import source_of
from munim.readers.nav import NavValue, series, series_as_of
from munim.readers.nav_quote import Quote, quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters import Nav

# As short as they can be: thirty NAVs are to be no burden.
UNIT = "INR"
BASIS = "AMFI"
COLUMNS = ("date", "nav")

NEAR = timedelta(days=10)
"""The last NAV before a day is mostly within these days: they are looked up before all others."""


def nav(connection: Connection, asked: Nav, clock: Clock | None = None) -> Answer:
    """Answer a scheme's NAV on a day or a page of its NAVs, oldest first.

    Without any day: the newest. Raises `NotFound` for an unknown scheme and where nothing is known up to the day, and
    `RequestWrong` for a day that is yet to come or too long a range.
    """
    when = moment(asked.known_at, clock)
    for name in ("on", "from_date", "to_date"):
        when.check_day(getattr(asked, name), name)
    when.check_range(asked.from_date, asked.to_date)
    if when.asked is None and asked.from_date is None and asked.to_date is None:
        found = quote(connection, asked.scheme, asked.on or when.today)
        if found is not None:
            return _quoted(connection, found, asked.on, when)
    scheme = named_scheme(connection, asked.scheme, when)
    if asked.from_date is None and asked.to_date is None:
        return _on(connection, scheme, asked.on, when)
    return _between(connection, scheme, asked, when)


def _quoted(connection: Connection, found: Quote, on: date | None, when: Moment) -> Answer:
    notes = vanished_notes(found.vanished_at)
    if on is not None and found.nav_date != on:
        notes.append(f"no NAV of {on}: this is the last one before")
    if found.reconstructed:
        notes += _reconstructed([found.nav_date])
    return Answer(
        question="nav",
        as_of=found.nav_date,
        known_at=when.known_at,
        unit=UNIT,
        basis=BASIS,
        source=Source(found.url, found.sha256, found.fetched_at, found.run_id),
        freshness=standing.standing_of(connection, standing.NAV, when, found.judged_by),
        columns=COLUMNS,
        rows=[(found.nav_date, found.nav)],
        notes=tuple(notes),
    )


def last_up_to(connection: Connection, scheme_code: str, day: date, when: Moment) -> NavValue | None:
    """Return the newest NAV of a scheme up to a day as it was known, None where there is none."""
    for days in ((day - NEAR, day), (date.min, day - NEAR)):
        found = values(connection, scheme_code, days, when)
        if found:
            return found[-1]
    return None


def values(connection: Connection, scheme_code: str, days: tuple[date, date], when: Moment) -> list[NavValue]:
    """Return a scheme's NAVs from a day to a day as they were known; as they stand where no time was given."""
    if when.asked is None:
        return series(connection, scheme_code, *days)
    return series_as_of(connection, scheme_code, when.asked, days)


def _on(connection: Connection, scheme: Named, on: date | None, when: Moment) -> Answer:
    day = on or when.today
    found = last_up_to(connection, scheme.scheme_code, day, when)
    if found is None:
        raise NotFound(
            f"scheme {scheme.scheme_code} has no NAV up to {day} that was known at {when.known_at.isoformat()}",
            advice="ask for a later day or time; `freshness` says what the tables hold",
        )
    notes = list(scheme.notes)
    if on is not None and found.nav_date != on:
        notes.append(f"no NAV of {on}: this is the last one before")
    return _answer(connection, [found], when, notes)


def _between(connection: Connection, scheme: Named, asked: Nav, when: Moment) -> Answer:
    first, last = asked.from_date or date.min, asked.to_date or when.today
    if asked.cursor is not None:
        (after,) = key_of(asked.cursor, date.fromisoformat)
        first = max(first, after + timedelta(days=1)) if isinstance(after, date) else first
    found = values(connection, scheme.scheme_code, (first, last), when)
    shown, following = page(found, asked.limit, lambda one: (one.nav_date.isoformat(),))
    notes = list(scheme.notes)
    if not shown:
        notes.append("no NAV of these days was known")
    return _answer(connection, shown, when, notes, following)


def _answer(
    connection: Connection, found: Sequence[NavValue], when: Moment, notes: list[str], following: str | None = None
) -> Answer:
    newest = found[-1] if found else None
    return Answer(
        question="nav",
        as_of=newest.nav_date if newest else None,
        known_at=when.known_at,
        unit=UNIT,
        basis=BASIS,
        source=source_of(connection, newest),
        freshness=standing.standing_of(connection, standing.NAV, when),
        columns=COLUMNS,
        rows=[_row(one) for one in found],
        truncated=following is not None,
        next=following,
        notes=(*notes, *_reconstructed([one.nav_date for one in found if one.reconstructed])),
    )


def _row(value: NavValue) -> tuple[Cell, ...]:
    return value.nav_date, value.nav


def _reconstructed(late: Sequence[date]) -> list[str]:
    if not late:
        return []
    return [f"reconstructed (fetched over a week after the day, not known then): {len(late)} rows up to {late[-1]}"]
