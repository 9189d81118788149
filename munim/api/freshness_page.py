"""How fresh each feed is, as a page for people and as a record; neither says why a fetch failed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from munim.core.clock import IST
from munim.readers.answer import plain
from munim.readers.freshness import freshness_at

if TYPE_CHECKING:
    from datetime import datetime

    from munim.api.desk import Desk
    from munim.readers.freshness import Freshness

COLUMNS = ("dataset", "feed", "status", "newest_content", "due_content", "last_success")

HEADINGS = ("data set", "feed", "status", "newest", "due", "last success (IST)")

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>munim: freshness</title>
<style>body{{font:14px/1.5 sans-serif;margin:2rem}}table{{border-collapse:collapse}}
td,th{{padding:.2rem .8rem;border-bottom:1px solid #ccc;text-align:left}}
.late,.stale,.empty{{font-weight:bold;color:#a00}}</style></head>
<body><h1>munim: freshness</h1><p>{at} IST</p>
<table><tr>{headings}</tr>
{rows}
</table></body></html>
"""


def freshness_record(desk: Desk) -> dict[str, object]:
    """Return how fresh each feed is, with when that was asked."""
    at = desk.clock()
    found = desk.look(lambda connection: freshness_at(connection, at))
    rows = [{name: plain(getattr(one, name)) for name in COLUMNS} for one in found]
    return {"at": plain(at), "feeds": rows}


def freshness_page(desk: Desk) -> str:
    """Return the page; every cell is escaped."""
    at = desk.clock()
    found = desk.look(lambda connection: freshness_at(connection, at))
    headings = "".join(f"<th>{escape(name)}</th>" for name in HEADINGS)
    return _PAGE.format(at=_time(at), headings=headings, rows="\n".join(_row(one) for one in found))


def _row(one: Freshness) -> str:
    last = "" if one.last_success is None else _time(one.last_success)
    cells = [one.dataset, one.feed, one.status, one.newest_content, one.due_content, last]
    written = "".join(f"<td>{escape('' if cell is None else str(cell))}</td>" for cell in cells)
    return f'<tr class="{escape(one.status)}">{written}</tr>'


def _time(at: datetime) -> str:
    return f"{at.astimezone(IST):%Y-%m-%d %H:%M}"
