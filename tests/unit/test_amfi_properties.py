"""What must hold for any AMFI file that can be made, and for any damage to one."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munim.core.errors import ContentRefused, SourceUnavailable
from scrapers import amfi
from tests.unit.amfi_files import (
    HISTORY_8_PLAN,
    HISTORY_8_PRICES,
    LATEST_6,
    LATEST_8_PLAN,
    LATEST_8_PRICES,
    amfi_payload,
)

BODIES = [body.encode() for body in (LATEST_6, LATEST_8_PLAN, LATEST_8_PRICES, HISTORY_8_PRICES, HISTORY_8_PLAN)]
TITLES = {
    "scheme_code": "Scheme Code",
    "isin_payout_or_growth": "ISIN Div Payout/ ISIN Growth",
    "isin_reinvestment": "ISIN Div Reinvestment",
    "name": "Scheme Name",
    "plan": "Plan",
    "option": "Option",
    "nav": "Net Asset Value",
    "nav_date": "Date",
}

fields = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=";"), max_size=12)
spaces = st.text(st.sampled_from(" \t\r\u00a0\u2003\u3000"), max_size=2)
rows = st.lists(st.fixed_dictionaries(dict.fromkeys(TITLES, fields)), min_size=1, max_size=8)


def file_of(rows_by_name: list[dict[str, str]], order: list[str], titles: dict[str, str]) -> bytes:
    """A file of these rows, its columns in this order and under these titles."""
    lines = [";".join(titles[name] for name in order)]
    lines += [";".join(row[name] for name in order) for row in rows_by_name]
    return "".join(f"{line}\r\n" for line in lines).encode()


@pytest.mark.parametrize("body", BODIES)
def test_a_file_cut_anywhere_is_refused_or_gives_its_first_whole_rows(body: bytes) -> None:
    feed = amfi.detect_feed(body)
    whole = amfi.parse(amfi_payload(body, feed)).frame
    passed = 0
    for length in range(len(body)):
        payload = amfi_payload(body[:length], feed)
        try:
            amfi.check_body(payload)
        except (SourceUnavailable, ContentRefused):
            continue
        passed += 1
        at_line_end = body[length : length + 1] in {b"\r", b"\n"} or not body[:length].split(b"\n")[-1].strip()
        assert at_line_end, f"passed when cut inside a line: {body[:length][-40:]!r}"
        table = amfi.parse(payload)
        assert table.rejects.empty
        pd.testing.assert_frame_equal(table.frame, whole.head(len(table.frame)))
    assert passed > 0


@given(rows=rows, order=st.permutations(list(TITLES)))
def test_the_order_of_the_columns_does_not_matter(rows: list[dict[str, str]], order: list[str]) -> None:
    frame = amfi.parse(amfi_payload(file_of(rows, order, TITLES))).frame

    assert frame[list(TITLES)].to_dict("records") == rows


@given(st.data())
def test_spacing_and_case_of_the_header_do_not_matter(data: st.DataObject) -> None:
    row = dict.fromkeys(TITLES, "x")
    titles = {}
    for name, title in TITLES.items():
        spaces = data.draw(
            st.lists(st.sampled_from(["", " ", "  ", "\t", "."]), min_size=len(title), max_size=len(title))
        )
        cases = data.draw(st.lists(st.booleans(), min_size=len(title), max_size=len(title)))
        letters = [letter.upper() if upper else letter.lower() for letter, upper in zip(title, cases, strict=True)]
        titles[name] = "".join(letter + space for letter, space in zip(letters, spaces, strict=True))

    table = amfi.parse(amfi_payload(file_of([row], list(TITLES), titles)))

    assert table.layout == "latest-8-plan"
    assert table.frame[list(TITLES)].to_dict("records") == [row]


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_are_refused_by_name_or_read(tail: bytes) -> None:
    payload = amfi_payload(BODIES[0] + tail)
    try:
        amfi.check_body(payload)
    except (SourceUnavailable, ContentRefused):
        return
    table = amfi.parse(payload)
    lines_with_fields = [line for line in payload.body.split(b"\n")[1:] if b";" in line]

    assert len(table.frame) + len(table.rejects) == len(lines_with_fields)


@given(st.binary(max_size=200))
def test_any_bytes_without_a_header_are_refused_by_name(body: bytes) -> None:
    with pytest.raises((SourceUnavailable, ContentRefused)):
        amfi.check_body(amfi_payload(body))


@given(rows, st.lists(st.tuples(spaces, spaces), min_size=len(TITLES), max_size=len(TITLES)))
def test_white_space_of_any_script_around_a_field_is_no_part_of_it(
    rows: list[dict[str, str]], around: list[tuple[str, str]]
) -> None:
    names = list(TITLES)
    spaced = [
        {name: before + row[name] + after for name, (before, after) in zip(names, around, strict=True)} for row in rows
    ]

    table = amfi.parse(amfi_payload(file_of(spaced, names, TITLES))).frame

    assert table[names].to_dict("records") == rows
