"""`munim flows` and `munim gaps` against real PostgreSQL: what they print, and how they end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from munim.cli import doors
from munim.core.settings import Settings
from munim.replica.faults import Fault
from munim.replica.market import Market
from munim.replica.nsdl_pages import latest_page
from munim.replica.nsdl_report import report_element
from munim.replica.nse_holidays import holiday_lists
from munim.replica.server import ReplicaServer
from munim.replica.sessions import clearing_holidays, is_session
from munim.replica.universe import Universe
from tests.commands import Ended, munim_here
from tests.integration.flows_made import QUIET, fii_dii_body
from tests.unit.flow_files import PARTICIPANT_OI

Command = Callable[..., Ended]
Files = Callable[..., list[Path]]

RESTATED = (QUIET[0], ("17907.55", "20365.05", "-2457.50"))


@pytest.fixture
def command(database_url: str, tmp_path: Path) -> Command:
    settings = {
        "MUNIM_DATABASE_URL": database_url,
        "MUNIM_ARCHIVE": str(tmp_path / "archive"),
        "MUNIM_HOME": str(tmp_path / "home"),
        "MUNIM_REPLICA": "http://127.0.0.1:9",
    }
    return lambda *arguments, **more: munim_here(*arguments, settings=settings | more)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Writes answers of the API, each fetched at 19:15 in India of its session in August 2026."""

    def write(*days: int) -> list[Path]:
        paths = []
        for day in days:
            paths.append(tmp_path / f"fiidii_2026-08-{day:02}T134500Z.json")
            paths[-1].write_bytes(fii_dii_body(f"{day:02}-Aug-2026"))
        return paths

    return write


@pytest.fixture
def holidays(command: Command, tmp_path: Path) -> None:
    paths = []
    for kind in ("trading", "clearing"):
        paths.append(tmp_path / f"holidays_{kind}_2026-01-02T000000Z.json")
        lists = holiday_lists(kind, datetime(2026, 1, 2, tzinfo=UTC))
        paths[-1].write_text(json.dumps(lists), encoding="utf-8")
    assert command("ingest", "calendar", *paths).code == 0


def test_flows_are_shown_in_a_table_with_source_and_basis_in_each_row(command: Command, files: Files) -> None:
    command("ingest", "flows", *files(17, 18))

    shown = command("flows", "show").out

    lines = [line.split() for line in shown.splitlines() if line.startswith(" 2026-")]
    assert lines[1] == [
        "2026-08-17", "FII/FPI", "17907.55", "20365.04", "-2457.49", "nse", "exchange_provisional", "all_exchanges",
        "2026-08-17", "19:15:00",
    ]  # fmt: skip
    assert len(lines) == 4
    assert shown.splitlines()[0] == "flows in the cash market, ₹ crore"
    assert command("flows", "show", "--source", "desk").out == "no flows\n"


def test_flows_go_out_as_json_and_csv_with_every_column(command: Command, files: Files) -> None:
    command("ingest", "flows", *files(17, 18))

    answer = command("flows", "show", "--from", "2026-08-18", "-o", "json").answer
    rows = list(csv.DictReader(io.StringIO(command("flows", "show", "-o", "csv").out)))

    assert [(one["trade_date"], one["investor_class"], one["net_inr_crore"]) for one in answer["values"]] == [
        ("2026-08-18", "dii", "3801.68"), ("2026-08-18", "fii_fpi", "-2457.49"),
    ]  # fmt: skip
    assert list(rows[0])[:4] == ["trade_date", "investor_class", "scope", "source"]
    assert (len(rows), rows[0]["known_from"], rows[0]["imported"]) == (4, "2026-08-17T13:45:00+00:00", "False")


def test_net_flows_are_drawn_below_the_table_or_into_a_png(command: Command, files: Files, tmp_path: Path) -> None:
    command("ingest", "flows", *files(17, 18))

    drawn = command("flows", "show", "--plot").out

    assert "net, ₹ crore: nse, exchange_provisional, all_exchanges" in drawn
    assert drawn.index("known from (IST)") < drawn.index("█│")
    assert "│█" in drawn
    pytest.importorskip("matplotlib")
    ended = command("flows", "show", "--plot", tmp_path / "flows.png")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, f"net flows are drawn in {tmp_path / 'flows.png'}")
    assert (tmp_path / "flows.png").read_bytes().startswith(b"\x89PNG")


