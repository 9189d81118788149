"""A public issue for a person: its life, every change, and its bids as a picture."""

from __future__ import annotations

import shutil
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import plotille

from munim.cli.drawing import HEIGHT, MARGIN
from munim.cli.output import as_record, as_text, say, show_record, show_table
from munim.core.clock import IST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from munim.readers.ipo_records import Bids, Issue, Listing, Premium, SourceId

UNSHOWN: Final = frozenset({"known_from", "recorded_at", "feed", "url", "sha256", "first_seen_at", "ipo_id"})
"""Fields that are not part of what an issue is."""

TOTAL: Final = "TOTAL"
COLOURS: Final = ("green", "yellow", "cyan", "magenta", "blue", "red", "white")
LAST_PREMIUMS: Final = 5
WHOLE_FROM: Final = 1000
ENDS: Final = frozenset({"listed", "withdrawn", "vanished"})


def show_issue(issue: Issue, life: Sequence[Issue], sources: Sequence[SourceId], listing: Listing | None) -> None:
    """Print an issue's terms, its line of life, every change of it, and the sources' ids."""
    title = f"{issue.symbol or ''} {issue.company or ''}".strip()
    fields = {name: value for name, value in as_record(issue).items() if name not in UNSHOWN}
    show_record(title, {"issue": str(issue.ipo_id), **fields})
    say(life_line(life) + "\n")
    rows = [(known_from, name, old, new, feed) for known_from, name, old, new, feed in changes(life)]
    show_table("life", ["known from (IST)", "what", "was", "is", "feed"], rows)
    if listing is not None:
        show_record("listing", {name: value for name, value in as_record(listing).items() if name != "ipo_id"})
    of_sources = [(one.source_id, one.company, one.joined_by, one.score, one.joined_to) for one in sources]
    show_table("sources", ["id", "company", "joined by", "score", "joined to"], of_sources)


def life_line(life: Sequence[Issue]) -> str:
    """Return where an issue was, and from when on it was known to be there: `announced 09-20 ──▶ open 09-25 ──▶`."""
    moves = [(one.status, one.known_from) for place, one in enumerate(life)
             if place == 0 or one.status != life[place - 1].status]  # fmt: skip
    steps = [f"{status or 'taken back'} {at.astimezone(IST):%Y-%m-%d}" for status, at in moves]
    goes_on = bool(moves) and moves[-1][0] not in ENDS
    return " ──▶ ".join(steps) + (" ──▶" if goes_on else " ──■")


def changes(life: Sequence[Issue]) -> Iterator[tuple[datetime, str, object, object, str]]:
    """Yield what changed in an issue's life: when it was known, what, what it was and is, and the feed that told it."""
    for place, issue in enumerate(life[:1]):
        yield issue.known_from, "first seen", None, issue.status, issue.feed if place == 0 else ""
    for before, after in pairwise(life):
        old, new = as_record(before), as_record(after)
        for name in new:
            if name not in UNSHOWN and old[name] != new[name]:
                yield after.known_from, name, old[name], new[name], after.feed


def show_bids(bids: Sequence[Bids], premiums: Sequence[Premium]) -> None:
    """Print the newest bids of each book, and the newest premiums, marked as what they are."""
    for book in dict.fromkeys(one.book for one in bids):
        of_book = [one for one in bids if one.book == book]
        newest = max(one.as_of for one in of_book)
        rows = [
            (one.sr_no, one.category, one.shares_offered, one.shares_bid, _times(one), one.applications)
            for one in of_book if one.as_of == newest
        ]  # fmt: skip
        times = len({one.as_of for one in of_book})
        title = f"bids, book {book}, as of {as_text(newest)} (IST), the newest of {times}"
        show_table(title, ["no.", "category", "offered", "bid", "times", "applications"], rows)
    if premiums:
        of_market = [
            (one.as_of, one.source, one.gmp_inr, one.price, one.estimated_gain_pct) for one in premiums[-LAST_PREMIUMS:]
        ]
        show_table("UNOFFICIAL grey-market premium", ["as of (IST)", "site", "GMP ₹", "price ₹", "gain %"], of_market)


def draw_bids(issue: Issue, bids: Sequence[Bids]) -> str:
    """Return a drawing of how often each main category was subscribed over time, as wide as the terminal.

    Where a source doesn't say how often, it is shares bid for.
    """
    title = f"{issue.symbol or ''} {issue.company or ''}".strip()
    book, lines, unit = _lines(issue, bids)
    if not lines:
        return f"{title}: no bids are known"
    if all(len(points) == 1 for points in lines.values()):
        return f"{title}: bids of one time are no line; without --plot they are a table"
    figure = plotille.Figure()
    figure.width = max(20, shutil.get_terminal_size().columns - MARGIN)
    figure.height = HEIGHT
    figure.x_label, figure.y_label = "IST", unit
    figure.set_y_limits(min_=0)
    figure.register_label_formatter(datetime, _hour)
    figure.register_label_formatter(float, _number)
    figure.color_mode = "names"
    for place, (name, points) in enumerate(lines.items()):
        times = [at.astimezone(IST).replace(tzinfo=None) for at, _ in points]
        values = [float(value) for _, value in points]
        colour = COLOURS[place % len(COLOURS)]
        figure.plot(times, values, lc=colour, label=f"{name[0]}  {name}: {values[-1]:,.2f}", marker=name[0])
    return f"{title}, bids by category, book {book}\n{figure.show(legend=True)}"


def _lines(issue: Issue, bids: Sequence[Bids]) -> tuple[str, dict[str, list[tuple[datetime, Decimal]]], str]:
    """Return the book to draw, its main categories' points over time, and their unit.

    The combined book of an SME issue leaves the individuals out.
    """
    books = {one.book for one in bids}
    preferred = ("nse", "combined") if issue.platform == "sme" else ("combined", "nse")
    book = next((name for name in preferred if name in books), "")
    main = [one for one in bids if one.book == book and (one.sr_no.isdigit() or one.sr_no == TOTAL)]
    by_times = any(_times(one) is not None for one in main)
    lines: dict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for one in sorted(main, key=lambda one: (one.sr_no == TOTAL, one.sr_no, one.as_of)):
        value = _times(one) if by_times else None if one.shares_bid is None else Decimal(one.shares_bid)
        if value is not None:
            name = TOTAL if one.sr_no == TOTAL else f"{one.sr_no} {one.category or ''}".strip()
            lines[name].append((one.as_of, value))
    return book, lines, "times" if by_times else "shares"


def _times(bids: Bids) -> Decimal | None:
    """Return how often a category is subscribed: as published, else from what is offered and bid for."""
    if bids.times is not None:
        return bids.times.quantize(Decimal("0.01"))
    if not bids.shares_offered or bids.shares_bid is None:
        return None
    return (Decimal(bids.shares_bid) / bids.shares_offered).quantize(Decimal("0.01"))


def _number(val: Any, chars: int, delta: Any, left: bool = False) -> str:  # noqa: ANN401, ARG001, FBT001, FBT002 - theirs
    text = f"{val:,.2f}" if val < WHOLE_FROM else f"{val:,.0f}"
    return text.ljust(chars) if left else text.rjust(chars)


def _hour(val: Any, chars: int, delta: Any, left: bool = False) -> str:  # noqa: ANN401, ARG001, FBT001, FBT002 - theirs
    text = f"{val:%m-%d %H:%M}"
    return text.ljust(chars) if left else text.rjust(chars)
