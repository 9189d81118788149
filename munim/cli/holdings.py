"""What the tables hold, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.cli.output import show_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from munim.readers.holdings import Holding


def show_holdings(title: str, held: Sequence[Holding]) -> None:
    """Print a line a table."""
    rows = [(one.name, one.rows, one.revisions, one.content_from, one.content_to) for one in held]
    show_table(title, ["table", "rows", "revisions", "from", "to"], rows)
