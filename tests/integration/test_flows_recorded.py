"""The recorded files of flows, loaded for real: every value as the file's text has it, and nothing the second time."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from munim.core.errors import ContentRefused
from munim.readers import flows as readers
from munim.readers.keyed_as_of import Known
from pipelines.decisions import revert
from pipelines.flows_set import FLOWS
from pipelines.ingest import ingest, plan
from pipelines.rebuild import rebuild
from pipelines.tools import Tools
from scrapers import nsdl, nse
from tests.conftest import SetClock
from tests.integration.flows_made import QUIET, fii_dii_body, load, load_fii_dii, participant_files

Connection = psycopg.Connection[tuple[object, ...]]

FETCHED_AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
EVENING = datetime(2026, 8, 17, 13, 45, tzinfo=UTC)
RESTATED = (QUIET[0], ("17907.55", "20365.05", "-2457.50"))

FILE_COLUMNS = (
    "future_index_long", "future_index_short", "future_stock_long", "future_stock_short",
    "option_index_call_long", "option_index_put_long", "option_index_call_short", "option_index_put_short",
    "option_stock_call_long", "option_stock_put_long", "option_stock_call_short", "option_stock_put_short",
    "total_long", "total_short",
)  # fmt: skip
"""The columns of NSE's file, in its order."""

TABLES = ("fii_dii", "participant_oi", "fpi_flow")


def row_versions(connection: Connection) -> list[tuple[object, ...]]:
    """Every row version of the tables of flows, and of what is kept about their payloads."""
    tables = [f"market.{name}{end}" for name in TABLES for end in ("", "_revision")]
    tables += ["etl.payload", "etl.quarantine", "etl.quality_note"]
    query = " UNION ALL ".join(f"SELECT '{name}', xmin::text, ctid::text, t::text FROM {name} AS t" for name in tables)
    return connection.execute(f"{query} ORDER BY 1, 3").fetchall()


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tables and their revisions, with the bytes that it came from in place of a payload's number."""
    found = {}
    for name in TABLES:
        for end, column in (("", "payload_id"), ("_revision", "payload_id"), ("_revision", "superseded_by")):
            query = (
                f"SELECT to_jsonb(t) - 'payload_id' - 'superseded_by', sha256, feed, fetched_at "
                f"FROM market.{name}{end} AS t JOIN etl.payload AS p ON p.payload_id = t.{column} "
                f"ORDER BY 1, 2, 3, 4"
            )
            found[f"{name}{end} {column}"] = connection.execute(query).fetchall()
    return found


def load_files(paths: list[Path], tools: Tools) -> list[str]:
    return [report.status for _, report in ingest(FLOWS, plan(FLOWS, paths, fetched_at=FETCHED_AT), tools)]


def everything(recorded: Path) -> list[Path]:
    """The recorded answers, participants' files and report."""
    folder = recorded / "flows"
    paths = [*folder.glob("nse_fiidiiTradeReact_*.json"), *participant_files(recorded), *folder.glob("nsdl_*.html")]
    return sorted(paths)


