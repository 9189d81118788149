"""AMFI's NAV files as tables of strings: all layouts, each row with the headings that it stands under."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from munim.core.errors import ContentRefused
from scrapers.amfi_header import SEPARATOR, read_header
from scrapers.raw import RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from munim.core.payload import Payload

TEXT_COLUMNS = (
    "scheme_code",
    "name",
    "plan",
    "option",
    "isin_payout_or_growth",
    "isin_reinvestment",
    "nav",
    "nav_date",
    "amc",
    "category_heading",
)
BY_ROW = ("scheme_code", "nav", "nav_date")
"""Those that differ from row to row of a scheme's."""

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
"""pandas 3's own `str`: Arrow strings, NaN where a layout has no such column."""

CATEGORY = re.compile(r"(\w[\w /-]*Schemes?)\s*\((.*)\)", re.IGNORECASE)
"""`Open Ended Schemes(Debt Scheme - Liquid Fund)`, `Interval Fund Schemes ( Income )`, and structures yet unknown.

Greedy to the last parenthesis, for headings have some inside: `(Exchange Traded Funds (ETFs) - Gold ETF)`.
`IL&FS Mutual Fund (IDF)` is no category: nothing there says Schemes.
"""

BLOCK_BYTES = 1024 * 1024
MANY_BYTES = 8 * 1024 * 1024

