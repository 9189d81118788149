"""`market.holiday` and `market.listed_session`, and their revisions."""

from __future__ import annotations

from sqlalchemy import Column, Date

from loaders.table_parts import CODE, words
from loaders.tables_keyed import keyed_pair

holiday, holiday_revision = keyed_pair(
    "holiday",
    key=(
        Column("exchange", CODE, comment="Exchange whose list it is: NSE or BSE."),
        Column(
            "list_type",
            CODE,
            comment="trading: days without trading; clearing: days without settlement, on some of which shares trade.",
        ),
        Column(
            "segment",
            CODE,
            comment="Segment in the exchange's word: CM equity, FO its derivatives, CD currency, COM commodities, …; "
            "GOPAL was CBM until 2025.",
        ),
        Column("holiday_date", Date, comment="Day that is listed (Asia/Kolkata); weekends are listed in some years."),
    ),
    groups={
        "holiday": (
            words("description", "Name of the holiday in the list's words; NULL: the list has bare dates."),
            words("morning_session", "Open or Closed, of commodities (COM); NULL: the list does not say."),
            words("evening_session", "Open or Closed, of commodities (COM); NULL: the list does not say."),
        )
    },
    comment="Days that an exchange lists as holidays. A listed day may have traded (Muhurat): see market.session.",
    withdraws=True,
)

listed_session, listed_session_revision = keyed_pair(
    "listed_session",
    key=(
        Column("exchange", CODE, comment="Exchange: NSE or BSE."),
        Column(
            "session_date", Date, comment="Day that traded (Asia/Kolkata); weekends and listed holidays among them."
        ),
    ),
    groups={
        "proof": (words("proof", "What proves it: bhavcopy, or list for a list of trading days.", nullable=False),)
    },
    comment="Days that a list of trading days has; market.session is these and those that a bhavcopy proves.",
)
