"""`etl`: the ledger, the payloads, quarantine and notes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from loaders.table_parts import count, instant, metadata, payload_id, words

stamp = Table(
    "stamp",
    metadata,
    Column(
        "world",
        Text,
        CheckConstraint("world IN ('live', 'replica')", name="world"),
        primary_key=True,
        comment="live: the sites' data; replica: made data. A database holds one kind for ever.",
    ),
    Column(
        "singleton",
        Boolean,
        CheckConstraint("singleton", name="singleton"),
        nullable=False,
        unique=True,
        server_default=text("true"),
        comment="Keeps this table at one row.",
    ),
    instant("made_at", "When the database was stamped.", nullable=False),
    schema="etl",
    comment="What kind of data this database holds: live or replica. The other kind is refused.",
)

payload = Table(
    "payload",
    metadata,
    Column("payload_id", Integer, Identity(always=True), primary_key=True, comment="Number of the loaded payload."),
    words("dataset", "Data set it was loaded into (nav).", nullable=False),
    words("feed", "Source and feed (amfi.latest, amfi.history).", nullable=False),
    words(
        "slot", "Unit of work it was fetched for: an instant for a snapshot, dates for a dated feed.", nullable=False
    ),
    words("url", "Address that the bytes came from, after redirects; a file's name for a file.", nullable=False),
    instant(
        "fetched_at", "When the bytes were received: known_from of every value that they established.", nullable=False
    ),
    words(
        "origin",
        "fetch: asked by munim; browser: a page in place of what was refused; file: ingested; revert, import or "
        "link: a decision.",
        nullable=False,
    ),
    words("sha256", "Digest of the bytes, in hexadecimal; their place in the archive.", nullable=False),
    Column("size_bytes", BigInteger, nullable=False, comment="Length of the bytes."),
    words("layout", "Layout that the parser recognised.", nullable=False),
    Column(
        "complete",
        Boolean,
        nullable=False,
        comment="Whether it is a complete, unfiltered snapshot: only such a one says that something vanished.",
    ),
    Column("row_count", Integer, nullable=False, comment="Rows read from it."),
    Column("content_from", Date, comment="Oldest date in it; NULL when it holds no dated row."),
    Column("content_to", Date, comment="Newest date in it; NULL when it holds no dated row."),
    Column("content_modal", Date, comment="Date of most rows in it; NULL when it holds no dated row."),
    instant("recorded_at", "When it was loaded: from then on its values could be read here.", nullable=False),
    Column("run_id", BigInteger, nullable=False, comment="Run that loaded it."),
    UniqueConstraint("feed", "fetched_at", "sha256"),
    Index(None, "dataset", "fetched_at"),
    Index("ix_payload_not_nav", "payload_id", postgresql_where=text("dataset <> 'nav'")),
    schema="etl",
    comment="Every payload whose rows are in the tables. The bytes are in the archive under sha256.",
)

run = Table(
    "run",
    metadata,
    Column("run_id", BigInteger, Identity(always=False), primary_key=True, comment="Number of the run."),
    Column(
        "run_key",
        Uuid,
        nullable=False,
        unique=True,
        comment="Made by the runner: settles a COMMIT whose answer was lost.",
    ),
    words("dataset", "Data set (nav).", nullable=False),
    words("feed", "Source and feed; NULL when a file was refused before its feed was known."),
    words("slot", "Unit of work (an instant for a snapshot, dates for a dated feed, a file's fetch time)."),
    Column("attempt", Integer, nullable=False, comment="1 for the first run at this slot, 2 for the next."),
    Column(
        "status",
        Text,
        CheckConstraint(
            "status IN ('success', 'repeat', 'skipped', 'unavailable', 'database', 'refused', "
            "'blocked', 'not_yet', 'usage', 'late', 'archive', 'archive_missing', 'archive_corrupt', 'cancelled', "
            "'missed', 'error')",
            name="status",
        ),
        nullable=False,
        comment="success: loaded; repeat: the very payload was loaded before; skipped: the slot was closed "
        "already; missed: no run filled it in its time; the others say why nothing was loaded.",
    ),
    Column("closes_slot", Boolean, nullable=False, comment="Whether this run filled its slot: one run a slot does."),
    instant("started_at", "When the run began.", nullable=False),
    instant("finished_at", "When it ended.", nullable=False),
    Column("duration_ms", Integer, nullable=False, comment="Milliseconds from start to end."),
    count("rows_read", "Rows in the payload."),
    count("rows_new", "Rows that were not there."),
    count("rows_changed", "Rows whose value was replaced; each left a revision."),
    count("rows_unchanged", "Rows that said what was known."),
    count("rows_absent", "Rows without a value (N.A.); they remove nothing."),
    count("rows_quarantined", "Rows that were refused; see etl.quarantine."),
    Column(
        "counts",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="Further counts by name, such as schemes_new.",
    ),
    Column(
        "checks",
        JSONB,
        nullable=False,
        server_default=text("'[]'"),
        comment="Every check over the payload, with its outcome and by how much.",
    ),
    Column("payload_id", Integer, comment="Payload that was loaded or found again; NULL when none was."),
    words("sha256", "Digest of the bytes received; NULL when none were."),
    words("parser_version", "Version of munim that read the payload.", nullable=False),
    words("error", "What went wrong, to which feed and slot, what was kept, what to do; NULL when nothing did."),
    words("asked_by", "Who asked for the run.", nullable=False),
    Column("forced", Boolean, nullable=False, comment="Whether a blocking check was overridden by --force."),
    Column("reverts_run_id", BigInteger, comment="Run whose values this one put back; NULL for any other run."),
    Index("uq_run_closed_slot", "dataset", "feed", "slot", unique=True, postgresql_where=text("closes_slot")),
    Index("uq_run_missed_slot", "dataset", "feed", "slot", unique=True, postgresql_where=text("status = 'missed'")),
    Index("ix_run_slot", "dataset", "feed", "slot"),
    Index("ix_run_started_at", "dataset", "started_at"),
    Index("ix_run_reverts", "reverts_run_id", postgresql_where=text("reverts_run_id IS NOT NULL")),
    schema="etl",
    comment="The ledger: every run, what it did or why it did nothing.",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the refused row."),
    words("dataset", "Data set (nav).", nullable=False),
    payload_id("Payload that holds the row."),
    Column("line_no", Integer, nullable=False, comment="Line of the payload, from 1."),
    words("raw_line", "The line as the source wrote it.", nullable=False),
    words("reason", "Why it was refused, in a word (future_date, negative_nav, bad_code, …).", nullable=False),
    words("detail", "The same with the value that was refused.", nullable=False),
    Column(
        "status",
        Text,
        CheckConstraint("status IN ('open', 'replayed')", name="status"),
        nullable=False,
        server_default=text("'open'"),
        comment="open: not in the tables; replayed: read later and loaded.",
    ),
    instant("resolved_at", "When it was replayed; NULL while open."),
    words("resolved_by", "Who replayed it; NULL while open."),
    UniqueConstraint("payload_id", "line_no"),
    schema="etl",
    comment="Rows that were refused, with their raw line and the reason. A replay loads what can be read now.",
)

quality_note = Table(
    "quality_note",
    metadata,
    Column("note_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the note."),
    words("dataset", "Data set (nav).", nullable=False),
    payload_id("Payload that the note is about."),
    Column("run_id", BigInteger, nullable=False, comment="Run that noted it."),
    words("kind", "What was noted: zero_nav, big_move, isin_form, mass_relabel, unknown_category, …", nullable=False),
    words("subject", "Key it is about (a scheme code); NULL when it is about the payload."),
    Column("content_date", Date, comment="Date it is about; NULL when it is about no single date."),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'"), comment="Figures and raw words."),
    Index(None, "subject"),
    schema="etl",
    comment="What was odd but kept: flagged, never dropped.",
)
