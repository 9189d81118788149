"""How a command ends: every kind of error as a message and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from munim.core.errors import FAULT, MunimError

if TYPE_CHECKING:
    from types import FrameType

OBJECTS_BEFORE_GARBAGE = 50_000

INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


def main() -> NoReturn:
    """Run the command line and end the process; the README lists the exit codes.

    A SIGTERM raises SystemExit where the program is, so that a run under way is written as cancelled.
    """
    ended = _Ended()
    # Registered first, done last: after whatever else is to be done at exit.
    atexit.register(ended.leave)
    # What is imported stays to the end: looking through it again and again for garbage is a tenth of the start.
    gc.set_threshold(OBJECTS_BEFORE_GARBAGE, 50, 100)
    try:
        _run()
    except SystemExit as ending:
        ended.code = ending.code
        raise


class _Ended:
    """The exit code that the process ends with, once it is known."""

    code: object = None

    def leave(self) -> None:
        """End the process at once: to take its modules apart costs 0.1 s with pandas, and nobody needs it."""
        if not isinstance(self.code, int):
            return
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            # Python's own end says so, with an exit code of its own.
            return
        os._exit(self.code)


def _run() -> NoReturn:
    from munim.cli import logs  # noqa: PLC0415 - the entry point is imported to be called
    from munim.cli.app import build_for  # noqa: PLC0415

    signal.signal(signal.SIGTERM, _terminate)
    try:
        build_for(sys.argv[1:])(prog_name="munim")
    except MunimError as error:
        logs.tell(error)
        sys.exit(int(error.exit_code))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the outermost door: logged with its traceback, and an exit code
        logs.tell_fault(error)
        sys.exit(FAULT)
    sys.exit(0)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(TERMINATED)
