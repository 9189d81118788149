"""Columns that code and tables share; light, so that a load need not import SQLAlchemy."""

from __future__ import annotations

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

RAW_FACTS = ("amc", "category", "name", "plan", "option", "isin_payout_or_growth", "isin_reinvestment")
"""What a row of a NAV file says of its scheme, in the source's words."""
