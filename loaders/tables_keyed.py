"""What a keyed table is made of in SQL: its own columns, where they came from, and the table of its revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Integer, MetaData, PrimaryKeyConstraint, Table, Text

from loaders.table_parts import INSTANT, metadata

Columns = Sequence[Column[Any]]


def keyed_pair(
    name: str,
    key: Columns,
    groups: Mapping[str, Columns],
    comment: str,
    *,
    withdraws: bool = False,
    into: MetaData = metadata,
) -> tuple[Table, Table]:
    """Return a keyed table of the schema `market` and the table of its revisions.

    `key` and each group are columns with comments; a group's columns get, beside them, the payload that established
    them and when they could first be read. See `loaders.keyed_batch.KeyedTable`.
    """
    main: list[Column[Any]] = [_copy(column, nullable=False) for column in key]
    alone = len(groups) == 1
    for group, columns in groups.items():
        prefix, of = ("", "these values") if alone else (f"{group}_", f"the columns of the group {group}")
        nothing = "" if alone else "; NULL: nothing is known of them"
        main += [_copy(column, nullable=None if alone else True) for column in columns]
        main += [
            Column(f"{prefix}payload_id", Integer, nullable=not alone,
                   comment=f"Payload that established {of}; its fetched_at is known_from{nothing}."),
            Column(f"{prefix}recorded_at", INSTANT, nullable=not alone,
                   comment=f"When {of} could first be read here{nothing}."),
        ]  # fmt: skip
    if withdraws:
        main.append(
            Column("withdrawn_by", Integer,
                   comment="Payload of the newer complete list that no longer has this row; NULL: it stands.")
        )  # fmt: skip
    kept = Table(
        name, into, *main, PrimaryKeyConstraint(*(column.name for column in key)), schema="market", comment=comment
    )
    return kept, _revisions(name, key, groups, into)


def _revisions(name: str, key: Columns, groups: Mapping[str, Columns], into: MetaData) -> Table:
    columns: list[Column[Any]] = [_copy(column, nullable=False) for column in key]
    names = [column.name for column in key]
    if len(groups) > 1:
        columns.append(
            Column("column_group", Text, nullable=False,
                   comment=f"Columns that this is a revision of: {', '.join(groups)}; the others are NULL.")
        )  # fmt: skip
        names.append("column_group")
    columns += [_copy(column, nullable=True) for part in groups.values() for column in part]
    columns += [
        Column("payload_id", Integer, nullable=False, comment="Payload that had established these values."),
        Column("superseded_by", Integer, nullable=False, comment="Payload that replaced or withdrew them."),
        Column("recorded_at", INSTANT, nullable=False, comment="When they could first be read here."),
        Column("known_from", INSTANT, nullable=False, comment="fetched_at of the payload that had established them."),
        Column("known_to", INSTANT, nullable=False, comment="fetched_at of the payload that replaced them."),
    ]
    return Table(
        f"{name}_revision",
        into,
        *columns,
        PrimaryKeyConstraint(*names, "payload_id"),
        schema="market",
        comment=f"Rows of market.{name} as they were before they were replaced or withdrawn.",
    )


def _copy(column: Column[Any], *, nullable: bool | None) -> Column[Any]:
    return Column(
        column.name,
        column.type,
        nullable=column.nullable if nullable is None else nullable,
        comment=column.comment,
    )
