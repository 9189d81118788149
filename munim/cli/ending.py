"""How a command ends: every kind of error as a message and an exit code."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from munim.core.errors import FAULT, MunimError

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


def main() -> NoReturn:
    """Run the command line and end the process; the README lists the exit codes.

    A SIGTERM raises SystemExit where the program is, so that a run under way is written as cancelled.
    """
    from munim.cli import logs  # noqa: PLC0415 - the entry point is imported to be called
    from munim.cli.app import app  # noqa: PLC0415

    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(prog_name="munim")
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
