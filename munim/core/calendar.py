"""The trading calendar of an exchange, from its lists of holidays and from the days that are proven to have traded.

Pure: what it is given is all that it knows. A day that traded is a session whatever a list says: weekends do (9 times
from 2019 to 2026), and listed holidays (Muhurat). Where no list of a year is there, that is said and nothing guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from munim.core.errors import ContentLate

EQUITY_SEGMENTS = ("CM", "FO")
"""Equity and its derivatives trade on the same days; the first whose list of a year is whole says them."""

FIXED_HOLIDAYS = frozenset({(1, 26), (5, 1), (8, 15), (10, 2), (12, 25)})
"""Month and day of holidays of every year; none that is no weekend is missing in a recorded list, and none traded."""

MUHURAT_SEASON = ((10, 13), (11, 16))
"""Month and day between which Diwali's new moon falls, and with it the hour of Muhurat trading."""

MUHURAT_WORDS = ("diwali", "laxmi", "lakshmi", "muhurat")
NOT_MUHURAT_WORDS = ("bali", "pratipada")
"""`Diwali-Balipratipada` is the day after."""

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class HolidaysUnknown(ContentLate):
    """No whole list of a year's holidays is there, so nobody can say whether its weekdays are sessions."""


class Standing(StrEnum):
    """What is known of a day."""

    TRADED = "traded"
    EXPECTED = "expected"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class SessionKind(StrEnum):
    """What kind of session a day that traded was."""

    NORMAL = "normal"
    SPECIAL = "special"
    MUHURAT = "muhurat"


@dataclass(frozen=True)
class Holiday:
    """A day in a list of an exchange: `list_type` is trading or clearing; `withdrawn`: a newer list has it no more."""

    day: date
    segment: str = "CM"
    list_type: str = "trading"
    description: str | None = None
    withdrawn: bool = False


def is_weekend(day: date) -> bool:
    """Tell whether a day is a Saturday or a Sunday."""
    return day.weekday() >= SATURDAY


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def listed_years(days: Iterable[date]) -> set[int]:
    """Return the years that a list has whole: every fixed holiday of theirs that is no weekend.

    A list in part (a sample of 2023 has one day a segment) explains the days that it has, and no others.
    """
    listed = set(days)
    return {
        year
        for year in {day.year for day in listed}
        if all(is_weekend(day) or day in listed for day in (date(year, *fixed) for fixed in FIXED_HOLIDAYS))
    }


