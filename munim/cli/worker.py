"""`munim worker`: does the slots of backfills, beside as many others as are wanted."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.words import examples
from munim.core.clock import now
from munim.core.errors import RequestWrong
from pipelines.catalogue import DATA_SETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loaders.backfills import Begun
    from loaders.database import Database
    from munim.core.settings import Settings
    from pipelines.backfill_work import SlotWork

EXAMPLES = examples(
    "munim worker",
    "munim worker --queues nav,flows",
    "munim worker --queues browser",
    "munim worker --concurrency 4 --until-empty",
)

PAUSE_S = 2.0
"""How often it is looked whether a slot that failed may be tried again, where nothing else is left."""

NO_BROWSER = "install Chromium with its driver and set MUNIM_CHROMEDRIVER and MUNIM_CHROMIUM"

QueuesOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="Queues to serve, by commas: data sets, and browser for what only a browser can ask; "
        "without it all that this machine can serve.",
    ),
]


def worker(
    *,
    queues: QueuesOption = None,
    concurrency: Annotated[int, typer.Option(min=1, max=16, help="Slots at the same time, in threads.")] = 1,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End when no slot is left, in place of waiting for more.")
    ] = False,
) -> None:
    """Do the slots of backfills until it is stopped, on as many machines as are wanted; they share each site's rate.

    SIGTERM and Ctrl-C let it finish what it is at. A slot whose worker vanished is done by another.
    """
    settings = doors.open_settings()
    served = read_queues(settings, queues)
    with open_work(settings, told=_log) as (database, work):
        if until_empty:
            work_until(database, work, served, concurrency, lambda: left(database, served) == 0)
            doors.cover_closed_years(database)
        else:
            from loaders.job_queue import Shift, run_worker  # noqa: PLC0415 - the queue's library costs a second

            run_worker(database, work, Shift(served, concurrency=concurrency))


def read_queues(settings: Settings, names: str | None) -> list[str]:
    """Return the queues that are named, or all that this machine can serve. Raises `RequestWrong` for what is none."""
    from pipelines.backfill_create import BROWSER  # noqa: PLC0415 - brings the driver

    with_past = [name for name, dataset in DATA_SETS.items() if any(one.history for one in dataset.feeds)]
    has_browser = doors.open_browser(settings, now, settings.replica) is not None
    if names is None:
        return [*with_past, *([BROWSER] if has_browser else [])]
    asked = [name.strip() for name in names.split(",") if name.strip()]
    wrong = [name for name in asked if name not in {*with_past, BROWSER}]
    if wrong or not asked:
        raise RequestWrong(f"no queue {', '.join(wrong)}", advice=f"there are {', '.join([*with_past, BROWSER])}")
    if BROWSER in asked and not has_browser:
        raise RequestWrong(
            "this machine has no browser to serve the queue of browser feeds with",
            advice=NO_BROWSER,
        )
    return asked


@contextmanager
def open_work(settings: Settings, told: Callable[[Begun, str], None]) -> Iterator[tuple[Database, SlotWork]]:
    """Give the database, and what does slots with it: politely beside all other workers, and after other loads."""
    from loaders.site_turns import SiteTurns  # noqa: PLC0415 - brings the driver and its pool
    from pipelines.backfill_work import SlotWork  # noqa: PLC0415

    tools = doors.open_tools(settings, settings.world)
    with SiteTurns(tools.database) as turns, doors.open_client(settings, now, turns) as client:
        # One client for all slots: a site sees one connection that stays, and no handshake a slot.
        kept = replace(tools, database=replace(tools.database, gives_way=True), client=lambda: nullcontext(client))
        yield tools.database, SlotWork(kept, told=told)


def work_until(
    database: Database, work: SlotWork, queues: list[str], concurrency: int, done: Callable[[], bool]
) -> bool:
    """Do slots until something holds; return False where a signal ended it before.

    A slot that is to be tried again later, or that another worker is at, is waited for.
    """
    from loaders.job_queue import Shift, run_worker  # noqa: PLC0415

    pause = threading.Event()
    while not done():
        if not run_worker(database, work, Shift(queues, wait=False, concurrency=concurrency)):
            return False
        if not done():
            pause.wait(PAUSE_S)
    return True


def left(database: Database, queues: list[str]) -> int:
    """Return how many slots of these queues wait or are being done."""
    from loaders.job_queue import open_jobs  # noqa: PLC0415

    with database.session() as session:
        return open_jobs(session, queues)


def _log(slot: Begun, ended: str) -> None:
    import structlog  # noqa: PLC0415

    structlog.get_logger().info("slot", feed=slot.feed, slot=slot.slot, ended=ended, attempt=slot.attempt)
