"""NSE's bodies: the JSON of the latest FII/DII figures, and the CSV of open interest by participant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from munim.replica.draws import Draws
from munim.replica.flow_figures import CLASSES, Flow, InvestorClass

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LABELS: Final[dict[InvestorClass, str]] = {"DII": "DII", "FII/FPI": "FII/FPI"}
OLD_LABELS: Final[dict[InvestorClass, str]] = {"DII": "DII **", "FII/FPI": "FII/FPI *"}
"""Seen in 2021; those without stars in May and September 2026."""
OLD_LABELS_UNTIL: Final = 2024
"""The year of the change is not known."""
RENAMED_LABELS: Final[dict[InvestorClass, str]] = {"DII": "Domestic Institutions", "FII/FPI": "Foreign Portfolio Inv."}
"""Never seen: what a client can't know."""

_TITLE: Final = "Participant wise Open Interest (no. of contracts) in Equity Derivatives as on"
_NAMES: Final = (
    "Client Type,Future Index Long,Future Index Short,Future Stock Long,{tab_1},Option Index Call Long,"
    "Option Index Put Long,Option Index Call Short,Option Index Put Short,Option Stock Call Long,"
    "Option Stock Put Long,Option Stock Call Short,Option Stock Put Short,{tab_2},Total Short Contracts"
)
BARE_HEADER: Final = _NAMES.format(tab_1="Future Stock Short\t", tab_2="Total Long Contracts\t")
QUOTED_HEADER: Final = _NAMES.format(tab_1='"Future Stock Short\t"', tab_2='"Total Long Contracts\t"')


def nse_date(day: date) -> str:
    """Return `19-May-2026`."""
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"


def labels_at(at: datetime) -> dict[InvestorClass, str]:
    """Return what NSE calls the classes at an instant."""
    return OLD_LABELS if at.year < OLD_LABELS_UNTIL else LABELS


def fii_dii_body(day: date, flows: Mapping[InvestorClass, Flow], labels: Mapping[InvestorClass, str]) -> bytes:
    """Return the list of two records, DII first; numbers are strings without the zeros at their end."""
    records = [
        {
            "category": labels[investor],
            "date": nse_date(day),
            "buyValue": _number(flows[investor].buy),
            "sellValue": _number(flows[investor].sell),
            "netValue": _number(flows[investor].net),
        }
        for investor in CLASSES
        if investor in flows
    ]
    return json.dumps(records, separators=(",", ":")).encode()


def _number(crore: Decimal) -> str:
    """Return `42957.1` for 42957.10, as on 30-Nov-2021."""
    text = f"{crore:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def participant_oi_body(draws: Draws, day: date, rows: Mapping[str, tuple[int, ...]]) -> bytes:
    """Return the file of a session: a title in one of four shapes, the header that goes with it, five rows."""
    title, header = _beginning(draws.unit("title", day), day)
    lines = [title, header, *(",".join((name, *map(str, row))) for name, row in rows.items())]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _beginning(share: float, day: date) -> tuple[str, str]:
    """Return title and header; of 155 files 79 were the first kind, 74 the second, and one each the others."""
    month_day = f"{MONTHS[day.month - 1]} {day.day:02}"
    if share < 79 / 155:
        return f'"{_TITLE} {month_day},{day.year}"' + "," * 14, QUOTED_HEADER
    if share < 153 / 155:
        return f'""{_TITLE} {month_day},{day.year}""' + "," * 14, BARE_HEADER
    if share < 154 / 155:
        return f"{_TITLE} {month_day}" + "," * 14, QUOTED_HEADER
    return f'{_TITLE} {month_day},"{day.year}"""""' + "," * 13, QUOTED_HEADER