def test_flows_are_shown_as_they_were_known_at_a_time(command: Command, files: Files, tmp_path: Path) -> None:
    later = tmp_path / "fiidii_2026-08-17T160000Z.json"
    later.write_bytes(fii_dii_body("17-Aug-2026", *RESTATED))
    command("ingest", "flows", *files(17), later)
    asked = ["flows", "show", "--as-of", "2026-08-17T20:00", "-o", "json"]

    assert command(*asked).answer["values"] == [], "nothing was loaded here by then"
    told = command(*asked, "--source-time").answer["values"]
    now = command("flows", "show", "-o", "json").answer["values"]

    assert [one["net_inr_crore"] for one in told] == ["3801.68", "-2457.49"]
    assert [one["net_inr_crore"] for one in now] == ["3801.68", "-2457.5"]


def test_a_table_has_the_last_thirty_sessions_and_says_how_many_are_before(command: Command, tmp_path: Path) -> None:
    first = date(2026, 6, 1)
    days = [first + timedelta(days=number) for number in range(45) if (first + timedelta(days=number)).weekday() < 5]
    paths = []
    for day in days[:32]:
        paths.append(tmp_path / f"fiidii_{day}T134500Z.json")
        paths[-1].write_bytes(fii_dii_body(f"{day:%d-%b-%Y}"))
    command("ingest", "flows", *paths)

    shown = command("flows", "show").out

    assert sum(line.startswith(" 2026-") for line in shown.splitlines()) == 60
    assert "… and 2 sessions before; --from, -o csv and -o json show them" in shown
    assert "before;" not in command("flows", "show", "--from", "2026-06-01").out


@pytest.mark.usefixtures("holidays")
def test_a_sum_says_over_which_sessions_and_which_are_missing(command: Command, files: Files) -> None:
    command("ingest", "flows", *files(14, 17, 19))

    shown = command("flows", "sum", "--sessions", "4").out
    (foreign, _) = command("flows", "sum", "--sessions", "4", "-o", "json").answer

    assert "nse has no FII/FPI of 2026-08-18" in shown
    assert "-7372.47" in shown
    assert "3 of 4" in shown
    assert (foreign["net_inr_crore"], foreign["missing"]) == ("-7372.47", ["2026-08-18"])


@pytest.mark.usefixtures("holidays")
def test_provisional_is_shown_beside_final(command: Command, files: Files, tmp_path: Path) -> None:
    report = Market(7).fpi(date(2026, 8, 18))
    page = tmp_path / "fpi_2026-08-18T140000Z.html"
    page.write_bytes(latest_page(report_element(report), "made"))
    command("ingest", "flows", *files(17, 18), page)

    (compared,) = command("flows", "compare", "-o", "json").answer
    lines = command("flows", "compare", "-o", "csv").out.splitlines()
    table = command("flows", "compare").out

    assert (compared["trade_date"], compared["reporting_date"]) == ("2026-08-17", "2026-08-18")
    assert compared["provisional_net_inr_crore"] == "-2457.49"
    assert lines[0].startswith("trade_date,source,reporting_date,provisional_net_inr_crore")
    assert len(lines) == 2
    assert compared["difference_inr_crore"] in table
    shown = command("flows", "fpi", "--asset-class", "equity").out
    assert compared["final_net_inr_crore"] in shown
    assert "depository_final" in shown


