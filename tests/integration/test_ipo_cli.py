"""`munim ipo` lists issues, shows one with its life and its bids, and takes decisions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from munim.cli.ipo import app
from munim.core.errors import RequestWrong
from pipelines.ingest import ingest, plan
from pipelines.ipo_set import IPO
from tests.conftest import SetClock

if TYPE_CHECKING:
    from pipelines.tools import Tools

FILES = (
    "nse_upcoming_ipos_2025-09-24.json", "nse_current_ipos_2025-09-24.json", "nse_active_category_2025-09-24.json",
    "ipowatch_gmp_history_3months_2025-09-26.json", "nse_ipo_current_issue_2026-09-28.json",
    "nse_all_upcoming_issues_ipo_2026-09-28.json", "bse_public_issues_2026-09-29.json",
    "nse_ipo_detail_BMISL_SME_2026-09-29.json",
)  # fmt: skip


@pytest.fixture
def loaded(
    recorded: Path, tools: Tools, clock: SetClock, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database with some recorded files, which the commands open."""
    clock.at = datetime(2026, 9, 30, 6, 0, tzinfo=UTC)
    list(ingest(IPO, plan(IPO, [recorded / "ipo" / name for name in FILES]), tools))
    for name, value in {
        "MUNIM_DATABASE_URL": database_url, "MUNIM_ARCHIVE": str(tmp_path / "archive"), "MUNIM_CONTACT": "desk@x.in",
        "MUNIM_HOME": str(tmp_path), "MUNIM_REPLICA": "http://127.0.0.1:9", "COLUMNS": "150",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


def munim(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


@pytest.mark.usefixtures("loaded")
def test_issues_are_listed_by_status_and_kind_and_as_known() -> None:
    shown = munim("list", "--status", "open").stdout
    opened = json.loads(munim("list", "--status", "open", "-o", "json").stdout)
    others = json.loads(munim("list", "--kind", "debt", "-o", "json").stdout)
    lines = munim("list", "--kind", "all", "-o", "csv").stdout.splitlines()

    assert {one["symbol"] for one in opened} == {"SRIT", "SHAHINVEST", None}
    assert "159 to 167" in shown
    assert [one["company"] for one in others] == ["Edelweiss Financial Services Limited"]
    assert lines[0].startswith("ipo_id,company,platform,security_kind,symbol")
    assert len(lines) > len(json.loads(munim("list", "-o", "json").stdout)) + 1
    assert json.loads(munim("list", "--as-of", "2026-09-01", "-o", "json").stdout) == [], "nothing was here then"
    then = json.loads(munim("list", "--as-of", "2025-09-25", "--source-time", "--status", "open", "-o", "json").stdout)
    assert {"SOLARWORLD", "JARO"} <= {one["symbol"] for one in then}
    with pytest.raises(RequestWrong, match="goes with --as-of"):
        munim("list", "--source-time")


@pytest.mark.usefixtures("loaded")
def test_an_issue_is_shown_with_its_life_its_bids_and_who_says_so() -> None:
    shown = munim("show", "BMISL").stdout
    found = json.loads(munim("show", "bmisl", "-o", "json").stdout)

    assert "Bench Mark Infotech Services Limited" in shown
    assert "open 2026-09-28 ──▶ closed 2026-09-29 ──▶" in shown
    assert "lot_size" in shown
    assert "bids, book nse, as of 2026-09-28 23:59:59 (IST), the newest of 2" in shown
    assert "nse:BMISL@2026" in shown
    assert found["issue"]["lot_size"] == 1200
    assert [one["status"] for one in found["life"]] == ["open", "closed", "closed"]
    assert len(found["subscription"]) == 32
    assert found["listing"] is None
    premium = munim("show", "atlanta", "electricals").stdout
    assert "UNOFFICIAL" in premium
    assert "15.51" in premium
    with pytest.raises(RequestWrong, match="no issue is known by 'nobody'"):
        munim("show", "nobody")


@pytest.mark.usefixtures("loaded")
def test_an_issue_is_shown_as_known_at_a_time() -> None:
    issue = json.loads(munim("show", "PACEDIGITK", "--as-of", "2025-09-25", "--source-time", "-o", "json").stdout)

    assert (issue["issue"]["status"], len(issue["life"])) == ("announced", 1)
    with pytest.raises(RequestWrong, match="nothing was known of 'PACEDIGITK'"):
        munim("show", "PACEDIGITK", "--as-of", "2025-09-25")


@pytest.mark.usefixtures("loaded")
def test_bids_of_one_time_are_no_line() -> None:
    assert "no bids are known" in munim("show", "VNL", "--plot").stdout
    assert "bids of one time are no line" in munim("show", "JAINREC", "--plot").stdout


@pytest.mark.usefixtures("loaded")
def test_doubtful_pairs_are_linked_and_unlinked_by_a_person() -> None:
    pairs = json.loads(munim("doubtful", "-o", "json").stdout)
    assert {(one["one"], one["other"]) for one in pairs} == {
        ("bse:8001", "ipowatch:orient-cables"), ("ipowatch:orient-cables", "nse:ORIENTCABL@2026")
    }  # fmt: skip
    assert "munim ipo link" in munim("doubtful").stdout

    linked = json.loads(munim("link", "nse:ORIENTCABL@2026", "ipowatch:orient-cables", "-o", "json").stdout)
    assert (linked["status"], linked["counts"]["issues_joined"]) == ("success", 1)
    assert json.loads(munim("doubtful", "-o", "json").stdout) == []
    sources = json.loads(munim("show", "orient cables india", "-o", "json").stdout)["sources"]
    assert {(one["source_id"], one["joined_by"]) for one in sources} == {
        ("ipowatch:orient-cables", "person"), ("nse:ORIENTCABL@2026", "person"), ("bse:8001", "score")
    }  # fmt: skip
    assert "success" in munim("unlink", "ipowatch:orient-cables", "nse:ORIENTCABL@2026").stdout
    for words, why in (
        (("nse:NOBODY@2026", "bse:8001"), "no source has given nse:NOBODY@2026"),
        (("ORIENTCABL", "bse:8001"), "'ORIENTCABL' is no source's id"),
        (("moneycontrol:1", "bse:8001"), "is no source's id"),
    ):
        with pytest.raises(RequestWrong, match=why):
            munim("link", *words)
