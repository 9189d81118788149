"""When each feed runs and by when its content is due: the only place.

`munim db migrate` writes it to `etl.timetable`, where readers and the freshness view find it. Days are by name, and all
times are in Asia/Kolkata.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from munim.core.clock import IST

ContentDay = Callable[[date], bool]
"""Tells whether a feed has content of a day: whether the day was a session, mostly."""

LONGEST_BREAK = timedelta(days=15)
"""No exchange has been closed for so long since 1994; a calendar that says so is broken."""

EVERY_DAY = "*"
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Firing:
    """A time of day at which a feed runs, on `days`: `*` is every day, `mon-fri` and `sat,sun` are days by name.

    The content that it brings is of the newest day with content that is at least `days_back` days before it: a run in
    the morning asks for the session before. A window of history ends so many days before it.
    """

    at: time
    days_back: int = 0
    days: str = EVERY_DAY

    def __post_init__(self) -> None:
        """Refuse days that are no names in the week's order: a span that goes round would never fire."""
        if self.days != EVERY_DAY:
            spans = [part.partition("-") for part in self.days.split(",")]
            if any(DAY_NAMES.index(first) > DAY_NAMES.index(last or first) for first, _, last in spans):
                message = f"{self.days!r}: write days in the order of the week, from mon to sun"
                raise ValueError(message)


@dataclass(frozen=True)
class Entry:
    """One feed's times. `due_time` is `due_days_later` days after the day that content is of.

    `calendar`: the days that have content: daily, weekdays, nse_sessions, nse_settlement; or fetch: what counts is that
    it was looked at. `slots`: an "instant", for a snapshot: what is there at the scheduled time; a "day": the session
    that is due, and the slot stays open until it is in; a "window": `window_days` of history, read once more.

    A slot that a firing leaves open is tried again every `try_every` for `try_for` after it: sooner where the source
    failed, and not at all where it refused us or its content was refused. What was missed is made good within
    `catch_up`; what is older is recorded as missed. `tries_closed`: a slot is the day of the firing also where the
    calendar has it closed, and is asked for once a firing: a special session is proven by its file alone.
    """

    feed: str
    dataset: str
    fires: tuple[Firing, ...]
    calendar: str
    due_time: time
    due_days_later: int
    slots: str = "instant"
    window_days: int = 0
    try_every: timedelta = timedelta(minutes=15)
    try_for: timedelta = timedelta(hours=2)
    catch_up: timedelta = timedelta(days=7)
    tries_closed: bool = False


def _daily(*times: str) -> tuple[Firing, ...]:
    """Return firings at these times, every day; `08:30-1` asks for the day before."""
    parts = [text.partition("-") for text in times]
    return tuple(Firing(time.fromisoformat(at), int(back or 0)) for at, _, back in parts)


def _bhavcopy(feed: str, times: tuple[str, ...], due_time: time) -> Entry:
    return Entry(
        feed, "equity", _daily(*times), "nse_sessions", due_time, 0, slots="day", catch_up=timedelta(days=30),
        tries_closed=True,
    )  # fmt: skip


