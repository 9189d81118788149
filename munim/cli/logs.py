"""Logs go to stderr: lines for a person who watches, JSON for what collects them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from munim.core.errors import RequestWrong
from munim.core.imports import without

if TYPE_CHECKING:
    from munim.core.errors import MunimError

FORMATS = ("auto", "json", "console")


def configure(log_format: str) -> None:
    """Set the logs up: `json`, `console`, or `auto`, which is console on a terminal and JSON elsewhere."""
    if log_format not in FORMATS:
        raise RequestWrong(f"bad settings: MUNIM_LOG_FORMAT is none of {', '.join(FORMATS)}")
    with without("rich"):
        import structlog  # noqa: PLC0415 - 50 ms

    as_lines = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    last: Any = (
        # Plain tracebacks: rich's would show local variables, and a variable may hold a password.
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback, colors=sys.stderr.isatty())
        if as_lines
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if as_lines else [structlog.processors.format_exc_info]),
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def watched() -> bool:
    """Tell whether a person watches: progress is drawn on a terminal, unless its logs were asked for as JSON."""
    import structlog  # noqa: PLC0415

    as_json = isinstance(structlog.get_config()["processors"][-1], structlog.processors.JSONRenderer)
    return sys.stderr.isatty() and not as_json


def tell(error: MunimError) -> None:
    """Say on stderr what went wrong: the message, and nothing of how the program is made."""
    # On one line: what a database says may have several.
    sys.stderr.write(f"munim: {' '.join(str(error).split())}\n")


def tell_fault(error: BaseException) -> None:
    """Log an error that nobody foresaw, with its traceback."""
    import structlog  # noqa: PLC0415

    if not structlog.is_configured():
        configure("auto")
    structlog.get_logger().error("a fault of munim's own; please report it", exc_info=error)


def _json(event: object, **more: object) -> str:
    return json.dumps(event, ensure_ascii=False, default=more.get("default", str))  # type: ignore[arg-type]
