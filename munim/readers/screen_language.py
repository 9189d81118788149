"""The language of screens: `pct_from_52w_high > -2 and delivery_ratio > 2` as a condition of SQL; never evaluated.

Numbers and texts become parameters, names must be columns that are known, and the grammar has nothing else in it; a
text has neither a NUL nor half a character (a surrogate), which PostgreSQL can't hold. Needs `lark`.

```
return_3m_pct > 20 and not (series = 'BE' or volume_ratio < 1)
close > average_50d_inr * 1.05 and average_50d_inr > average_200d_inr
symbol in ('TCS', 'INFY') and return_12m_pct between -5 and 5
delivery_pct is null
```
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Literal

import lark
from lark.visitors import Transformer_NonRecursive
from psycopg import sql

from loaders.screener_columns import SCREENER_FIGURES, SCREENER_TEXT
from munim.core.errors import RequestWrong

MOST_CHARACTERS = 1000
MOST_DIGITS = 30

TEXT_COLUMNS = frozenset(SCREENER_TEXT)
NUMBER_COLUMNS = frozenset(SCREENER_FIGURES) - TEXT_COLUMNS

GRAMMAR = r"""
?start: either
?either: both | either _OR both -> either_of
?both: denied | both _AND denied -> both_of
?denied: _NOT denied -> not_
       | test

?test: sum COMPARISON sum -> compare
     | sum _BETWEEN sum _AND sum -> between
     | sum _IN "(" literal ("," literal)* ")" -> in_
     | sum _IS _NULL -> is_null
     | sum _IS _NOT _NULL -> is_not_null
     | "(" either ")" -> bracket

?sum: product | sum PLUS product -> arithmetic | sum MINUS product -> arithmetic
?product: signed | product TIMES signed -> arithmetic | product OVER signed -> arithmetic
?signed: MINUS signed -> negative | atom
?atom: NUMBER -> number | TEXT -> text | NAME -> column | "(" sum ")" -> bracket
?literal: NUMBER -> number | MINUS NUMBER -> negative_number | TEXT -> text