def test_the_recorded_answers_of_the_api_are_in_the_table_as_their_text_says(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    paths = sorted((recorded / "flows").glob("nse_fiidiiTradeReact_*.json"))
    assert load_files(paths, tools) == ["success"] * 3

    said = set()
    for path in paths:
        for record in json.loads(path.read_text()):
            day = datetime.strptime(record["date"], "%d-%b-%Y").replace(tzinfo=UTC).date()
            figures = (Decimal(record[name]) for name in ("buyValue", "sellValue", "netValue"))
            said.add((day, "dii" if record["category"].startswith("DII") else "fii_fpi", record["category"], *figures))
    stored = connection.execute(
        "SELECT trade_date, investor_class, label, buy_inr_crore, sell_inr_crore, net_inr_crore FROM market.fii_dii"
    ).fetchall()
    assert (len(stored), set(stored)) == (6, said)
    assert connection.execute("SELECT DISTINCT source, scope, basis FROM market.fii_dii").fetchall() == [
        ("nse", "all_exchanges", "exchange_provisional")
    ]


def test_all_102_files_of_participants_are_in_the_table_as_their_text_says(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    paths = list(participant_files(recorded))
    assert load_files(paths, tools) == ["success"] * 102

    said = {}
    for path in paths:
        day = datetime.strptime(path.stem[-8:], "%d%m%Y").replace(tzinfo=UTC).date()
        for line in path.read_text().splitlines()[2:]:
            name, *counts = line.split(",")
            said[day, name.casefold()] = tuple(int(count) for count in counts)
    columns = ", ".join(f"{name}_contracts" for name in FILE_COLUMNS)
    stored = connection.execute(f"SELECT trade_date, client_type, {columns} FROM market.participant_oi").fetchall()
    assert len(stored) == 510
    assert {(row[0], row[1]): row[2:] for row in stored} == said
    assert connection.execute("SELECT count(*) FROM etl.quarantine").fetchone() == (0,)


def test_nsdls_report_is_in_the_table_as_its_text_says_and_its_sums_add_up(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    (path,) = (recorded / "flows").glob("nsdl_*.html")
    assert load_files([path], tools) == ["success"]

    said = amounts_of(path.read_text())
    subtotals = [row for name, row in said if name == "Sub-total"]
    (total,) = [row for name, row in said if name == "Total"]
    routes = [row for name, row in said if name not in {"Sub-total", "Total"}]
    stored = connection.execute(
        "SELECT gross_purchases_inr_crore, gross_sales_inr_crore, net_inr_crore, net_usd_million FROM market.fpi_flow"
    ).fetchall()
    assert sorted(stored) == sorted(routes)
    assert len(stored) == 17
    of_class = connection.execute(
        "SELECT sum(gross_purchases_inr_crore), sum(gross_sales_inr_crore), sum(net_inr_crore), sum(net_usd_million) "
        "FROM market.fpi_flow GROUP BY asset_class"
    ).fetchall()
    assert sorted(of_class) == sorted(subtotals)
    assert tuple(sum(column) for column in zip(*routes, strict=True)) == total
    assert connection.execute("SELECT DISTINCT reporting_date, inr_per_usd FROM market.fpi_flow").fetchall() == [
        (date(2026, 5, 26), Decimal("95.2047"))
    ]
    assert connection.execute(
        "SELECT net_inr_crore FROM market.fpi_flow WHERE (asset_class, route) = ('equity', 'stock_exchange')"
    ).fetchone() == (Decimal("2115.37"),)


def amounts_of(page: str) -> list[tuple[str, tuple[Decimal, ...]]]:
    """Read the report's lines in another way: the words before the last four amounts, by the text alone."""
    report = page[page.index("Conversion") : page.index("fiiNote")]
    lines = []
    for row in re.findall(r"<tr.*?</tr>", report, re.DOTALL):
        # The rate's cell stands behind the amounts of the first line.
        cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        numbers = [cell for cell in cells if re.fullmatch(r"\(?[\d.]+\)?", cell)]
        if len(numbers) == 4:
            name = cells[cells.index(numbers[0]) - 1]
            lines.append((name, tuple(Decimal(cell.strip("()")) * (-1 if "(" in cell else 1) for cell in numbers)))
    return lines


def test_every_recorded_file_loads_again_without_a_change_and_so_do_the_same_bytes_of_a_later_fetch(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    assert load_files(everything(recorded), tools) == ["success"] * 106
    before = row_versions(connection)

    assert load_files(everything(recorded), tools) == ["repeat"] * 106
    assert row_versions(connection) == before
    later = plan(FLOWS, everything(recorded), fetched_at=FETCHED_AT + timedelta(days=1))
    reports = [report for _, report in ingest(FLOWS, later, tools)]
    assert {report.status for report in reports} <= {"success", "repeat"}
    assert sum(report.counts.new + report.counts.changed for report in reports) == 0
    assert market_rows(row_versions(connection)) == market_rows(before)


def market_rows(versions: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [row for row in versions if str(row[0]).startswith("market.")]


def test_files_that_are_loaded_backwards_give_the_same_rows(
    recorded: Path, tools: Tools, connection: Connection
) -> None:
    """Each file's fetch is of its own time; loading the newest first changes nothing of what comes out."""
    paths = list(participant_files(recorded))[:12]

    def load_in(order: list[Path]) -> None:
        for path in order:
            fetched_at = FETCHED_AT + timedelta(minutes=paths.index(path))
            load(tools, path.read_bytes(), fetched_at, nse.PARTICIPANT_OI)

    load_in(paths)
    rows = "SELECT to_jsonb(t) - 'payload_id' - 'recorded_at' FROM market.participant_oi AS t ORDER BY 1"
    forwards = connection.execute(rows).fetchall()
    tables = ", ".join(f"market.{name}, market.{name}_revision" for name in TABLES)
    connection.execute(f"TRUNCATE {tables}, etl.payload, etl.run, etl.quality_note")
    load_in(paths[::-1])

    assert len(forwards) == 60
    assert connection.execute(rows).fetchall() == forwards


def test_a_later_different_figure_for_the_same_key_is_a_revision(
    tools: Tools, connection: Connection, clock: SetClock
) -> None:
    clock.at = EVENING
    load_fii_dii(tools, "17-Aug-2026", EVENING)
    clock.at = EVENING + timedelta(hours=2)
    report = load_fii_dii(tools, "17-Aug-2026", EVENING + timedelta(hours=2), RESTATED)

    assert (report.counts.changed, report.counts.unchanged, report.counts.new) == (1, 1, 0)
    assert connection.execute(
        "SELECT investor_class, net_inr_crore FROM market.fii_dii ORDER BY investor_class"
    ).fetchall() == [("dii", Decimal("3801.68")), ("fii_fpi", Decimal("-2457.5"))]
    assert connection.execute(
        "SELECT investor_class, sell_inr_crore, net_inr_crore, known_from, known_to FROM market.fii_dii_revision"
    ).fetchall() == [
        ("fii_fpi", Decimal("20365.04"), Decimal("-2457.49"), EVENING, EVENING + timedelta(hours=2))
    ]  # fmt: skip


def test_a_run_is_taken_back_with_its_revision_and_that_is_taken_back_too(tools: Tools, connection: Connection) -> None:
    load_fii_dii(tools, "17-Aug-2026", EVENING)
    changed = load_fii_dii(tools, "17-Aug-2026", EVENING + timedelta(hours=2), RESTATED)
    nets = "SELECT net_inr_crore FROM market.fii_dii WHERE investor_class = 'fii_fpi'"

    back = revert(FLOWS, changed.run_id, tools)
    after = connection.execute(nets).fetchone()
    revert(FLOWS, back.run_id, tools)

    assert after == (Decimal("-2457.49"),)
    assert connection.execute(nets).fetchone() == (Decimal("-2457.5"),)
    asked = "SELECT reverts_run_id FROM etl.run WHERE reverts_run_id IS NOT NULL ORDER BY run_id"
    assert connection.execute(asked).fetchall() == [(changed.run_id,), (back.run_id,)]


def test_what_a_run_had_added_is_withdrawn_when_it_is_taken_back(
    recorded: Path, tools: Tools, connection: Connection, clock: SetClock
) -> None:
    (path,) = (recorded / "flows").glob("nsdl_*.html")
    clock.at = FETCHED_AT
    run_id = load(tools, path.read_bytes(), FETCHED_AT, nsdl.FPI_LATEST).run_id
    clock.at = FETCHED_AT + timedelta(days=1)

    revert(FLOWS, run_id, tools)

    assert connection.execute("SELECT count(*) FROM market.fpi_flow").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM market.fpi_flow_revision").fetchone() == (17,)
    assert len(readers.fpi(connection, known=Known(FETCHED_AT + timedelta(hours=1)))) == 17


def test_a_rebuild_from_the_archive_gives_identical_rows(recorded: Path, tools: Tools, connection: Connection) -> None:
    load_files(everything(recorded)[::10], tools)
    load_fii_dii(tools, "17-Aug-2026", EVENING)
    run_id = load_fii_dii(tools, "17-Aug-2026", EVENING + timedelta(hours=2), RESTATED).run_id
    load_fii_dii(tools, "18-Aug-2026", EVENING + timedelta(days=1))
    revert(FLOWS, run_id, tools)
    with pytest.raises(ContentRefused):
        load(tools, fii_dii_body("18-Aug-2026", ("0", "0", "0")), EVENING + timedelta(days=1, hours=1), nse.FII_DII)
    before = contents(connection)

    report = rebuild(FLOWS, tools)

    assert contents(connection) == before
    assert report.payloads == 15
    assert report.rows == {"fii_dii": 4, "participant_oi": 50, "fpi_flow": 17, "revisions": 2}
    assert connection.execute("SELECT count(*) FROM etl.run WHERE payload_id IS NULL AND status = 'success'"
                              ).fetchone() == (1,), "the rebuild's own"  # fmt: skip


def test_as_of_reads_of_the_recorded_answers_leave_out_what_was_fetched_long_after(
    recorded: Path, tools: Tools, connection: Connection, clock: SetClock
) -> None:
    """All were fetched on 01-Jun-2026, as far as this database knows."""
    clock.at = FETCHED_AT
    load_files(sorted((recorded / "flows").glob("nse_fiidiiTradeReact_*.json")), tools)
    then = datetime(2021, 12, 31, tzinfo=UTC)

    assert readers.fii_dii(connection, known=Known(then)) == []
    found = readers.fii_dii(connection, known=Known(then, include_reconstructed=True))
    assert {one.trade_date for one in found} == {date(2021, 11, 30), date(2021, 12, 7)}
    assert all(one.reconstructed for one in found)
    assert len(readers.fii_dii(connection, known=Known(FETCHED_AT + timedelta(minutes=5)))) == 6