TIMETABLE = (
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
    # Its file is there for good: what was missed is fetched even weeks later.
    Entry(
        "nse.participant_oi",
        "flows",
        _daily("19:45", "22:00", "09:00-1"),
        "nse_sessions",
        time(22),
        0,
        slots="day",
        catch_up=timedelta(days=30),
    ),
    Entry(
        "nsdl.fpi_latest", "flows", _daily("20:00", "22:30", "09:15-1"), "nse_settlement", time(9, 30), 1, slots="day"
    ),
    # NAVs of day T appear from about 20:30 on T to 10:00 on T+1; commodity and overseas funds have until 11:00
    # (`etl.due_schemes_at`).
    Entry("amfi.latest", "nav", _daily("08:00-1", "11:00-1", "23:30"), "nse_sessions", time(10), 1),
    # Late and restated values. A day's NAVs are out at 11:00 of the day after: the window ends two days before.
    Entry(
        "amfi.history",
        "nav",
        _daily("02:15-2"),
        "daily",
        time(6),
        2,
        slots="window",
        window_days=10,
        try_every=timedelta(minutes=30),
        try_for=timedelta(hours=3),
    ),
    # Bids are told all day long while an issue is open; the details of each open one come with the list. On other days
    # the firings between the first and the last are passed over (`pipelines.ipo_rest`), and the ledger says so.
    Entry("nse.ipo_current", "ipo", _daily(*(f"{hour}:00" for hour in range(10, 20))), "fetch", time(19, 30), 0),
    Entry("nse.ipo_upcoming", "ipo", _daily("09:30", "18:30"), "fetch", time(19, 30), 0),
    Entry("nse.ipo_past", "ipo", _daily("09:35", "18:35"), "fetch", time(19, 30), 0),
    Entry("bse.public_issues", "ipo", _daily("09:40", "18:40"), "fetch", time(19, 30), 0),
    Entry("chittorgarh.ipo_list", "ipo", _daily("09:45", "18:45"), "fetch", time(19, 30), 0),
    Entry("investorgain.gmp", "ipo", _daily("09:50", "18:50"), "fetch", time(19, 30), 0),
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
    """Return the feeds of a data set that bring what is new, in the timetable's order; those that re-read are not."""
    return [one.feed for one in TIMETABLE if one.dataset == dataset and one.slots != "window"]


def has_entry(feed: str) -> bool:
    """Tell whether a feed runs by itself."""
    return any(one.feed == feed for one in TIMETABLE)


def rows(timetable: Iterable[Entry] = TIMETABLE) -> list[tuple[object, ...]]:
    """Return the timetable in the order of the columns of `etl.timetable`."""
    return [
        (
            one.feed, one.dataset, [cron(firing) for firing in one.fires], one.calendar,
            one.due_time.isoformat("minutes"), one.due_days_later, [firing.days_back for firing in one.fires],
            one.slots, one.window_days, _minutes(one.try_every), _minutes(one.try_for), one.catch_up.days,
            one.tries_closed,
        )
        for one in timetable
    ]  # fmt: skip


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)


def cron(firing: Firing) -> str:
    """Return a firing as a line of cron, in Asia/Kolkata."""
    return f"{firing.at.minute} {firing.at.hour} * * {firing.days}"


def from_cron(line: str, days_back: int) -> Firing:
    """Return the firing that `cron` made a line of."""
    minute, hour, _, _, days = line.split()
    return Firing(time(int(hour), int(minute)), days_back, days)


def is_on(firing: Firing, day: date) -> bool:
    """Tell whether a firing fires on a day."""
    if firing.days == EVERY_DAY:
        return True
    return any(_spans(part, day.weekday()) for part in firing.days.split(","))


def _spans(days: str, weekday: int) -> bool:
    first, _, last = days.partition("-")
    return DAY_NAMES.index(first) <= weekday <= DAY_NAMES.index(last or first)


def current_slot(feed: str, now: datetime) -> datetime:
    """Return the newest instant at which the feed was to run, at or before `now`; aware, in Asia/Kolkata."""
    return last_firing(entry(feed), now)[0]


def next_slot(feed: str, now: datetime) -> datetime:
    """Return the next instant at which the feed is to run, after `now`; aware, in Asia/Kolkata."""
    return next_firing(entry(feed), now)[0]


def current_day(feed: str, now: datetime, has_content: ContentDay) -> date:
    """Return the day that the newest firing at or before `now` asks for: the slot of a feed whose slots are days."""
    instant, firing = last_firing(entry(feed), now)
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


def last_firing(of: Entry, now: datetime) -> tuple[datetime, Firing]:
    """Return the newest instant at or before `now` at which an entry fires, and its firing."""
    today = now.astimezone(IST).date()
    fired = [one for one in firings(of, today - timedelta(days=7), today) if one[0] <= now]
    return max(fired, key=lambda one: one[0])


def next_firing(of: Entry, now: datetime) -> tuple[datetime, Firing]:
    """Return the next instant after `now` at which an entry fires, and its firing."""
    today = now.astimezone(IST).date()
    return min((one for one in firings(of, today, today + timedelta(days=7)) if one[0] > now), key=lambda one: one[0])


def firings(of: Entry, first: date, last: date) -> Iterator[tuple[datetime, Firing]]:
    """Yield the instants at which an entry fires from a day to a day in India, both included, a day after the other."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for firing in of.fires:
            if is_on(firing, day):
                yield datetime.combine(day, firing.at, IST), firing