Positions = np.ndarray[tuple[int], np.dtype[np.int64]]
Octets = np.ndarray[tuple[int], np.dtype[np.uint8]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


def parse(payload: Payload) -> RawTable:
    """Return the rows of a body that `check_body` has passed, as the source wrote them, stripped of white space.

    `frame`: line_no (int64) and scheme_code, name, plan, option, isin_payout_or_growth, isin_reinvestment, nav,
    nav_date, amc, category_heading (pandas `str`; NaN where the layout has no such column, or before any heading).
    Of a long body, which is a window of history scheme by scheme, `frame` has line_no, scheme_code, nav and nav_date
    alone, and `last_rows` all columns of the last row of each run of one scheme's.
    `rejects`: lines that have the separator and another number of fields than the header (reason "field_count").
    Repurchase and sale prices are known and left out. Raises `ContentRefused` when a required column is missing, or
    the bytes are no UTF-8.
    """
    if len(payload.body) > MANY_BYTES:
        # Window follows on window: what the last one left free goes back before this one takes its own.
        pa.default_memory_pool().release_unused()
    header = read_header(payload.body, feed=payload.feed, slot=payload.slot, url=payload.url)
    _refuse_other_than_utf8(payload)
    width = len(header.columns)
    places = {name: place for place, name in enumerate(header.columns) if name in TEXT_COLUMNS}
    blocks = [_Block.of(lines, header.line_no, width) for lines in _cut(payload.body)]
    by_row = {name: place for name, place in places.items() if name in BY_ROW}
    is_long = len(payload.body) > MANY_BYTES
    frame = _frame(blocks, by_row if is_long else places, BY_ROW if is_long else TEXT_COLUMNS)
    last_rows = None
    if is_long:
        code = places["scheme_code"]
        last_rows = _frame([block.with_last_rows(code) for block in blocks], places, TEXT_COLUMNS)
    misfits = [misfit for block in blocks for misfit in block.misfits]
    layout = header.layout(payload.feed)
    return RawTable(frame, layout, header.added_columns, _rejects(misfits, width), last_rows)


def _frame(blocks: list[_Block], places: dict[str, int], names: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of blocks, with their line numbers and these columns; `places` says where some of them stand."""
    rows = np.concatenate([block.rows for block in blocks])
    columns = {name: pa.chunked_array([block.field(place) for block in blocks]) for name, place in places.items()}
    if "amc" in names:
        columns |= _headings([block.headings for block in blocks], [block.heading_lines for block in blocks], rows)
    absent = pa.nulls(len(rows), pa.large_string())
    table = pa.table({name: columns.get(name, absent) for name in names})
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.large_string(): TEXT}.get)
    frame.insert(0, "line_no", rows)
    return frame


@dataclass(frozen=True)
class _Lines:
    """Some lines cut at every separator and line end, without copying them (faster than Arrow's CSV reader).

    `pieces` is their text as one Arrow array whose even elements are the fields, the odd ones what stands after each:
    the separator, or the line end. `spaced` tells which fields may begin or end in white space.
    `first_no` is the number of the first line (1-based), `last` that of each line's last field (0-based), `widths`
    how many fields each line has.
    """

    pieces: pa.LargeStringArray
    spaced: Flags
    first_no: int
    last: Positions
    widths: Positions

    def field(self, indexes: Positions, place: int) -> pa.LargeStringArray:
        """Return the field at a place (0-based) of these lines, stripped of white space, line ends included."""
        first = self.last[indexes] - self.widths[indexes] + 1
        text = self.pieces.take(pa.array(2 * (first + place)))
        return pc.utf8_trim_whitespace(text) if self.spaced[first + place].any() else text

    def text(self, index: int) -> str:
        """Return a whole line without its line end."""
        last = int(self.last[index])
        pieces = self.pieces[2 * (last - int(self.widths[index]) + 1) : 2 * last + 1]
        return "".join(pieces.to_pylist()).rstrip("\r")


def _cut(body: bytes) -> Iterator[_Lines]:
    """Yield the lines of a body, a block of whole lines at a time: what is made of a block stays in the cache."""
    whole = body if body.endswith(b"\n") else body + b"\n"
    begin, line_no = 0, 1
    while begin < len(whole):
        end = whole.find(b"\n", min(begin + BLOCK_BYTES, len(whole) - 1)) + 1
        octets = np.frombuffer(whole, np.uint8, end - begin, begin)
        cuts = np.flatnonzero((octets == ord(SEPARATOR)) | (octets == ord("\n")))
        offsets = np.zeros(2 * len(cuts) + 1, np.int64)
        offsets[1::2] = cuts
        last = np.flatnonzero(octets[cuts] == ord("\n"))
        # Lines end in \r\n: the \r is no part of the last field.
        offsets[2 * last + 1] -= (octets[cuts[last] - 1] == ord("\r")) & (cuts[last] > 0)
        offsets[2::2] = cuts + 1
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(octets)]
        pieces = pa.Array.from_buffers(pa.large_string(), 2 * len(cuts), buffers)
        yield _Lines(pieces, _spaced(octets, offsets), line_no, last, np.diff(last, prepend=-1))
        begin, line_no = end, line_no + len(last)


def _spaced(octets: Octets, offsets: Positions) -> Flags:
    """Tell which fields may have white space at an end: what is no visible letter of ASCII there may be some."""
    begins, ends = offsets[:-1:2], offsets[1::2]
    filled = ends > begins
    # 0x21 to 0x7E: below stands ASCII's white space, and above begins that of other scripts.
    first, last = octets[begins] - np.uint8(0x21), octets[ends - 1] - np.uint8(0x21)
    spaced: Flags = filled & (np.maximum(first, last) > 0x7E - 0x21)
    return spaced


@dataclass(frozen=True)
class _Block:
    """What stands in some lines: rows, headings and misfits, each with its line numbers (1-based).

    `indexes` are the rows' places among the lines.
    """

    lines: _Lines
    indexes: Positions
    heading_lines: Positions
    headings: pa.LargeStringArray
    misfits: list[tuple[int, int, str]]

    @classmethod
    def of(cls, lines: _Lines, header_no: int, width: int) -> _Block:
        """Sort the lines below the header."""
        below = np.arange(len(lines.widths)) + lines.first_no > header_no
        rows = np.flatnonzero(below & (lines.widths == width))
        headings = np.flatnonzero(below & (lines.widths == 1))
        misfits = np.flatnonzero(below & (lines.widths != width) & (lines.widths > 1))
        return cls(
            lines,
            rows,
            headings + lines.first_no,
            lines.field(headings, 0),
            [(index + lines.first_no, int(lines.widths[index]), lines.text(index)) for index in misfits.tolist()],
        )

    @property
    def rows(self) -> Positions:
        """The rows' line numbers."""
        return self.indexes + self.lines.first_no

    def field(self, place: int) -> pa.LargeStringArray:
        """Return the field at a place (0-based) of the rows."""
        return self.lines.field(self.indexes, place)

    def with_last_rows(self, place: int) -> _Block:
        """Return it with those rows alone after which another one's field at a place is not the same."""
        fields = self.field(place)
        is_last = np.ones(len(fields), dtype=bool)
        is_last[:-1] = pc.not_equal(fields[:-1], fields[1:]).to_numpy(zero_copy_only=False)
        return replace(self, indexes=self.indexes[is_last])


def _headings(texts: list[pa.Array], lines: list[Positions], rows: Positions) -> dict[str, pa.Array]:
    """Return `amc` and `category_heading` of each row: of either kind the last that stands above it.

    The AMC's heading is left out when the section before ended with the same AMC (5 to 78 rows a file), so a new
    category doesn't end it.
    """
    headings = pa.concat_arrays(texts).dictionary_encode()
    places = np.concatenate(lines)
    words = headings.dictionary.to_pylist()
    matches = [CATEGORY.fullmatch(heading) for heading in words]
    categories = [f"{_single_spaced(match[1])}({_single_spaced(match[2])})" if match else None for match in matches]
    amcs = [heading if heading and not match else None for heading, match in zip(words, matches, strict=True)]
    codes = headings.indices.to_numpy()
    return {
        name: _last_above(pa.array(known, pa.large_string()), codes, places, rows)
        for name, known in (("amc", amcs), ("category_heading", categories))
    }


def _last_above(known: pa.Array, codes: Positions, places: Positions, rows: Positions) -> pa.Array:
    """Return for each row the known heading at the last place above it; null where there is none."""
    of_this_kind = known.is_valid().to_numpy(zero_copy_only=False)[codes]
    above = np.searchsorted(places[of_this_kind], rows)
    codes_above = np.append(-1, codes[of_this_kind])[above]
    return known.take(pa.array(codes_above, mask=above == 0))


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _rejects(misfits: list[tuple[int, int, str]], width: int) -> pd.DataFrame:
    details = [f"{count} fields where the header has {width}" for _, count, _ in misfits]
    return pd.DataFrame(
        {
            "line_no": pd.array([line_no for line_no, _, _ in misfits], dtype="int64"),
            "raw_line": pd.array([text for _, _, text in misfits], dtype=TEXT),
            "reason": pd.array(["field_count"] * len(misfits), dtype=TEXT),
            "detail": pd.array(details, dtype=TEXT),
        }
    )


def _refuse_other_than_utf8(payload: Payload) -> None:
    """Look at the bytes where they are: a str of 40 MB costs more than all the rest."""
    whole = [None, pa.py_buffer(np.array([0, len(payload.body)])), pa.py_buffer(payload.body)]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, whole).validate(full=True)
    except pa.ArrowInvalid as error:
        raise ContentRefused(f"the body is no UTF-8: {error}", feed=payload.feed, slot=payload.slot) from error
