"""When each feed runs and by when its content is due: the only place.

`munim db migrate` writes it to `etl.timetable`, where readers and the freshness view find it. Days are by name, and all
times are in Asia/Kolkata.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from munim.core.clock import IST

ContentDay = Callable[[date], bool]
"""Tells whether a feed has content of a day: whether the day was a session, mostly."""

LONGEST_BREAK = timedelta(days=15)
"""No exchange has been closed for so long since 1994; a calendar that says so is broken."""


@dataclass(frozen=True)
class Firing:
    """A time of day at which a feed runs, every day.

    `days_back` is for a feed whose slot is a day: the slot is the newest day with content that is at least so many
    days before the firing; a run in the morning asks for the session before.
    """

    at: time
    days_back: int = 0


@dataclass(frozen=True)
class Entry:
    """One feed's times. `due_time` is `due_days_later` days after the day that content is of.

    `calendar`: the days that have content: daily, weekdays, nse_sessions, nse_settlement; or fetch: what counts is that
    it was looked at. `slots`: an "instant", for a snapshot: what is there at the scheduled time; or a "day": the
    session that is due, and the slot stays open until it is in. `tries_closed`: a slot is the day itself also where the
    calendar has it closed, for a special session is proven by its file alone.
    """

    feed: str
    dataset: str
    fires: tuple[Firing, ...]
    calendar: str
    due_time: time
    due_days_later: int
    slots: str = "instant"
    tries_closed: bool = False


def _daily(*times: str) -> tuple[Firing, ...]:
    """Return firings at these times; `08:30-1` asks for the day before."""
    parts = [text.partition("-") for text in times]
    return tuple(Firing(time.fromisoformat(at), int(back or 0)) for at, _, back in parts)


def _bhavcopy(feed: str, times: tuple[str, ...], due_time: time) -> Entry:
    return Entry(feed, "equity", _daily(*times), "nse_sessions", due_time, 0, slots="day", tries_closed=True)


TIMETABLE = (
    # NAVs of day T appear from about 20:30 on T to 10:00 on T+1; some commodity and overseas funds until 11:00.
    # A list is changed a few times a year, for elections mostly, sometimes two days before.
    Entry("nse.holidays_trading", "calendar", _daily("07:00"), "fetch", time(12), 0),
    Entry("nse.holidays_clearing", "calendar", _daily("07:05"), "fetch", time(12), 0),
    # The day's figures were there in 62 of 62 fetches from 19:00 on; on some evenings they come late.
    Entry(
        "nse.fii_dii",
        "flows",
        _daily("19:15", "20:15", "21:30", "23:00", "08:45-1"),
        "nse_sessions",
        time(21, 30),
        0,
        slots="day",
    ),
    Entry("nse.participant_oi", "flows", _daily("19:45", "22:00", "09:00-1"), "nse_sessions", time(22), 0, slots="day"),
    Entry(
        "nsdl.fpi_latest", "flows", _daily("20:00", "22:30", "09:15-1"), "nse_settlement", time(9, 30), 1, slots="day"
    ),
    Entry("amfi.latest", "nav", _daily("08:00", "11:00", "23:30"), "weekdays", time(11), 1),
    # UDiFF is there from about 17:30 and final by 18:30, deliveries by 19:30; on busy evenings an hour later.
    _bhavcopy("nse.bhavcopy_udiff", ("17:30", "18:40", "20:10", "22:05", "08:15-1"), time(20, 30)),
    _bhavcopy("bse.bhavcopy_udiff", ("17:40", "18:50", "20:20", "22:15", "08:20-1"), time(21)),
    _bhavcopy("nse.bhavcopy_full", ("19:05", "19:50", "21:20", "22:45", "08:25-1"), time(21, 30)),
    # Before the market opens: what trades without its right today.
    Entry("nse.corporate_actions", "corporate_actions", _daily("08:10"), "fetch", time(12), 0, slots="day"),
    # Lists that change a few times a week.
    Entry("nse.equity_list", "instruments", _daily("07:30"), "fetch", time(12), 0),
    Entry("nse.sme_list", "instruments", _daily("07:32"), "fetch", time(12), 0),
    Entry("nse.etf_list", "instruments", _daily("07:34"), "fetch", time(12), 0),
    Entry("nse.reit_list", "instruments", _daily("07:36"), "fetch", time(12), 0),
    Entry("nse.invit_list", "instruments", _daily("07:38"), "fetch", time(12), 0),
    Entry("nse.symbol_changes", "instruments", _daily("07:40"), "fetch", time(12), 0),
    Entry("nse.name_changes", "instruments", _daily("07:42"), "fetch", time(12), 0),
    # Members change twice a year, and now and then in between.
    Entry("nse.index_nifty50", "index_members", _daily("07:50"), "fetch", time(12), 0),
    Entry("nse.index_nifty100", "index_members", _daily("07:51"), "fetch", time(12), 0),
    Entry("nse.index_nifty200", "index_members", _daily("07:52"), "fetch", time(12), 0),
    Entry("nse.index_nifty500", "index_members", _daily("07:53"), "fetch", time(12), 0),
    Entry("nse.index_smallcap250", "index_members", _daily("07:54"), "fetch", time(12), 0),
    Entry("nse.index_total_market", "index_members", _daily("07:55"), "fetch", time(12), 0),
)


def entry(feed: str) -> Entry:
    """Return a feed's entry. Raises KeyError for a feed that has none."""
    return {one.feed: one for one in TIMETABLE}[feed]


