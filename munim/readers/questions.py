"""All questions by name: what the command line, HTTP and MCP are made from."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from munim.readers.asked import parameters as funds
from munim.readers.asked import parameters_market as market
from munim.readers.question import Asked, Asks, Question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loaders.database import Connection
    from munim.core.clock import Clock
    from munim.readers.answer import Answer


def _asks(name: str) -> Asks:
    """Return the function that answers a question; its module is imported when it is first asked."""

    def ask(connection: Connection, asked: Any, clock: Clock | None = None) -> Answer:  # noqa: ANN401 - its model says
        answer: Answer = getattr(import_module(f"munim.readers.asked.{name}"), name)(connection, asked, clock)
        return answer

    return ask


def _question(name: str, parameters: type[Asked], example: Mapping[str, object], summary: str, more: str) -> Question:
    return Question(name, summary, f"{summary} {more}", parameters, _asks(name), MappingProxyType(dict(example)))


_ALL = (
    _question(
        "find_scheme", funds.FindScheme, {"query": "axis elss direct growth"},
        "Find a mutual-fund scheme by code, ISIN, former name or loose words.",
        "One scheme where it alone has every word; else candidates with plan and option, the likeliest first, and none "
        "is picked. Names are the source's words. NotFound where none fits.",
    ),
    _question(
        "nav", funds.Nav, {"scheme": "120503", "on": "2026-08-14"},
        "A scheme's NAV in ₹ a unit on a day, its newest, or its NAVs between two days.",
        "Where the day has none, the last one before, and a note says so. NotFound for an unknown scheme; a day to "
        "come is refused.",
    ),
    _question(
        "nav_performance", funds.NavPerformance, {"scheme": "120503", "from_date": "2026-01-01"},
        "A scheme's absolute return, CAGR and largest drawdown in % between two days, with the days used.",
        "IDCW options are price only: payouts are left out, and the basis says so. Where a split or another break lies "
        "between the days there is no return, and a note says why.",
    ),
    _question(
        "nav_latest", funds.NavLatest, {"category": "elss"},
        "The newest NAVs in ₹ of a category or fund house, or the schemes whose due NAV is missing.",
        "NotFound where no scheme is of the category or fund house.",
    ),
    _question(
        "flows", market.Flows, {"view": "sum", "sessions": 5},
        "FII/FPI and DII net buying in ₹ crore by session or summed, FPI reports, participants' positions.",
        "Sources and bases are never added up; a sum names the sessions that are missing.",
    ),
    _question(
        "ipos", market.Ipos, {"view": "list", "status": "open"},
        "Public issues by status, or one issue's life, subscription or listing.",
        "Prices in ₹ a share, bids in shares and times. Grey-market premiums are unofficial. NotFound for an unknown "
        "issue; of several that fit, candidates and no figures.",
    ),
    _question(
        "equity", market.Equity, {"symbol": "RELIANCE", "from_date": "2026-08-01", "adjusted": True},
        "A security's end-of-day prices in ₹ and quantities, as traded or adjusted, through all its symbols.",
        "Adjusted: for splits, consolidations and bonuses, not for dividends. NotFound for an unknown security.",
    ),
    _question(
        "screen", market.Screen, {"screen": "pct_from_52w_high > -2 and delivery_ratio > 2"},
        "Securities whose figures meet a named screen or a condition in a session.",
        "A missing figure meets no condition. A condition that can't be read is refused, with what would be right.",
    ),
    _question(
        "session", market.Session, {"on": "2026-08-14"},
        "Whether a day was a session of the exchange, and why not.",
        "traded: a file of that day proves it; expected; closed, with the holiday; unknown where no list says.",
    ),
    _question(
        "freshness", market.Freshness, {"dataset": "nav"},
        "How fresh each data set is: newest content, what is due by now, fresh, due, late, stale or empty.",
        "NotFound for a data set that there is not.",
    ),
    _question(
        "source_of", market.SourceOf, {"dataset": "nav", "key": "120503", "on": "2026-08-14"},
        "Which file stands behind a figure, and its earlier values with when each was known.",
        "URL, sha256 (its place in the archive), time of the fetch, run. NotFound where there is no such figure.",
    ),
    _question(
        "changes", market.Changes, {"dataset": "nav"},
        "What loads changed in a data set since a cursor: for caches and streams.",
        "In the order of their commits, none left out: keep `next` also when nothing is there yet.",
    ),
)  # fmt: skip

QUESTIONS: Mapping[str, Question] = MappingProxyType({one.name: one for one in _ALL})
