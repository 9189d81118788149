"""`munim ipo`: public issues."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from munim.cli import doors
from munim.cli.outcome import outcome_record, show_report
from munim.cli.output import as_record, say, show_csv, show_json, show_table
from munim.cli.words import Output, OutputOption, SeriesOutput, examples, read_instant
from munim.core.errors import RequestWrong
from munim.readers import ipo as readers
from munim.readers.ipo_records import Issue

if TYPE_CHECKING:
    from decimal import Decimal

app = typer.Typer(help="Follow public issues from announcement to listing.", no_args_is_help=True)


class Status(StrEnum):
    """Where an issue is in its life."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    LISTED = "listed"
    WITHDRAWN = "withdrawn"
    VANISHED = "vanished"


AsOfOption = Annotated[
    datetime | None,
    typer.Option(
        parser=read_instant,
        metavar="TIME",
        help="As known here at that time, with no look-ahead; a day alone is its end in India.",
    ),
]
SourceTimeOption = Annotated[
    bool, typer.Option("--source-time", help="With --as-of: go by when the source told it, whenever it was loaded.")
]
OneArgument = Annotated[str, typer.Argument(metavar="SOURCE:ID", help="A source's id, such as nse:SONA@2026.")]
OtherArgument = Annotated[str, typer.Argument(metavar="SOURCE:ID", help="Another one, such as bse:8001.")]


@app.command(
    "list",
    epilog=examples(
        "munim ipo list --status open",
        "munim ipo list --as-of 2026-09-28",
        "munim ipo list --kind all -o csv",
    ),
)
def list_issues(
    *,
    status: Annotated[
        Status | None,
        typer.Option(
            help="Only issues that are there in their life; vanished: dropped by their sources without a word."
        ),
    ] = None,
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="Kind: ipo, fpo, rights, debt, invit, reit, ofs, buyback, or all.")
    ] = "ipo",
    as_of: AsOfOption = None,
    source_time: SourceTimeOption = False,
    output: Annotated[
        SeriesOutput, typer.Option("--output", "-o", help="How to answer on stdout; JSON and CSV have every column.")
    ] = SeriesOutput.TABLE,
) -> None:
    """List issues, those that open last first; IPOs alone, where no other kind is asked for."""
    _check_times(as_of, source_time=source_time)
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.issues(
            connection,
            status=status and status.value,
            kind=None if kind == "all" else kind,
            at=as_of,
            source_time=source_time,
        )
    if output is SeriesOutput.JSON:
        show_json(found)
    elif output is SeriesOutput.CSV:
        show_csv(list(Issue.__dataclass_fields__), (list(as_record(one).values()) for one in found))
    else:
        rows = [
            (one.symbol, one.company, one.platform, one.status, one.open_date, one.close_date, _band(one),
             one.listing_date)
            for one in found
        ]  # fmt: skip
        columns = ["symbol", "company", "platform", "status", "opens", "closes", "band ₹", "lists"]
        show_table(f"{len(found)} issues", columns, rows)


@app.command(
    "show",
    epilog=examples(
        "munim ipo show MONEYVIEW",
        "munim ipo show MONEYVIEW --plot",
        "munim ipo show nse:SONA@2026 --as-of 2026-09-20T12:00",
        "munim ipo show orient cables -o json",
    ),
)
def show(
    words: Annotated[
        list[str],
        typer.Argument(metavar="SYMBOL|ISIN|SOURCE:ID|WORDS", help="A symbol, ISIN, id, number, or words of the name."),
    ],
    *,
    as_of: AsOfOption = None,
    source_time: SourceTimeOption = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw the bids by category over time.")] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show an issue: its terms, its life with every change, bids by category, premiums, and who says so."""
    _check_times(as_of, source_time=source_time)
    with doors.open_reading(doors.open_settings()) as connection:
        issue = readers.find_issue(connection, " ".join(words), as_of, source_time=source_time)
        life = readers.life(connection, issue.ipo_id, as_of, source_time=source_time)
        bids = readers.bids(connection, issue.ipo_id, as_of, source_time=source_time)
        premiums = readers.premiums(connection, issue.ipo_id, as_of, source_time=source_time)
        sources = readers.source_ids(connection, issue.ipo_id)
        listing = readers.listing(connection, issue, as_of, source_time=source_time)
    if output is Output.JSON:
        show_json({
            "issue": issue, "as_of": as_of, "sources": sources, "life": life, "subscription": bids, "gmp": premiums,
            "listing": listing,
        })  # fmt: skip
        return
    from munim.cli import ipo_drawing  # noqa: PLC0415 - brings the drawing library

    if plot:
        say(ipo_drawing.draw_bids(issue, bids))
        return
    ipo_drawing.show_issue(issue, life, sources, listing)
    ipo_drawing.show_bids(bids, premiums)


@app.command("doubtful", epilog=examples("munim ipo doubtful", "munim ipo doubtful -o json"))
def doubtful(output: OutputOption = Output.TABLE) -> None:
    """List pairs of ids that may be one issue and are not joined: for a person to link or unlink."""
    with doors.open_reading(doors.open_settings()) as connection:
        found = readers.doubtful(connection)
    if output is Output.JSON:
        show_json(found)
        return
    rows = [
        (one.score, one.one, one.company, one.open_date, one.other, one.other_company, one.other_open_date)
        for one in found
    ]
    show_table(f"{len(found)} pairs", ["score", "id", "company", "opens", "id", "company", "opens"], rows)
    if found:
        say("`munim ipo link ID ID` makes two one issue, `munim ipo unlink ID ID` keeps them apart")


@app.command("link", epilog=examples("munim ipo link nse:ORIENTCABL@2026 ipowatch:orient-cables"))
def link(one: OneArgument, other: OtherArgument, *, output: OutputOption = Output.TABLE) -> None:
    """Decide that two sources' ids are one issue; it is archived, and a rebuild obeys it.

    What is decided last of two ids holds. `munim runs revert` takes a decision back.
    """
    _decide("link", one, other, output)


@app.command("unlink", epilog=examples("munim ipo unlink nse:SONA@2026 chittorgarh:2210"))
def unlink(one: OneArgument, other: OtherArgument, *, output: OutputOption = Output.TABLE) -> None:
    """Decide that two sources' ids are not one issue, whatever joins them; it is archived, and a rebuild obeys it.

    What is decided last of two ids holds. `munim runs revert` takes a decision back.
    """
    _decide("unlink", one, other, output)


def _decide(verdict: Literal["link", "unlink"], one: str, other: str, output: Output) -> None:
    from pipelines import ipo_links  # noqa: PLC0415 - brings the driver
    from pipelines.ipo_numbers import read_member, written  # noqa: PLC0415
    from pipelines.ipo_set import IPO  # noqa: PLC0415

    settings = doors.open_settings()
    members = read_member(one), read_member(other)
    with doors.open_reading(settings) as connection:
        for member in members:
            readers.check_known(connection, written(member))
    report = ipo_links.decide(IPO, verdict, *members, doors.open_tools(settings, None))
    if output is Output.JSON:
        show_json(outcome_record(report.status, report.run_id, report))
    else:
        show_report(f"{verdict} {written(members[0])} {written(members[1])}", report)


def _band(issue: Issue) -> str | None:
    low, high = _plain(issue.price_band_low), _plain(issue.price_band_high)
    if low is None or high is None:
        return None
    return low if low == high else f"{low} to {high}"


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _check_times(as_of: datetime | None, *, source_time: bool) -> None:
    if as_of is None and source_time:
        raise RequestWrong("--source-time goes with --as-of")
