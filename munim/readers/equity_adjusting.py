"""What adjusts prices, as frames: actions that change a price, symbols that are called otherwise today."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from loaders.database import Connection

_ACTIONS = """
SELECT exchange, symbol, series, ex_date, subject, shares_after, shares_before FROM market.corporate_action
WHERE withdrawn_by IS NULL AND (shares_after IS NULL OR shares_after <> shares_before)
ORDER BY exchange, symbol, ex_date, series, subject
"""

_RENAMED = """
SELECT exchange, symbol, valid_from, valid_to, current_symbol FROM market.instrument AS state
WHERE exchange = %s AND EXISTS (
    SELECT FROM market.instrument AS other
    WHERE (other.exchange, other.symbol) = (state.exchange, state.symbol) AND other.current_symbol <> other.symbol)
ORDER BY symbol, valid_from
"""

_TODAYS = """
SELECT exchange, current_symbol, current_isin FROM market.instrument ORDER BY exchange, symbol, valid_from
"""


def actions(connection: Connection) -> pd.DataFrame:
    """Return the corporate actions that stand and change a price, or may: shares_after NULL."""
    import pandas as pd  # noqa: PLC0415 - who asks for frames has it

    names = ("exchange", "symbol", "series", "ex_date", "subject", "shares_after", "shares_before")
    frame = pd.DataFrame(connection.execute(_ACTIONS).fetchall(), columns=list(names), dtype=object)
    return frame.astype({"shares_after": "Int64", "shares_before": "Int64"})


def renamed(connection: Connection, exchange: str) -> pd.DataFrame:
    """Return the states of symbols that are called otherwise today, or were another security's once."""
    import pandas as pd  # noqa: PLC0415

    names = ("exchange", "symbol", "valid_from", "valid_to", "current_symbol")
    return pd.DataFrame(connection.execute(_RENAMED, (exchange,)).fetchall(), columns=list(names), dtype=object)


def todays(connection: Connection) -> pd.DataFrame:
    """Return today's symbol and ISIN of every state of every security."""
    import pandas as pd  # noqa: PLC0415

    names = ("exchange", "current_symbol", "current_isin")
    return pd.DataFrame(connection.execute(_TODAYS).fetchall(), columns=list(names), dtype=object)
