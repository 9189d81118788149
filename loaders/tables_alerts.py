"""`etl.incident`: what was wrong, from when to when, and who was told."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Table, Text, text

from loaders.table_parts import CODE, instant, metadata, words

incident = Table(
    "incident",
    metadata,
    Column("incident_id", BigInteger, Identity(always=True), primary_key=True, comment="Number of the incident."),
    Column(
        "kind",
        Text,
        CheckConstraint("kind IN ('late', 'refused', 'blocked', 'quarantine')", name="kind"),
        nullable=False,
        comment="late: what is due is not there; refused: the newest content was refused; blocked: the source refuses "
        "us; quarantine: the newest payload has too many refused rows.",
    ),
    Column("feed", CODE, nullable=False, comment="Source and feed (amfi.latest)."),
    instant("since", "From when on it was so: when what is missing was due, or the end of the run.", nullable=False),
    words("detail", "What is wrong, in words, as it was when it was found.", nullable=False),
    instant("opened_at", "When it was found.", nullable=False),
    instant("told_at", "When the message that it began was delivered; NULL: not yet, or it was over before."),
    instant("closed_at", "When it was found to be over; NULL while it lasts."),
    instant("told_over_at", "When the message that it is over was delivered; NULL: not yet, or it lasts."),
    Index("uq_incident_open", "kind", "feed", unique=True, postgresql_where=text("closed_at IS NULL")),
    schema="etl",
    comment="What somebody was told about: one row an incident, however often it was looked at.",
)
