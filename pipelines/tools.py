"""What every run works with: the database, the archive, the clock, the client, and who asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from munim import __version__

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date

    from loaders.batch import LoadContext
    from loaders.database import Database
    from munim.core.clock import Clock
    from scrapers.archive import Archive
    from scrapers.client import Client

Step = Callable[[str], None]

PARSER_VERSION = __version__


@dataclass(frozen=True)
class Tools:
    """Handed from door to room; nothing in it is global.

    `step` is told the name of each step of a run as it begins: progress for a person, a place to break for a test.
    `client` makes the HTTP client only when something is fetched; a worker gives the same one each time.
    """

    database: Database
    archive: Archive
    clock: Clock
    client: Callable[[], AbstractContextManager[Client]]
    asked_by: str
    step: Step = lambda _name: None


@dataclass(frozen=True)
class Options:
    """How a run was asked for. `again` runs a slot that is closed; `force` overrides blocking checks."""

    force: bool = False
    dry_run: bool = False
    again: bool = False


def context(
    tools: Tools, dataset: str, options: Options, *, closes_slot: bool = False, needs_day: date | None = None
) -> LoadContext:
    """Return what the ledger needs to know of a run that begins now."""
    from loaders.batch import LoadContext  # noqa: PLC0415

    return LoadContext(
        dataset=dataset,
        started_at=tools.clock(),
        asked_by=tools.asked_by,
        parser_version=PARSER_VERSION,
        forced=options.force,
        closes_slot=closes_slot and not options.dry_run,
        dry_run=options.dry_run,
        needs_day=needs_day,
    )


def reverting(started: LoadContext, run_id: int) -> LoadContext:
    """Return the context of a run that takes another one back."""
    return replace(started, reverts_run_id=run_id)
