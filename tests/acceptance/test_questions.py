"""Thirty questions, each answered rightly in one call, over MCP and over HTTP: value, day, basis and citation."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import TextContent

from loaders import embedded
from loaders.database import Database
from munim.api.serving import both, open_desk
from munim.api.wording import unworded
from munim.core.payload import Payload
from munim.core.settings import Settings
from pipelines.catalogue import NAV
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context
from scrapers.archive import Archive
from tests.acceptance.made_questions import HISTORY, HISTORY_DAY, LOADED_AT, Asked, Right, Truth, thirty
from tests.commands import munim
from tests.integration.made_answers import serving

ASKED_AT = LOADED_AT + timedelta(hours=1)

Answered = tuple[dict[str, Any] | None, str]
"""The record of an answer, or None and the words of a no."""


@dataclass(frozen=True)
class World:
    """The demo's tables behind both doors, and what the replica says of them."""

    url: str
    asked: list[Asked]
    archived: frozenset[str]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Load what the demo loads, and a history in which a name gives an order; the folder is short and open."""
    folder = Path(tempfile.mkdtemp(prefix="munim-"))
    folder.chmod(0o755)
    home = folder / "home"
    try:
        ended = munim("demo", settings={"HOME": str(folder), "MUNIM_HOME": str(home)}, cwd=folder)
        assert ended.code == 0, ended.err
        truth = Truth()
        database = Database("replica", lambda: ASKED_AT, home=home)
        _load_an_instruction(truth, database, home)
        with open_desk(Settings(home=home), database) as desk, serving(both(desk, None, "", "127.0.0.1")) as url:
            archived = frozenset(path.stem for path in (home / "archive" / "objects").rglob("*.zst"))
            yield World(url, thirty(truth), archived)
    finally:
        embedded.stop(home)
        shutil.rmtree(folder, ignore_errors=True)


def _load_an_instruction(truth: Truth, database: Database, home: Path) -> None:
    at = LOADED_AT + timedelta(minutes=45)

    def clock() -> datetime:
        return at

    def no_client() -> Any:
        raise AssertionError

    archive = Archive.open(str(home / "archive"), "replica", clock)
    tools = Tools(Database("replica", clock, home=home), archive, clock, no_client, asked_by="a test")
    slot = f"{HISTORY_DAY}..{HISTORY_DAY}"
    payload = Payload("amfi.history", slot, HISTORY, at, truth.history_with_an_instruction(), "file")
    assert load_payload(NAV, payload, tools, context(tools, NAV.name, Options())).status == "success"


def over_mcp(url: str, asked: list[Asked]) -> list[Answered]:
    async def ask_all() -> list[Answered]:
        async with httpx2.AsyncClient() as http, Client(streamable_http_client(f"{url}/mcp", http_client=http)) as mcp:
            return [_told(await mcp.call_tool(one.question, dict(one.parameters))) for one in asked]

    return anyio.run(ask_all)


def _told(result: Any) -> Answered:
    (content,) = result.content
    assert isinstance(content, TextContent)
    if result.is_error:
        return None, content.text
    assert unworded(content.text) == result.structured_content
    return result.structured_content, ""


def over_http(url: str, asked: list[Asked]) -> list[Answered]:
    found: list[Answered] = []
    for one in asked:
        given = {name: str(value) for name, value in one.parameters.items()}
        answer = httpx2.get(f"{url}/v1/{one.question}", params=given)
        record = answer.json()
        found.append((record, "") if answer.status_code == 200 else (None, f"{record['detail']}; {record['advice']}"))
    return found


def wrong(right: Right, answered: Answered, archived: frozenset[str]) -> list[str]:
    """Return what of an answer is not right."""
    record, no = answered
    if record is None or right.no is not None:
        return [] if right.no is not None and right.no in no else [f"no: {no or record}"]
    rows = [dict(zip(record["columns"], row, strict=True)) for row in record["rows"]]
    source, notes = record["source"], " | ".join(record.get("notes", []))
    checks: Mapping[str, bool] = {
        f"rows {rows[:3]}": len(rows) >= len(right.rows)
        and all(_has(row, wanted) for row, wanted in zip(rows, right.rows, strict=False)),
        f"count {len(rows)}": right.count is None or len(rows) == right.count,
        f"as_of {record['as_of']}": right.as_of is None or record["as_of"] == right.as_of.isoformat(),
        f"basis {record['basis']}": right.basis in record["basis"],
        f"source {source}": right.url is None
        or (source is not None and source["url"].startswith(right.url) and source["sha256"] in archived),
        f"sha256 {source}": right.sha256 is None or (source is not None and source["sha256"] == right.sha256),
        f"notes {notes}": all(one in notes for one in right.notes),
        f"untrusted {record.get('untrusted')}": right.untrusted is None or right.untrusted in record["untrusted"],
        f"truncated {record['truncated']}": record["truncated"] is right.truncated,
    }
    return [name for name, holds in checks.items() if not holds]


def _has(row: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    written = {name: value.isoformat() if isinstance(value, date) else value for name, value in wanted.items()}
    return {name: row.get(name) for name in written} == written


@pytest.mark.parametrize("ask", [over_mcp, over_http])
def test_thirty_questions_are_answered_rightly_in_one_call_each(
    world: World, ask: Callable[[str, list[Asked]], list[Answered]], capsys: pytest.CaptureFixture[str]
) -> None:
    answers = ask(world.url, world.asked)
    found = {one.words: wrong(one.right, said, world.archived) for one, said in zip(world.asked, answers, strict=True)}
    with capsys.disabled():
        right = sum(not one for one in found.values())
        sys.stdout.write(f"\n{right} of {len(found)} questions answered rightly {ask.__name__.replace('_', ' ')}\n")

    assert len(found) == 30
    assert {words: one for words, one in found.items() if one} == {}
