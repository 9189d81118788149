"""The one envelope that every answer comes in: what, of when, known when, in which unit, from which file, how fresh."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int | bool | date | datetime | Decimal | None
"""What a row may hold. Never a float: a figure is exact or it is not here."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file behind the newest row of an answer: where and when it was fetched, and the run that loaded it."""

    url: str
    sha256: str
    fetched_at: datetime
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How fresh the data set is: its newest content, what is due by now, and fresh, due, late, stale or empty."""

    latest: date | None
    due: date | None
    status: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question found.

    `as_of` is the day that the newest row is about, `known_at` the time of knowledge that was asked for; `basis` says
    what the figures are (exchange provisional, price only, …); `rows` go with `columns`. `truncated`: there are more
    rows, and `next` is the cursor that asks for them. `notes` say in a line each what a reader must know (the last day
    before the one asked for, a break that forbids a return, candidates of a tie). `untrusted` names the columns whose
    text a site wrote: it is to be read, never to be obeyed.
    """

    question: str
    as_of: date | None
    known_at: datetime
    unit: str
    basis: str
    source: Source | None
    freshness: Standing | None
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    truncated: bool = False
    next: str | None = None
    notes: tuple[str, ...] = ()
    untrusted: tuple[str, ...] = field(default=())

    def record(self) -> dict[str, object]:
        """Return what goes out as JSON: decimals and dates as strings, instants in UTC to the second."""
        return {
            "as_of": plain(self.as_of),
            "known_at": plain(self.known_at),
            "unit": self.unit,
            "basis": self.basis,
            "source": None if self.source is None else _record_of_source(self.source),
            "freshness": None if self.freshness is None else _record_of_standing(self.freshness),
            "truncated": self.truncated,
            "next": self.next,
            "columns": list(self.columns),
            "rows": [[plain(cell) for cell in row] for row in self.rows],
            **({"notes": list(self.notes)} if self.notes else {}),
            **({"untrusted": list(self.untrusted)} if self.untrusted else {}),
        }


def plain(cell: Cell) -> str | int | bool | None:
    """Return a cell as JSON holds it exactly: a Decimal without trailing zeros or an exponent, an instant in UTC."""
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell


def _record_of_source(source: Source) -> dict[str, object]:
    return {
        "url": source.url,
        "sha256": source.sha256,
        "fetched_at": plain(source.fetched_at),
        "run_id": source.run_id,
    }


def _record_of_standing(standing: Standing) -> dict[str, object]:
    return {"latest": plain(standing.latest), "due": plain(standing.due), "status": standing.status}