def scheduled(dataset: str) -> list[str]:
    """Return the feeds of a data set that run by themselves, in the timetable's order."""
    return [one.feed for one in TIMETABLE if one.dataset == dataset]


def rows() -> list[tuple[object, ...]]:
    """Return the timetable in the order of the columns of `etl.timetable`."""
    return [
        (
            one.feed, one.dataset, [cron(firing) for firing in one.fires], one.calendar,
            one.due_time.isoformat("minutes"), one.due_days_later,
        )
        for one in TIMETABLE
    ]  # fmt: skip


def cron(firing: Firing) -> str:
    """Return a firing as a line of cron, in Asia/Kolkata."""
    return f"{firing.at.minute} {firing.at.hour} * * *"


def current_slot(feed: str, now: datetime) -> datetime:
    """Return the newest instant at which the feed was to run, at or before `now`; aware, in Asia/Kolkata."""
    return _last_firing(feed, now)[0]


def next_slot(feed: str, now: datetime) -> datetime:
    """Return the next instant at which the feed is to run, after `now`."""
    today = now.astimezone(IST).date()
    return min(instant for instant, _ in _firings(feed, today, today + timedelta(days=1)) if instant > now)


def current_day(feed: str, now: datetime, has_content: ContentDay) -> date:
    """Return the day that the newest firing at or before `now` asks for: the slot of a feed whose slots are days."""
    instant, firing = _last_firing(feed, now)
    return day_of(firing, instant, has_content)


def day_of(firing: Firing, instant: datetime, has_content: ContentDay) -> date:
    """Return the day that a firing at an instant asks for. Raises ValueError where the calendar has none."""
    first = instant.astimezone(IST).date() - timedelta(days=firing.days_back)
    for back in range(LONGEST_BREAK.days):
        day = first - timedelta(days=back)
        if has_content(day):
            return day
    message = f"the calendar has no day with content in the {LONGEST_BREAK.days} days before {first}"
    raise ValueError(message)


def _last_firing(feed: str, now: datetime) -> tuple[datetime, Firing]:
    today = now.astimezone(IST).date()
    fired = [one for one in _firings(feed, today - timedelta(days=1), today) if one[0] <= now]
    return max(fired, key=lambda one: one[0])


def _firings(feed: str, first: date, last: date) -> Iterator[tuple[datetime, Firing]]:
    """Yield the instants at which a feed is to run from a day to a day, both included."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for firing in entry(feed).fires:
            yield datetime.combine(day, firing.at, IST), firing
