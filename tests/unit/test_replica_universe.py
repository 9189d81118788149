"""The made universe: the same for the same seed, with the counts of AMFI's files; a value hangs on when one looks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from munim.core.clock import IST
from munim.core.errors import RequestWrong
from munim.replica.timeline import business, day_number, midnight, published_at, seconds
from munim.replica.universe import Universe

FIRST_MORNING = datetime(2025, 7, 16, 8, 5, tzinfo=IST)
PERIOD = timedelta(days=370)


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe()


def is_isin(text: str) -> bool:
    """The check of ISO 6166, written here apart from the one that made them."""
    if len(text) != 12 or not text.startswith("INF") or not text.isalnum() or not text.isupper():
        return False
    digits = [int(digit) for character in text for digit in str(int(character, 36))]
    doubled = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def on_file(universe: Universe, at: datetime) -> set[int]:
    return set(universe.made.publication.latest_days(seconds(at))[0].tolist())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    one, again, other = Universe(7, 400), Universe(7, 400), Universe(8, 400)

    assert one.latest_file(FIRST_MORNING) == again.latest_file(FIRST_MORNING)
    assert one.latest_file(FIRST_MORNING) != other.latest_file(FIRST_MORNING)
    window = (date(2025, 6, 1), date(2025, 6, 30))
    assert one.history_file(*window, FIRST_MORNING) == again.history_file(*window, FIRST_MORNING)


def test_the_order_of_asking_changes_nothing() -> None:
    one, other = Universe(7, 400), Universe(7, 400)
    later = FIRST_MORNING + timedelta(days=100)

    forth = [one.latest_file(FIRST_MORNING), one.latest_file(later)]
    back = [other.latest_file(later), other.latest_file(FIRST_MORNING)]

    assert forth == back[::-1]


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (FIRST_MORNING, {"rows": 14_000, "dates": 871, "modal": 8_336, "zero": 244, "absent": 3}),
        (
            datetime(2025, 9, 27, 8, 5, tzinfo=IST),
            {"rows": 14_047, "dates": 868, "modal": 8_081, "zero": 244, "absent": 4},
        ),
        (
            datetime(2026, 8, 20, 8, 5, tzinfo=IST),
            {"rows": 14_167, "dates": 842, "modal": 8_841, "zero": 230, "absent": 0},
        ),
    ],
)
def test_a_mornings_file_has_the_counts_of_amfis(universe: Universe, at: datetime, counts: dict[str, int]) -> None:
    navs = universe.expected_navs(at)

    per_date = navs["nav_date"].value_counts()
    assert counts == {
        "rows": len(navs),
        "dates": len(per_date),
        "modal": per_date.iloc[0],
        "zero": (navs["nav_e8"] == 0).sum(),
        "absent": (navs["nav"] == "N.A.").sum(),
    }
    assert navs["scheme_code"].is_unique
    assert navs["nav_e8"].isna().sum() == counts["absent"]
    assert navs["nav_date"].min() >= pd.Timestamp(2008, 1, 1)


def test_in_a_year_836_schemes_come_689_go_and_none_comes_back(universe: Universe) -> None:
    files = [on_file(universe, FIRST_MORNING + timedelta(days=days)) for days in range(0, 371, 10)]

    assert len(files[-1] - files[0]) == 836
    assert len(files[0] - files[-1]) == 689
    gone: set[int] = set()
    for before, after in pairwise(files):
        assert not gone & after
        gone |= before - after


def test_in_a_year_17_days_restate_values_one_of_them_many(universe: Universe) -> None:
    first, last = day_number(FIRST_MORNING.date()), day_number((FIRST_MORNING + PERIOD).date())
    counts = []
    for day, restatement in sorted(universe.made.navs.restatements.items()):
        if first <= day <= last:
            sunday = datetime.fromtimestamp(restatement.seen_from, IST).replace(hour=8, minute=5)
            before, after = (
                universe.expected_navs(at).set_index("scheme_code") for at in (sunday, sunday + timedelta(1))
            )
            both = after.index.intersection(before.index)
            before, after = before.loc[both], after.loc[both]
            counts.append(int(((before["nav_date"] == after["nav_date"]) & (before["nav"] != after["nav"])).sum()))

    assert len(counts) == 17
    assert max(counts) == 1_592
    assert sum(counts) == 1_860
    assert min(counts) == 3


def test_a_value_hangs_on_when_it_is_looked_at(universe: Universe) -> None:
    restatement = max(universe.made.navs.restatements.values(), key=lambda one: (one.share, one.day))
    day = date(1970, 1, 1) + timedelta(days=restatement.day)
    seen_from = datetime.fromtimestamp(restatement.seen_from, IST)
    codes = universe.expected_schemes(seen_from)["scheme_code"].tolist()

    before = universe.nav_text(codes, day, seen_from - timedelta(seconds=1))
    after = universe.nav_text(codes, day, seen_from)
    long_after = universe.nav_text(codes, day, seen_from + timedelta(days=1))

    changed = [one != two for one, two in zip(before, after, strict=True)]
    assert sum(changed) > 1_000
    assert after == long_after
    assert [text is None for text in before] == [text is None for text in after]


def test_what_is_not_out_yet_or_never_was_has_no_text(universe: Universe) -> None:
    codes = universe.expected_schemes(FIRST_MORNING)["scheme_code"].tolist()
    day = FIRST_MORNING.date()

    assert universe.nav_text(codes, day, datetime(2025, 7, 16, 20, 29, tzinfo=IST)) == [None] * len(codes)
    assert universe.nav_text(["999999", "SIF-1"], day, datetime(2025, 7, 20, tzinfo=IST)) == [None, None]
    assert universe.nav_text([], day, FIRST_MORNING) == []


def test_navs_appear_through_the_night_and_some_a_day_later(universe: Universe) -> None:
    made = universe.made
    days = np.arange(day_number(date(2026, 6, 1)), day_number(date(2026, 6, 30)))
    days = days[business(days)]
    rows = np.arange(len(made.schemes))
    exists = made.publication.has_nav(rows[:, None], days[None, :])
    slow, forward = made.publication.slow[:, None], made.publication.forward[:, None]
    hours = (published_at(made.schemes.hash[:, None], slow, forward, days[None, :]) - midnight(days)) / 3600

    shares = [round(float((hours[exists] <= hour).mean()), 3) for hour in (20.4, 20.6, 23.5, 32, 34, 35, 58)]

    assert shares == [0.0, 0.002, 0.603, 0.969, 0.972, 0.992, 1.0]


def test_liquid_funds_are_dated_at_most_two_days_ahead(universe: Universe) -> None:
    ahead = []
    for days in range(371):
        at = FIRST_MORNING + timedelta(days=days)
        newest = universe.made.publication.latest_days(seconds(at))[1].max()
        ahead.append(int(newest) - day_number(at.date()))

    assert max(ahead) in {1, 2}
    assert sum(days > 0 for days in ahead) == 56


def test_every_isin_is_right_junk_or_missing(universe: Universe) -> None:
    words = universe.expected_schemes(datetime(2026, 8, 20, 8, 5, tzinfo=IST))
    isins = pd.concat([words["isin_payout"], words["isin_reinvestment"]])
    wrong = isins[[bool(text) and not is_isin(text) for text in isins]]
    right = words[[is_isin(text) for text in words["isin_payout"]]]

    assert sorted(set(wrong)) == ["#N/A", "INFXXX", "MATURED", "NOTAPP", "Redeemed", "inf0zzk01aa1"]
    assert len(wrong) == 10
    assert isins[[is_isin(text) for text in isins]].duplicated().sum() == 5
    assert ((words["isin_payout"] == "") & (words["isin_reinvestment"] == "")).sum() == 187
    houses = right[~right["isin_payout"].isin(isins[isins.duplicated()])]
    pairs = houses.assign(issuer=houses["isin_payout"].str[3:6])[["issuer", "amc"]].drop_duplicates()
    assert pairs["issuer"].is_unique
    assert pairs["amc"].is_unique


def test_history_says_what_latest_said_but_for_what_was_restated(universe: Universe) -> None:
    at = datetime(2026, 6, 10, 8, 5, tzinfo=IST)
    latest = universe.expected_navs(at)
    recent = latest[latest["nav_date"] >= pd.Timestamp(2026, 6, 1)]

    now = universe.expected_history(date(2026, 6, 1), date(2026, 6, 12), at)
    both = recent.merge(now, on=["scheme_code", "nav_date"], how="left", suffixes=("", "_history"))

    assert (both["nav"] == both["nav_history"]).all()

    later = universe.expected_history(date(2026, 6, 1), date(2026, 6, 12), at + timedelta(days=60))
    both = recent.merge(later, on=["scheme_code", "nav_date"], how="left", suffixes=("", "_history"))
    restated = both[both["nav"] != both["nav_history"]]
    days = {day_number(day.date()) for day in restated["nav_date"]}
    assert days <= set(universe.made.navs.restatements)


def test_the_scaled_value_is_the_text_exactly(universe: Universe) -> None:
    navs = universe.expected_navs(FIRST_MORNING)
    numbers = navs[navs["nav_e8"].notna()]
    whole, _, part = zip(*numbers["nav"].str.partition(".").to_numpy(), strict=True)

    scaled = [int(one) * 10**8 + int((two or "0").ljust(8, "0")) for one, two in zip(whole, part, strict=True)]

    assert scaled == numbers["nav_e8"].tolist()
    forms = {len(text.partition(".")[2]) if "." in text else None for text in numbers["nav"]}
    assert forms >= {None, 0, 1, 2, 3, 4, 5, 6, 7, 8}


def test_an_instant_needs_a_zone_and_lies_in_the_made_years(universe: Universe) -> None:
    with pytest.raises(RequestWrong, match="no time zone"):
        universe.latest_file(datetime(2026, 1, 1))  # noqa: DTZ001 -- that it is naive is the point
    with pytest.raises(RequestWrong, match="2006-04-01"):
        universe.latest_file(datetime(2001, 1, 1, tzinfo=IST))
