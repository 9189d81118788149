"""What `--slot` and `--feed` ask for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from munim.cli.slots import Asked, resolve
from munim.core.clock import IST
from munim.core.errors import RequestWrong
from pipelines.catalogue import NAV

NOW = datetime(2026, 8, 21, 2, 35, tzinfo=UTC)
EIGHT = datetime(2026, 8, 21, 8, 0, tzinfo=IST)
CURRENT = Asked("amfi.latest", "2026-08-21T08:00:00+05:30", EIGHT)


def test_without_a_slot_it_is_the_newest_scheduled_instant_in_indian_time() -> None:
    assert resolve(NAV, None, None, NOW) == [CURRENT]
    assert resolve(NAV, None, "amfi.latest", NOW) == [CURRENT]


@pytest.mark.parametrize("slot", ["2026-08-21T08:00", "2026-08-21T08:00:00+05:30", "2026-08-21T02:30:00Z"])
def test_the_current_instant_may_be_written_in_any_zone(slot: str) -> None:
    assert resolve(NAV, slot, None, NOW) == [CURRENT]


@pytest.mark.parametrize(
    ("slot", "written"),
    [
        ("2026-08-18", "2026-08-18"),
        ("2026-08-18..2026-08-18", "2026-08-18"),
        ("2026-08-01..2026-08-30", "2026-08-01..2026-08-30"),
    ],
)
def test_a_day_or_a_window_asks_for_history(slot: str, written: str) -> None:
    assert resolve(NAV, slot, None, NOW) == [Asked("amfi.history", written)]
    assert resolve(NAV, slot, "amfi.history", NOW) == [Asked("amfi.history", written)]


def test_a_feed_that_reads_history_again_is_asked_for_by_its_name_alone() -> None:
    assert resolve(NAV, None, "amfi.history", NOW) == [Asked("amfi.history", "2026-08-10..2026-08-19")]
    assert CURRENT in resolve(NAV, None, None, NOW)
    assert all(one.feed != "amfi.history" for one in resolve(NAV, None, None, NOW))


def test_another_instant_is_refused_and_pointed_to_its_day() -> None:
    with pytest.raises(RequestWrong, match=r"current slot is 2026-08-21T08:00:00\+05:30.*--slot 2026-08-19"):
        resolve(NAV, "2026-08-19T23:30", None, NOW)


def test_made_sites_serve_any_instant() -> None:
    asked = resolve(NAV, "2026-08-19T23:30", None, NOW, any_instant=True)

    instant = datetime(2026, 8, 19, 23, 30, tzinfo=IST)
    assert asked == [Asked("amfi.latest", "2026-08-19T23:30:00+05:30", instant)]


def test_a_long_window_is_refused_with_the_pieces_to_ask_for() -> None:
    with pytest.raises(RequestWrong) as caught:
        resolve(NAV, "2026-01-01..2026-03-02", None, NOW)

    assert str(caught.value).endswith("--slot 2026-01-01..2026-01-30, --slot 2026-01-31..2026-03-01, --slot 2026-03-02")
    assert "61 days" in str(caught.value)


@pytest.mark.parametrize(
    ("slot", "feed", "why"),
    [
        ("2026-08-30..2026-08-01", None, "ends before it begins"),
        ("2026-02-30", None, "no date"),
        ("18-Aug-2026", None, "is no slot"),
        ("2026-08", None, "is no slot"),
        ("2026-08-21T08:00", "amfi.history", "give a day or a window"),
        ("2026-08-18", "amfi.latest", "leave --slot out"),
        (None, "amfi.gold", "it has amfi.latest, amfi.history"),
    ],
)
def test_what_can_not_be_asked_for_is_refused(slot: str | None, feed: str | None, why: str) -> None:
    with pytest.raises(RequestWrong, match=why):
        resolve(NAV, slot, feed, NOW)
