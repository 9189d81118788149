"""What may be asked of the market: flows, issues, securities, sessions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from munim.readers.asked.parameters import Cursor, FromDate, KnownAt, ToDate, check_order
from munim.readers.question import Asked

Exchange = Annotated[Literal["NSE", "BSE"], Field(description="NSE or BSE.")]


class Flows(Asked):
    """What institutions bought and sold."""

    view: Annotated[
        Literal["by_day", "sum", "provisional_vs_final", "fpi", "participant_oi"],
        Field(description="by_day: FII/FPI and DII of each session; sum: their net over the last `sessions`; "
                          "provisional_vs_final: the exchanges' FII/FPI net beside NSDL's; fpi: NSDL's reports; "
                          "participant_oi: open positions in NSE's derivatives by kind of participant."),
    ] = "by_day"  # fmt: skip
    from_date: FromDate = None
    to_date: ToDate = None
    sessions: Annotated[
        int | None, Field(ge=1, le=250, description="Over how many sessions, up to to_date; only with view=sum.")
    ] = None
    known_at: KnownAt = None
    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many rows a page has at most.")] = 30

    @model_validator(mode="after")
    def _fits(self) -> Flows:
        if (self.view == "sum") != (self.sessions is not None):
            message = "view=sum and sessions go together"
            raise ValueError(message)
        if self.view == "sum" and self.from_date is not None:
            message = "a sum over so many sessions has no from_date: give to_date, or neither"
            raise ValueError(message)
        check_order(self.from_date, self.to_date)
        return self


class Ipos(Asked):
    """Public issues: a list by status, or one issue."""

    view: Annotated[
        Literal["list", "life", "subscription", "listing"],
        Field(description="list: issues of a status; of the issue `key`: life: its states as they were known; "
                          "subscription: its bids by category; listing: what came of it."),
    ] = "list"  # fmt: skip
    status: Annotated[
        Literal["announced", "open", "closed", "listed", "withdrawn", "vanished"] | None,
        Field(
            description="announced (upcoming), open, closed, listed, withdrawn, or vanished: its sources show it no "
            "more; default: any. Only with view=list."
        ),
    ] = None
    key: Annotated[
        str | None,
        Field(max_length=100, description="Symbol, ISIN, number or words of the company's name. Not with view=list."),
    ] = None
    known_at: KnownAt = None
    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many rows a page has at most.")] = 30

    @model_validator(mode="after")
    def _fits(self) -> Ipos:
        if (self.view == "list") != (self.key is None):
            message = "view=list takes a status, the other views take a key"
            raise ValueError(message)
        if self.view != "list" and self.status is not None:
            message = "a status goes with view=list"
            raise ValueError(message)
        return self


class Equity(Asked):
    """A security's end-of-day rows."""

    symbol: Annotated[
        str, Field(min_length=1, max_length=40, description="Symbol, BSE scrip code or ISIN, today's or a former one.")
    ]
    exchange: Annotated[
        Literal["NSE", "BSE"] | None, Field(description="NSE or BSE; default: NSE where it is there.")
    ] = None
    from_date: FromDate = None
    to_date: ToDate = None
    adjusted: Annotated[
        bool,
        Field(description="True: prices as if every split, consolidation and bonus had always been; dividends are "
                          "left in. False: as traded."),
    ] = False  # fmt: skip
    known_at: KnownAt = None
    cursor: Cursor = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many rows a page has at most.")] = 30

    @model_validator(mode="after")
    def _in_order(self) -> Equity:
        check_order(self.from_date, self.to_date)
        return self


class Screen(Asked):
    """Which securities meet a condition in a session."""

    screen: Annotated[
        str,
        Field(min_length=1, max_length=1000, description="Name of a screen (momentum), or a condition on the "
                                                         "screener's columns (pct_from_52w_high > -2)."),
    ]  # fmt: skip
    exchange: Exchange = "NSE"
    on: Annotated[date | None, Field(description="Session, or the last one before; default: the newest.")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many, those with the most value traded.")] = 30


class Session(Asked):
    """Whether a day was a session."""

    on: Annotated[date, Field(description="The day, YYYY-MM-DD.")]
    exchange: Exchange = "NSE"
    known_at: KnownAt = None


class Freshness(Asked):
    """How fresh the data sets are."""

    dataset: Annotated[
        str | None, Field(max_length=40, description="Data set (nav, flows, ipo, equity, …); default: all.")
    ] = None


class SourceOf(Asked):
    """Which file stands behind a figure, and what it was before."""

    dataset: Annotated[
        Literal["nav", "fii_dii", "fpi_flow", "participant_oi", "equity", "ipo"],
        Field(description="Which figure: nav, fii_dii, fpi_flow, participant_oi, equity or ipo."),
    ]
    key: Annotated[
        str,
        Field(min_length=1, max_length=100, description="nav: scheme code or ISIN; fii_dii: fii_fpi or dii; fpi_flow: "
                                                        "asset class; participant_oi: kind of client; equity: symbol; "
                                                        "ipo: symbol, number or name."),
    ]  # fmt: skip
    on: Annotated[date | None, Field(description="Day that the figure is of; an issue has none.")] = None
    exchange: Annotated[Literal["NSE", "BSE"] | None, Field(description="Of an equity: NSE or BSE.")] = None
    known_at: KnownAt = None

    @model_validator(mode="after")
    def _dated(self) -> SourceOf:
        if (self.dataset == "ipo") != (self.on is None):
            message = "say the day in `on`; an issue has none"
            raise ValueError(message)
        return self


class Changes(Asked):
    """What changed since a cursor."""

    dataset: Annotated[str, Field(min_length=1, max_length=40, description="Data set (nav, flows, ipo, equity, …).")]
    cursor: Annotated[
        str | None, Field(max_length=200, description="`next` of the answer before; default: from the beginning.")
    ] = None
    known_at: KnownAt = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many changes a page has at most.")] = 30

    @property
    def keeps_its_moment(self) -> bool:
        """What follows is what came since, too: changes are only ever added at the end."""
        return False
