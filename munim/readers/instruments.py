"""Securities: from any symbol, ticker or ISIN, old or new, to today's, and what each was when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.core.errors import RequestWrong
from munim.readers.rows import fetch

if TYPE_CHECKING:
    from datetime import date

    from loaders.database import Connection

_FIND = """
SELECT exchange, current_symbol AS symbol, current_isin AS isin,
       (SELECT name FROM market.instrument AS today
        WHERE (today.exchange, today.symbol) = (state.exchange, state.current_symbol)
        ORDER BY valid_from DESC LIMIT 1) AS name
FROM market.instrument AS state
WHERE (symbol = %(code)s OR isin = %(code)s OR ticker = %(code)s)
  AND (%(exchange)s::text IS NULL OR exchange = %(exchange)s)
-- NSE before BSE; of a symbol that two companies had, the newer one.
ORDER BY exchange DESC, valid_from DESC LIMIT 1
"""

_STATES = """
SELECT exchange, symbol, valid_from, valid_to, isin, name, ticker, series, listing_date, next_symbol, current_symbol,
       current_isin
FROM market.instrument
WHERE (exchange, current_symbol) = (%(exchange)s, %(symbol)s)
ORDER BY valid_from, symbol
"""

_INDICES = """
SELECT index_name, valid_from, valid_to FROM market.index_span WHERE symbol = %(symbol)s ORDER BY index_name, valid_from
"""


@dataclass(frozen=True)
class Security:
    """A security by what it is called today on an exchange (BSE: its scrip code)."""

    exchange: str
    symbol: str
    isin: str | None = None
    name: str | None = None

    @property
    def title(self) -> str:
        """What a person calls it."""
        return f"{self.exchange} {self.symbol} {self.name or ''}".strip()


@dataclass(frozen=True)
class Instrument:
    """What a symbol was from a day to a day: see `market.instrument`."""

    exchange: str
    symbol: str
    valid_from: date
    valid_to: date | None
    isin: str | None
    name: str | None
    ticker: str | None
    series: str | None
    listing_date: date | None
    next_symbol: str | None
    current_symbol: str
    current_isin: str | None


@dataclass(frozen=True)
class IndexSpan:
    """From when to when a symbol was in an index, by the lists that were fetched."""

    index_name: str
    valid_from: date
    valid_to: date | None


def find_security(connection: Connection, code: str, exchange: str | None = None) -> Security:
    """Return the security of a symbol, scrip code, ticker or ISIN, old or new. Raises `RequestWrong` for none.

    NSE goes before BSE; a symbol that another company had before is today's company's.
    """
    found = fetch(connection, Security, _FIND, {"code": code.upper(), "exchange": exchange})
    if not found:
        where = f" of {exchange}" if exchange else ""
        raise RequestWrong(
            f"there is no security{where} {code!r}",
            advice="give a symbol, a scrip code or an ISIN; if it is there, load a bhavcopy: `munim run equity`",
        )
    return found[0]


def history(connection: Connection, security: Security) -> list[Instrument]:
    """Return the states of a security, through all its symbols, oldest first."""
    asked = {"exchange": security.exchange, "symbol": security.symbol}
    return fetch(connection, Instrument, _STATES, asked)


def states_of_security(connection: Connection, security: Security) -> list[tuple[str, date, date | None]]:
    """Return a security's symbols, each with its first day and its last (None: it holds)."""
    return [(one.symbol, one.valid_from, one.valid_to) for one in history(connection, security)]


def indices(connection: Connection, security: Security) -> list[IndexSpan]:
    """Return the indices that a security of NSE is or was in."""
    if security.exchange != "NSE":
        return []
    return fetch(connection, IndexSpan, _INDICES, {"symbol": security.symbol})
