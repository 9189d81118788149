"""The scheme that a question names by its code or ISIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import NotFound, RequestWrong
from munim.readers.schemes import ISIN, Scheme, schemes_of

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection


@dataclass(frozen=True, slots=True)
class Named:
    """The scheme that is meant, and what must be said of it."""

    scheme_code: str
    option: str | None
    notes: tuple[str, ...] = ()


def named_scheme(connection: Connection, key: str) -> Named:
    """Return the scheme of a code or an ISIN. Raises `NotFound` for none, `RequestWrong` for an ISIN that is shared."""
    found = schemes_of(connection, key)
    if not found:
        kind = "ISIN" if ISIN.fullmatch(key.upper()) else "code or ISIN"
        raise NotFound(f"no scheme has the {kind} {key!r}", advice="find_scheme finds schemes by words of their names")
    if len(found) > 1:
        codes = ", ".join(one.scheme_code for one in found)
        raise RequestWrong(f"the ISIN {key} is shared by the schemes {codes}", advice="ask by one of these codes")
    return Named(found[0].scheme_code, found[0].option, tuple(_notes(found[0], key)))


def _notes(scheme: Scheme, key: str) -> list[str]:
    notes = []
    if scheme.scheme_code != key:
        notes.append(f"scheme {scheme.scheme_code}")
    return [*notes, *vanished_notes(scheme.vanished_at)]


def vanished_notes(vanished_at: datetime | None) -> list[str]:
    """Return what must be said of a scheme that AMFI's file has no more."""
    return [] if vanished_at is None else [f"in AMFI's file no more since {vanished_at.date()}"]
