"""Net flows as bars: nothing is drawn as one that is not one, and what is small is still seen."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from munim.cli.flows_drawing import draw_nets, nets_of
from munim.cli.flows_png import write_png
from munim.cli.flows_tables import last_days
from munim.core.errors import RequestWrong
from munim.readers.flows import FiiDii

AT = datetime(2026, 8, 18, 14, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 8, 17), date(2026, 8, 18)


def row(day: date, investor_class: str, net: str, source: str = "nse") -> FiiDii:
    return FiiDii(
        trade_date=day, investor_class=investor_class, scope="all_exchanges", source=source,
        basis="exchange_provisional", buy_inr_crore=None, sell_inr_crore=None, net_inr_crore=Decimal(net), label=None,
        imported=False, known_from=AT, recorded_at=AT, reconstructed=False, feed="nse.fii_dii", url="x", sha256="0",
    )  # fmt: skip


ROWS = [
    row(MONDAY, "dii", "500"), row(MONDAY, "fii_fpi", "-1000"), row(TUESDAY, "dii", "0"),
    row(TUESDAY, "fii_fpi", "0.25"),
]  # fmt: skip


def test_what_was_sold_is_left_of_the_axis_and_what_was_bought_right_of_it() -> None:
    assert draw_nets(nets_of(ROWS), width=50).splitlines() == [
        "net, ₹ crore: nse, exchange_provisional, all_exchanges",
        "2026-08-17  FII/FPI  -1000  ██████████│",
        "            DII        500            │█████",
        "2026-08-18  FII/FPI   0.25            │▏",
        "            DII          0            │",
    ]


def test_a_narrow_terminal_has_bars_too() -> None:
    assert "████████│" in draw_nets(nets_of(ROWS), width=10)


def test_sources_are_drawn_apart() -> None:
    drawn = draw_nets(nets_of([*ROWS, row(MONDAY, "dii", "-3", "desk")]), width=60)

    desk, nse = drawn.split("\n\n")
    assert desk.splitlines()[0] == "net, ₹ crore: desk, exchange_provisional, all_exchanges"
    assert len(desk.splitlines()) == 2
    assert len(nse.splitlines()) == 5


def test_the_last_days_are_shown_whole_and_the_others_counted() -> None:
    shown, left_out = last_days(ROWS, lambda one: one.trade_date, 1)

    assert (shown, left_out) == (ROWS[2:], 1)
    assert last_days(ROWS, lambda one: one.trade_date, None) == (ROWS, 0)


def test_a_png_has_a_panel_for_each_source(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    one, two = tmp_path / "one.png", tmp_path / "two.png"

    write_png(nets_of(ROWS), one)
    write_png(nets_of([*ROWS, replace(ROWS[0], source="desk")]), two)

    def height(path: Path) -> int:
        body = path.read_bytes()
        assert body.startswith(b"\x89PNG\r\n")
        return int.from_bytes(body[20:24])

    assert height(two) == 2 * height(one)


def test_a_file_that_is_no_png_or_can_not_be_written_is_a_wrong_request(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(RequestWrong, match=r"flows.jpg is no PNG"):
        write_png(nets_of(ROWS), tmp_path / "flows.jpg")
    with pytest.raises(RequestWrong, match="can't be written: No such file or directory"):
        write_png(nets_of(ROWS), tmp_path / "nowhere" / "flows.png")


def test_without_matplotlib_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)

    with pytest.raises(RequestWrong, match=r"needs matplotlib, .*pip install 'munim\[plot\]'"):
        write_png(nets_of(ROWS), tmp_path / "flows.png")
    assert list(tmp_path.iterdir()) == []
