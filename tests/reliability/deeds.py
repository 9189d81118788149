"""What munim writes with, each from a state of its own: all must survive the same faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loaders.database import Database
from pipelines.catalogue import NAV
from pipelines.decisions import replay, revert
from pipelines.rebuild import rebuild
from pipelines.run import load_payload
from pipelines.tools import Options, Step, Tools, context
from scrapers.archive import Archive
from scrapers.client import Client
from tests.reliability.conftest import FETCHED_AT, Round
from tests.reliability.made_files import payload

LATER = FETCHED_AT + timedelta(days=3)

Told = tuple[object, ...]
"""What a deed says that it did."""


@dataclass(frozen=True)
class Deed:
    """Something to do, after what it needs; all with tools."""

    do: Callable[[Tools, Round], Told]
    first: Callable[[Tools, Round], Told] | None = None


def tools_of(place: Round, *, url: str | None = None, step: Step = lambda _name: None, at: datetime = LATER) -> Tools:
    """Tools for a place, whose clock begins at a time and goes on by a second each time that it is asked."""

    def clock() -> datetime:
        nonlocal at
        at += timedelta(seconds=1)
        return at

    archive = Archive.open(str(place.archive), "replica", clock)
    return Tools(Database("replica", clock, url=url or place.database), archive, clock, _no_client, "a test", step)


def _load(tools: Tools, place: Round, number: int, fetched_at: datetime) -> Told:
    made = payload(place.files[number].read_bytes(), fetched_at)
    report = load_payload(NAV, made, tools, context(tools, NAV.name, Options()))
    return report.status, report.counts, in_ledger(place, report.run_id)


def _load_second(tools: Tools, place: Round) -> Told:
    return _load(tools, place, 1, FETCHED_AT + timedelta(days=1))


def _load_older(tools: Tools, place: Round) -> Told:
    return _load(tools, place, 1, FETCHED_AT - timedelta(hours=1))


def _load_again(tools: Tools, place: Round) -> Told:
    return _load(tools, place, 0, FETCHED_AT)


def _load_same_bytes(tools: Tools, place: Round) -> Told:
    return _load(tools, place, 0, FETCHED_AT + timedelta(hours=1))


def _revert(tools: Tools, place: Round) -> Told:
    row = place.connection.execute("SELECT max(run_id) FROM etl.run WHERE status = 'success'").fetchone()
    report = revert(NAV, int(str(row[0] if row else 0)), tools)
    return report.status, report.counts, in_ledger(place, report.run_id)


def _accept(tools: Tools, place: Round) -> Told:
    rows = place.connection.execute("SELECT quarantine_id FROM etl.quarantine WHERE status = 'open'").fetchall()
    return (replay(NAV, [int(str(row[0])) for row in rows], tools, accept=True),)


def _rebuild(tools: Tools, _place: Round) -> Told:
    return (rebuild(NAV, tools),)


DEEDS: Final = {
    "load": Deed(_load_second),
    "load an older file": Deed(_load_older),
    "load the same bytes later": Deed(_load_same_bytes),
    "load the same again": Deed(_load_again),
    "revert": Deed(_revert, first=_load_second),
    "accept": Deed(_accept, first=_load_second),
    "rebuild": Deed(_rebuild, first=_load_second),
}


def in_ledger(place: Round, run_id: int) -> str | None:
    """The status that the ledger has under a run's number."""
    row = place.connection.execute("SELECT status FROM etl.run WHERE run_id = %s", (run_id,)).fetchone()
    return None if row is None else str(row[0])


def _no_client() -> Client:
    message = "this test fetches nothing"
    raise AssertionError(message)