class Calendar:
    """The sessions of one exchange's equity segment."""

    def __init__(self, holidays: Iterable[Holiday], sessions: Iterable[date]) -> None:
        """Take the holidays of all lists, withdrawn ones too, and the days that are proven to have traded."""
        every = tuple(holidays)
        self._proven = frozenset(sessions)
        self._closed, self.years = _equity_list(every, "trading")
        self._unsettled, self.settlement_years = _equity_list(every, "clearing")
        self._words: dict[tuple[date, str], str | None] = {}
        for one in sorted(every, key=_says_most):
            if one.segment in EQUITY_SEGMENTS:
                self._words[one.day, one.list_type] = one.description

    @property
    def proven(self) -> frozenset[date]:
        """The days that are proven to have traded."""
        return self._proven

    def standing(self, day: date) -> Standing:
        """Return what is known of a day; a special session on a weekend is known when it is proven, not before."""
        if day in self._proven:
            return Standing.TRADED
        if is_weekend(day) or day in self._closed:
            return Standing.CLOSED
        return Standing.EXPECTED if day.year in self.years else Standing.UNKNOWN

    def is_session(self, day: date) -> bool:
        """Tell whether a day traded or is to trade. Raises `HolidaysUnknown` where no list says it."""
        standing = self.standing(day)
        if standing is Standing.UNKNOWN:
            raise HolidaysUnknown(
                f"whether {day:%Y-%m-%d} is a session is not known: there is no whole list of the holidays of {day:%Y}",
                kept="",
                advice=f"load it with `munim run calendar`, or `munim ingest calendar` a list of {day:%Y}",
            )
        return standing in {Standing.TRADED, Standing.EXPECTED}

    def sessions(self, first: date, last: date) -> list[date]:
        """Return the sessions from a day to a day, both included. Raises `HolidaysUnknown` as `is_session`."""
        return [day for day in days_between(first, last) if self.is_session(day)]

    def previous_session(self, day: date) -> date:
        """Return the last session before a day. Raises `HolidaysUnknown` where it can't be told."""
        day -= ONE_DAY
        while not self.is_session(day):
            day -= ONE_DAY
        return day

    def next_session(self, day: date) -> date:
        """Return the first session after a day. Raises `HolidaysUnknown` where it can't be told."""
        day += ONE_DAY
        while not self.is_session(day):
            day += ONE_DAY
        return day

    def is_settlement(self, day: date) -> bool:
        """Tell whether trades are settled on a day: a weekday that the list of clearing has not.

        Raises `HolidaysUnknown` where no list of clearing says it. 01-Apr-2026 traded and nothing was settled.
        """
        if is_weekend(day) or day in self._unsettled:
            return False
        if day.year not in self.settlement_years:
            raise HolidaysUnknown(
                f"whether {day:%Y-%m-%d} settles is not known: there is no whole list of clearing of {day:%Y}",
                kept="",
                advice="load nse.holidays_clearing with `munim run calendar`",
            )
        return True

    def session_kind(self, day: date) -> SessionKind | None:
        """Return what kind of session a day that traded was; None when it did not, or no list of its year says it.

        Muhurat: a session on a weekend or a holiday (listed once, if no longer) that Diwali's words name, or, where
        there are no words, in Diwali's season. Another session on such a day is special.
        """
        if day not in self._proven:
            return None
        listed = (day, "trading") in self._words
        if not listed and not is_weekend(day):
            return SessionKind.NORMAL if day.year in self.years else None
        words = self._words.get((day, "trading"))
        muhurat = in_muhurat_season(day) if words is None else names_muhurat(words)
        return SessionKind.MUHURAT if muhurat else SessionKind.SPECIAL

    def explanation(self, day: date) -> str | None:
        """Return why a day is no session: weekend, or the words of a list; None when nothing explains it.

        A day in the list of clearing alone is explained by it in a year without a list of trading.
        """
        if is_weekend(day):
            return "weekend"
        if day in self._closed:
            return self._words.get((day, "trading")) or "holiday"
        if day in self._unsettled and day.year not in self.years:
            return f"{self._words.get((day, 'clearing')) or 'holiday'} (list of clearing)"
        return None

    def missing(self, first: date, last: date) -> list[date]:
        """Return the weekdays that no list explains and that are not proven, from a day to a day."""
        return [day for day in days_between(first, last) if day not in self._proven and self.explanation(day) is None]

    def contradictions(self) -> list[date]:
        """Return the listed holidays that traded and were no Muhurat session: the list or the proof is wrong."""
        traded = self._closed & self._proven
        return sorted(day for day in traded if self.session_kind(day) is not SessionKind.MUHURAT)


def in_muhurat_season(day: date) -> bool:
    """Tell whether Diwali's new moon can fall on a day."""
    first, last = MUHURAT_SEASON
    return first <= (day.month, day.day) <= last


def names_muhurat(description: str) -> bool:
    """Tell whether a holiday's words are those of Diwali's main day, on which Muhurat trading is held."""
    words = description.casefold()
    return any(word in words for word in MUHURAT_WORDS) and not any(word in words for word in NOT_MUHURAT_WORDS)


def _equity_list(holidays: tuple[Holiday, ...], list_type: str) -> tuple[frozenset[date], frozenset[int]]:
    """Return equity's days in lists of a type, and the years of which there is a whole one.

    Of each year the first of `EQUITY_SEGMENTS` that has it whole says the days; where none has, the days of all.
    """
    listed = {
        segment: {
            one.day for one in holidays if one.list_type == list_type and one.segment == segment and not one.withdrawn
        }
        for segment in EQUITY_SEGMENTS
    }
    whole = {segment: listed_years(days) for segment, days in listed.items()}
    says = {year: segment for segment in reversed(EQUITY_SEGMENTS) for year in whole[segment]}
    days = {day for segment, own in listed.items() for day in own if says.get(day.year, segment) == segment}
    return frozenset(days), frozenset(says)


def _says_most(holiday: Holiday) -> tuple[bool, bool, str]:
    """Order holidays so that the words that count come last: those of a list that holds, of equity itself."""
    return (holiday.description is not None, not holiday.withdrawn, "" if holiday.segment == "CM" else "~")
