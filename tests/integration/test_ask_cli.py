"""`munim ask`: the questions by name, what may be asked, answers as tables and JSON, and a no with its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.tools import Tools
from tests.commands import Ended, munim_here
from tests.conftest import SetClock
from tests.integration.test_ask_nav import GROWTH, MONDAY, growth, load

__all__ = ["load"]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {"MUNIM_DATABASE_URL": database_url, "MUNIM_HOME": str(tmp_path), "MUNIM_REPLICA": "http://127.0.0.1:1"}


def test_people_ask_what_agents_ask_and_a_wrong_request_ends_with_2(
    settings: dict[str, str], load: object, tools: Tools, clock: SetClock
) -> None:
    assert callable(load)
    load(growth("101.2340", "14-Aug-2026"), MONDAY)

    def ask(*words: str) -> Ended:
        return munim_here("ask", *words, settings=settings)

    assert "nav_performance" in ask().out
    answer = json.loads(ask("nav", f"scheme={GROWTH}", "on=2026-08-14", "-o", "json").out)
    assert answer["rows"] == [["2026-08-14", "101.234"]]
    shown = ask("nav", f"scheme={GROWTH}", "on=2026-08-15")
    assert "101.234" in shown.out
    assert "no NAV of 2026-08-15: this is the last one before" in shown.err
    wrong = {
        ("nav",): "scheme: Field required",
        ("nav", "scheme"): "'scheme' has no value",
        ("nav", f"scheme={GROWTH}", "on=2099-01-01"): "on 2099-01-01 is yet to come",
        ("nav", "scheme=999999"): "no scheme has the code or ISIN '999999'",
        ("navs",): "there is no question 'navs'",
        ("flows", "view=sum"): "view=sum and sessions go together",
    }
    for words, said in wrong.items():
        done = ask(*words)
        assert (done.code, said in done.err) == (2, True), (words, done.err)
