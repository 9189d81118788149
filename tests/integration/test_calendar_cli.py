"""`munim calendar` shows a year, a day and what libraries say otherwise."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from munim.cli.calendar import app
from munim.core.errors import RequestWrong
from pipelines.calendar_set import CALENDAR
from pipelines.ingest import ingest, plan
from pipelines.tools import Tools
from tests.conftest import SetClock

if TYPE_CHECKING:
    import psycopg


@pytest.fixture
def loaded(
    recorded: Path,
    tools: Tools,
    clock: SetClock,
    database_url: str,
    connection: psycopg.Connection[tuple[object, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A database with the lists of 2024 and 2025 and the trading days, which the commands open."""
    if connection.execute("SELECT to_regclass('market.session') IS NULL").fetchone() == (True,):
        for name in ("0002_calendar_tables.sql", "0002_calendar.sql"):
            connection.execute(files("loaders.migrations").joinpath("versions", name).read_text(encoding="utf-8"))
    names = ("*400575b.csv", "*f5730c7.csv", "*all_segments.json", "*.txt")
    paths = [path for name in names for path in (recorded / "calendar").glob(name)]
    list(ingest(CALENDAR, plan(CALENDAR, paths, fetched_at=clock.at), tools))
    monkeypatch.setenv("MUNIM_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "110")


def munim(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


@pytest.mark.usefixtures("loaded")
def test_a_year_is_drawn_with_its_holidays() -> None:
    shown = munim("show", "2024").stdout.splitlines()

    assert shown[0] == "NSE 2024"
    assert shown[1].split() == ["January", "February", "March", "April"]
    assert "15.16.17.18.19.20s21-" in " ".join(shown)
    assert "249 traded, 0 expected, 0 unknown" in shown
    (muhurat,) = [line for line in shown if line.strip().startswith("2024-11-01")]
    assert muhurat.split() == ["2024-11-01", "Fri", "traded", "withdrawn", "trading"]


@pytest.mark.usefixtures("loaded")
def test_a_year_is_shown_as_known_at_a_time() -> None:
    asked = json.loads(munim("show", "2024", "--as-of", "2024-05-01", "-o", "json").stdout)
    now = json.loads(munim("show", "2024", "-o", "json").stdout)

    assert asked["holidays"] == [], "nothing was loaded here by then"
    assert len(asked["days"]) == 366
    assert {one["standing"] for one in asked["days"]} == {"unknown", "closed"}
    assert [one for one in now["days"] if one["day"] == "2024-11-20"] == [
        {"exchange": "NSE", "day": "2024-11-20", "standing": "closed", "kind": None, "reason": "holiday"}
    ]


@pytest.mark.usefixtures("loaded")
def test_a_day_is_shown_with_its_proof_and_its_lists() -> None:
    shown = munim("day", "2025-10-21").stdout
    found = json.loads(munim("day", "2025-10-21", "-o", "json").stdout)

    assert "NSE Tuesday, 2025-10-21" in shown
    assert "muhurat" in shown
    assert "Diwali Laxmi Pujan" in shown
    assert (found["standing"], found["kind"], found["proof"]["proof"]) == ("traded", "muhurat", "list")


@pytest.mark.usefixtures("loaded")
def test_every_day_of_a_year_goes_out_as_csv() -> None:
    lines = munim("show", "2025", "-o", "csv").stdout.splitlines()

    assert lines[0] == "exchange,day,standing,kind,reason"
    assert len(lines) == 366
    assert "NSE,2025-02-01,traded,special," in lines
    assert "NSE,2025-10-22,closed,,Balipratipada" in lines


@pytest.mark.usefixtures("loaded")
def test_the_check_shows_the_special_sessions_that_libraries_miss() -> None:
    pytest.importorskip("exchange_calendars")
    found = json.loads(munim("check", "--from", "2024-01-01", "--to", "2025-12-31", "-o", "json").stdout)
    shown = munim("check", "--from", "2024-01-01", "--to", "2025-12-31").stdout

    missed = {one["day"]: one["why"] for one in found["differences"] if one["library"] == "exchange_calendars"}
    assert missed == {
        "2024-01-20": "special", "2024-03-02": "special", "2024-05-18": "special", "2024-11-01": "muhurat",
        "2025-02-01": "special", "2025-10-21": "muhurat",
    }  # fmt: skip
    assert (found["missing"], found["contradictions"]) == ([], [])
    assert "weekdays of listed years that neither traded nor are explained: none" in shown


@pytest.mark.usefixtures("loaded")
def test_a_check_without_a_proven_session_says_what_to_load() -> None:
    with pytest.raises(RequestWrong, match="no session of BSE is proven"):
        munim("check", "--exchange", "BSE")
