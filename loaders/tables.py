"""The warehouse: every table and column, each with its meaning, unit and what NULL means.

`market` is the data, `etl` the ledger and what derives from it. The migrations make it; a test compares the two.
"""

from __future__ import annotations

from loaders.table_parts import metadata
from loaders.tables_alerts import incident
from loaders.tables_answers import answer_log
from loaders.tables_backfill import backfill, backfill_asker, backfill_slot
from loaders.tables_calendar import holiday, holiday_revision, listed_session, listed_session_revision
from loaders.tables_equity import (
    corporate_action,
    corporate_action_revision,
    equity_eod,
    equity_eod_revision,
    index_member,
    index_member_revision,
    listing,
    listing_revision,
    name_change,
    name_change_revision,
    symbol_change,
    symbol_change_revision,
)
from loaders.tables_etl import payload, quality_note, quarantine, run, stamp
from loaders.tables_flows import (
    fii_dii,
    fii_dii_revision,
    fpi_flow,
    fpi_flow_revision,
    participant_oi,
    participant_oi_revision,
)
from loaders.tables_ipo import (
    ipo,
    ipo_doubtful,
    ipo_fact,
    ipo_fact_revision,
    ipo_gmp,
    ipo_gmp_revision,
    ipo_link,
    ipo_link_revision,
    ipo_revision,
    ipo_source,
    ipo_subscription,
    ipo_subscription_revision,
)
from loaders.tables_nav import (
    nav,
    nav_keys,
    nav_latest_packed,
    nav_recorded,
    nav_revision,
    scheme,
    scheme_digest,
    scheme_fact,
    scheme_recorded,
    scheme_revision,
)
from loaders.tables_schedules import firing, pause, timetable
from loaders.tables_screener import equity_sighting, instrument, screener, screener_day, screener_session

__all__ = [
    "answer_log",
    "backfill",
    "backfill_asker",
    "backfill_slot",
    "corporate_action",
    "corporate_action_revision",
    "equity_eod",
    "equity_eod_revision",
    "equity_sighting",
    "fii_dii",
    "fii_dii_revision",
    "firing",
    "fpi_flow",
    "fpi_flow_revision",
    "holiday",
    "holiday_revision",
    "incident",
    "index_member",
    "index_member_revision",
    "instrument",
    "ipo",
    "ipo_doubtful",
    "ipo_fact",
    "ipo_fact_revision",
    "ipo_gmp",
    "ipo_gmp_revision",
    "ipo_link",
    "ipo_link_revision",
    "ipo_revision",
    "ipo_source",
    "ipo_subscription",
    "ipo_subscription_revision",
    "listed_session",
    "listed_session_revision",
    "listing",
    "listing_revision",
    "metadata",
    "name_change",
    "name_change_revision",
    "nav",
    "nav_keys",
    "nav_latest_packed",
    "nav_recorded",
    "nav_revision",
    "participant_oi",
    "participant_oi_revision",
    "pause",
    "payload",
    "quality_note",
    "quarantine",
    "run",
    "scheme",
    "scheme_digest",
    "scheme_fact",
    "scheme_recorded",
    "scheme_revision",
    "screener",
    "screener_day",
    "screener_session",
    "stamp",
    "symbol_change",
    "symbol_change_revision",
    "timetable",
]
