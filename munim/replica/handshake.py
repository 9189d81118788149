"""NSE's handshake: a page sets cookies, and the API answers 401 to whoever comes without them or with old ones."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from munim.replica.answers import Request
from munim.replica.draws import Draws

SESSION_COOKIE: Final = "nsit"
PAGE_COOKIE: Final = "nseappid"
"""The API wants both; the rest of the real ones (`_abck`, `bm_sz` and others) watch for browsers."""


@dataclass(frozen=True)
class CookieLife:
    """How long a pair of cookies is good: so many uses, and so many seconds of the replica's time."""

    uses: int = 40
    seconds: int = 300


class Handshake:
    """The cookies that were given out, and what is left of each; threads may share it."""

    def __init__(self, draws: Draws, life: CookieLife | None = None) -> None:
        """Start with none."""
        self._draws = draws
        self._life = life or CookieLife()
        self._lock = threading.Lock()
        self._left: dict[tuple[str, str], tuple[int, datetime]] = {}
        self._given = 0

    def set_cookies(self, at: datetime) -> tuple[str, ...]:
        """Return Set-Cookie headers with a new pair, good from now on."""
        with self._lock:
            self._given += 1
            values = tuple(self._value(name, self._given) for name in (SESSION_COOKIE, PAGE_COOKIE))
            session, page = values
            self._left[session, page] = (self._life.uses, at + timedelta(seconds=self._life.seconds))
        # No Domain, which the real ones have: a client drops a cookie of another host than the one it asked.
        return (
            f"{SESSION_COOKIE}={session}; Path=/; HttpOnly",
            f"{PAGE_COOKIE}={page}; Path=/; Max-Age={self._life.seconds}; HttpOnly",
        )

    def take_use(self, request: Request) -> bool:
        """Return whether a request's cookies are good, and count one use of them."""
        cookies = dict(request.cookies)
        pair = (cookies.get(SESSION_COOKIE, ""), cookies.get(PAGE_COOKIE, ""))
        with self._lock:
            uses, until = self._left.get(pair, (0, request.at))
            if uses < 1 or request.at >= until:
                return False
            self._left[pair] = (uses - 1, until)
            return True

    def _value(self, name: str, number: int) -> str:
        return f"{int(self._draws.unit(name, number) * 2**52):013x}{number:04x}"
