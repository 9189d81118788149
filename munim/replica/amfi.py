"""AMFI's routes, behind a prefix that is the host: the latest file with its redirect, and the history report."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from munim.replica.answers import HTML, Answer, Redirect, Request, Route
from munim.replica.pages import NO_DATA

if TYPE_CHECKING:
    from munim.replica.universe import Universe

LATEST: Final = "/portal.amfiindia.com/spages/NAVAll.txt"
HISTORY: Final = "/portal.amfiindia.com/DownloadNAVHistoryReport_Po.aspx"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def amfi_routes(universe: Universe) -> dict[str, Route]:
    """Return AMFI's paths with what answers them."""
    return {
        # AMFI's address of old, which scrapers start from.
        "/www.amfiindia.com/spages/NAVAll.txt": Redirect(LATEST),
        LATEST: lambda request: Answer(200, universe.latest_file(request.at)),
        HISTORY: lambda request: _history(universe, request),
    }


def _history(universe: Universe, request: Request) -> Answer:
    """Answer like the site: whatever it can't make sense of is a window without data."""
    from munim.replica.history import Filter  # noqa: PLC0415  -- numpy is loaded where a file is asked for

    first, last = (_read_date(request.asked(name)) for name in ("frmdt", "todt"))
    if first is None or last is None or first > last:
        return Answer(200, NO_DATA, HTML)
    only = Filter(_read_number(request.asked("tp")), _read_number(request.asked("mf")))
    body = universe.history_file(first, last, request.at, only=only)
    return Answer(200, body, HTML) if body == NO_DATA else Answer(200, body)


def _read_date(text: str) -> date | None:
    """Return the date of `01-Jun-2026`; None where it is none."""
    day, _, rest = text.partition("-")
    month, _, year = rest.partition("-")
    try:
        return date(int(year), _MONTHS.index(month.lower()) + 1, int(day))
    except ValueError:
        return None


def _read_number(text: str) -> int | None:
    """Return the filter's number; AMFI takes 0, -1 and blank as all."""
    return int(text) if text.isdigit() and int(text) > 0 else None
