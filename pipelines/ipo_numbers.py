"""Issues' numbers, and the sources' ids as a person writes them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from pipelines.ipo_derive import SOURCES

if TYPE_CHECKING:
    from pipelines.ipo_match import Member

HEX_DIGITS = 12
"""48 bits: two of 10,000 issues come to one number once in five million databases, and then a load says so."""


def ipo_id_of(member: Member) -> int:
    """Return the number of an issue that is named by a source's id: below 2^48, and the same everywhere."""
    return int(hashlib.sha256(written(member).encode()).hexdigest()[:HEX_DIGITS], 16)


def written(member: Member) -> str:
    """Return a source's id as a person writes it: nse:SONA@2026."""
    return f"{member[0]}:{member[1]}"


def read_member(text: str) -> Member:
    """Return the source's id of a text such as `nse:SONA@2026`; raises `RequestWrong` for what is none."""
    source, colon, source_id = text.strip().partition(":")
    if not colon or not source_id or source.casefold() not in SOURCES:
        raise RequestWrong(
            f"{text!r} is no source's id of an issue",
            advice=f"write SOURCE:ID, such as nse:SONA@2026, as `munim ipo show` lists them; "
            f"sources: {', '.join(SOURCES)}",
        )
    return source.casefold(), source_id.strip()
