"""The made market's flows: figures that add up as the real ones do, in files that look as the recorded ones do."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from munim.core.clock import IST
from munim.core.errors import RequestWrong
from munim.replica.flow_figures import LONG, PARTICIPANTS, SHORT, restated_at
from munim.replica.market import Market
from munim.replica.nse_files import LABELS, OLD_LABELS, fii_dii_body, participant_oi_body
from munim.replica.sessions import sessions

DAYS = sessions(date(2021, 1, 1), date(2026, 8, 20))
FILES = Path("flows") / "nse_fao_participant_oi_raw"


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(7)


def oi_file(market: Market, day: date) -> bytes:
    return participant_oi_body(market.draws, day, market.participant_oi(day))


def beginning(body: bytes) -> tuple[bytes, bytes]:
    """The first two lines, with the date's words taken out."""
    title, header = body.split(b"\r\n")[:2]
    return re.sub(rb"as on [A-Z][a-z]{2} \d\d", b"as on MON DD", title).replace(b"2021", b"YYYY"), header


def test_the_same_seed_gives_the_same_figures_and_another_gives_others(market: Market) -> None:
    days = DAYS[::50]

    for day in days:
        assert Market(7).fii_dii(day) == market.fii_dii(day)
        assert oi_file(Market(7), day) == oi_file(market, day)
    assert all(Market(8).fii_dii(day) != market.fii_dii(day) for day in days)
    assert all(oi_file(Market(8), day) != oi_file(market, day) for day in days)


def test_buy_less_sell_is_net_within_a_hundredth(market: Market) -> None:
    off = Counter(flow.net - (flow.buy - flow.sell) for day in DAYS for flow in market.fii_dii(day).values())

    assert set(off) == {Decimal(0), Decimal("0.01")}
    assert 40 < off[Decimal("0.01")] < 160
    assert all(min(flow.buy, flow.sell) > 0 for day in DAYS for flow in market.fii_dii(day).values())


def test_some_sessions_are_six_times_the_ordinary(market: Market) -> None:
    high = [day for day in DAYS if market.fii_dii(day)["FII/FPI"].buy > 40_000]

    assert 10 < len(high) < 50


def test_few_figures_are_restated_on_the_evening_of_their_session(market: Market) -> None:
    restated = [day for day in DAYS if market.is_restated(day)]

    assert 20 < len(restated) < 60
    for day in restated:
        first, last = market.fii_dii(day, datetime(day.year, day.month, day.day, 19, tzinfo=IST)), market.fii_dii(day)
        assert first["FII/FPI"] != last["FII/FPI"]
        assert first["DII"] == last["DII"]
        assert market.fii_dii(day, restated_at(day)) == last


def test_no_figures_of_a_day_that_is_no_session(market: Market) -> None:
    with pytest.raises(RequestWrong, match="2026-08-22 is no session"):
        market.fii_dii(date(2026, 8, 22))
    with pytest.raises(RequestWrong, match="2026-08-22 is no session"):
        market.participant_oi(date(2026, 8, 22))


def test_open_interest_adds_up_but_for_a_total_that_is_one_or_two_off(market: Market) -> None:
    off = 0
    for day in DAYS:
        rows = market.participant_oi(day)
        assert list(rows) == [*PARTICIPANTS, "TOTAL"]
        parts = [rows[name] for name in PARTICIPANTS]
        assert all(row[12] == sum(row[column] for column in LONG) for row in parts)
        assert all(row[13] == sum(row[column] for column in SHORT) for row in parts)
        sums = [sum(column) for column in zip(*parts, strict=True)]
        assert [sums[column] for column in LONG] == [sums[column] for column in SHORT]
        differences = [total - one for total, one in zip(rows["TOTAL"], sums, strict=True)]
        assert all(abs(one) <= 2 for one in differences)
        assert {column for column, one in enumerate(differences) if one} <= {4, 5, 6, 7, 12, 13}
        off += any(differences)
    assert 0.3 < off / len(DAYS) < 0.45


def test_fii_dii_json_has_the_recorded_keys_labels_and_numbers(market: Market, recorded: Path) -> None:
    for name, labels in (("30-Nov-2021", OLD_LABELS), ("07-Dec-2021", OLD_LABELS), ("19-May-2026", LABELS)):
        records = json.loads((recorded / "flows" / f"nse_fiidiiTradeReact_{name}.json").read_bytes())
        day = datetime.strptime(name, "%d-%b-%Y").astimezone().date()
        made = json.loads(fii_dii_body(day, market.fii_dii(day), labels))

        assert [list(one) for one in made] == [list(one) for one in records]
        assert [(one["category"], one["date"]) for one in made] == [(one["category"], one["date"]) for one in records]
        assert all(re.fullmatch(r"-?\d+(\.\d{1,2})?", one["netValue"]) for one in [*made, *records])


def test_fii_dii_json_is_written_as_the_recorded_body_is(recorded: Path) -> None:
    path = recorded / "flows" / "nse_fiidiiTradeReact_30-Nov-2021.json"
    body = fii_dii_body(date(2021, 11, 30), Market(7).fii_dii(date(2021, 11, 30)), OLD_LABELS)

    mask = re.compile(rb'Value":"-?[\d.]+"')
    assert mask.sub(b"N", body) == mask.sub(b"N", path.read_bytes().strip())


def test_zeros_at_the_end_of_a_number_are_left_out(market: Market) -> None:
    numbers = [
        one[name]
        for day in DAYS
        for one in json.loads(fii_dii_body(day, market.fii_dii(day), LABELS))
        for name in ("buyValue", "sellValue")
    ]

    assert any(re.fullmatch(r"\d+\.\d", one) for one in numbers)
    assert not any(re.search(r"\.\d?0$", one) for one in numbers)


def test_participant_files_begin_in_the_recorded_ways_and_no_other(market: Market, recorded: Path) -> None:
    real = {beginning(path.read_bytes()) for path in (recorded / FILES).glob("*.csv")}
    made = Counter(
        beginning(oi_file(market, day).replace(str(day.year).encode(), b"2021"))
        for day in sessions(date(2016, 1, 1), DAYS[-1])
    )

    assert set(made) == real
    assert len(real) == 4


def test_participant_rows_have_the_recorded_form(market: Market, recorded: Path) -> None:
    path = recorded / FILES / "fao_participant_oi_01022021.csv"

    def shape(body: bytes) -> list[bytes]:
        return [re.sub(rb"\d+", b"N", line) for line in body.split(b"\r\n")[2:]]

    assert shape(oi_file(market, date(2026, 8, 20))) == shape(path.read_bytes())
    rows = list(csv.reader(oi_file(market, date(2026, 8, 20)).decode().splitlines()[2:]))
    assert {row[0]: tuple(map(int, row[1:])) for row in rows} == market.participant_oi(date(2026, 8, 20))
