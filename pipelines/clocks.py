"""This machine's clock beside the database's: what is fetched is dated by it, and it says which slot is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loaders.retry import naming_failures
from munim.core.errors import RequestWrong
from munim.readers.schedules import clock_ahead

if TYPE_CHECKING:
    from loaders.database import Database

CLOCKS_APART = timedelta(minutes=5)
"""By how much one machine's clock may be ahead of another's."""


def check_clock(database: Database) -> None:
    """Refuse to work on a machine whose clock is not the database's: slots would get another time's content.

    Raises `RequestWrong` that says by how much it is off, and `DatabaseUnavailable`.
    """
    with naming_failures(), database.session() as session:
        ahead = clock_ahead(session, database.clock())
    if abs(ahead) > CLOCKS_APART:
        off = "ahead of" if ahead > timedelta(0) else "behind"
        raise RequestWrong(
            f"this machine's clock is {round(abs(ahead).total_seconds() / 60)} minutes {off} the database's",
            advice="set it right: what is fetched is dated by it",
        )
