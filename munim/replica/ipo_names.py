"""Names of made issuers as each site writes them, and NSE's symbols of them."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from munim.replica.ipo_issue import Names
from munim.replica.ipo_words import FIRST_WORDS, ODD_PAIRS, TRADES

SYMBOL_LENGTH: Final = 10
ENTITY: Final = 0
_ANCHOR: Final = "<a href=/market-data/issue-information?symbol={symbol}&series=EQ&type=Active target=new>{name}</a>"


class Namer:
    """Gives each issuer a first word of its own; the symbols follow."""

    def __init__(self, random: Random) -> None:
        """Shuffle the words."""
        self._random = random
        self._words = random.sample(FIRST_WORDS, len(FIRST_WORDS))
        self._symbols: set[str] = set()

    def name(self, *, odd_pair: int | None = None, markup: int | None = None) -> tuple[Names, str]:
        """Return an issuer's names and NSE's symbol.

        `odd_pair` picks one of `ODD_PAIRS`; `markup` what NSE has around the name: an entity, an anchor, characters
        that nobody sees, spaces.
        """
        first = self._words.pop()
        trades = [trade for trade in TRADES if "&" in trade] if markup == ENTITY else TRADES
        company = f"{first} {self._random.choice(trades)}{self._random.choice(('', '', '', ' (India)'))} Limited"
        bse = self._at_bse(company)
        if odd_pair is not None:
            company, bse = (form.format(first=first) for form in ODD_PAIRS[odd_pair])
        symbol = self._symbol(company)
        names = Names(
            company=company,
            nse=company if markup is None else _with_markup(company, symbol, markup),
            bse=bse,
            chittorgarh=company.replace("Limited", "Ltd."),
            investorgain=_short(company),
        )
        return names, symbol

    def _at_bse(self, company: str) -> str:
        """Return BSE's spelling: 3 of 7 were in capitals, one of them with `LTD`."""
        return self._random.choice((company, company, company.upper(), company.upper().replace("LIMITED", "LTD")))

    def _symbol(self, company: str) -> str:
        letters = re.sub(r"[^A-Z]", "", company.removesuffix(" Limited").upper())
        symbol = letters[:SYMBOL_LENGTH] if self._random.random() < 0.6 else letters[: self._random.randint(5, 8)]
        # Two that begin alike are told apart by their ends.
        while symbol in self._symbols:
            symbol = symbol[:-1] + self._random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        self._symbols.add(symbol)
        return symbol


def _short(company: str) -> str:
    """Return a name as the grey market's sites have it: `Orient Cables (India) Limited` is `Orient Cables`."""
    return company.removesuffix(" Limited").removesuffix(" (India)")


def _with_markup(company: str, symbol: str, markup: int) -> str:
    entity = company.replace("&", "&amp;")
    forms = (
        entity.replace(" Limited", "&nbsp;Limited"),
        _ANCHOR.format(symbol=symbol, name=entity),
        company.replace(" ", "\u200b ", 1) + "\t",
        f" {company.replace(' ', '  ', 1)} ",
    )
    return forms[markup % len(forms)]
