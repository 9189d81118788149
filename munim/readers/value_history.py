"""Which values a figure has had: each with when it was known, until when, and the file behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, LiteralString

from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date, datetime

    from loaders.database import Connection


@dataclass(frozen=True, slots=True)
class Said:
    """A value that was said: `what` it is of, as text in the words of its table, and which file said it.

    `known_to` is when another took its place or it was withdrawn; None while it stands.
    """

    what: str
    value: str | None
    known_from: datetime
    known_to: datetime | None
    recorded_at: datetime
    origin: str
    feed: str
    url: str
    sha256: str
    run_id: int | None


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a keyed table: its table and key, the condition that finds it, and the columns that are shown."""

    table: str
    key: tuple[str, ...]
    condition: LiteralString
    columns: tuple[str, ...]
    group: str | None = None


_FIGURES: Mapping[str, _Figure] = MappingProxyType({
    "fii_dii": _Figure(
        "fii_dii",
        ("trade_date", "investor_class", "scope", "source"),
        "trade_date = %(day)s AND investor_class = %(key)s",
        ("net_inr_crore", "buy_inr_crore", "sell_inr_crore", "basis"),
    ),
    "fpi_flow": _Figure(
        "fpi_flow",
        ("reporting_date", "asset_class", "route"),
        "reporting_date = %(day)s AND asset_class = %(key)s",
        ("net_inr_crore", "gross_purchases_inr_crore", "gross_sales_inr_crore"),
    ),
    "participant_oi": _Figure(
        "participant_oi",
        ("trade_date", "client_type"),
        "trade_date = %(day)s AND client_type = %(key)s",
        ("total_long_contracts", "total_short_contracts"),
    ),
    "equity": _Figure(
        "equity_eod",
        ("exchange", "trade_date", "symbol", "series"),
        "exchange = %(exchange)s AND trade_date = %(day)s AND symbol = ANY (%(symbols)s)",
        ("close", "open", "high", "low", "volume"),
        "price",
    ),
})  # fmt: skip


def nav_history(connection: Connection, scheme_code: str, day: date, at: datetime) -> list[Said]:
    """Return the values of a scheme's NAV of a day that were known by a time, oldest first."""
    return fetch(connection, Said, _text("nav_history.sql"), {"key": scheme_code, "day": day, "at": at})


def value_history(connection: Connection, figure: str, day: date, at: datetime, by: Mapping[str, object]) -> list[Said]:
    """Return the values of a figure of a day that were known by a time, by its key, oldest first.

    `by` holds the key: `key`, or of an equity `exchange` and `symbols`.
    """
    return fetch(connection, Said, _query(figure), {**by, "day": day, "at": at})


@cache
def _query(figure: str) -> LiteralString:
    of = _FIGURES[figure]
    what = ", ".join(f"said.{name}::text" for name in of.key)
    value = ", ".join(f"'{name}=' || said.{name}::text" for name in of.columns)
    # Names of our own tables and columns, which are constants: nothing that anybody asks gets in here.
    return _text("value_history.sql").format(
        table=of.table,
        key=", ".join(of.key),
        columns=", ".join(of.columns),
        shown=f"concat_ws(' ', {what}) AS what, concat_ws(' ', {value}) AS value",
        condition=of.condition,
        prefix=f"{of.group}_" if of.group else "",
        of_group=f" AND column_group = '{of.group}'" if of.group else "",
    )


@cache
def _text(name: str) -> LiteralString:
    return files("munim.readers").joinpath(name).read_text(encoding="utf-8")
