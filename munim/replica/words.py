"""The made names: AMCs, themes, and the ways in which AMFI's members spell plans and options."""

from __future__ import annotations

from typing import Final

AMC_WORDS: Final = (
    "Banyan", "Deodar", "Peepal", "Gulmohar", "Tamarind", "Saffron", "Monsoon", "Himadri", "Coromandel", "Malabar",
    "Konkan", "Deccan", "Vindhya", "Aravalli", "Nilgiri", "Sahyadri", "Kaveri", "Narmada", "Godavari", "Mahanadi",
    "Sutlej", "Chenab", "Jasmine", "Marigold", "Chinar", "Sandalwood", "Teakwood", "Rosewood", "Champak", "Kesar",
    "Nakshatra", "Dhruva", "Rohini Capital", "Vishakha", "Revati", "Ashvini", "Krittika", "Punarvasu", "Pushya India",
    "Indradhanush", "Kurinji", "Tungabhadra", "Sabarmati", "Bhagirathi", "Neelkanth",
)  # fmt: skip

ODD_AMCS: Final = ("palash", "The Kadamba Company", "108 North", "Saral Finserv")
"""A lower-case start, an article, a number: AMFI's list has all three."""

IDF_AMC: Final = "K&N Mutual Fund (IDF)"
"""An AMC whose name ends in parentheses: a heading of an AMC, not of a category."""

SECTORS: Final = (
    "Banking and Financial Services", "Pharma & Healthcare", "Technology", "Digital India", "Infrastructure",
    "Consumption", "Manufacturing", "Energy & Resources", "Transportation and Logistics", "Innovation", "Quant",
    "Business Cycle", "Special Opportunities", "Defence", "MNC", "PSU", "ESG Integration Strategy",
    "Rural and Agriculture", "Housing", "India Conglomerate",
)  # fmt: skip

INDICES: Final = (
    "Nifty 50", "Nifty Next 50", "Nifty Midcap 150", "Nifty Smallcap 250", "Nifty 500 Momentum 50", "BSE Sensex",
    "BSE 500", "Nifty Bank", "Nifty IT", "Nifty SDL Jul 2033", "Nifty G-sec Jul 2027", "Nifty100 Low Volatility 30",
    "Nifty Realty", "CRISIL IBX 50:50 Gilt Plus SDL – April 2028", "Nifty500 Multicap India Manufacturing 50:30:20",
    "BSE Low Volatility",
)  # fmt: skip

OVERSEAS: Final = (
    "World Mining", "Global Clean Energy", "Greater China", "US Treasury 1-3 Year", "NASDAQ 100", "Emerging Markets",
)  # fmt: skip
WRAPPED: Final = (
    "Gold", "Silver", "Gold and Silver", "Income Plus Arbitrage Active", "Multi-Asset Omni",
    "Diversified Equity Active", "Nifty 50",
)  # fmt: skip
ROMAN: Final = (
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
    "XVIII",
)  # fmt: skip

FREQUENCIES: Final = ("Daily", "Weekly", "Fortnightly", "Monthly", "Quarterly", "Half Yearly", "Annual")

LONG_NAMES: Final = (
    "{base} - {plan} Plan - {option}", "{base}-{plan} Plan-{option}", "{base}  - {PLAN} - {OPTION}",
    "{base} - {option} - {plan} Plan", "{base} - {plan} - {option} Option", "{base} {plan} {option}",
    "{base}- {plan} Plan- {option}", "{base} ({plan}) - {option} Option",
)  # fmt: skip
SHORT_OPTIONS: Final = (
    "IDCW", "IDCW Option", "Income Distribution cum Capital Withdrawal Option (IDCW)", "Dividend Option", "Dividend",
)  # fmt: skip

GROWTH_CELLS: Final = (
    "Growth", "GROWTH", "Growth Option", "Growth option", "GROWTH Option", "Growth Plan", "Cumulative", "(Growth)",
    "growth", "Growth Plan - Growth Option", "Growth Option Option",
)  # fmt: skip
IDCW_CELLS: Final = (
    "{f} IDCW", "{F} IDCW", "{f} IDCW Option", "{f} - IDCW", "IDCW {f}", "{F} IDCW Option",
    "{f} Income Distribution cum capital withdrawal", "{f} IDCW Payout", "{F} DCW Payout",
    "{f} IDCW Payout / Reinvestment Option", "IDCW {f} Payout Option", "{f} IDWC Option", "Retail Plan {f} IDCW",
    "{f}-IDCW", "{f} IDCW (Payout/Reinvestment)", "{f} Payout of IDCW Option", "{f} Dividend Option",
    "{f} Reinvestment of Income Distribution cum capital withdrawal option", "{F} IDCW OPTION", "{f} IDCW option",
)  # fmt: skip
MISSPELT: Final = {
    "Weekly IDCW Option": "Weekkly IDCW Option",
    "Quarterly IDCW": "Quaterly IDCW",
    "Fortnightly IDCW Option": "Fornightly IDCW Option",
}
JUNK_ISINS: Final = ("Redeemed", "NOTAPP", "#N/A", "inf0zzk01aa1", "MATURED", "INFXXX")
