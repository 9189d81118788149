"""Progress on stderr: a line that moves for a person who watches, log lines otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from munim.cli import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINES = 20
"""A bar's worth of work tells at most so many log lines."""


@contextmanager
def steps(what: str) -> Iterator[Callable[[str], None]]:
    """Give what is to be told each step's name as it begins."""
    if logs.watched():
        from rich.console import Console  # noqa: PLC0415

        with Console(stderr=True).status(what) as status:
            yield lambda name: status.update(f"{what}: {name}")
    else:
        import structlog  # noqa: PLC0415

        log = structlog.get_logger()
        yield lambda name: log.info("step", of=what, step=name)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give what is to be told how many are done, and of how many."""
    if logs.watched():
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import Progress  # noqa: PLC0415

        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(what, total=None)
            yield lambda done, of: progress.update(task, completed=done, total=of)
    else:
        import structlog  # noqa: PLC0415

        log = structlog.get_logger()

        def tell(done: int, of: int) -> None:
            if done == of or done % max(1, of // LINES) == 0:
                log.info("progress", of=what, done=done, total=of)

        yield tell
