"""`market.nav` and `market.scheme`, their revisions, and what is kept so that a load need not read what it can know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from loaders.columns import RAW_FACTS, SCHEME_FACTS
from loaders.table_parts import CODE, instant, metadata, payload_id, words

nav = Table(
    "nav",
    metadata,
    Column("nav_date", Date, primary_key=True, comment="Day the NAV is of, from the content (Asia/Kolkata)."),
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    Column("nav", Numeric, nullable=False, comment="Net asset value of one unit in ₹, exact as published; 0 is kept."),
    payload_id("Payload that established this value; its fetched_at is known_from."),
    schema="market",
    comment="The NAV of a scheme on a day, as last published. Earlier values are in market.nav_revision.",
    postgresql_partition_by="RANGE (nav_date)",
)

nav_revision = Table(
    "nav_revision",
    metadata,
    Column("nav_date", Date, primary_key=True, comment="Day the NAV is of."),
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    Column("nav", Numeric, nullable=False, comment="Net asset value of one unit in ₹ that was replaced."),
    payload_id("Payload that had established this value.", primary_key=True),
    Column("superseded_by", Integer, nullable=False, comment="Payload that replaced or withdrew it."),
    instant("known_from", "fetched_at of the payload that had established it.", nullable=False),
    instant("known_to", "fetched_at of the payload that replaced it.", nullable=False),
    schema="market",
    comment="NAVs that were replaced or withdrawn.",
)


def _words(name: str) -> Index:
    """Return the index of a loose search: of the words of the names, current with each row."""
    words = text("etl.name_words(amc, long_name, base_name)")
    return Index(name, words, postgresql_using="gin", postgresql_with={"fastupdate": "off"})


def _scheme_columns() -> list[Column[Any]]:
    return [
        *(Column(name, Text, comment=comment) for name, comment in SCHEME_FACTS),
        Column("conflict", Boolean, nullable=False, comment="Whether the plan or option column contradicts the name."),
        words("conflict_detail", "What contradicts what; NULL when nothing does."),
        instant("first_seen_at", "Fetch of the first complete file that lists it; NULL: seen in history alone."),
        instant(
            "last_seen_at",
            "Fetch of the last complete file that listed it; NULL: the newest one does, or none ever did.",
        ),
        instant("vanished_at", "Fetch of the first complete file without it; NULL while listed."),
    ]


scheme = Table(
    "scheme",
    metadata,
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme (six digits, or SIF-n)."),
    *_scheme_columns(),
    payload_id("Payload that established this state of the scheme; its fetched_at is known_from."),
    _words("ix_scheme_words"),
    schema="market",
    comment="Every scheme, plan and option that AMFI lists or listed. Vanished ones are marked, never deleted.",
)

scheme_revision = Table(
    "scheme_revision",
    metadata,
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    *_scheme_columns(),
    payload_id("Payload that had established this state.", primary_key=True),
    Column("superseded_by", Integer, nullable=False, comment="Payload that replaced it."),
    instant("known_from", "fetched_at of the payload that had established it.", nullable=False),
    instant("known_to", "fetched_at of the payload that replaced it.", nullable=False),
    _words("ix_scheme_revision_words"),
    schema="market",
    comment="Earlier states of the schemes.",
)

scheme_recorded = Table(
    "scheme_recorded",
    metadata,
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    Column(
        "recorded_no",
        BigInteger,
        Identity(always=True),
        primary_key=True,
        comment="The order in which it was said: of two machines the clocks may differ.",
    ),
    instant(
        "recorded_at", "When market.scheme began to say so; it did until the scheme's next row here.", nullable=False
    ),
    *_scheme_columns(),
    payload_id("Payload that had established this state by then."),
    schema="etl",
    comment="What market.scheme said of each scheme from when on, whatever was loaded late: what as-of reads go by.",
)

scheme_fact = Table(
    "scheme_fact",
    metadata,
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    Column("feed", Text, primary_key=True, comment="Feed that says so; each feed has its own line of facts."),
    payload_id("Payload from which on the feed says so.", primary_key=True),
    Column("listed", Boolean, nullable=False, comment="False: a complete file no longer lists it; the rest is NULL."),
    Column("name_kind", Text, comment="long: name holds plan and option; base: they stand in columns of their own."),
    *(Column(name, Text, comment=f"{name} in the source's words; NULL when blank.") for name in RAW_FACTS),
    schema="etl",
    comment="What each feed said of each scheme, from when on: market.scheme and its revisions derive from it.",
)

nav_latest_packed = Table(
    "nav_latest_packed",
    metadata,
    Column(
        "block",
        SmallInteger,
        primary_key=True,
        comment="1: the schemes that publish; 2: those that publish no more, it seems.",
    ),
    Column("scheme_code", CODE, nullable=False, comment="AMFI's codes in order, a line each."),
    Column(
        "nav_date",
        LargeBinary,
        nullable=False,
        comment="Newest NAV date of each in days since 1970-01-01, four bytes each, the high one first.",
    ),
    Column("nav_e10", LargeBinary, nullable=False, comment="That NAV in ₹ times 10,000,000,000, eight bytes each."),
    Column("payload_id", LargeBinary, nullable=False, comment="Payload that established it, four bytes each."),
    Column(
        "version",
        Uuid,
        nullable=False,
        server_default=text("gen_random_uuid()"),
        comment="Made up anew whenever the row is written: who has it in mind need not read it.",
    ),
    schema="etl",
    comment="The newest NAV of every scheme, packed: a load compares with it. Read market.nav_latest instead.",
)

nav_keys = Table(
    "nav_keys",
    metadata,
    Column(
        "one",
        SmallInteger,
        CheckConstraint("one = 1", name="one"),
        primary_key=True,
        autoincrement=False,
        server_default=text("1"),
        comment="Always 1.",
    ),
    Column("changed_in", BigInteger, nullable=False, comment="Number of the transaction that changed it last."),
    schema="etl",
    comment="When it last changed of which schemes there is a NAV of which day, or what the schemes are: what the "
    "freshness of NAVs is judged by. A restated value does not count; a migration, which writes the timetable, does.",
)

scheme_digest = Table(
    "scheme_digest",
    metadata,
    Column("feed", Text, primary_key=True, comment="Feed."),
    Column("digest", LargeBinary, primary_key=True, comment="Digest of what the feed's newest payload says of them."),
    Column("scheme_codes", CODE, nullable=False, comment="Codes of some thirty schemes, a line each."),
    schema="etl",
    comment="Digests of the current facts of each feed, some thirty schemes in one: a load looks at what differs.",
)

nav_recorded = Table(
    "nav_recorded",
    metadata,
    Column("nav_date", Date, primary_key=True, comment="Day the NAV is of."),
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    payload_id("Payload that establishes the value now.", primary_key=True),
    instant(
        "recorded_at",
        "When it could be read: before that load if another payload said the same, later if the row was refused first.",
        nullable=False,
    ),
    schema="etl",
    comment="Values that could first be read at another time than when their payload was loaded.",
)

scheme_word = Table(
    "scheme_word",
    metadata,
    Column("word", CODE, primary_key=True, comment="The word, in lower case."),
    Column(
        "schemes",
        Integer,
        nullable=False,
        comment="Schemes that have it in their names now; 0: former names alone.",
    ),
    schema="etl",
    comment="The words that stand in names of schemes or of their AMCs, or once did.",
)
