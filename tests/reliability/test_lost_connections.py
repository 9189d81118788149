"""Connections that break at a chosen message: what was under way is done again, once, and told as it was done."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import stamina

from tests.reliability import proxy, tables
from tests.reliability.conftest import Round, Rounds
from tests.reliability.deeds import DEEDS, Deed, Told, tools_of
from tests.reliability.proxy import Cut, Message, Proxy

END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """The back-off takes no time, and the number of attempts stays that of the product."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="munim-") as made:
        yield Path(made)


@dataclass(frozen=True)
class Done:
    """All that a deed leaves: what it told, the tables, the ledger and the archive."""

    told: Told
    content: tables.Content
    runs: Counter[tuple[str, str | None, bool]]
    archived: list[tuple[object, ...]]


def do(
    deed: Deed, rounds: Rounds, proxied: tuple[Proxy, str] | None, choose: proxy.Choose = lambda _message: None
) -> Done:
    """Do a deed in a new round, through the proxy if there is one."""
    # A server whose client is gone goes on with what it was told last: it would be at the tables that are emptied.
    rounds.round.connection.execute(END_OTHERS)
    place = rounds.new()
    if deed.first is not None:
        deed.first(tools_of(place), place)
    url = None
    if proxied is not None:
        proxied[0].begin(choose)
        url = proxied[1]
    told = deed.do(tools_of(place, url=url), place)
    return Done(told, place.checksum(), Counter(tables.runs(place.connection)), archived(place))


def archived(place: Round) -> list[tuple[object, ...]]:
    archive = tools_of(place).archive
    return [(one.feed, one.fetched_at, one.sha256) for one in archive.manifests()]


def breaking(broken: Mapping[int, Cut]) -> proxy.Choose:
    return lambda message: broken.get(message.number)


def breaking_commit(number: int, cut: Cut) -> proxy.Choose:
    """Break at the commit of this number, counted from 0: other messages vary in how many there are."""
    commits = count()

    def choose(message: Message) -> Cut | None:
        return cut if message.is_commit and next(commits) == number else None

    return choose


last_one = pytest.param(1, id="last commit")
every_one = pytest.param(100, id="every commit", marks=pytest.mark.long)


@pytest.mark.parametrize("commits", [last_one, every_one])
@pytest.mark.parametrize("name", DEEDS)
def test_a_commit_whose_outcome_is_unknown_is_settled(
    rounds: Rounds, folder: Path, database_url: str, name: str, commits: int
) -> None:
    undisturbed = do(DEEDS[name], rounds, None)
    with proxy.between(database_url, folder) as proxied:
        assert do(DEEDS[name], rounds, proxied) == undisturbed
        total = sum(message.is_commit for message in proxied[0].messages)
        assert total
        for number in range(total)[-commits:]:
            for cut in Cut:
                done = do(DEEDS[name], rounds, proxied, breaking_commit(number, cut))

                assert done == undisturbed, f"{cut} of commit {number} of {total}"
                assert proxied[0].cuts == 1


@pytest.mark.parametrize("times", [pytest.param(1, id="once"), pytest.param(150, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", DEEDS)
def test_a_connection_that_breaks_at_any_message_is_made_anew_and_the_work_is_done_once(
    rounds: Rounds, folder: Path, database_url: str, name: str, times: int
) -> None:
    chance = random.Random(f"{name} {times}")
    with proxy.between(database_url, folder) as proxied:
        undisturbed = do(DEEDS[name], rounds, proxied)
        total = len(proxied[0].messages)
        for _ in range(times):
            # Up to three of them in one deed.
            broken = {chance.randrange(total): chance.choice(list(Cut)) for _ in range(chance.choice([1, 1, 3]))}

            done = do(DEEDS[name], rounds, proxied, breaking(broken))

            assert done == undisturbed, f"broken at {broken} of {total}"
