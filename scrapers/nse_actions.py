"""NSE's corporate actions: a JSON list of objects, one for each action; `-` and null are missing."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from munim.core.errors import ContentRefused
from scrapers import equity_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from munim.core.payload import Payload
    from scrapers.raw import RawTable

CORPORATE_ACTIONS: Final = "nse.corporate_actions"

FIELDS: Final[Mapping[str, str | None]] = {
    "symbol": "symbol",
    "series": "series",
    "subject": "subject",
    "exDate": "ex_date",
    "recDate": "record_date",
    "bcStartDate": "book_closure_start",
    "bcEndDate": "book_closure_end",
    "ndStartDate": "no_delivery_start",
    "ndEndDate": "no_delivery_end",
    "caBroadcastDate": "broadcast_date",
    "faceVal": "face_value_inr",
    "isin": "isin",
    "comp": "company",
    "ind": None,
}
"""The objects' fields, and our columns. `ind` is `-` in all recorded rows."""

REQUIRED = ("symbol", "series", "subject", "exDate")
COLUMNS = tuple(column for column in FIELDS.values() if column)


def asked_window(url: str) -> tuple[date, date] | None:
    """Return the window that a list was asked for, as its address has it; None where it has none."""
    asked = dict(parse_qsl(urlsplit(url).query))
    try:
        first, last = (datetime.strptime(asked[name], "%d-%m-%Y").date() for name in ("from_date", "to_date"))  # noqa: DTZ007 - days
    except (KeyError, ValueError):
        return None
    return first, last


def is_list(text: bytes) -> bool:
    """Tell whether a body is NSE's list of actions, an empty one included, as far as its beginning shows."""
    begin = text.lstrip()[:4096]
    return begin.startswith(b"[") and (b'"exDate"' in begin or begin.rstrip() == b"[]")


def check(text: bytes, payload: Payload) -> None:
    """Return when a text is a list of actions; `ContentRefused` when it is other JSON or none."""
    actions(text, payload)


def actions(text: bytes, payload: Payload) -> list[dict[str, str | None]]:
    """Return the objects of the list; raises `ContentRefused` when it is none, or one lacks a required field."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise equity_body.error(ContentRefused, payload, f"no JSON, or a part of it ({error})") from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise equity_body.error(ContentRefused, payload, "JSON that is no list of corporate actions")
    for place, one in enumerate(found, start=1):
        if missing := [name for name in REQUIRED if name not in one]:
            raise equity_body.error(ContentRefused, payload, f"an action ({place}) without {', '.join(missing)}")
        if odd := [name for name, value in one.items() if not isinstance(value, str | None)]:
            raise equity_body.error(ContentRefused, payload, f"an action ({place}) whose {odd[0]} is no string")
    return found


def parse(text: bytes, payload: Payload) -> RawTable:
    """Return the actions as strings: line_no (the place in the list, 1-based) and `COLUMNS`, `-` and null as NULL."""
    import pandas as pd  # noqa: PLC0415 - pandas costs a second, and to tell a file needs none

    from scrapers.csv_table import TEXT  # noqa: PLC0415
    from scrapers.raw import RawTable  # noqa: PLC0415

    found = actions(text, payload)
    frame = pd.DataFrame({"line_no": pd.array(range(1, len(found) + 1), dtype="int64")})
    for name, column in FIELDS.items():
        if column:
            frame[column] = pd.array([_cell(one.get(name)) for one in found], dtype=TEXT)
    added = sorted({name for one in found for name in one} - FIELDS.keys())
    return RawTable(frame, "nse-corporate-actions", tuple(added))


def raw_actions(text: bytes, places: list[int]) -> dict[int, str]:
    """Return objects of the list by their place (1-based), as JSON on one line."""
    found = json.loads(text) if places else []
    return {place: json.dumps(found[place - 1], ensure_ascii=False) for place in places}


def _cell(value: str | None) -> str | None:
    text = " ".join(value.split()) if value else ""
    return text if text not in {"", "-"} else None
