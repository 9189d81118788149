"""Loose words find the scheme that is meant, on the recorded files; and the words that are kept for it stay true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from munim.core.payload import Payload
from munim.readers.scheme_search import search
from pipelines.catalogue import NAV
from pipelines.ingest import ingest, plan
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context

if TYPE_CHECKING:
    from loaders.database import Connection

QUERIES = Path(__file__).with_name("scheme_queries.txt")
"""A line each: the code that is meant, and what a person typed for it."""

FILES = ("NAVAll_2017-04-13.txt", "NAVAll_2025-07-25*.txt", "NAVAll_2026-08-19*.txt", "NAVAll_2026-08-20*.txt")

HEADER = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
HEADINGS = "\n \nOpen Ended Schemes(Equity Scheme - Flexi Cap Fund)\n \nPPFAS Mutual Fund\n \n"

WORDS_COUNTED = """
SELECT count(*) FROM (
    SELECT word, count(DISTINCT scheme_code) AS schemes
    FROM market.scheme, unnest(etl.name_words(amc, long_name, base_name)) AS word WHERE word <> '' GROUP BY word
) AS counted
FULL JOIN (SELECT * FROM etl.scheme_word WHERE schemes > 0) AS kept USING (word, schemes)
WHERE counted.word IS NULL OR kept.word IS NULL
"""


def test_messy_words_find_the_scheme_among_the_first_five(recorded: Path, tools: Tools, connection: Connection) -> None:
    files = [path for name in FILES for path in sorted((recorded / "nav").glob(name))]
    assert [report.status for _, report in ingest(NAV, plan(NAV, files), tools)] == ["success"] * 4
    assert connection.execute(WORDS_COUNTED).fetchone() == (0,)
    queries = [line.split("|") for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    assert len(queries) >= 200
    missed = [
        (code, words) for code, words in queries if code not in [one.scheme_code for one in search(connection, words)]
    ]
    assert len(missed) <= 0.05 * len(queries), missed


def _load(tools: Tools, at: datetime, *names: tuple[str, str]) -> str:
    rows = "\n".join(f"{code};-;-;{name};10.5;14-Aug-2026" for code, name in names)
    body = (HEADER + HEADINGS + rows + "\n").encode()
    payload = Payload("amfi.latest", at.isoformat(), "file:made", at, body, "file")
    return load_payload(NAV, payload, tools, context(tools, NAV.name, Options())).status


MONDAY = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 8, 18, 3, 0, tzinfo=UTC)
DIRECT = ("122639", "Parag Parikh Flexi Cap Fund - Direct Plan - Growth")
REGULAR = ("122640", "Parag Parikh Flexi Cap Fund - Regular Plan - Growth")
PAYOUT = ("153965", "Parag Parikh Flexi Cap Fund - Regular Plan - IDCW")


def _found(connection: Connection, words: str) -> list[tuple[str, str | None, str | None, str]]:
    return [(one.scheme_code, one.plan, one.option, one.status) for one in search(connection, words)]


def test_a_tie_gives_every_candidate_with_plan_and_option(tools: Tools, connection: Connection) -> None:
    _load(tools, MONDAY, DIRECT, REGULAR, PAYOUT)
    assert _found(connection, "ppfas flexi") == [
        ("122639", "direct", "growth", "active"),
        ("122640", "regular", "growth", "active"),
        ("153965", "regular", "idcw", "active"),
    ]
    first, second, _ = search(connection, "ppfas flexi")
    assert first.score == second.score > Decimal("0.9")
    assert _found(connection, "ppfas flexi reg dividend")[0] == ("153965", "regular", "idcw", "active")
    assert _found(connection, "growth direct flexicap parekh")[0] == ("122639", "direct", "growth", "active")


def test_a_former_name_is_found_and_told(tools: Tools, connection: Connection) -> None:
    _load(tools, MONDAY, (DIRECT[0], "Parag Parikh Long Term Value Fund - Direct Plan - Growth"), REGULAR)
    _load(tools, TUESDAY, DIRECT, REGULAR)
    found = search(connection, "ppfas long term value")
    assert (found[0].scheme_code, found[0].name) == DIRECT
    assert found[0].former_name == "Parag Parikh Long Term Value Fund - Direct Plan - Growth"
    assert search(connection, "ppfas flexi dir")[0].former_name is None


def test_a_vanished_scheme_is_found_after_those_that_are_listed(tools: Tools, connection: Connection) -> None:
    _load(tools, MONDAY, DIRECT, REGULAR, PAYOUT)
    _load(tools, TUESDAY, REGULAR, PAYOUT)
    assert _found(connection, "parag parikh flexi growth")[:2] == [
        ("122640", "regular", "growth", "active"),
        ("122639", "direct", "growth", "vanished"),
    ]


def test_words_that_no_name_has_find_nothing(tools: Tools, connection: Connection) -> None:
    _load(tools, MONDAY, DIRECT)
    assert [search(connection, words) for words in ("zzyzx", "", "direct growth", "'; DROP TABLE x; --", "%")] == [
        []
    ] * 5


def test_the_kept_words_follow_names_and_an_unchanged_file_costs_nothing(
    tools: Tools, connection: Connection, latest_payload: Callable[[bytes, datetime], Payload]
) -> None:
    _load(tools, MONDAY, DIRECT, REGULAR)
    assert connection.execute("SELECT schemes FROM etl.scheme_word WHERE word = 'flexi'").fetchone() == (2,)
    versions = "SELECT array_agg(xmin || word || schemes ORDER BY word) FROM etl.scheme_word"
    before = connection.execute(versions).fetchone()
    _load(tools, TUESDAY, REGULAR, DIRECT)
    assert connection.execute(versions).fetchone() == before
    _load(tools, TUESDAY.replace(hour=9), (DIRECT[0], "Parag Parikh Multi Fund - Direct Plan"), REGULAR)
    words = "SELECT word, schemes FROM etl.scheme_word WHERE word IN ('flexi', 'multi') ORDER BY word"
    assert connection.execute(words).fetchall() == [("flexi", 1), ("multi", 1)]
    assert connection.execute(WORDS_COUNTED).fetchone() == (0,)
    connection.execute("TRUNCATE market.scheme, market.scheme_revision")
    assert connection.execute("SELECT count(*) FROM etl.scheme_word").fetchone() == (0,)
