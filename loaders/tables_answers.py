"""`etl.answer_log`: what was answered through MCP and HTTP, to whom, and as known when."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from loaders.table_parts import instant, metadata, words

answer_log = Table(
    "answer_log",
    metadata,
    Column("answer_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the answer."),
    Column(
        "door",
        Text,
        CheckConstraint("door IN ('mcp', 'http')", name="door"),
        nullable=False,
        comment="Through which door it was asked: mcp or http.",
    ),
    words(
        "caller",
        "Who asked: the subject of the token, or who runs the server; where no token is asked for, anonymous and the "
        "address. Never a token.",
        nullable=False,
    ),
    words("question", "Name of the question (nav).", nullable=False),
    Column(
        "parameters",
        JSONB,
        nullable=False,
        comment="What was asked, with known_at set: asked again with these, the answer is the same.",
    ),
    instant("known_at", "Time of knowledge of the answer: what was asked for, else when it was asked.", nullable=False),
    Column(
        "outcome",
        Text,
        CheckConstraint("outcome IN ('answered', 'not_found', 'refused')", name="outcome"),
        nullable=False,
        comment="answered; not_found: there is none of what was asked for; refused: it can't be asked.",
    ),
    Column(
        "freshness",
        JSONB,
        comment="How fresh the data set was when it was asked, which no later question can tell; NULL: not said.",
    ),
    Column(
        "head",
        JSONB,
        nullable=False,
        comment="The answer without its rows and its freshness, and how many rows it had; of a no, its words.",
    ),
    words(
        "sha256",
        "Hash of the answer as canonical JSON, without its freshness: that alone depends on the time of asking.",
        nullable=False,
    ),
    instant("asked_at", "When it was asked.", nullable=False),
    Column("duration_ms", Integer, nullable=False, comment="How long the answer took, in milliseconds."),
    Index("ix_answer_log_asked_at", "asked_at"),
    schema="etl",
    comment="Every answer that went out through MCP and HTTP, so that it can be told again what was said, and why.",
)
