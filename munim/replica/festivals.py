"""Holidays whose date moves with the moon, by rule, so that any year has a list that looks like NSE's.

The rules are means (lunations of one length, tabular Islamic months): of the exchange's 99 weekdays off from October
2019 to August 2026 they give four in five, and most others a day off.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_LUNATION: Final = 29.530588861
_FIRST_MOON: Final = 2_451_550.09766 - 1_721_424.5 + 5.5 / 24
"""The mean new moon of 6 January 2000 (Meeus, Astronomical Algorithms, ch. 49), in proleptic days at India's clock."""
_HIJRI_EPOCH: Final = 227_014
"""The proleptic day before 1 Muharram of the year 1, as it is counted in India."""


def moving_holidays(year: int) -> dict[date, str]:
    """Return the moving holidays of the exchange's own list in a year, by date."""
    chaitra = _new_moon_before(date(year, 4, 15))
    bhadrapada = _new_moon_before(date(year, 9, 18))
    ashvina = _new_moon_before(date(year, 10, 18))
    kartika = _new_moon_before(date(year, 11, 17))
    return {
        _day(chaitra - _LUNATION - 2.1): "Mahashivratri",
        _day(chaitra - _LUNATION / 2 + 0.5): "Holi",
        _day(chaitra + 8.75): "Shri Ram Navami",
        _day(chaitra + 13): "Shri Mahavir Jayanti",
        _good_friday(year): "Good Friday",
        _day(bhadrapada + 3.85): "Shri Ganesh Chaturthi",
        _day(ashvina + 9.7): "Dussehra",
        laxmi_pujan(year): "Diwali Laxmi Pujan",
        laxmi_pujan(year) + timedelta(days=1): "Balipratipada",
        _day(kartika + 14.3): "Prakash Gurpurb Sri Guru Nanak Dev",
        **_islamic(year, 10, 1, "Id-Ul-Fitr (Ramadan Eid)"),
        **_islamic(year, 12, 10, "Bakri Id"),
        **_islamic(year, 1, 10, "Muharram"),
    }


def bank_holidays(year: int) -> dict[date, str]:
    """Return the days on which only the debt and currency segments and the clearing house are closed."""
    chaitra = _new_moon_before(date(year, 4, 15))
    return {
        date(year, 2, 19): "Chhatrapati Shivaji Maharaj Jayanti",
        _day(chaitra + 1): "Gudi Padwa",
        date(year, 4, 1): "Annual Bank Closing",
        _day(chaitra + _LUNATION * 1.5): "Buddha Pournima",
        **_islamic(year, 3, 12, "Id-E-Milad"),
    }


def laxmi_pujan(year: int) -> date:
    """Return the day of Diwali on which the exchange trades for an hour, though it is a holiday (Muhurat)."""
    return _day(_new_moon_before(date(year, 11, 17)) - 0.2)


def _day(number: float) -> date:
    return date.fromordinal(int(number))


def _new_moon_before(day: date) -> float:
    months = (day.toordinal() - _FIRST_MOON) // _LUNATION
    return _FIRST_MOON + months * _LUNATION


def _good_friday(year: int) -> date:
    """Return the Friday before Easter (the anonymous Gregorian computus)."""
    golden, century = year % 19, year // 100
    epact = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    epact -= epact // 28 * (1 - epact // 28 * (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    easter = date(year, 3, 28) + timedelta(days=epact - weekday)
    return easter - timedelta(days=2)


def _islamic(year: int, month: int, day: int, name: str) -> dict[date, str]:
    """Return the day of a Hijri month in a year; none, one or two of them."""
    about = int((year - 622) * 33 / 32)
    days = (_from_hijri(hijri, month, day) for hijri in range(about - 1, about + 3))
    return {one: name for one in days if one.year == year}


def _from_hijri(year: int, month: int, day: int) -> date:
    before = (month - 1) * 29 + month // 2
    return date.fromordinal(_HIJRI_EPOCH + (year - 1) * 354 + (3 + 11 * year) // 30 + before + day)
