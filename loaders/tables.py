"""The warehouse: every table and column, each with its meaning, unit and what NULL means.

`market` is the data, `etl` the ledger and what derives from it. The migrations make it; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

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


def _instant(name: str, comment: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, INSTANT, nullable=nullable, comment=comment)


def _text(name: str, comment: str, *, nullable: bool = True) -> Column[str]:
    return Column(name, Text, nullable=nullable, comment=comment)


def _count(name: str, comment: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"), comment=comment)


def _payload(comment: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column("payload_id", Integer, primary_key=primary_key, nullable=nullable, comment=comment)


# --- the ledger -------------------------------------------------------------------------------------------------

stamp = Table(
    "stamp",
    metadata,
    Column("world", Text, CheckConstraint("world IN ('live', 'replica')", name="world"), primary_key=True,
           comment="live: the sites' data; replica: made data. A database holds one kind for ever."),
    Column("singleton", Boolean, CheckConstraint("singleton", name="singleton"), nullable=False, unique=True,
           server_default=text("true"), comment="Keeps this table at one row."),
    _instant("made_at", "When the database was stamped.", nullable=False),
    schema="etl",
    comment="What kind of data this database holds: live or replica. The other kind is refused.",
)

payload = Table(
    "payload",
    metadata,
    Column("payload_id", Integer, Identity(always=True), primary_key=True, comment="Number of the loaded payload."),
    _text("dataset", "Data set it was loaded into (nav).", nullable=False),
    _text("feed", "Source and feed (amfi.latest, amfi.history).", nullable=False),
    _text("slot", "Unit of work it was fetched for: an instant for a snapshot, dates for a dated feed.", nullable=False),
    _text("url", "Address that the bytes came from, after redirects; a file's name for a file.", nullable=False),
    _instant("fetched_at", "When the bytes were received: known_from of every value that they established.",
             nullable=False),
    _text("origin", "fetch: asked by munim; file: ingested; revert or import: a decision.", nullable=False),
    _text("sha256", "Digest of the bytes, in hexadecimal; their place in the archive.", nullable=False),
    Column("size_bytes", BigInteger, nullable=False, comment="Length of the bytes."),
    _text("layout", "Layout that the parser recognised.", nullable=False),
    Column("complete", Boolean, nullable=False,
           comment="Whether it is a complete, unfiltered snapshot: only such a one says that something vanished."),
    Column("row_count", Integer, nullable=False, comment="Rows read from it."),
    Column("content_from", Date, comment="Oldest date in it; NULL when it holds no dated row."),
    Column("content_to", Date, comment="Newest date in it; NULL when it holds no dated row."),
    Column("content_modal", Date, comment="Date of most rows in it; NULL when it holds no dated row."),
    _instant("recorded_at", "When it was loaded: from then on its values could be read here.", nullable=False),
    Column("run_id", BigInteger, nullable=False, comment="Run that loaded it."),
    UniqueConstraint("feed", "fetched_at", "sha256"),
    Index(None, "dataset", "fetched_at"),
    schema="etl",
    comment="Every payload whose rows are in the tables. The bytes are in the archive under sha256.",
)

run = Table(
    "run",
    metadata,
    Column("run_id", BigInteger, Identity(always=False), primary_key=True, comment="Number of the run."),
    Column("run_key", Uuid, nullable=False, unique=True,
           comment="Made by the runner: settles a COMMIT whose answer was lost."),
    _text("dataset", "Data set (nav).", nullable=False),
    _text("feed", "Source and feed; NULL when a file was refused before its feed was known."),
    _text("slot", "Unit of work (an instant for a snapshot, dates for a dated feed, a file's fetch time)."),
    Column("attempt", Integer, nullable=False, comment="1 for the first run at this slot, 2 for the next."),
    Column("status", Text,
           CheckConstraint("status IN ('success', 'repeat', 'skipped', 'unavailable', 'database', 'refused', "
                           "'blocked', 'not_yet', 'usage', 'cancelled', 'error')", name="status"),
           nullable=False,
           comment="success: loaded; repeat: the very payload was loaded before; skipped: the slot was closed "
                   "already; the others say why nothing was loaded."),
    Column("closes_slot", Boolean, nullable=False, comment="Whether this run filled its slot: one run a slot does."),
    _instant("started_at", "When the run began.", nullable=False),
    _instant("finished_at", "When it ended.", nullable=False),
    Column("duration_ms", Integer, nullable=False, comment="Milliseconds from start to end."),
    _count("rows_read", "Rows in the payload."),
    _count("rows_new", "Rows that were not there."),
    _count("rows_changed", "Rows whose value was replaced; each left a revision."),
    _count("rows_unchanged", "Rows that said what was known."),
    _count("rows_absent", "Rows without a value (N.A.); they remove nothing."),
    _count("rows_quarantined", "Rows that were refused; see etl.quarantine."),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'"),
           comment="Further counts by name, such as schemes_new."),
    Column("checks", JSONB, nullable=False, server_default=text("'[]'"),
           comment="Every check over the payload, with its outcome and by how much."),
    Column("payload_id", Integer, comment="Payload that was loaded or found again; NULL when none was."),
    _text("sha256", "Digest of the bytes received; NULL when none were."),
    _text("parser_version", "Version of munim that read the payload.", nullable=False),
    _text("error", "What went wrong, to which feed and slot, what was kept, what to do; NULL when nothing did."),
    _text("asked_by", "Who asked for the run.", nullable=False),
    Column("forced", Boolean, nullable=False, comment="Whether a blocking check was overridden by --force."),
    Column("reverts_run_id", BigInteger, comment="Run whose values this one put back; NULL for any other run."),
    Index("uq_run_closed_slot", "dataset", "feed", "slot", unique=True, postgresql_where=text("closes_slot")),
    Index("ix_run_slot", "dataset", "feed", "slot"),
    Index("ix_run_started_at", "dataset", "started_at"),
    schema="etl",
    comment="The ledger: every run, what it did or why it did nothing.",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the refused row."),
    _text("dataset", "Data set (nav).", nullable=False),
    _payload("Payload that holds the row."),
    Column("line_no", Integer, nullable=False, comment="Line of the payload, from 1."),
    _text("raw_line", "The line as the source wrote it.", nullable=False),
    _text("reason", "Why it was refused, in a word (future_date, negative_nav, bad_code, …).", nullable=False),
    _text("detail", "The same with the value that was refused.", nullable=False),
    Column("status", Text, CheckConstraint("status IN ('open', 'replayed')", name="status"), nullable=False,
           server_default=text("'open'"), comment="open: not in the tables; replayed: read later and loaded."),
    _instant("resolved_at", "When it was replayed; NULL while open."),
    _text("resolved_by", "Who replayed it; NULL while open."),
    UniqueConstraint("payload_id", "line_no"),
    schema="etl",
    comment="Rows that were refused, with their raw line and the reason. A replay loads what can be read now.",
)

quality_note = Table(
    "quality_note",
    metadata,
    Column("note_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the note."),
    _text("dataset", "Data set (nav).", nullable=False),
    _payload("Payload that the note is about."),
    Column("run_id", BigInteger, nullable=False, comment="Run that noted it."),
    _text("kind", "What was noted: zero_nav, big_move, isin_form, mass_relabel, unknown_category, …", nullable=False),
    _text("subject", "Key it is about (a scheme code); NULL when it is about the payload."),
    Column("content_date", Date, comment="Date it is about; NULL when it is about no single date."),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'"), comment="Figures and raw words."),
    Index(None, "subject"),
    schema="etl",
    comment="What was odd but kept: flagged, never dropped.",
)

timetable = Table(
    "timetable",
    metadata,
    Column("feed", Text, primary_key=True, comment="Source and feed (amfi.latest)."),
    _text("dataset", "Data set that it fills.", nullable=False),
    Column("fires", ARRAY(Text), nullable=False, comment="When it runs: cron lines in Asia/Kolkata, days by name."),
    _text("calendar", "Days on which content is due: daily, weekdays, or an exchange's sessions.", nullable=False),
    _text("due_time", "Time of day in Asia/Kolkata by which a day's content is due.", nullable=False),
    Column("due_days_later", SmallInteger, nullable=False, comment="Days between the day of the content and that time."),
    schema="etl",
    comment="When each feed runs and by when it is due; written by `munim db migrate` from schedules/timetable.py.",
)

# --- mutual-fund NAVs -------------------------------------------------------------------------------------------

nav = Table(
    "nav",
    metadata,
    Column("nav_date", Date, primary_key=True, comment="Day the NAV is of, from the content (Asia/Kolkata)."),
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    Column("nav", Numeric, nullable=False, comment="Net asset value of one unit in ₹, exact as published; 0 is kept."),
    _payload("Payload that established this value; its fetched_at is known_from."),
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
    _payload("Payload that had established this value.", primary_key=True),
    Column("superseded_by", Integer, nullable=False, comment="Payload that replaced or withdrew it."),
    _instant("known_from", "fetched_at of the payload that had established it.", nullable=False),
    _instant("known_to", "fetched_at of the payload that replaced it.", nullable=False),
    schema="market",
    comment="NAVs that were replaced or withdrawn.",
)

SCHEME_FACTS = (
    ("amc", "Asset management company, as AMFI heads its section; NULL when no heading stood above."),
    ("category", "AMFI's category heading, white space normalised; NULL when no heading stood above."),
    ("structure", "open_ended, close_ended or interval; NULL when the heading says neither."),
    ("asset_class", "Canonical asset class that joins SEBI's old and new taxonomy; NULL when unknown."),
    ("sub_category", "Canonical sub-category that joins SEBI's old and new taxonomy; NULL when unknown."),
    ("long_name", "Last full name of scheme, plan and option in one; NULL when AMFI never gave one."),
    ("base_name", "Name of the scheme without plan and option; NULL before AMFI began to give it (20-Aug-2026)."),
    ("plan", "direct or regular; NULL when neither column nor name says."),
    ("plan_source", "Where plan was read: column, name, or class (an older class is regular); NULL when it was not."),
    ("plan_class", "Older class such as institutional or retail; NULL when the name has none."),
    ("option", "growth, idcw and so on (IDCW was called dividend); NULL when neither column nor name says."),
    ("option_source", "Where option was read: column or name; NULL when it was not."),
    ("payout_frequency", "How often IDCW is paid (daily … annual); NULL when not said."),
    ("isin_payout_or_growth", "ISIN of the payout or growth option, check digit verified; NULL: none or junk."),
    ("isin_reinvestment", "ISIN of the reinvestment option, check digit verified; NULL: none or junk."),
)
"""Columns of market.scheme that come from the source, in order, with their comments."""


def _scheme_columns() -> list[Column[object]]:
    return [
        *(Column(name, Text, comment=comment) for name, comment in SCHEME_FACTS),
        Column("conflict", Boolean, nullable=False, comment="Whether the plan or option column contradicts the name."),
        _text("conflict_detail", "What contradicts what; NULL when nothing does."),
        _instant("first_seen_at", "Fetch of the first complete file that lists it; NULL: seen in history alone."),
        _instant("last_seen_at", "Fetch of the last complete file that listed it; NULL: the newest one does, or none "
                 "ever did."),
        _instant("vanished_at", "Fetch of the first complete file without it; NULL while listed."),
    ]


scheme = Table(
    "scheme",
    metadata,
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme (six digits, or SIF-n)."),
    *_scheme_columns(),
    _payload("Payload that established this state of the scheme; its fetched_at is known_from."),
    schema="market",
    comment="Every scheme, plan and option that AMFI lists or listed. Vanished ones are marked, never deleted.",
)

scheme_revision = Table(
    "scheme_revision",
    metadata,
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    *_scheme_columns(),
    _payload("Payload that had established this state.", primary_key=True),
    Column("superseded_by", Integer, nullable=False, comment="Payload that replaced it."),
    _instant("known_from", "fetched_at of the payload that had established it.", nullable=False),
    _instant("known_to", "fetched_at of the payload that replaced it.", nullable=False),
    schema="market",
    comment="Earlier states of the schemes.",
)

RAW_FACTS = ("amc", "category", "name", "plan", "option", "isin_payout_or_growth", "isin_reinvestment")
"""What a row of a NAV file says of its scheme, in the source's words."""

