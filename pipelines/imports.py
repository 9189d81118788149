"""Histories that an analyst already has, brought in under a name of their own and checked like anything else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loaders.retry import with_retries
from munim.core.calendar import Standing, days_between
from munim.core.clock import ist_date
from munim.core.errors import RequestWrong
from munim.core.payload import Payload
from munim.readers.calendar import load_calendar
from munim.readers.known_flows import figures_known
from pipelines import flows, flows_import
from pipelines.flows_fii_dii import Figures
from pipelines.flows_import import Header, Known
from pipelines.run import load_payload
from pipelines.tools import Options, Tools, context

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from loaders.database import Connection
    from loaders.report import LoadReport
    from pipelines.dataset import DataSet


def import_flows(dataset: DataSet, path: Path, header: Header, tools: Tools, options: Options) -> LoadReport:
    """Load a file of FII/DII figures under a source's name; its rows are marked as imported.

    Lines whose day was no session, or whose session has other figures from another source, are refused by what is
    known now; the archived bytes say which. Raises `RequestWrong` for a file or a map that can't be, and as
    `load_payload`.
    """
    try:
        file = path.read_bytes()
    except OSError as error:
        raise RequestWrong(f"{path} can't be read: {error.strerror}") from error
    started = context(tools, dataset.name, options)
    at = started.started_at
    body = flows_import.write(file, header)
    known = with_retries(tools.database, lambda session: known_now(session, ist_date(at)))
    body = flows_import.judged(body, ist_date(at), known)
    payload = Payload(flows.IMPORT, at.isoformat(), f"file:{path.name}", at, body, origin="import")
    return load_payload(dataset, payload, tools, started)


def known_now(session: Connection, today: date) -> Known:
    """Return what the tables know of sessions and of figures up to a day.

    Days of years without a list of holidays count as sessions unless they are weekends: nothing is known against them.
    """
    calendar = load_calendar(session)
    figures = {(one.trade_date, one.investor_class, one.scope, one.source): one for one in figures_known(session)}
    stored = {key: Figures(one.buy_inr_crore, one.sell_inr_crore, one.net_inr_crore) for key, one in figures.items()}
    first = min([*calendar.proven, *(key[0] for key in stored)], default=today - timedelta(days=366))
    sessions = {day for day in days_between(first, today) if calendar.standing(day) is not Standing.CLOSED}
    session.rollback()
    return Known(sessions, stored, {key: one.basis for key, one in figures.items()})
