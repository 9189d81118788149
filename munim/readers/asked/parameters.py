"""What may be asked of funds: schemes, NAVs and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from munim.readers.question import Asked

KnownAt = Annotated[
    AwareDatetime | None,
    Field(description="Answer as it was known here at this instant (with its time zone); default: now. Nothing that "
                      "came later is shown."),
]  # fmt: skip
Cursor = Annotated[
    str | None, Field(max_length=200, description="`next` of the answer before, for the rows that follow; else none.")
]
FromDate = Annotated[date | None, Field(description="First day, YYYY-MM-DD, included.")]
ToDate = Annotated[date | None, Field(description="Last day, YYYY-MM-DD, included; default: today.")]
Scheme = Annotated[
    str,
    Field(min_length=1, max_length=100, description="AMFI's code of a mutual-fund scheme, or an ISIN of it; for a name "
                                                    "ask find_scheme first."),
]  # fmt: skip


class FindScheme(Asked):
    """Which scheme is meant by a code, an ISIN or words of a name."""

    query: Annotated[
        str,
        Field(min_length=2, max_length=200, description="AMFI's code, an ISIN (today's or a former one), a name "
                                                        "(today's or a former one), or loose words of it."),
    ]  # fmt: skip
    limit: Annotated[int, Field(ge=1, le=50, description="How many candidates at most.")] = 10


class Nav(Asked):
    """A scheme's NAV on a day, or its NAVs from a day to a day."""

    scheme: Scheme
    on: Annotated[date | None, Field(description="The day; where it has no NAV, the last one before, and a note.")] = (
        None
    )
    from_date: FromDate = None
    to_date: ToDate = None
    known_at: KnownAt = None
    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many NAVs a page has at most.")] = 30

    @model_validator(mode="after")
    def _one_way(self) -> Nav:
        if self.on is not None and (self.from_date or self.to_date or self.cursor):
            message = "`on` asks for one day: leave from_date, to_date and cursor out, or leave `on` out"
            raise ValueError(message)
        check_order(self.from_date, self.to_date)
        return self


class NavPerformance(Asked):
    """What a scheme's NAV did between two days."""

    scheme: Scheme
    from_date: Annotated[date, Field(description="First day, YYYY-MM-DD; the NAV of it or the last one before counts.")]
    to_date: ToDate = None
    known_at: KnownAt = None

    @model_validator(mode="after")
    def _in_order(self) -> NavPerformance:
        check_order(self.from_date, self.to_date)
        return self


class NavLatest(Asked):
    """The newest NAVs of a category or a fund house, or the schemes whose due NAV is missing."""

    category: Annotated[
        str | None, Field(max_length=200, description="Words of the category or asset class (large cap, gold etf).")
    ] = None
    amc: Annotated[str | None, Field(max_length=200, description="Words of the fund house's name.")] = None
    missing_due: Annotated[
        bool, Field(description="True: schemes whose NAV of the due day is not there, though theirs is due by now.")
    ] = False
    known_at: KnownAt = None
    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many schemes a page has at most.")] = 30

    @property
    def is_of_a_time(self) -> bool:
        """What is missing is judged of the present alone."""
        return not self.missing_due

    @model_validator(mode="after")
    def _something(self) -> NavLatest:
        if self.missing_due and self.known_at is not None:
            message = "missing_due tells of the present: leave known_at out"
            raise ValueError(message)
        if not (self.category or self.amc or self.missing_due):
            message = "say which: category, amc, or missing_due=true"
            raise ValueError(message)
        return self


def check_order(first: date | None, last: date | None) -> None:
    """Raise ValueError where the last day is before the first."""
    if first is not None and last is not None and last < first:
        message = f"to_date {last} is before from_date {first}: change the two"
        raise ValueError(message)
