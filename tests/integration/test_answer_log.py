"""What was answered is written down, and can be given again as it was known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from loaders.database import Database
from munim.api.desk import Desk
from munim.api.draft import Caller
from munim.api.replay import Replay, replay
from munim.api.serving import open_desk
from munim.api.wrong import NotWrittenDown
from munim.core.errors import NotFound, RequestWrong
from munim.readers.answer import Answer
from munim.readers.answer_log import LoggedAnswer, list_answers, show_answer
from munim.readers.questions import QUESTIONS
from munim.readers.session import reading
from pipelines.catalogue import NAV
from pipelines.decisions import revert
from pipelines.tools import Options, Tools
from tests.commands import munim_here
from tests.conftest import SetClock
from tests.integration.made_answers import DAY, GROWTH, MONDAY, growth, load, settings

CALLER = Caller("http", "a reader")
FRIDAY = {"scheme": GROWTH, "on": "2026-08-14"}


@pytest.fixture
def desk(database: Database, tools: Tools, clock: SetClock) -> Iterator[Desk]:
    load(tools, clock, growth("101.2340", "14-Aug-2026"), MONDAY)
    clock.at = MONDAY + timedelta(hours=1)
    with open_desk(settings(), database) as opened:
        yield opened


def ask(desk: Desk, name: str, parameters: Mapping[str, object]) -> Answer:
    return desk.ask(name, desk.read(name, parameters), CALLER)


def newest(database: Database) -> LoggedAnswer:
    with reading(database) as connection:
        return list_answers(connection, 1)[0]


def again(database: Database, logged: LoggedAnswer) -> Replay:
    with reading(database) as connection:
        return replay(connection, show_answer(connection, logged.answer_id), QUESTIONS)


def test_an_answer_is_written_down_with_who_asked_what_and_as_known_when(desk: Desk, database: Database) -> None:
    answer = ask(desk, "nav", {"scheme": f" {GROWTH} ", "on": "2026-08-14"})
    logged = newest(database)

    assert (logged.door, logged.caller, logged.question, logged.outcome) == ("http", "a reader", "nav", "answered")
    assert logged.parameters == {**FRIDAY, "limit": 30, "known_at": answer.known_at.isoformat()}
    assert logged.known_at == answer.known_at
    assert MONDAY + timedelta(hours=1) < logged.asked_at < logged.known_at
    assert logged.freshness == answer.record()["freshness"]
    assert logged.head["row_count"] == 1
    assert logged.head["source"] == answer.record()["source"]
    assert len(logged.sha256) == 64


def test_a_restatement_a_revert_and_a_load_of_the_past_change_no_replay(
    desk: Desk, database: Database, tools: Tools, clock: SetClock
) -> None:
    ask(desk, "nav", FRIDAY)
    first = newest(database)
    run = load(tools, clock, growth("999", "14-Aug-2026"), MONDAY + DAY)
    ask(desk, "nav", FRIDAY)
    second = newest(database)
    revert(NAV, run, tools, Options())
    ask(desk, "nav", FRIDAY)
    third = newest(database)
    load(tools, clock, growth("55", "13-Aug-2026"), MONDAY - DAY, recorded_at=MONDAY + 3 * DAY)

    values = []
    for one in (first, second, third):
        found = again(database, one)
        assert found.equal, found.differences
        assert found.answer is not None
        values.append(str(found.answer.rows[0][1]))
    assert values == ["101.234", "999", "101.234"]
    assert len({first.sha256, second.sha256, third.sha256}) == 3


def test_the_same_answer_has_the_same_hash_whenever_it_is_asked(desk: Desk, database: Database) -> None:
    ask(desk, "nav", FRIDAY)
    first = newest(database)
    ask(desk, "nav", FRIDAY)

    assert newest(database).sha256 == first.sha256
    assert newest(database).answer_id > first.answer_id


def test_a_no_is_written_down_and_stays_a_no_when_it_has_become_a_yes(
    desk: Desk, database: Database, tools: Tools, clock: SetClock
) -> None:
    with pytest.raises(NotFound):
        ask(desk, "nav", {"scheme": GROWTH, "on": "2026-08-01"})
    absent = newest(database)
    with pytest.raises(RequestWrong):
        ask(desk, "nav", {"scheme": GROWTH, "on": "2026-08-20"})
    future = newest(database)
    load(tools, clock, growth("50", "31-Jul-2026"), MONDAY - DAY, recorded_at=MONDAY + DAY)
    clock.at = MONDAY + 30 * DAY

    assert (absent.outcome, future.outcome) == ("not_found", "refused")
    assert "no NAV up to 2026-08-01" in str(absent.head["no"])
    assert again(database, absent).equal
    assert again(database, future).equal


@pytest.mark.parametrize(
    ("question", "parameters"), [("nav_latest", {"category": "elss"}), ("changes", {"dataset": "nav"})]
)
def test_newest_navs_and_changes_are_given_again_after_later_loads_and_new_names(
    desk: Desk, database: Database, tools: Tools, clock: SetClock, question: str, parameters: Mapping[str, object]
) -> None:
    told = ask(desk, question, parameters)
    logged = newest(database)
    load(tools, clock, growth("999", "14-Aug-2026", "Axis Another Name - Growth"), MONDAY + DAY)
    load(tools, clock, growth("50", "31-Jul-2026"), MONDAY - DAY, recorded_at=MONDAY + 2 * DAY)
    clock.at = MONDAY + 3 * DAY
    found = again(database, logged)

    assert found.equal, found.differences
    assert found.answer is not None
    assert found.answer.rows == told.rows
    assert ask(desk, question, parameters).rows != told.rows


def test_what_was_missing_is_said_to_be_of_the_present(
    desk: Desk, database: Database, tools: Tools, clock: SetClock
) -> None:
    clock.at = MONDAY + 2 * DAY
    assert len(ask(desk, "nav_latest", {"missing_due": True}).rows) == 1
    logged = newest(database)
    assert "known_at" not in logged.parameters
    assert again(database, logged).equal
    load(tools, clock, growth("102", "18-Aug-2026"), MONDAY + 2 * DAY)
    found = again(database, logged)

    assert not found.equal
    assert found.differences[-1].startswith("nav_latest asked so takes no known_at: it tells of the present")


def test_a_question_of_the_present_says_why_its_replay_differs(
    desk: Desk, database: Database, tools: Tools, clock: SetClock
) -> None:
    ask(desk, "find_scheme", {"query": GROWTH})
    logged = newest(database)
    assert again(database, logged).equal
    load(tools, clock, growth("102", "17-Aug-2026", "Axis Another Name - Growth"), MONDAY + DAY)
    found = again(database, logged)

    assert not found.equal
    assert found.differences[0] == "rows: as many, and others"
    assert found.differences[1].startswith("find_scheme takes no known_at: it tells of the present")


def test_what_cannot_be_written_down_is_not_said(desk: Desk, database: Database) -> None:
    with desk.log.session() as connection:
        connection.execute("ALTER TABLE etl.answer_log RENAME TO elsewhere")
        connection.commit()

    with pytest.raises(NotWrittenDown, match=r"could not be written down: .*; it is not given; see that"):
        ask(desk, "nav", FRIDAY)


def test_the_command_lists_shows_and_replays(desk: Desk, database: Database, tools: Tools, clock: SetClock) -> None:
    ask(desk, "nav", FRIDAY)
    ask(desk, "find_scheme", {"query": GROWTH})
    nav, found = newest(database).answer_id - 1, newest(database).answer_id
    where = {"MUNIM_DATABASE_URL": str(database.url)}
    load(tools, clock, growth("102", "17-Aug-2026", "Axis Another Name - Growth"), MONDAY + DAY)

    listed = munim_here("answers", "list", "-o", "json", settings=where).answer
    assert [(one["answer_id"], one["question"]) for one in listed] == [(found, "find_scheme"), (nav, "nav")]
    shown = munim_here("answers", "show", str(nav), "-o", "json", settings=where).answer
    assert shown["parameters"]["on"] == "2026-08-14"
    same = munim_here("answers", "replay", str(nav), settings=where)
    assert (same.code, same.out.splitlines()[-1]) == (0, "equal to what was said")
    other = munim_here("answers", "replay", str(found), "-o", "json", settings=where)
    assert (other.code, other.answer["equal"]) == (3, False)
    assert munim_here("answers", "show", "99999", settings=where).err == (
        "munim: the log has no answer 99999; see `munim answers list`\n"
    )