COMPARISON: ">=" | "<=" | "<>" | "!=" | "==" | "=" | ">" | "<"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
NUMBER: /([0-9][0-9_]*(\.[0-9]+)?|\.[0-9]+)(?![\w.])/
TEXT: /'[^'\n\x00\ud800-\udfff]*'/ | /"[^"\n\x00\ud800-\udfff]*"/
_OR.2: /or\b/i
_AND.2: /and\b/i
_NOT.2: /not\b/i
_BETWEEN.2: /between\b/i
_IN.2: /in\b/i
_IS.2: /is\b/i
_NULL.2: /null\b/i
NAME: /[a-zA-Z][a-zA-Z0-9_]*/
%ignore /[ \t\r\n]+/
"""

Kind = Literal["number", "text", "condition"]
Pieces = tuple[sql.Composable, ...]


@dataclass(frozen=True)
class Screen:
    """A condition with its parameters, for a WHERE; `columns` are those that it names.

    A row of which a named figure is NULL is not in it, `not` or no `not`, unless it is asked for with `is null`.
    """

    condition: sql.Composed
    parameters: dict[str, Decimal | str]
    columns: frozenset[str]


def parse_screen(text: str) -> Screen:
    """Return a screen as a condition on the columns of market.screener.

    Raises `RequestWrong`, with the place, for what is no screen, a name that is no column, a text where a number is
    due, and a screen of more than 1,000 characters.
    """
    if len(text) > MOST_CHARACTERS:
        raise RequestWrong(f"a screen of {len(text):,} characters", advice=f"write {MOST_CHARACTERS:,} or fewer")
    try:
        tree = _parser().parse(text)
    except lark.exceptions.UnexpectedEOF as error:
        raise RequestWrong("the screen ends before it says anything", advice=_EXAMPLE) from error
    except lark.exceptions.UnexpectedInput as error:
        if isinstance(error, lark.exceptions.UnexpectedToken) and error.token.type == "$END":
            raise RequestWrong(f"the screen {text!r} ends too early", advice=_EXAMPLE) from error
        place = error.get_context(text).rstrip("\n")
        raise RequestWrong(
            f"the screen can't be read at character {error.column}:\n{place}", advice=_EXAMPLE
        ) from error
    maker = _Maker()
    try:
        part = maker.transform(tree)
    except lark.exceptions.VisitError as error:
        raise error.orig_exc from None  # what the maker raised: lark wraps it
    return Screen(sql.Composed(part.pieces), maker.parameters, frozenset(maker.columns))


_EXAMPLE = "write for example: pct_from_52w_high > -2 and delivery_ratio > 2"


@cache
def _parser() -> lark.Lark:
    return lark.Lark(GRAMMAR, parser="lalr", propagate_positions=False)


@dataclass(frozen=True)
class _Part:
    """A piece of the condition: flat, however deep the brackets go."""

    kind: Kind
    pieces: Pieces


class _Maker(Transformer_NonRecursive[lark.Token, _Part]):
    """Makes the condition from the leaves up; collects parameters and columns."""

    def __init__(self) -> None:
        super().__init__()
        self.parameters: dict[str, Decimal | str] = {}
        self.columns: set[str] = set()

    def column(self, children: list[lark.Token]) -> _Part:
        name = str(children[0]).lower()
        if name not in NUMBER_COLUMNS | TEXT_COLUMNS:
            near = get_close_matches(name, sorted(NUMBER_COLUMNS | TEXT_COLUMNS), n=3)
            advice = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(NUMBER_COLUMNS))}"
            raise RequestWrong(f"the screener has no column {name!r}", advice=advice)
        self.columns.add(name)
        return _Part("text" if name in TEXT_COLUMNS else "number", (sql.Identifier(name),))

    def number(self, children: list[lark.Token]) -> _Part:
        return self._number(str(children[0]))

    def negative_number(self, children: list[lark.Token]) -> _Part:
        return self._number(f"-{children[1]}")

    def text(self, children: list[lark.Token]) -> _Part:
        return self._parameter("text", str(children[0])[1:-1])

    def negative(self, children: list[_Part]) -> _Part:
        return _Part("number", (sql.SQL("(- "), *_number(children[1]), sql.SQL(")")))

    def arithmetic(self, children: list[_Part]) -> _Part:
        left, operator, right = _number(children[0]), str(children[1]), _number(children[2])
        if operator == "/":
            right = (sql.SQL("NULLIF("), *right, sql.SQL(", 0)"))
        return _Part("number", (sql.SQL("("), *left, _ARITHMETIC[operator], *right, sql.SQL(")")))

    def bracket(self, children: list[_Part]) -> _Part:
        return children[0]

    def compare(self, children: list[_Part]) -> _Part:
        left, operator, right = children[0], str(children[1]), children[2]
        _same_kind([left, right])
        if left.kind == "text" and operator not in _FOR_TEXT:
            raise RequestWrong(f"texts are not compared with {operator}", advice="write = or != or in (…)")
        return _condition(*left.pieces, _COMPARISONS[operator], *right.pieces)

    def between(self, children: list[_Part]) -> _Part:
        value, low, high = (_number(child) for child in children)
        return _condition(*value, sql.SQL(" BETWEEN "), *low, sql.SQL(" AND "), *high)

    def in_(self, children: list[_Part]) -> _Part:
        _same_kind(children)
        value, first, *others = children
        listed = [piece for other in others for piece in (sql.SQL(", "), *other.pieces)]
        return _condition(*value.pieces, sql.SQL(" IN ("), *first.pieces, *listed, sql.SQL(")"))

    def is_null(self, children: list[_Part]) -> _Part:
        return _condition(*children[0].pieces, sql.SQL(" IS NULL"))

    def is_not_null(self, children: list[_Part]) -> _Part:
        return _condition(*children[0].pieces, sql.SQL(" IS NOT NULL"))

    def not_(self, children: list[_Part]) -> _Part:
        return _condition(sql.SQL("NOT "), *children[0].pieces)

    def both_of(self, children: list[_Part]) -> _Part:
        return _condition(*children[0].pieces, sql.SQL(" AND "), *children[1].pieces)

    def either_of(self, children: list[_Part]) -> _Part:
        return _condition(*children[0].pieces, sql.SQL(" OR "), *children[1].pieces)

    def _number(self, digits: str) -> _Part:
        if len(digits) > MOST_DIGITS:
            raise RequestWrong(f"the number {digits[:MOST_DIGITS]}… has too many digits")
        return self._parameter("number", Decimal(digits.replace("_", "")))

    def _parameter(self, kind: Kind, value: Decimal | str) -> _Part:
        name = f"screen_{len(self.parameters)}"
        self.parameters[name] = value
        # Typed, so that PostgreSQL knows what `1 / 2` is and finds no other operator for it.
        cast = sql.SQL("::numeric") if kind == "number" else sql.SQL("::text")
        return _Part(kind, (sql.Placeholder(name), cast))


_ARITHMETIC = {"+": sql.SQL(" + "), "-": sql.SQL(" - "), "*": sql.SQL(" * "), "/": sql.SQL(" / ")}
_COMPARISONS = {
    "=": sql.SQL(" = "),
    "==": sql.SQL(" = "),
    "!=": sql.SQL(" <> "),
    "<>": sql.SQL(" <> "),
    ">": sql.SQL(" > "),
    "<": sql.SQL(" < "),
    ">=": sql.SQL(" >= "),
    "<=": sql.SQL(" <= "),
}
_FOR_TEXT = frozenset({"=", "==", "!=", "<>"})


def _condition(*pieces: sql.Composable) -> _Part:
    return _Part("condition", (sql.SQL("("), *pieces, sql.SQL(")")))


def _number(part: _Part) -> Pieces:
    if part.kind != "number":
        raise RequestWrong(f"a {part.kind} stands where a number is due", advice=_EXAMPLE)
    return part.pieces


def _same_kind(parts: list[_Part]) -> None:
    kinds = {part.kind for part in parts}
    if len(kinds) > 1:
        raise RequestWrong(f"a {' and a '.join(sorted(kinds))} are compared", advice="write texts in quotation marks")
