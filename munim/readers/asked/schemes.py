"""The scheme that a question names by its code or ISIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import NotFound, RequestWrong
from munim.readers.schemes import ISIN, Scheme, schemes_of

if TYPE_CHECKING:
    from datetime import datetime

    from loaders.database import Connection
    from munim.readers.asked.moment import Moment


@dataclass(frozen=True, slots=True)
class Named:
    """The scheme that is meant, and what must be said of it."""

    scheme_code: str
    option: str | None
    notes: tuple[str, ...] = ()


def named_scheme(connection: Connection, key: str, when: Moment) -> Named:
    """Return the scheme of a code or an ISIN, as it was known.

    Raises `NotFound` for none, `RequestWrong` for an ISIN that is shared.
    """
    found = schemes_of(connection, key, when.asked)
    if not found and when.asked is not None and not ISIN.fullmatch(key.strip().upper()):
        # Nothing of a scheme's was known yet: its code is what was asked by, and says nothing that came later.
        found_now = schemes_of(connection, key)
        if found_now:
            return Named(found_now[0].scheme_code, None)
    if not found:
        kind = "ISIN" if ISIN.fullmatch(key.upper()) else "code or ISIN"
        then = "" if when.asked is None else f" that was known at {when.known_at.isoformat()}"
        raise NotFound(
            f"no scheme has the {kind} {key!r}{then}", advice="find_scheme finds schemes by words of their names"
        )
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
