"""Which file stands behind a figure, and which values it had before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from munim.core.errors import NotFound, RequestWrong
from munim.readers import instruments
from munim.readers import ipo as issues
from munim.readers.answer import Answer, Cell, Source
from munim.readers.asked.moment import Moment, moment
from munim.readers.asked.schemes import named_scheme
from munim.readers.asked.sources import source_of as file_behind
from munim.readers.value_history import Said, nav_history, value_history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.asked.parameters_market import SourceOf
    from munim.readers.ipo_records import Issue

COLUMNS = ("what", "value", "known_from", "known_to", "recorded_at", "origin", "feed", "url", "sha256", "run_id")

ISSUE = ("status", "open_date", "close_date", "listing_date", "price_band_low", "price_band_high", "final_price")


def source_of(connection: Connection, asked: SourceOf, clock: Clock | None = None) -> Answer:
    """Answer the values that a figure has had, oldest first, each with its file and when it was known.

    `known_to` is None for the one that stands. Raises `NotFound` where nothing was known of it.
    """
    when = moment(asked.known_at, clock)
    when.check_day(asked.on, "on")
    rows, newest = _issue(connection, asked, when) if asked.on is None else _figure(connection, asked, asked.on, when)
    if not rows or newest is None:
        raise NotFound(
            f"nothing of {asked.dataset} {asked.key!r}{f' on {asked.on}' if asked.on else ''} was known at "
            f"{when.known_at.isoformat()}",
            advice="ask for a day that has a value: nav, flows and equity show them",
        )
    return Answer(
        question="source_of",
        as_of=asked.on,
        known_at=when.known_at,
        unit="as the table's column says",
        basis="each value as its file said it; sha256 is the file's place in the archive",
        source=newest,
        freshness=None,
        columns=COLUMNS,
        rows=rows,
        notes=("taken back or withdrawn: no value stands",) if all(row[3] is not None for row in rows) else (),
        untrusted=("what", "value"),
    )


def _figure(
    connection: Connection, asked: SourceOf, on: date, when: Moment
) -> tuple[list[tuple[Cell, ...]], Source | None]:
    found = _said(connection, asked, on, when)
    newest = max(found, key=lambda one: one.known_from, default=None)
    rows: list[tuple[Cell, ...]] = [tuple(getattr(one, name) for name in COLUMNS) for one in found]
    return rows, None if newest is None else Source(newest.url, newest.sha256, newest.known_from, newest.run_id)


def _said(connection: Connection, asked: SourceOf, on: date, when: Moment) -> Sequence[Said]:
    if asked.dataset == "nav":
        return nav_history(connection, named_scheme(connection, asked.key, when).scheme_code, on, when.known_at)
    by: dict[str, object] = {"key": asked.key}
    if asked.dataset == "equity":
        by = _security(connection, asked)
    return value_history(connection, asked.dataset, on, when.known_at, by)


def _security(connection: Connection, asked: SourceOf) -> dict[str, object]:
    try:
        security = instruments.find_security(connection, asked.key, asked.exchange)
    except RequestWrong as error:
        raise NotFound(error.what, advice="give a symbol, a BSE scrip code or an ISIN") from error
    symbols = {one.symbol for one in instruments.history(connection, security)} | {security.symbol}
    return {"exchange": security.exchange, "symbols": sorted(symbols)}


def _issue(connection: Connection, asked: SourceOf, when: Moment) -> tuple[list[tuple[Cell, ...]], Source | None]:
    found = issues.named_issues(connection, asked.key, when.asked)
    if not found:
        return [], None
    if len(found) > 1:
        several = ", ".join(str(one.ipo_id) for one in found)
        raise RequestWrong(f"{asked.key!r} may be the issues {several}", advice="ask by one of these numbers")
    states = issues.life(connection, found[0].ipo_id, when.asked)
    following = [*(one.known_from for one in states[1:]), None]
    rows: list[tuple[Cell, ...]] = [
        (f"issue {one.ipo_id}", _state(one), one.known_from, until, one.recorded_at, None, one.feed, one.url,
         one.sha256, None) for one, until in zip(states, following, strict=True)
    ]  # fmt: skip
    return rows, file_behind(connection, states[-1])


def _state(issue: Issue) -> str:
    said = ((name, getattr(issue, name)) for name in ISSUE)
    return " ".join(f"{name}={value}" for name, value in said if value is not None)
