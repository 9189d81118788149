"""The recorded NAV files, loaded for real: counts, exact values, and nothing at all the second time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from munim.core.errors import ContentRefused
from pipelines.catalogue import NAV
from pipelines.ingest import ingest, plan
from pipelines.tools import Tools

if TYPE_CHECKING:
    import psycopg

MODERN = "NAVAll_202*.txt"
ROW_VERSIONS = """
SELECT md5(string_agg(md5(row.version), '' ORDER BY row.version)) FROM (
    SELECT 'nav' || xmin || ctid || nav_date || scheme_code AS version FROM market.nav
    UNION ALL SELECT 'scheme' || xmin || ctid || scheme_code FROM market.scheme
    UNION ALL SELECT 'fact' || xmin || ctid || scheme_code FROM etl.scheme_fact
    UNION ALL SELECT 'revision' || xmin || ctid || scheme_code FROM market.scheme_revision
    UNION ALL SELECT 'quarantine' || xmin || ctid || quarantine_id FROM etl.quarantine
    UNION ALL SELECT 'note' || xmin || ctid || note_id FROM etl.quality_note
    UNION ALL SELECT 'payload' || xmin || ctid || payload_id FROM etl.payload
) AS row
"""


def _load(files: list[Path], tools: Tools) -> list[tuple[str, int, int]]:
    reports = [report for _, report in ingest(NAV, plan(NAV, files), tools)]
    return [(report.status, report.counts.read, report.counts.absent) for report in reports]


def _one(connection: psycopg.Connection[tuple[object, ...]], query: str) -> object:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def test_eight_files_give_exactly_their_rows_and_again_nothing(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    files = sorted((recorded / "nav").glob(MODERN))
    done = _load(files, tools)
    assert [status for status, _, _ in done] == ["success"] * 8
    assert sum(read for _, read, _ in done) == 113_736
    assert sum(absent for _, _, absent in done) == 30
    assert _one(connection, "SELECT count(*) FROM market.nav") == 72_768
    assert _one(connection, "SELECT count(*) FROM market.scheme") == 14_956
    assert _one(connection, "SELECT count(*) FROM market.nav_revision") == 0
    assert _one(connection, "SELECT count(*) FROM etl.quarantine") == 0
    before = _one(connection, ROW_VERSIONS)
    assert [status for status, _, _ in _load(files, tools)] == ["repeat"] * 8
    assert _one(connection, ROW_VERSIONS) == before


def test_every_stored_value_equals_the_text_in_the_files(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    files = sorted((recorded / "nav").glob(MODERN))
    _load(files, tools)
    expected: dict[tuple[str, str], Decimal] = {}
    for path in files:
        for line in path.read_bytes().decode().splitlines():
            cells = line.split(";")
            if len(cells) > 5 and cells[0].strip().isdigit() and cells[-2].strip() != "N.A.":
                expected[cells[-1].strip(), cells[0].strip()] = Decimal(cells[-2].strip())
    rows = connection.execute("SELECT to_char(nav_date, 'DD-Mon-YYYY'), scheme_code, nav FROM market.nav").fetchall()
    assert {(day, code): nav for day, code, nav in rows} == expected


def test_the_day_the_names_were_cut_keeps_every_long_name(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    _load(sorted((recorded / "nav").glob("NAVAll_2026-08-*.txt")), tools)
    long_and_base = "SELECT long_name, base_name, plan, option FROM market.scheme WHERE scheme_code = '108273'"
    assert _one(connection, long_and_base) == (
        "Aditya Birla Sun Life Banking & PSU Debt Fund - Regular Plan-Growth",
        "Aditya Birla Sun Life Banking & PSU Debt Fund",
        "regular",
        "growth",
    )
    # Three schemes are new on that day: AMFI never gave them a long name.
    assert _one(connection, "SELECT count(*) FROM market.scheme WHERE long_name IS NULL") == 3
    assert _one(connection, "SELECT count(*) FROM market.scheme WHERE base_name IS NULL") == 0
    told = "SELECT detail->>'schemes' FROM etl.quality_note WHERE kind = 'mass_relabel'"
    assert _one(connection, told) == "14280"


def test_the_2017_layout_with_prices_loads(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    done = _load([recorded / "nav" / "NAVAll_2017-04-13.txt"], tools)
    assert done == [("success", 13_661, 67)]
    assert _one(connection, "SELECT count(*) FROM market.nav") == 13_594
    value = "SELECT nav FROM market.nav WHERE scheme_code = '135763' AND nav_date = '2017-04-13'"
    # Its repurchase price is 10.9819: a column by position would give that.
    assert _one(connection, value) == Decimal("11.3215")
    fetched = "SELECT fetched_at AT TIME ZONE 'Asia/Kolkata' FROM etl.payload"
    assert str(_one(connection, fetched)) == "2017-04-13 23:59:59"


def test_history_excerpts_take_their_place_beside_latest(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    folder = recorded / "nav"
    _load([folder / "NAVAll_2026-08-20T023412Z.txt"], tools)
    done = _load(sorted(folder.glob("history_*.csv")), tools)
    assert done == [("success", 26, 6), ("success", 23, 0), ("success", 38, 0)]
    overnight = "SELECT nav FROM market.nav WHERE scheme_code = '145486' AND nav_date = '2026-08-23'"
    assert _one(connection, overnight) == Decimal("1486.5316")
    name = "SELECT long_name, base_name FROM market.scheme WHERE scheme_code = '145486'"
    assert _one(connection, name) == (
        "ADITYA BIRLA SUN LIFE OVERNIGHT FUND-DIRECT PLAN-GROWTH",
        "ADITYA BIRLA SUN LIFE OVERNIGHT FUND",
    )
    # Seen in history alone: a dead scheme of 2006 was never listed, so it was never seen nor vanished.
    dead = "SELECT long_name, first_seen_at, vanished_at FROM market.scheme WHERE scheme_code = '102644'"
    assert _one(connection, dead) == ("ABN AMRO  Short Term Income Fund-Institutional Plan-Growth Option", None, None)


@pytest.mark.parametrize(
    ("name", "said"), [("error_http404_nginx.html", "404 Not Found"), ("error_one_byte_body.txt", "1 byte")]
)
def test_an_error_body_is_archived_and_refused_and_the_tables_keep_what_they_had(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]], name: str, said: str
) -> None:
    path = recorded / "nav" / name
    payloads = plan(NAV, [path], fetched_at=tools.clock())
    with pytest.raises(ContentRefused, match=said):
        list(ingest(NAV, payloads, tools))
    assert _one(connection, "SELECT status, sha256 FROM etl.run") == ("refused", payloads[0].sha256)
    assert tools.archive.get(payloads[0].sha256) == path.read_bytes()
    assert _one(connection, "SELECT count(*) FROM market.nav") == 0


def test_a_scheme_that_vanishes_is_marked_and_kept(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    files = [recorded / "nav" / f"NAVAll_{at}.txt" for at in ("2025-07-25T031329Z", "2026-08-18T023237Z")]
    _load(files, tools)
    gone = (
        "SELECT count(*), min(vanished_at)::text, max(last_seen_at)::text FROM market.scheme "
        "WHERE vanished_at IS NOT NULL"
    )
    assert _one(connection, gone) == (673, "2026-08-18 02:32:37+00", "2025-07-25 03:13:29+00")


def test_freshness_goes_by_the_share_of_live_schemes_that_have_the_day_that_is_due(
    recorded: Path, tools: Tools, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    _load([recorded / "nav" / "NAVAll_2026-08-20T023412Z.txt"], tools)
    at = (
        "SELECT newest_content, due_content, due_share, status FROM etl.freshness_at('{} Asia/Kolkata') "
        "WHERE feed = 'amfi.latest'"
    )
    assert _one(connection, at.format("2026-08-20 09:59")) == (
        date(2026, 8, 19), date(2026, 8, 18), Decimal("0.9974"), "fresh",
    )  # fmt: skip
    # Of the schemes that wait for nobody 98% have the 19th in the file of 08:04.
    assert _one(connection, at.format("2026-08-20 11:14")) == (
        date(2026, 8, 19), date(2026, 8, 19), Decimal("0.9797"), "fresh",
    )  # fmt: skip
    # 8,184 of all 8,683 live ones have it: a quarter of an hour after 11:00 that is too few.
    assert _one(connection, at.format("2026-08-20 11:15")) == (
        date(2026, 8, 19), date(2026, 8, 19), Decimal("0.9425"), "late",
    )  # fmt: skip
    assert _one(connection, at.format("2026-08-24 11:00")) == (
        date(2026, 8, 19), date(2026, 8, 21), Decimal("0.0000"), "stale",
    )  # fmt: skip
