"""What the tables are made of: their metadata, and the columns that return."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Integer, MetaData, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

metadata = MetaData(naming_convention=NAMING)

INSTANT = TIMESTAMP(timezone=True)
CODE = Text(collation="C")
"""Codes are compared by byte: the order is the same on every server, and comparing is cheap."""


def instant(name: str, comment: str, *, nullable: bool = True) -> Column[datetime]:
    """Return a column of instants."""
    return Column(name, INSTANT, nullable=nullable, comment=comment)


def words(name: str, comment: str, *, nullable: bool = True) -> Column[str]:
    """Return a column of text."""
    return Column(name, Text, nullable=nullable, comment=comment)


def count(name: str, comment: str) -> Column[int]:
    """Return a column that counts, from 0."""
    return Column(name, Integer, nullable=False, server_default=text("0"), comment=comment)


def payload_id(comment: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    """Return the column that traces a row to its payload."""
    return Column("payload_id", Integer, primary_key=primary_key, nullable=nullable, comment=comment)
