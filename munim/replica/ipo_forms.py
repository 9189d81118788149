"""Numbers, bands and dates as the sites of public issues write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from munim.core.clock import IST
from munim.replica.ipo_issue import Band
from munim.replica.nse_files import MONTHS, nse_date


def java_double(number: float) -> str:
    """Return a number as Java prints a double: `3779440.0`, `1.176E7`, `4.5E-4`."""
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(float(number))
    mantissa, _, exponent = f"{Decimal(repr(float(number))).normalize():E}".partition("E")
    return f"{mantissa if '.' in mantissa else f'{mantissa}.0'}E{int(exponent)}"


def grouped(count: int) -> str:
    """Return a count in India's grouping: `6,62,77,860`."""
    digits = str(count)
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def rupees(amount: Decimal) -> str:
    """Return an amount without zeros at its end: `402`, `29.5`."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def nse_band(band: Band | None, number: int) -> str | None:
    """Return a band as NSE's lists write it; which of the ways hangs on the issue's number.

    Of 23 bands on 24-Sep-2025 one was `RS.76 to RS.81`; `Rs 426 to Rs 428`, `402` and `Rs.1000` are of past issues.
    """
    if band is None:
        return None
    low, high = rupees(band.low), rupees(band.high)
    if low == high:
        return high if number % 2 else f"Rs.{high}"
    if number % 13 == 7:
        return f"RS.{low} to RS.{high}"
    return f"Rs {low} to Rs {high}" if number % 11 == 5 else f"Rs.{low} to Rs.{high}"


def bse_band(band: Band | None) -> str | None:
    """Return a band as BSE writes it: `258.00 - 272.00`, `29.00`."""
    if band is None:
        return None
    return f"{band.high:.2f}" if band.low == band.high else f"{band.low:.2f} - {band.high:.2f}"


def report_band(band: Band | None) -> str:
    """Return a band as Chittorgarh's report writes it: `258.00 to 272.00`."""
    return (bse_band(band) or "").replace(" - ", " to ")


def past_date(day: date) -> str:
    """Return a date as NSE's past issues have it: `25-SEP-2026`; `06-Sep-2012` before 2020."""
    return nse_date(day).upper() if day.year >= 2020 else nse_date(day)


def nse_stamp(at: datetime) -> str:
    """Return `28-Sep-2026 17:00:00`."""
    local = at.astimezone(IST)
    return f"{nse_date(local.date())} {local:%H:%M:%S}"


def short_date(day: date | None) -> str:
    """Return `7-Oct`, as InvestorGain's table shows it."""
    return "" if day is None else f"{day.day}-{MONTHS[day.month - 1]}"


def short_stamp(at: datetime | None) -> str:
    """Return `18-Oct 7:33`."""
    if at is None:
        return ""
    local = at.astimezone(IST)
    return f"{short_date(local.date())} {local.hour}:{local.minute:02}"
