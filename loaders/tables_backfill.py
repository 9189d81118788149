"""`etl`: backfills, who asked for them, and the slots that they are made of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, Identity, Index, Integer, Table, Text, text

from loaders.table_parts import count, instant, metadata, words

backfill = Table(
    "backfill",
    metadata,
    Column("backfill_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the backfill."),
    words("dataset", "Data set whose history was asked for (nav).", nullable=False),
    words("feed", "Feed that was named; NULL: every feed of the data set that serves any day."),
    Column("from_date", Date, nullable=False, comment="First day that was asked for."),
    Column("to_date", Date, nullable=False, comment="Last day that was asked for; it belongs to it."),
    Column(
        "reprocess",
        Text,
        CheckConstraint("reprocess IN ('missing', 'none', 'failed', 'all')", name="reprocess"),
        nullable=False,
        comment="missing: what has no content; none: of that, what was never tried; failed: what failed before, alone; "
        "all: everything, closed or not.",
    ),
    Column("backwards", Boolean, nullable=False, comment="Whether the newest slots come first."),
    Column("max_active_runs", Integer, comment="Slots of it that may run at the same time; NULL: as workers allow."),
    words("asked_by", "Who asked for it.", nullable=False),
    words("reason", "Why, in the asker's words; NULL: not said."),
    instant("asked_at", "When it was asked for.", nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('open', 'paused', 'cancelled')", name="state"),
        nullable=False,
        server_default=text("'open'"),
        comment="open: its slots run as workers come to them; paused: none begins; cancelled: none ever will.",
    ),
    instant("state_at", "When it was paused, resumed or cancelled; NULL: never."),
    words("state_why", "Why it was, such as the refusal of a site; NULL: a person did not say."),
    schema="etl",
    comment="Backfills: history of a data set that somebody asked for.",
)

backfill_slot = Table(
    "backfill_slot",
    metadata,
    Column("slot_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the piece of work."),
    words("dataset", "Data set (nav).", nullable=False),
    words("feed", "Feed that is asked.", nullable=False),
    words("slot", "Day or window that is asked for, as in etl.run.", nullable=False),
    Column("first_day", Date, nullable=False, comment="First day of the slot."),
    Column("last_day", Date, nullable=False, comment="Last day of the slot; it belongs to it."),
    words("queue", "Queue of its job: the data set, or browser for what only a browser can ask.", nullable=False),
    Column("priority", Integer, nullable=False, comment="Its turn among all slots that wait: the higher, the sooner."),
    words("lane", "Slots of one lane run one after the other (max_active_runs lanes); NULL: none is waited for."),
    Column("again", Boolean, nullable=False, comment="Whether it runs although its slot is closed."),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('waiting', 'running', 'done', 'empty', 'failed', 'cancelled')", name="state"),
        nullable=False,
        server_default=text("'waiting'"),
        comment="waiting; running; done: loaded, or found loaded; empty: the source has nothing, and nothing says that "
        "it should; failed; cancelled.",
    ),
    count("attempt", "How many times a worker began it."),
    Column("run_id", BigInteger, comment="Run that filled it; NULL: none did."),
    words("error", "Why the last attempt ended as it did; NULL: it went well, or there was none."),
    instant("made_at", "When it was first asked for.", nullable=False),
    instant("started_at", "When the last attempt began; NULL: none did."),
    instant("finished_at", "When it came to its end; NULL: it has not yet."),
    Index(
        "uq_backfill_slot_open",
        "dataset",
        "feed",
        "slot",
        unique=True,
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
    Index("ix_backfill_slot_days", "dataset", "feed", "first_day"),
    schema="etl",
    comment="What backfills are made of: a slot to run. However many ask for it, it waits and runs once.",
)

backfill_asker = Table(
    "backfill_asker",
    metadata,
    Column("backfill_id", BigInteger, primary_key=True, comment="Backfill that asks for the slot."),
    Column("slot_id", BigInteger, primary_key=True, comment="Slot that it asks for."),
    Index(None, "slot_id"),
    schema="etl",
    comment="Which backfills ask for a slot: the first that did, and those that found it waiting or done.",
)
