"""`munim demo`: everything once, on made data, offline and the same every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from munim.cli import doors, progress
from munim.cli.freshness import show_freshness
from munim.cli.holdings import show_holdings
from munim.cli.made import MadeSites, settings_for_made_data
from munim.cli.outcome import show_outcome
from munim.cli.output import near, say
from munim.cli.words import Output, examples
from munim.core.clock import IST
from pipelines.calendar_set import CALENDAR
from pipelines.catalogue import DATA_SETS
from schedules import timetable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from munim.core.settings import Settings
    from pipelines.dataset import DataSet
    from pipelines.tools import Tools

EXAMPLES = examples("munim demo", "MUNIM_HOME=.munim-run munim runs list", "MUNIM_HOME=.munim-run munim db stop")

HOME = Path(".munim-run")
"""Where it goes unless MUNIM_HOME says: made data has a home of its own."""

INSTANT = datetime(2026, 8, 21, 8, 5, tzinfo=IST)
"""When it happens: the morning after AMFI cut the names, as the morning's slot is open and nearly all NAVs are out."""

HISTORY = "amfi.history"
HISTORY_DAYS = 5
"""Days of NAVs that are fetched beside what the timetable asks for: the last that are complete."""


def demo() -> None:
    """Run every pipeline once against the built-in replica, and show what was loaded and how fresh it is.

    It needs no network, is the same every time, and keeps to a home of its own: .munim-run, or MUNIM_HOME.
    """
    settings = doors.open_settings(HOME)
    home = settings.home
    made = settings_for_made_data(settings, home)
    was_running = (home / "postgres" / "postmaster.pid").exists()
    say(f"▸ PostgreSQL: the embedded server, in {near(home / 'postgres')}, with munim's tables")
    try:
        ended = _run_all(made)
        _show_tables(made, ended)
    finally:
        if not was_running:
            from loaders import embedded  # noqa: PLC0415

            embedded.stop(home)
            say("▸ PostgreSQL: stopped, as it was before; the next command starts it")
    _say_what_next(home)


def _run_all(settings: Settings) -> datetime:
    from pipelines.screener_due import compute_what_waits  # noqa: PLC0415 - brings the driver

    at = INSTANT
    with MadeSites(settings) as sites, progress.steps("demo") as step:
        tools = doors.open_tools(settings, "replica", clock=lambda: INSTANT, step=step)
        say(f"▸ replica: made sites that show what they would at {INSTANT:%Y-%m-%d %H:%M} IST")
        for place, (dataset, feed, slot) in enumerate(_slots(settings)):
            at = INSTANT + timedelta(minutes=place)
            _run_one(dataset, feed, slot, tools, sites, at)
        say("▸ munim screener compute: figures of what came")
        compute_what_waits(replace(tools, clock=lambda: at))
    return at


def _slots(settings: Settings) -> Iterator[tuple[DataSet, str, str]]:
    """Yield the current slot of every feed of the timetable, and some days of NAVs' history.

    What only files hold and what only a browser can ask for has no place on the timetable. The calendar is first: what
    is asked for after it are the days that it knows to be sessions.
    """
    calendar_first = sorted(DATA_SETS.values(), key=lambda dataset: dataset is not CALENDAR)
    for dataset in calendar_first:
        for feed in timetable.scheduled(dataset.name):
            yield dataset, feed, _current(settings, feed)
        if HISTORY in {feed.name for feed in dataset.feeds}:
            last = (INSTANT - timedelta(days=2)).date()
            yield dataset, HISTORY, f"{last - timedelta(days=HISTORY_DAYS - 1)}..{last}"


def _current(settings: Settings, feed: str) -> str:
    entry = timetable.entry(feed)
    if entry.slots == "instant":
        return timetable.current_slot(feed, INSTANT).isoformat()
    has_content = doors.content_days(settings, "replica", entry.calendar)
    return timetable.current_day(feed, INSTANT, has_content).isoformat()


def _run_one(dataset: DataSet, feed: str, slot: str, tools: Tools, sites: MadeSites, at: datetime) -> None:
    from pipelines.run import run  # noqa: PLC0415 - brings the driver

    def clock() -> datetime:
        return at

    say(f"▸ munim run {dataset.name}: {feed}, slot {slot}")
    outcome = run(dataset, feed, slot, replace(tools, clock=clock, client=lambda: sites.client(at, clock)))
    show_outcome(dataset, outcome, at, Output.TABLE)


def _show_tables(settings: Settings, at: datetime) -> None:
    from munim.readers.freshness import freshness_at  # noqa: PLC0415
    from munim.readers.holdings import holdings  # noqa: PLC0415

    with doors.open_reading(settings) as connection:
        held, fresh = holdings(connection), freshness_at(connection, at)
    show_holdings("what was loaded", held)
    show_freshness(fresh)


def _say_what_next(home: Path) -> None:
    say(f"to look at it:      export MUNIM_HOME={near(home)}; munim runs list; munim nav show CODE; munim flows show")
    say("for the live sites: munim sources check && munim run nav   (without that MUNIM_HOME)")
    say("AMFI's terms of use (personal, non-commercial) bind whoever runs it, and so do the exchanges'.")
