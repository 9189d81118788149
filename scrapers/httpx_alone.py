"""httpx without what it takes along where that is installed: its command line, trio, rich. 0.1 s of each start.

Whoever imports httpx first decides for all: modules of this room take it from here.
"""

from __future__ import annotations

from munim.core.imports import without

with without("trio", "anyio", "click", "rich", "pygments", "structlog"):
    import httpcore  # noqa: F401 - else httpx imports it later, with all extras
    import httpx
    import stamina

__all__ = ["httpx", "stamina"]
