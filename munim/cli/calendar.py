"""`munim calendar`: holidays and sessions."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from munim.cli import doors
from munim.cli.output import console, say, show_csv, show_json, show_record, show_table
from munim.cli.words import AsOfOption, FromOption, Output, OutputOption, SeriesOutput, ToOption, examples, read_day
from munim.core.calendar import Standing, days_between
from munim.core.clock import ist_date, now
from munim.core.errors import RequestWrong
from munim.readers import calendar as readers

if TYPE_CHECKING:
    from munim.core.calendar import Calendar
    from munim.readers.calendar import ListedHoliday

app = typer.Typer(help="Read the exchanges' holidays and sessions.", no_args_is_help=True)

FIRST_YEAR, LAST_YEAR = 1994, 2100

ExchangeOption = Annotated[str, typer.Option("--exchange", metavar="NAME", help="Exchange: NSE or BSE.")]

SHOWN_SEGMENTS = ("CM", "FO")


@app.command(
    "show",
    epilog=examples(
        "munim calendar show",
        "munim calendar show 2024",
        "munim calendar show 2024 --as-of 2024-05-01",
        "munim calendar show 2026 -o csv",
    ),
)
def show(
    year: Annotated[
        int | None,
        typer.Argument(metavar="YEAR", min=FIRST_YEAR, max=LAST_YEAR, help="Year; this one where none is given."),
    ] = None,
    *,
    exchange: ExchangeOption = readers.NSE,
    as_of: AsOfOption = None,
    output: Annotated[
        SeriesOutput, typer.Option("--output", "-o", help="How to answer on stdout; JSON and CSV have every day.")
    ] = SeriesOutput.TABLE,
) -> None:
    """Draw a year: what traded, what is expected to, what is closed and why, and what nobody knows."""
    of_year = year or ist_date(now()).year
    first, last = date(of_year, 1, 1), date(of_year, 12, 31)
    with doors.open_reading(doors.open_settings()) as connection:
        calendar = readers.load_calendar(connection, exchange, as_of)
        listed = readers.holidays(connection, first, last, exchange, as_of)
    rows = [
        (exchange, day, calendar.standing(day), calendar.session_kind(day), _reason(calendar, day))
        for day in days_between(first, last)
    ]
    columns = ["exchange", "day", "standing", "kind", "reason"]
    if output is SeriesOutput.JSON:
        days = [dict(zip(columns, row, strict=True)) for row in rows]
        show_json({"exchange": exchange, "year": of_year, "as_of": as_of, "days": days, "holidays": listed})
    elif output is SeriesOutput.CSV:
        show_csv(columns, rows)
    else:
        _draw(calendar, of_year, exchange, listed)


@app.command("day", epilog=examples("munim calendar day 2024-11-01", "munim calendar day 2026-04-01 -o json"))
def day(
    of: Annotated[date, typer.Argument(parser=read_day, metavar="DATE", help="Day.")],
    *,
    exchange: ExchangeOption = readers.NSE,
    as_of: AsOfOption = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say whether a day was a session, what proves it, and which lists have it or had it."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.day(connection, of, exchange, as_of)
    if output is Output.JSON:
        show_json(found)
        return
    proof = found.proof
    show_record(
        f"{exchange} {of:%A, %Y-%m-%d}",
        {
            "standing": found.standing,
            "kind": found.kind,
            "reason": found.reason,
            "proof": proof and proof.proof,
            "proven by": proof and proof.url,
            "known from (IST)": proof and proof.known_from,
        },
    )
    if found.holidays:
        rows = [
            (one.list_type, one.segment, one.description, "listed" if one.listed else "withdrawn", one.known_from,
             one.url)
            for one in found.holidays
        ]  # fmt: skip
        show_table("lists", ["list", "segment", "words", "", "known from (IST)", "source"], rows)


@app.command(
    "check", epilog=examples("munim calendar check", "munim calendar check --from 2024-01-01 --to 2024-12-31 -o json")
)
def check(
    *,
    first: FromOption = None,
    last: ToOption = None,
    exchange: ExchangeOption = readers.NSE,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show where exchange_calendars and pandas_market_calendars differ from ours, and where lists and proof do.

    Without --from and --to: from the first day that is proven to the last.
    """
    from pipelines import calendar_check  # noqa: PLC0415 - the libraries bring pandas

    with doors.open_reading(doors.open_settings()) as connection:
        calendar = readers.load_calendar(connection, exchange)
    if not calendar.proven:
        raise RequestWrong(
            f"no session of {exchange} is proven", advice="load a list of trading days with `munim ingest calendar`"
        )
    span = (first or min(calendar.proven), last or max(calendar.proven))
    found = calendar_check.check(calendar, *span)
    missing = [one for one in calendar.missing(*span) if one.year in calendar.years]
    contradictions = [one for one in calendar.contradictions() if span[0] <= one <= span[1]]
    if output is Output.JSON:
        show_json({"differences": found, "missing": missing, "contradictions": contradictions})
        return
    rows = [
        (one.day, f"{one.day:%a}", f"{one.library} {one.version} {one.calendar}",
         "session" if one.theirs else "closed", one.ours, one.why)
        for one in found
    ]  # fmt: skip
    show_table(f"{exchange}, {span[0]} to {span[1]}", ["day", "", "library", "theirs", "ours", "why"], rows)
    say(f"weekdays of listed years that neither traded nor are explained: {_days(missing)}")
    say(f"listed holidays that traded, and were no Muhurat: {_days(contradictions)}")


def _draw(calendar: Calendar, year: int, exchange: str, listed: list[ListedHoliday]) -> None:
    from munim.cli.calendar_drawing import LEGEND, draw_year  # noqa: PLC0415 - brings rich

    stdout = console()
    say(f"{exchange} {year}")
    stdout.print(draw_year(calendar, year, stdout.width))
    counts = Counter(calendar.standing(one) for one in days_between(date(year, 1, 1), date(year, 12, 31)))
    say(f"{counts[Standing.TRADED]} traded, {counts[Standing.EXPECTED]} expected, {counts[Standing.UNKNOWN]} unknown")
    say(LEGEND)
    if year not in calendar.years:
        say(f"there is no whole list of the holidays of {year}: its other weekdays are not known")
    rows = [
        (one.holiday_date, f"{one.holiday_date:%a}", one.description,
         "traded" if one.holiday_date in calendar.proven else "", "" if one.listed else "withdrawn", one.list_type)
        for one in _once(listed)
    ]  # fmt: skip
    if rows:
        show_table("holidays of equity", ["day", "", "words", "", "", "list"], rows)


def _once(listed: list[ListedHoliday]) -> list[ListedHoliday]:
    """Return equity's holidays, each once: of CM where it has the day, else of FO."""
    kept: dict[tuple[date, str], ListedHoliday] = {}
    for one in sorted(
        listed, key=lambda one: SHOWN_SEGMENTS.index(one.segment) if one.segment in SHOWN_SEGMENTS else 9
    ):
        if one.segment in SHOWN_SEGMENTS:
            kept.setdefault((one.holiday_date, one.list_type), one)
    return [kept[key] for key in sorted(kept)]


def _reason(calendar: Calendar, of: date) -> str | None:
    return None if calendar.standing(of) is Standing.TRADED else calendar.explanation(of)


def _days(days: list[date]) -> str:
    return ", ".join(f"{one:%Y-%m-%d}" for one in days) or "none"
