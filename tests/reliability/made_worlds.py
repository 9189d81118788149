"""Small made histories of AMFI, for hypothesis: files of a few schemes and days, and an order to load them in.

Every file passes the checks whatever is loaded before it, so that no verdict hangs on the order: sixty schemes are in
every complete file, always with the same day, so that row counts differ by less than a tenth and most rows are always
of one day. Nothing is forced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume
from hypothesis import strategies as st

from munim.core.payload import Payload
from tests.reliability.made_files import HISTORY_LAYOUTS, LATEST_LAYOUTS, Layout, Row, body, payload

CODES = ("100001", "100002", "SIF-7", "100004")
DAYS = (date(2026, 8, 11), date(2026, 8, 12), date(2026, 8, 13))
FAR_DAY = date(2026, 8, 28)
"""More than seven days after the first two instants, not after the others: the same row is refused, then kept."""

FIRST_FETCH = datetime(2026, 8, 19, 17, 0, tzinfo=UTC)
INSTANTS = tuple(FIRST_FETCH + timedelta(days=number) for number in range(5))
"""Few, so that two feeds, and two files of one feed, are fetched at the same moment."""

NAVS = ("1.5", "2.5", "3.12345678", "N.A.", "0", "-1")
AMCS = ("Made Mutual Fund", "Other Mutual Fund")
FILLERS = tuple(Row(str(900_001 + number), "10.0000", DAYS[1], name=f"Filler {number}") for number in range(60))


@dataclass(frozen=True)
class MadeFile:
    """A file and what is in it, so that what it says is known without reading it."""

    feed: str
    fetched_at: datetime
    layout: Layout
    drawn: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*FILLERS, *self.drawn) if self.feed == "amfi.latest" else self.drawn

    def payload(self) -> Payload:
        return payload(body(self.rows, self.layout), self.fetched_at, self.feed)


@dataclass(frozen=True)
class Load:
    """Load the file of this number; the same one may come twice."""

    number: int


@dataclass(frozen=True)
class Revert:
    """Take back one of the runs so far: that of this number, counted round."""

    number: int


@dataclass(frozen=True)
class Accept:
    """Accept all rows that are in quarantine."""


Action = Load | Revert | Accept


@dataclass(frozen=True)
class World:
    """Files, and what is done with them in which order."""

    files: tuple[MadeFile, ...]
    actions: tuple[Action, ...]


def _rows_of(code: str, days: list[date], *, is_latest: bool) -> st.SearchStrategy[Row]:
    navs = st.sampled_from(NAVS if is_latest else (*NAVS, "#DIV/0!"))
    return st.builds(
        Row,
        st.just(code),
        navs,
        st.sampled_from(days),
        name=st.sampled_from(["Made Fund - Direct Plan - Growth", "Made Fund - IDCW"]),
        plan=st.sampled_from(["", "Direct Plan"]),
        isin=st.sampled_from(["-", "INF209KA12Z1", "Redeemed"]),
        amc=st.sampled_from(AMCS),
    )


@st.composite
def _latest_file(draw: st.DrawFn) -> MadeFile:
    days = [*DAYS, FAR_DAY]
    rows = [draw(st.none() | _rows_of(code, days, is_latest=True)) for code in CODES]
    listed = tuple(row for row in rows if row is not None)
    layout = draw(st.sampled_from(LATEST_LAYOUTS))
    return MadeFile("amfi.latest", draw(st.sampled_from(INSTANTS)), layout, listed)


@st.composite
def _history_file(draw: st.DrawFn) -> MadeFile:
    keys = draw(st.lists(st.sampled_from([(code, day) for code in CODES for day in DAYS]), min_size=1, unique=True))
    rows = tuple(draw(_rows_of(code, [day], is_latest=False)) for code, day in keys)
    # A file of which no row can be read is refused as a whole.
    assume(any(not row.nav.startswith("-") for row in rows))
    layout = draw(st.sampled_from(HISTORY_LAYOUTS))
    return MadeFile("amfi.history", draw(st.sampled_from(INSTANTS)), layout, rows)


@st.composite
def _again(draw: st.DrawFn, files: list[MadeFile]) -> MadeFile:
    """The bytes of one file, fetched another time."""
    file = draw(st.sampled_from(files))
    return MadeFile(file.feed, draw(st.sampled_from(INSTANTS)), file.layout, file.drawn)


@st.composite
def worlds(draw: st.DrawFn, *, decisions: bool) -> World:
    files = draw(st.lists(_latest_file() | _latest_file() | _history_file(), min_size=2, max_size=5))
    files += [draw(_again(files)) for _ in range(draw(st.integers(0, 2)))]
    actions: list[Action] = [Load(number) for number in range(len(files))]
    actions += [Load(draw(st.sampled_from(range(len(files))))) for _ in range(draw(st.integers(0, 1)))]
    if decisions:
        actions += draw(st.lists(st.builds(Revert, st.integers(0, 7)) | st.just(Accept()), min_size=1, max_size=3))
    return World(tuple(files), tuple(draw(st.permutations(actions))))
