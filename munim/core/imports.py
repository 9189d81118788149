"""Importing a package without the extras that it takes along where they happen to be installed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


@contextmanager
def without(*extras: str) -> Iterator[None]:
    """Let packages that are imported in the block find these extras absent, unless they are imported already.

    httpx brings trio (selenium has it installed) and its command line, structlog brings rich: 0.3 s of each start for
    what munim never uses. Both do without where they are missing.
    """
    hidden = [name for name in extras if name not in sys.modules]
    absent: dict[str, ModuleType | None] = dict.fromkeys(hidden)
    sys.modules.update(absent)  # type: ignore[arg-type]  # None: the import fails as if it were not installed
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
