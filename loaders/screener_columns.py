"""The columns of market.screener, with what they say; light, for tables, pipelines and readers alike."""

from __future__ import annotations

SCREENER_KEY = ("exchange", "symbol", "as_of_date")

AVERAGE_DAYS = (20, 50, 200)

_PERIODS = {
    "return_1w_pct": "7 days",
    "return_1m_pct": "one month",
    "return_3m_pct": "3 months",
    "return_6m_pct": "6 months",
    "return_12m_pct": "a year",
    "return_3y_pct": "3 years",
    "return_5y_pct": "5 years",
}

SCREENER_FIGURES = {
    "series": "The series that the figures are of.",
    "close": "Close of the day, ₹, raw.",
    "value_inr": "Value traded on the day, ₹; NULL when the source doesn't say.",
    "return_1d_pct": "Change of the adjusted close against the last one before, per cent; NULL: none in a year.",
    **{
        name: f"Change of the adjusted close against that of {span} before, or of the last trade at most 31 days older,"
        " per cent; NULL when history is too short."
        for name, span in _PERIODS.items()
    },
    "pct_from_52w_high": "Adjusted close against a year's highest price, per cent, 0 or less; NULL as return_12m_pct.",
    "pct_from_52w_low": "Adjusted close against a year's lowest price, per cent, 0 or more; NULL as return_12m_pct.",
    **{
        f"average_{count}d_inr": f"Average of the last {count} closes, ₹ of the day; NULL: fewer in a year."
        for count in AVERAGE_DAYS
    },
    "volatility_20d_pct": "Deviation of the last 20 daily changes, of a year (√252), per cent; NULL: fewer in a year.",
    "volume_ratio": "Volume against its average of the 20 days traded before; NULL: fewer in a year.",
    "delivery_ratio": "Delivered quantity against its average of the 20 days traded before; NULL: fewer in a year.",
    "delivery_pct": "Delivered quantity in per cent of the volume; NULL when the source doesn't say.",
    "average_value_20d_inr": "Average value traded of the last 20 days on which it traded, ₹; NULL: fewer in a year.",
}
"""The columns beside the key, in order: `series` is text, all others are NUMERIC."""

SCREENER_TEXT = ("exchange", "symbol", "series")
"""Columns that hold text; `as_of_date` is a date, all others are numbers."""
