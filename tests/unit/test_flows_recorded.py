"""The recorded files of flows: every value as the file's text has it, and what NOTES.md beside them counts."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from loaders.keyed_batch import KeyedBatch
from pipelines import flows
from scrapers import nse
from tests.unit.flow_files import ABSENT, RECORDED, flow_payload

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)

DAYS = {"07-Dec-2021": date(2021, 12, 7), "19-May-2026": date(2026, 5, 19), "30-Nov-2021": date(2021, 11, 30)}
PARTICIPANT_FILES = sorted((RECORDED / "nse_fao_participant_oi_raw").glob("*.csv"))
LATER = datetime(2026, 11, 24, tzinfo=UTC)


def read_file(path: Path) -> KeyedBatch:
    body = path.read_bytes()
    feed = nse.detect_feed(body)
    return flows.read(flow_payload(body, feed, url=f"file:{path.name}", origin="file", fetched_at=LATER))


def plainly(path: Path) -> tuple[date, list[tuple[str, ...]]]:
    """A participants' file read in another way: the name's date, and fields by place."""
    day = datetime.strptime(path.stem[-8:], "%d%m%Y").replace(tzinfo=UTC).date()
    return day, [tuple(line.split(",")) for line in path.read_text().splitlines()[2:]]


@pytest.mark.parametrize("day", DAYS)
def test_the_recorded_answers_of_the_api_load_as_their_text_says(day: str) -> None:
    path = RECORDED / f"nse_fiidiiTradeReact_{day}.json"

    batch = read_file(path)

    said = [
        (DAYS[day], record["category"], *(Decimal(record[name]) for name in ("buyValue", "sellValue", "netValue")))
        for record in json.loads(path.read_text())
    ]
    columns = ["trade_date", "label", "buy_inr_crore", "sell_inr_crore", "net_inr_crore"]
    assert [tuple(row) for row in batch.rows[0].frame[columns].to_numpy()] == said
    assert batch.rows[0].frame["investor_class"].tolist() == ["dii", "fii_fpi"]
    assert all(check.passed for check in batch.checks)


def test_there_are_102_recorded_files_of_participants() -> None:
    assert len(PARTICIPANT_FILES) == 102


def test_every_recorded_file_of_participants_loads_as_its_text_says() -> None:
    places = [
        "future_index_long", "future_index_short", "future_stock_long", "future_stock_short",
        "option_index_call_long", "option_index_put_long", "option_index_call_short", "option_index_put_short",
        "option_stock_call_long", "option_stock_put_long", "option_stock_call_short", "option_stock_put_short",
        "total_long", "total_short",
    ]  # fmt: skip
    for path in PARTICIPANT_FILES:
        frame = read_file(path).rows[0].frame
        day, rows = plainly(path)
        assert set(frame["trade_date"]) == {day}, path.name
        assert frame["client_type"].tolist() == [row[0].casefold() for row in rows], path.name
        for at, place in enumerate(places, start=1):
            assert frame[f"{place}_contracts"].tolist() == [int(row[at]) for row in rows], (path.name, place)


def test_no_recorded_file_of_participants_fails_a_check_and_totals_are_off_by_1_or_2_at_most() -> None:
    notes = []
    for path in PARTICIPANT_FILES:
        batch = read_file(path)
        assert all(check.passed for check in batch.checks), path.name
        notes += [(path.name, note) for note in batch.notes]

    assert [name for name, note in notes if note.kind == "year_from_name"] == ["fao_participant_oi_08062021.csv"]
    off = [by for _, note in notes if note.kind in {"sum_off", "total_off"} for by in note.detail.values()]
    assert {str(by) for by in off} == {"-1", "-2"}
    assert len({name for name, note in notes if note.kind == "sum_off"}) == 4


def test_the_four_shapes_of_the_first_line_are_among_the_recorded_files() -> None:
    shapes = {re.sub(r"[A-Z][a-z]{2} \d{2}", "Mon DD", path.read_text().splitlines()[0]) for path in PARTICIPANT_FILES}

    assert len(shapes) == 4
