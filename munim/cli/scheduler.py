"""`munim scheduler`: the service that runs the timetable."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.alerts import tell
from munim.cli.metrics import metrics
from munim.cli.output import say
from munim.cli.words import examples
from munim.core.clock import now
from munim.core.errors import MunimError, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from munim.core.settings import Settings
    from schedules.children import Children
    from schedules.service import Scheduler
    from schedules.timetable import ContentDay

EXAMPLES = examples(
    "munim scheduler", "munim scheduler --host 0.0.0.0 --port 8651", "munim scheduler --once",
    "curl http://127.0.0.1:8651/readyz",
)  # fmt: skip

PORT = 8651
GRACE_S = 25
"""Kubernetes gives 30 seconds between SIGTERM and SIGKILL."""

FINISHING_SHARE, CANCELLING_SHARE = 0.5, 0.4
"""Of the time of grace: for runs to end by themselves, and then, told to, to write that they are cancelled."""

RELOADED_AFTER_S = 59


def scheduler(
    *,
    host: Annotated[str, typer.Option(help="Address for /healthz, /readyz and /metrics.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port for them; 0 takes a free one.")] = PORT,
    at_once: Annotated[int, typer.Option(min=1, help="How many runs at most are under way.")] = 4,
    grace: Annotated[int, typer.Option(min=0, help="Seconds for runs to end in, after a SIGTERM.")] = GRACE_S,
    once: Annotated[
        bool, typer.Option("--once", help="Look once, run what is due, record what was missed, and end.")
    ] = False,
) -> None:
    """Run every feed when the timetable says so, catch up on what was missed, and try again what failed.

    The ledger alone says what is to be done: schedulers may run beside each other and beside CronJobs, and each slot is
    filled once. On SIGTERM runs under way end or are cancelled.
    """
    from pipelines.slot_book import SlotBook  # noqa: PLC0415 - brings the driver
    from schedules import timetable  # noqa: PLC0415
    from schedules.children import Children  # noqa: PLC0415
    from schedules.look import Lookout  # noqa: PLC0415
    from schedules.service import Scheduler  # noqa: PLC0415

    settings = doors.open_settings()
    book = SlotBook(doors.open_tools(settings, settings.world))
    book.register(timetable.rows())
    children = Children(book, now)
    lookout = Lookout(timetable.TIMETABLE, book, _calendars(settings))
    service = Scheduler(lookout, book, children.fire, now, at_once=at_once)
    with _stopped_by_signals(service.stop):
        if once:
            service.begin_once()
        else:
            _serve(service, host, port, settings)
        _finish(service, children, grace, once=once)
        if once and not service.is_stopping:
            _compute(settings)


def _serve(service: Scheduler, host: str, port: int, settings: Settings) -> None:
    from schedules.alarms import ringing  # noqa: PLC0415 - APScheduler
    from schedules.health import serving  # noqa: PLC0415
    from schedules.timetable import TIMETABLE  # noqa: PLC0415

    try:
        with (
            serving(host, port, service.alive, service.ready, lambda: metrics(settings)) as address,
            ringing(
                TIMETABLE, service.ring, {"alerts": lambda: _tell(settings), "screener": lambda: _compute(settings)}
            ),
        ):
            say(f"the scheduler runs {len(TIMETABLE)} feeds; {address}/readyz says how it is")
            service.run()
    except OSError as error:
        raise RequestWrong(
            f"can't listen on {host}:{port}: {error.strerror}", advice="--port 0 takes a free one"
        ) from error


def _tell(settings: Settings) -> None:
    """Tell of what is wrong; what goes wrong with that is in the log, and is tried again."""
    try:
        tell(settings)
    except MunimError as error:
        import structlog  # noqa: PLC0415

        structlog.get_logger().warning("nobody could be told", why=str(error))


def _compute(settings: Settings) -> None:
    """Compute what the screener lacks; what goes wrong with that is in the log, and is tried again."""
    import structlog  # noqa: PLC0415

    from pipelines.screener_due import compute_what_waits  # noqa: PLC0415 - brings the driver

    try:
        done = compute_what_waits(doors.open_tools(settings, settings.world))
    except MunimError as error:
        structlog.get_logger().warning("the screener could not be computed", why=str(error))
    else:
        if done:
            structlog.get_logger().info("the screener's sessions are computed", **done)


def _finish(service: Scheduler, children: Children, grace: int, *, once: bool) -> None:
    """Let what is under way end, then cancel it, then end it: within the time of grace, unless it is to be done."""
    finishing = Thread(target=service.finish, name="finish")
    finishing.start()
    while once and finishing.is_alive() and not service.is_stopping:
        finishing.join(1)
    finishing.join(grace * FINISHING_SHARE)
    if finishing.is_alive():
        children.cancel()
        finishing.join(grace * CANCELLING_SHARE)
    if finishing.is_alive():
        children.kill()
        finishing.join()


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at a SIGTERM or an interrupt, in place of ending wherever the program is."""
    kept = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def _calendars(settings: Settings) -> Callable[[str], ContentDay]:
    """Return what tells the days with content, by calendar; a list of holidays that comes is known a minute later."""
    loaded: dict[str, tuple[datetime, ContentDay]] = {}

    def content_days(calendar: str) -> ContentDay:
        if calendar not in loaded or (now() - loaded[calendar][0]).total_seconds() > RELOADED_AFTER_S:
            loaded[calendar] = (now(), doors.content_days(settings, settings.world, calendar))
        return loaded[calendar][1]

    return content_days