def test_positions_are_shown_long_less_short(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "fao_participant_oi_01022021.csv"
    path.write_text(PARTICIPANT_OI, newline="", encoding="utf-8")
    ended = command("ingest", "flows", path, "--fetched-at", "2021-02-01T20:00")
    assert ended.code == 0, ended.err

    shown = command("flows", "positions").out
    (foreign,) = command("flows", "positions", "--client-type", "fii", "-o", "json").answer["values"]

    (client,) = [line.split() for line in shown.splitlines() if "client" in line]
    assert client == ["2021-02-01", "client", "-1", "-1", "-2", "-2", "-2", "-2", "34", "44"]
    assert foreign["option_stock_put_short_contracts"] == 2


@pytest.mark.usefixtures("holidays")
def test_gaps_are_exit_code_5_with_what_can_fill_them(command: Command, files: Files, tmp_path: Path) -> None:
    page = tmp_path / "fpi_2026-08-14T140000Z.html"
    page.write_bytes(latest_page(report_element(Market(7).fpi(date(2026, 8, 14))), "made"))
    command("ingest", "flows", *files(14, 18), page)

    ended = command("gaps", "flows", "--at", "2026-08-18T22:00", "-o", "json")
    table = command("gaps", "flows", "--at", "2026-08-18T22:00")

    assert ended.code == 5
    assert "days without content: 1 of nsdl.fpi_latest, 1 of nse.fii_dii" in ended.err
    final, provisional = ended.answer
    assert (provisional["day"], provisional["standing"]) == ("2026-08-17", "expected")
    assert provisional["filled_by"] == [
        "munim import flows FILE.csv --source NAME", "munim ingest flows FILE",
    ]  # fmt: skip
    assert final["filled_by"] == [
        "munim run flows --feed nsdl.fpi_archive --slot 2026-08-17", "munim ingest flows FILE",
    ]  # fmt: skip
    assert "nse.fii_dii: 1 day without content" in table.out
    assert "2026-08-17   Mon" in table.out


@pytest.mark.usefixtures("holidays")
def test_without_a_gap_it_is_said_and_ends_well(command: Command, files: Files) -> None:
    command("ingest", "flows", *files(17, 18))

    ended = command("gaps", "flows", "--at", "2026-08-18T22:00")

    assert (ended.code, ended.out) == (0, "flows has no gap\n")
    assert command("gaps", "nav", "--at", "2026-08-18T22:00").out == "nav has no gap\n"


@pytest.mark.usefixtures("holidays")
def test_freshness_shows_gaps(command: Command, files: Files) -> None:
    command("ingest", "flows", *files(14, 18))

    ended = command("freshness", "--at", "2026-08-18T22:00")

    (line,) = [line.split() for line in ended.out.splitlines() if line.startswith(" nse.fii_dii")]
    assert line[:5] == ["nse.fii_dii", "fresh", "2026-08-18", "2026-08-18", "1"]
    assert ended.code == 5


def test_what_is_stale_is_loaded_and_the_slot_stays_open_with_exit_code_6(command: Command) -> None:
    """The stand-in is a fortnight behind: what it has is not the session that is due."""
    behind = datetime.now(UTC) - timedelta(days=14)
    with ReplicaServer(Universe(seed=7, schemes=200), behind, fault=Fault("stale")) as replica:
        ended = command("run", "flows", "--feed", "nse.fii_dii", "-o", "json", MUNIM_REPLICA=replica.url)

    assert ended.code == 6, ended.err
    assert (ended.answer["status"], ended.answer["counts"]["new"]) == ("not_yet", 2)
    assert "what is due is not published yet; what the source has was loaded, and the slot stays open" in ended.err
    assert len(command("flows", "show", "-o", "json").answer["values"]) == 2
    (run,) = command("runs", "list", "-o", "json").answer
    assert (run["status"], run["closes_slot"]) == ("not_yet", False)


@pytest.mark.usefixtures("holidays")
def test_a_report_is_asked_for_on_days_of_settlement_alone(database_url: str) -> None:
    """19-Feb-2026 is the banks' holiday: it trades, and nothing settles."""
    settings = Settings(database_url=SecretStr(database_url))
    sessions, settlements = (
        doors.content_days(settings, "replica", calendar) for calendar in ("nse_sessions", "nse_settlement")
    )
    [banks, *_] = [day for day in clearing_holidays(2026) if is_session(day)]

    assert (sessions(banks), settlements(banks)) == (True, False)
    assert (sessions(date(2026, 8, 15)), settlements(date(2026, 8, 15))) == (False, False)
    assert (sessions(date(2026, 8, 18)), settlements(date(2026, 8, 18))) == (True, True)
    assert (sessions(date(2031, 8, 18)), settlements(date(2031, 8, 18))) == (True, True), "nobody knows better"


@pytest.mark.usefixtures("holidays")
def test_an_import_closes_a_gap_and_is_shown_under_its_own_name(command: Command, files: Files, tmp_path: Path) -> None:
    command("ingest", "flows", *files(14, 18))
    history = tmp_path / "history.csv"
    history.write_text("trade_date,fii_net,dii_net\n2026-08-17,-100.25,40\n", encoding="utf-8")
    gaps = ["gaps", "flows", "--at", "2026-08-18T22:00"]

    before = command(*gaps).code
    imported = command("import", "flows", history, "--source", "desk")
    after = command(*gaps)
    shown = command("flows", "show", "--source", "desk", "-o", "json").answer["values"]

    assert imported.code == 0, imported.err
    assert (before, after.code, after.out) == (5, 0, "flows has no gap\n")
    assert {(one["investor_class"], one["net_inr_crore"], one["imported"]) for one in shown} == {
        ("fii_fpi", "-100.25", True), ("dii", "40", True),
    }  # fmt: skip
    (line, _) = [line for line in command("flows", "show").out.splitlines() if " desk " in line]
    assert line.endswith("imported, reconstructed")
    drawn = command("flows", "show", "--plot").out
    assert drawn.index("net, ₹ crore: desk") < drawn.index("net, ₹ crore: nse")
