"""When a question is asked, and what is to count as known for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from munim.core.clock import Clock, ist_date, now
from munim.core.errors import RequestWrong
from munim.readers.keyed_as_of import Known

LONGEST_YEARS = 40
"""How many years a range of days may span: no source of ours reaches so far back."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`now` is when it is asked; `asked` the time of knowledge that was given, None where none was."""

    now: datetime
    asked: datetime | None

    @property
    def known_at(self) -> datetime:
        """The time of knowledge that the answer is of."""
        return self.asked or self.now

    @property
    def known(self) -> Known:
        """What counts as known. Without a time given: all that stands, which needs no revisions."""
        return Known(self.asked)

    @property
    def today(self) -> date:
        """The day in India at the time of knowledge: of no later day can anything be known."""
        return ist_date(self.known_at)

    def check_day(self, day: date | None, name: str) -> None:
        """Raise `RequestWrong` for a day that was yet to come."""
        if day is not None and day > self.today:
            when = "is yet to come" if self.asked is None else f"was yet to come at {self.asked.isoformat()}"
            raise RequestWrong(f"{name} {day} {when}: nothing can be known of it", advice=f"ask up to {self.today}")

    def check_range(self, first: date | None, last: date | None) -> None:
        """Raise `RequestWrong` for more days than anything here has: they were meant otherwise."""
        end = last or self.today
        if first is not None and end.year - first.year > LONGEST_YEARS:
            raise RequestWrong(
                f"from {first} to {end} is too long a range: the longest is {LONGEST_YEARS} years",
                advice=f"ask from {end.year - LONGEST_YEARS}-12-31 on; what is more than a page goes on with `next`",
            )


def moment(known_at: datetime | None = None, clock: Clock | None = None) -> Moment:
    """Return the moment of a question. Raises `RequestWrong` for a time of knowledge that is yet to come."""
    present = (clock or now)()
    if known_at is not None and known_at > present:
        raise RequestWrong(
            f"known_at {known_at.isoformat()} is yet to come",
            advice=f"ask up to {present.isoformat()}, or leave it out",
        )
    return Moment(present, known_at)
