"""`etl`: the timetable, its firings since when, and what is paused."""

from __future__ import annotations

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, Table, Text, text

from loaders.table_parts import INSTANT, instant, metadata, words

timetable = Table(
    "timetable",
    metadata,
    Column("feed", Text, primary_key=True, comment="Source and feed (amfi.latest)."),
    words("dataset", "Data set that it fills.", nullable=False),
    Column("fires", ARRAY(Text), nullable=False, comment="When it runs: cron lines in Asia/Kolkata, days by name."),
    words(
        "calendar",
        "Days on which content is due: daily, weekdays, nse_sessions, nse_settlement; fetch: looked at daily.",
        nullable=False,
    ),
    words("due_time", "Time of day in Asia/Kolkata by which a day's content is due.", nullable=False),
    Column(
        "due_days_later", SmallInteger, nullable=False, comment="Days between the day of the content and that time."
    ),
    Column(
        "days_back",
        ARRAY(SmallInteger),
        nullable=False,
        server_default=text("'{}'"),
        comment="Of each of fires: days between the content that it asks for and the day on which it fires, at least.",
    ),
    Column(
        "slots",
        Text,
        CheckConstraint("slots IN ('instant', 'day', 'window')", name="slots"),
        nullable=False,
        server_default=text("'instant'"),
        comment="What a slot is: instant, what is there at the scheduled time; day, the session that is due; window, "
        "days of history.",
    ),
    Column(
        "window_days",
        SmallInteger,
        nullable=False,
        server_default=text("0"),
        comment="Days of a window; 0: a slot is none.",
    ),
    Column(
        "try_every_min",
        Integer,
        nullable=False,
        server_default=text("15"),
        comment="Minutes after which an open slot is tried again.",
    ),
    Column(
        "try_for_min",
        Integer,
        nullable=False,
        server_default=text("120"),
        comment="Minutes after a firing for which an open slot is tried again.",
    ),
    Column(
        "catch_up_days",
        SmallInteger,
        nullable=False,
        server_default=text("7"),
        comment="Days within which a slot that was missed is made good; an older one is recorded as missed.",
    ),
    Column(
        "tries_closed",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="Whether a slot is the day of the firing also where the calendar has it closed: for special sessions.",
    ),
    CheckConstraint(
        "calendar IN ('daily', 'weekdays', 'nse_sessions', 'nse_settlement', 'fetch')",
        name="calendar",
    ),
    schema="etl",
    comment="When each feed runs and by when it is due; written by `munim db migrate` from schedules/timetable.py.",
)

firing = Table(
    "firing",
    metadata,
    Column("feed", Text, primary_key=True, comment="Source and feed (amfi.latest)."),
    Column("cron", Text, primary_key=True, comment="When it fires: a cron line in Asia/Kolkata, days by name."),
    Column(
        "days_back",
        SmallInteger,
        primary_key=True,
        comment="Days between the content that it asks for and the day on which it fires, at least.",
    ),
    Column(
        "since",
        INSTANT,
        primary_key=True,
        comment="From when on it stood in the timetable: what it would have asked for before is not missed.",
    ),
    instant("until", "When it was taken out of the timetable; NULL while it stands."),
    Index("uq_firing_standing", "feed", "cron", "days_back", unique=True, postgresql_where=text("until IS NULL")),
    schema="etl",
    comment="Every firing that stands or stood in the timetable: what is missed is counted from these.",
)

pause = Table(
    "pause",
    metadata,
    Column("feed", Text, primary_key=True, comment="Feed that does not run by itself now."),
    instant("paused_at", "Since when.", nullable=False),
    words("paused_by", "Who paused it.", nullable=False),
    words("reason", "Why; NULL: it was not said."),
    schema="etl",
    comment="Feeds that are paused: `munim schedules pause` and `unpause` write it. What a person asks for is run.",
)