scheme_fact = Table(
    "scheme_fact",
    metadata,
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    Column("feed", Text, primary_key=True, comment="Feed that says so; each feed has its own line of facts."),
    _payload("Payload from which on the feed says so.", primary_key=True),
    Column("listed", Boolean, nullable=False, comment="False: a complete file no longer lists it; the rest is NULL."),
    Column("name_kind", Text, comment="long: name holds plan and option; base: they stand in columns of their own."),
    *(Column(name, Text, comment=f"{name} in the source's words; NULL when blank.") for name in RAW_FACTS),
    schema="etl",
    comment="What each feed said of each scheme, from when on: market.scheme and its revisions derive from it.",
)

# --- kept so that a load need not read what it can know ------------------------------------------------------------

nav_latest_block = Table(
    "nav_latest_block",
    metadata,
    Column("block", SmallInteger, primary_key=True, comment="Always 1."),
    Column("scheme_code", ARRAY(CODE), nullable=False, comment="AMFI's codes, in the order of the other arrays."),
    Column("nav_date", ARRAY(Integer), nullable=False, comment="Newest NAV date of each, days since 1970-01-01."),
    Column("nav_e10", ARRAY(BigInteger), nullable=False, comment="That NAV in ₹ times 10,000,000,000."),
    Column("payload_id", ARRAY(Integer), nullable=False, comment="Payload that established it."),
    schema="etl",
    comment="The newest NAV of every scheme in one row: a load compares with it. Read market.nav_latest instead.",
)

scheme_digest = Table(
    "scheme_digest",
    metadata,
    Column("feed", Text, primary_key=True, comment="Feed."),
    Column("scheme_code", ARRAY(CODE), nullable=False, comment="Codes that the feed lists, in the order of digest."),
    Column("digest", ARRAY(BigInteger), nullable=False, comment="Digest of what the feed says of each."),
    schema="etl",
    comment="Digests of the current facts of each feed: a load looks closer only where they differ.",
)

nav_recorded = Table(
    "nav_recorded",
    metadata,
    Column("nav_date", Date, primary_key=True, comment="Day the NAV is of."),
    Column("scheme_code", CODE, primary_key=True, comment="AMFI's code of the scheme."),
    _payload("Payload that establishes the value now.", primary_key=True),
    _instant("recorded_at", "When the value was first readable here, by a payload loaded before that one.",
             nullable=False),
    schema="etl",
    comment="Values whose establishing payload was loaded after another that said the same.",
)
