"""What the tables must hold, worked out in plain Python from the files alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from munim.core.payload import Payload
from tests.reliability.made_worlds import MadeFile
from tests.reliability.tables import NavKey, PayloadName

Values = Mapping[NavKey, Decimal | None]
"""What a payload says of keys; None: it takes the value back."""

NavRows = set[tuple[date, str, Decimal, PayloadName]]
Revisions = set[tuple[date, str, Decimal, PayloadName, PayloadName]]


def name_of(payload: Payload) -> PayloadName:
    return payload.fetched_at, payload.feed, payload.sha256


def said_by_file(file: MadeFile, accepted: Collection[int] = ()) -> Values:
    """The NAVs of a made file: without what is absent, and what is negative, or dated more than seven days ahead in
    India, unless its line was accepted.
    """
    last = file.fetched_at.astimezone(ZoneInfo("Asia/Kolkata")).date() + timedelta(days=7)
    lines = file.payload().body.decode().split("\r\n")
    of_rows = [number for number, line in enumerate(lines, start=1) if ";" in line][1:]
    found: dict[NavKey, Decimal | None] = {}
    for line, row in zip(of_rows, file.rows, strict=True):
        is_number = row.nav.lstrip("-")[0].isdigit()
        is_good = not row.nav.startswith("-") and isinstance(row.day, date) and row.day <= last
        if is_number and isinstance(row.day, date) and (is_good or line in accepted):
            found[row.day, row.code] = Decimal(row.nav)
    return found


def said_by_revert(payload: Payload) -> Values:
    lines = [json.loads(line) for line in payload.body.decode().splitlines()]
    keys = [line["nav"] for line in lines if "nav" in line]
    return {(date.fromisoformat(day), code): None if nav is None else Decimal(nav) for day, code, nav in keys}


def nav_rows(said: Mapping[PayloadName, Values]) -> tuple[NavRows, Revisions]:
    """The rows of market.nav and market.nav_revision that come of these payloads."""
    chains: dict[NavKey, list[tuple[PayloadName, Decimal | None]]] = defaultdict(list)
    for name in sorted(said):
        for key, value in said[name].items():
            chain = chains[key]
            if value != (chain[-1][1] if chain else None):
                chain.append((name, value))
    current: NavRows = set()
    revisions: Revisions = set()
    for (day, code), chain in chains.items():
        for place, (name, value) in enumerate(chain):
            if value is None:
                continue
            if place + 1 == len(chain):
                current.add((day, code, value, name))
            else:
                revisions.add((day, code, value, name, chain[place + 1][0]))
    return current, revisions


def seen(files: Sequence[MadeFile]) -> dict[str, tuple[datetime | None, datetime | None, datetime | None]]:
    """First seen, last seen and vanished of every scheme: complete files alone tell."""
    complete = sorted((file for file in files if file.feed == "amfi.latest"), key=lambda file: name_of(file.payload()))
    found: dict[str, tuple[datetime | None, datetime | None, datetime | None]] = {
        row.code: (None, None, None) for file in files for row in file.rows
    }
    for file in complete:
        listed = {row.code for row in file.rows}
        for code, (first, last, vanished) in found.items():
            if code in listed:
                found[code] = (first or file.fetched_at, file.fetched_at, None)
            elif first is not None and vanished is None:
                found[code] = (first, last, file.fetched_at)
    # A scheme that the newest complete file lists has not been seen for the last time.
    return {code: (first, last if vanished else None, vanished) for code, (first, last, vanished) in found.items()}
