"""What a backfill is made of and how far it is, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from munim.cli.output import console, say, show_json, show_record, show_table
from munim.cli.words import Output
from munim.core.clock import now
from munim.core.errors import RequestWrong
from munim.readers import backfills as readers
from pipelines.catalogue import data_set

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from loaders.backfills import Request
    from loaders.database import Connection
    from munim.readers.backfills import Backfill, SlotStanding
    from pipelines.backfill_create import Made
    from pipelines.backfill_days import DayState
    from pipelines.dataset import DataSet

SHOWN = 30
"""Slots and stretches that a person is shown; JSON has all."""

MONTHS_DRAWN = 24
"""A longer backfill is drawn as a table of years."""


def show_made(dataset: DataSet, request: Request, made: Made, output: Output) -> None:
    """Say what a backfill is made of, what it leaves out and why, and what it costs."""
    from pipelines.backfill_cost import cost  # noqa: PLC0415
    from scrapers.manners import Manners  # noqa: PLC0415

    told = cost(dataset, made.plan.slots, Manners())
    if output is Output.JSON:
        answer = {"backfill_id": made.backfill_id, "dataset": dataset.name, "slots": made.plan.slots,
                  "left_out": made.plan.left_out, "joined": len(made.plan.joins), "requests": told.requests,
                  "at_least_s": told.at_least.total_seconds()}  # fmt: skip
        show_json(answer)
        return
    span = f"{dataset.name}, {request.first} to {request.last}"
    if made.backfill_id is None:
        _show_plan(made)
    what = f"backfill {made.backfill_id}" if made.backfill_id is not None else "dry run, nothing was queued"
    joined = f", {len(made.plan.joins):,} more that others asked for" if made.plan.joins else ""
    say(f"{what}: {span}: {len(made.plan.slots):,} slots to fetch{joined}")
    if made.plan.slots:
        say(f"  {told.requests:,} requests, {_long(told.at_least)} or more at the polite rate")
    if made.backfill_id is not None and made.plan.slots:
        say(f"  `munim worker` fetches it, on one machine or many; `munim backfill show {made.backfill_id}` draws it")


def show_one(connection: Connection, backfill_id: int, output: Output, *, slots: bool) -> None:
    """Say how far a backfill is: its slots, its days drawn, and what changed by it."""
    found = readers.show_backfill(connection, backfill_id)
    standing = readers.slots_of(connection, backfill_id)
    if output is Output.JSON:
        show_json({**asdict(found), "standing": found.standing, "slots_of": standing})
        return
    record = {
        "data set": found.dataset,
        "feed": found.feed or "all that serve any day",
        "days": f"{found.from_date} to {found.to_date}",
        "asked by": found.asked_by,
        "why": found.reason,
        "asked (IST)": found.asked_at,
        "is": found.standing,
        "since (IST)": found.state_at,
        "because": found.state_why,
        "slots": ", ".join(f"{count:,} {state}" for state, count in sorted(found.slots.items())) or "none of its own",
        "rows new": found.rows_new,
        "values changed": found.rows_changed,
    }
    show_record(f"backfill {backfill_id}", record)
    _draw(connection, found)
    _show_failures(standing)
    if slots:
        rows = [
            (one.feed, one.slot, one.state, one.attempt, one.run_id and str(one.run_id), one.error) for one in standing
        ]
        show_table(f"{len(rows)} slots", ["feed", "slot", "state", "attempts", "run", "why"], rows)


def _show_plan(made: Made) -> None:
    rows: list[tuple[object, ...]] = [(one.feed, one.slot, "in", one.why) for one in made.plan.slots[:SHOWN]]
    rows += [(one.feed, _days(one.first, one.last), "out", one.why) for one in made.plan.left_out[:SHOWN]]
    show_table("what it is made of", ["feed", "slot or days", "", "why"], rows)
    more = max(0, len(made.plan.slots) - SHOWN) + max(0, len(made.plan.left_out) - SHOWN)
    if more:
        say(f"… and {more:,} more; -o json has all")


def _draw(connection: Connection, found: Backfill) -> None:
    from munim.cli.backfill_drawing import LEGEND, draw_months, draw_years  # noqa: PLC0415
    from munim.readers.calendar import load_calendar  # noqa: PLC0415
    from pipelines.backfill import Asked  # noqa: PLC0415
    from pipelines.backfill_coverage import cover  # noqa: PLC0415
    from pipelines.backfill_create import past_feeds, what_is_known  # noqa: PLC0415
    from pipelines.backfill_days import days_of  # noqa: PLC0415

    dataset, at, span = data_set(found.dataset), now(), (found.from_date, found.to_date)
    calendar = load_calendar(connection)
    known = what_is_known(connection, dataset, past_feeds(dataset, found.feed), Asked(*span, at))
    for feed, held in known.items():
        say(f"{feed.name}")
        states: Mapping[date, DayState] = {
            day: one.state for day, one in days_of(feed, held, calendar, span, at).items()
        }
        if len({(day.year, day.month) for day in states}) > MONTHS_DRAWN:
            console().print(draw_years(cover(feed, held, calendar, span, at).months))
            say("days that are there, of those that are due")
        else:
            console().print(draw_months(states, console().width))
            say(LEGEND)
        say("")


def _show_failures(standing: list[SlotStanding]) -> None:
    why = Counter((one.error or "no reason was noted") for one in standing if one.state == "failed")
    if not why:
        return
    say(f"{why.total():,} slots failed; `munim backfill create … --reprocess failed` asks for them again:")
    for reason, count in why.most_common(5):
        say(f"  {count:,} of them: {reason}")


def _days(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _long(time: timedelta) -> str:
    """Return a length of time as a person says it."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def refuse_nothing(found: Backfill) -> None:
    """Raise `RequestWrong` for a backfill that will never end by itself."""
    if found.state != "open":
        raise RequestWrong(
            f"backfill {found.backfill_id} is {found.state}: {found.state_why or 'somebody asked for it'}",
            advice=f"go on with `munim backfill resume {found.backfill_id}`" if found.state == "paused" else None,
        )
