"""`munim demo`, which `make run` runs: the same every time, quick the second time, and it leaves nothing behind."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import Ended, munim


@dataclass(frozen=True)
class Shown:
    """A folder in which the demo ran twice, and what it printed."""

    folder: Path
    first: Ended
    second: Ended

    def ask(self, *arguments: str) -> Ended:
        return munim(*arguments, settings={"MUNIM_HOME": str(self.folder / ".munim-run")})


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    """The folder's path is short and open, for the sake of the embedded server."""
    folder = Path(tempfile.mkdtemp(prefix="munim-"))
    folder.chmod(0o755)
    # MUNIM_HOME is left to the demo; a database of somebody's own is none of its business.
    settings = {"HOME": str(folder), "MUNIM_DATABASE_URL": "postgresql://127.0.0.1:1/real"}
    ended = Shown(folder, munim("demo", settings=settings, cwd=folder), munim("demo", settings=settings, cwd=folder))
    yield ended
    ended.ask("db", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def rows(out: str) -> dict[str, int]:
    """Read the table of what was loaded."""
    found = re.findall(r"^ ((?:market|etl)\.\S+(?: \(open\))?) +([\d,]+)", out, re.MULTILINE)
    return {name: int(count.replace(",", "")) for name, count in found}


FEEDS = [
    "nse.holidays_trading", "nse.holidays_clearing", "amfi.latest", "amfi.history", "nse.fii_dii",
    "nse.participant_oi", "nsdl.fpi_latest", "nse.ipo_current", "nse.ipo_upcoming", "nse.ipo_past",
    "bse.public_issues", "chittorgarh.ipo_list", "investorgain.gmp", "nse.bhavcopy_udiff", "bse.bhavcopy_udiff",
    "nse.bhavcopy_full", "nse.equity_list", "nse.sme_list", "nse.etf_list", "nse.reit_list", "nse.invit_list",
    "nse.symbol_changes", "nse.name_changes", "nse.index_nifty50", "nse.index_nifty100", "nse.index_nifty200",
    "nse.index_nifty500", "nse.index_smallcap250", "nse.index_total_market", "nse.corporate_actions",
]  # fmt: skip
"""In the order in which they run: sessions have to be known first."""
DATA_SETS = [
    *["calendar"] * 2, *["nav"] * 2, *["flows"] * 3, *["ipo"] * 6, *["equity"] * 3, *["instruments"] * 7,
    *["index_members"] * 6, "corporate_actions",
]  # fmt: skip
OF_FLOWS = slice(4, 7)

RUNS = [*FEEDS[:8], "nse.ipo_detail", *FEEDS[8:]]
"""The list of open issues leads to the details of each: one was open."""
SCREENED = 2
"""Runs that compute the screener: one an exchange."""


def test_it_loads_every_data_set_and_ends_well(shown: Shown) -> None:
    assert shown.first.code == 0, shown.first.err
    held = rows(shown.first.out)
    assert held["market.scheme"] > 14_000
    assert held["market.nav"] > 40_000
    assert held["market.holiday"] > 500
    assert (held["market.fii_dii"], held["market.participant_oi"], held["market.fpi_flow"]) == (2, 5, 17)
    assert held["market.ipo"] > 50
    assert held["market.equity_eod"] > 4_500
    assert (held["market.instrument"], held["market.index_member"]) > (4_500, 1_000)
    counts = held["etl.payload"], held["etl.run"], held["etl.quarantine (open)"]
    assert counts == (len(RUNS), len(RUNS) + SCREENED, 0)
    assert held["market.screener"] > 4_500


def test_it_says_what_it_does_as_it_does_it(shown: Shown) -> None:
    said = [line for line in shown.first.out.splitlines() if line.startswith("▸ ")]

    assert [line.split(",")[0] for line in said] == [
        "▸ PostgreSQL: the embedded server",
        "▸ replica: made sites that show what they would at 2026-08-21 08:05 IST",
        *(f"▸ munim run {dataset}: {feed}" for feed, dataset in zip(FEEDS, DATA_SETS, strict=True)),
        "▸ munim screener compute: figures of what came",
        "▸ PostgreSQL: stopped",
    ]  # fmt: skip
    assert [line for line in said if "flows" in line] == [
        f"▸ munim run flows: {feed}, slot 2026-08-20" for feed in FEEDS[OF_FLOWS]
    ]


def test_it_ends_with_how_fresh_it_is_the_live_sites_and_the_terms(shown: Shown) -> None:
    assert re.search(r"amfi\.latest +fresh +2026-08-20 +2026-08-19 +(9\d|100)\.\d\d%", shown.first.out)
    for feed in FEEDS[OF_FLOWS]:
        assert re.search(rf"{re.escape(feed)} +fresh +2026-08-20 .* 0 +2026-08-21", shown.first.out)
    assert not re.search(r" (late|empty) ", shown.first.out)
    assert "munim sources check && munim run nav" in shown.first.out
    assert "AMFI's terms of use (personal, non-commercial) bind whoever runs it" in shown.first.out


def test_the_second_time_every_slot_is_closed_and_the_tables_are_the_same(shown: Shown) -> None:
    assert shown.second.code == 0, shown.second.err
    assert shown.second.out.count(" is closed: run ") == len(RUNS)
    first, second = rows(shown.first.out), rows(shown.second.out)
    assert second == first | {"etl.run": 2 * len(RUNS) + SCREENED}


def test_it_keeps_to_its_own_home_and_leaves_no_server_running(shown: Shown) -> None:
    assert [path.name for path in shown.folder.iterdir()] == [".munim-run"]
    assert not (shown.folder / ".munim-run" / "postgres" / "postmaster.pid").exists()


def test_what_it_loaded_can_be_asked_for_afterwards(shown: Shown) -> None:
    runs = shown.ask("runs", "list", "--limit", "100", "-o", "json").answer

    assert [(one["feed"], one["status"]) for one in runs] == [
        *((feed, "skipped") for feed in reversed(RUNS)),
        *((None, "success") for _ in range(SCREENED)),
        *((feed, "success") for feed in reversed(RUNS)),
    ]
    flows = shown.ask("flows", "show", "-o", "json").answer["values"]
    assert {(one["trade_date"], one["basis"]) for one in flows} == {("2026-08-20", "exchange_provisional")}
    assert shown.ask("gaps", "flows", "--at", "2026-08-21T08:15").code == 0
    checked = shown.ask("db", "check", "-o", "json")
    assert (checked.code, [one["what"] for one in checked.answer["checks"] if not one["good"]]) == (0, [])


def test_it_is_the_same_every_time(shown: Shown) -> None:
    """Two homes hold the same bytes: what is served depends on nothing but the instant."""
    folder = Path(tempfile.mkdtemp(prefix="munim-"))
    folder.chmod(0o755)
    try:
        again = munim("demo", settings={"HOME": str(folder)}, cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)

    assert again.out == shown.first.out
