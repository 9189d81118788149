"""Public issues: what the sources say, what follows from it, and what people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Numeric, PrimaryKeyConstraint, Table, Text

from loaders import columns_ipo as declared
from loaders.table_parts import CODE, INSTANT, instant, metadata, payload_id, words
from loaders.tables_keyed import keyed_pair

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "date": Date(),
    "instant": INSTANT,
    "price": Numeric(),
    "rupees": Numeric(),
    "count": BigInteger(),
    "times": Numeric(),
    "percent": Numeric(),
    "flag": Boolean(),
}
_ALWAYS = frozenset({"as_of_from", "unofficial", "verdict", "decided_by"})

IPO_ID = "Number of the issue, made of the source's id that was known first: the same in every database."


def _key(columns: tuple[declared.Column, ...]) -> list[Column[Any]]:
    return [Column(one.name, CODE if one.kind == "text" else _TYPES[one.kind], comment=one.meaning) for one in columns]


def _values(columns: tuple[declared.Column, ...]) -> list[Column[Any]]:
    return [
        Column(
            one.name,
            _TYPES[one.kind],
            nullable=one.name not in _ALWAYS,
            comment=one.meaning if one.name in _ALWAYS or "NULL" in one.meaning else f"{one.meaning} NULL: not said.",
        )
        for one in columns
    ]


ipo_fact, ipo_fact_revision = keyed_pair(
    "ipo_fact",
    _key(declared.FACT_KEY),
    {"fact": _values(declared.FACT_COLUMNS)},
    "What each feed says of each source's id of a public issue: market.ipo and its revisions derive from it.",
    withdraws=True,
)

ipo_subscription, ipo_subscription_revision = keyed_pair(
    "ipo_subscription",
    _key(declared.BIDS_KEY),
    {"bids": _values(declared.BIDS_COLUMNS)},
    "Bids for a public issue by category, at every time that a source told them.",
)

ipo_gmp, ipo_gmp_revision = keyed_pair(
    "ipo_gmp",
    _key(declared.GMP_KEY),
    {"premium": _values(declared.GMP_COLUMNS)},
    "Grey-market premiums as report sites tell them: unofficial, hearsay of a market that no exchange knows.",
)

ipo_link, ipo_link_revision = keyed_pair(
    "ipo_link",
    _key(declared.LINK_KEY),
    {"verdict": _values(declared.LINK_COLUMNS)},
    "What people decided of two ids: that they are one issue, or are not.",
)


def _state() -> list[Column[Any]]:
    return [Column(one.name, _TYPES[one.kind], comment=_meaning(one)) for one in declared.STATE_COLUMNS]


def _meaning(column: declared.Column) -> str:
    return column.meaning if "NULL" in column.meaning else f"{column.meaning} NULL: no source has said it."


ipo = Table(
    "ipo",
    metadata,
    Column("ipo_id", BigInteger, primary_key=True, autoincrement=False, comment=IPO_ID),
    *_state(),
    payload_id("Payload that established this state of the issue; its fetched_at is known_from."),
    instant("recorded_at", "When all that this state derives from could be read here.", nullable=False),
    schema="market",
    comment="Every public issue, of all kinds: of each column what the best source says. Never deleted.",
)

ipo_revision = Table(
    "ipo_revision",
    metadata,
    Column("ipo_id", BigInteger, nullable=False, comment=IPO_ID),
    *_state(),
    payload_id("Payload that had established this state."),
    Column("superseded_by", Integer, nullable=False, comment="Payload that replaced it."),
    instant("recorded_at", "When all that this state derives from could be read here.", nullable=False),
    instant("known_from", "fetched_at of the payload that had established it.", nullable=False),
    instant("known_to", "fetched_at of the payload that replaced it.", nullable=False),
    PrimaryKeyConstraint("ipo_id", "payload_id"),
    schema="market",
    comment="Earlier states of the issues, each as its sources told it then; which ids are one issue is as of today.",
)

_SAID = tuple(one for one in declared.FACT_COLUMNS if one.name in declared.SAID)

ipo_source = Table(
    "ipo_source",
    metadata,
    *(Column(one.name, CODE, primary_key=True, comment=one.meaning) for one in declared.FACT_KEY[:2]),
    Column("ipo_id", BigInteger, nullable=False, index=True, comment="Issue that it is; see market.ipo."),
    Column("own_ipo_id", BigInteger, nullable=False, comment="Number that the issue would have by this id alone."),
    words("joined_by", "Why it is that issue: person, symbol, isin, or score of name and dates; NULL: it is alone."),
    Column("score", Numeric, comment="How sure the join is, 0 to 1; 1 where it is not a score's. NULL: it is alone."),
    words("joined_to", "The other id, SOURCE:ID, that it is joined to; NULL: it is alone."),
    *(Column(one.name, _TYPES[one.kind], comment=_meaning(one)) for one in _SAID),
    payload_id("Payload that first told of it; its fetched_at is known_from."),
    schema="market",
    comment="The sources' ids of public issues: which issue each is, and what its source says that tells it.",
)

ipo_doubtful = Table(
    "ipo_doubtful",
    metadata,
    *(Column(one.name, CODE, primary_key=True, comment=one.meaning) for one in declared.LINK_KEY),
    Column("score", Numeric, nullable=False, comment="How sure it is that both are one issue, 0 to 1."),
    schema="market",
    comment="Pairs of ids that may be one issue and are not joined: for a person, with `munim ipo link` or `unlink`.",
)
