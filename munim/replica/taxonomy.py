"""AMFI's section headings: SEBI's old categories, the ones that followed, and how schemes spread over them."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Kind = Literal["equity", "debt", "liquid", "etf", "fund", "overseas", "closed", "single"]
Structure = Literal["Open Ended", "Interval Fund", "Close Ended"]

STRUCTURES: Final[tuple[Structure, ...]] = ("Open Ended", "Interval Fund", "Close Ended")
"""In the order in which AMFI's files have them."""


class Category(NamedTuple):
    """A heading, the kind of scheme under it, its living schemes per 8,600, the stem of names, and its successors."""

    label: str
    kind: Kind
    weight: int
    stem: str
    successors: tuple[str, ...] = ()
    structure: Structure = "Open Ended"


_DEBT = "Income/Debt Oriented Schemes - "
_EQUITY = "Equity Schemes - "
_HYBRID = "Hybrid Schemes - "
_ETF = "Exchange Traded Funds (ETFs) - "
_DOMESTIC_FOF = "Fund of Funds Scheme (Domestic) - Fund of Funds Scheme (Domestic)"
_OVERSEAS_FOF = "Overseas Fund of Funds - Fund of Funds investing overseas"


def _debt(old: str, weight: int, stem: str, new: str, kind: Kind = "debt") -> Category:
    return Category(f"Debt Scheme - {old}", kind, weight, stem, (f"{_DEBT}{new}",))


def _equity(name: str, weight: int, *new: str) -> Category:
    stem = "ELSS Tax Saver Fund" if name == "ELSS" else name
    return Category(f"Equity Scheme - {name}", "equity", weight, stem, tuple(_EQUITY + one for one in new or (name,)))


CATEGORIES: Final[tuple[Category, ...]] = (
    _debt("Banking and PSU Fund", 165, "Banking & PSU Debt Fund", "Banking and PSU Debt Fund"),
    _debt("Corporate Bond Fund", 185, "Corporate Bond Fund", "Corporate Bond Fund"),
    _debt("Credit Risk Fund", 120, "Credit Risk Fund", "Credit Risk Fund"),
    _debt("Dynamic Bond", 180, "Dynamic Bond Fund", "Dynamic Term Fund"),
    _debt("Floater Fund", 115, "Floater Fund", "Floating Interest Rates Fund"),
    _debt("Gilt Fund", 145, "Gilt Fund", "Gilt Fund"),
    _debt("Gilt Fund with 10 year constant duration", 42, "10 Year Gilt Fund", "10-year Constant Maturity Gilt Fund"),
    _debt("Liquid Fund", 440, "Liquid Fund", "Liquid Fund", "liquid"),
    _debt("Long Duration Fund", 72, "Long Duration Fund", "Long Term Fund"),
    _debt("Low Duration Fund", 245, "Low Duration Fund", "Ultra Short to Short Term Fund"),
    _debt("Medium Duration Fund", 125, "Medium Duration Fund", "Medium Term Fund"),
    _debt("Medium to Long Duration Fund", 110, "Medium to Long Duration Fund", "Medium to Long Term Fund"),
    _debt("Money Market Fund", 225, "Money Market Fund", "Money Market Fund"),
    _debt("Overnight Fund", 290, "Overnight Fund", "Overnight Fund", "liquid"),
    _debt("Short Duration Fund", 225, "Short Term Fund", "Short Term Fund"),
    _debt("Ultra Short Duration Fund", 270, "Ultra Short Duration Fund", "Ultra Short Term Fund"),
    _equity("Contra Fund", 12),
    _equity("Dividend Yield Fund", 42),
    _equity("ELSS", 185, "ELSS- Tax Saver Fund"),
    _equity("Flexi Cap Fund", 166),
    _equity("Focused Fund", 114),
    _equity("Large & Mid Cap Fund", 141),
    _equity("Large Cap Fund", 158),
    _equity("Mid Cap Fund", 123),
    _equity("Multi Cap Fund", 124),
    Category(
        "Equity Scheme - Sectoral/ Thematic",
        "equity",
        911,
        "Fund",
        (f"{_EQUITY}Sectoral Fund", f"{_EQUITY}Thematic Fund"),
    ),
    _equity("Small Cap Fund", 127),
    _equity("Value Fund", 92),
    Category("Floating Rate", "single", 1, "Floating Rate Plan"),
    # One AMC has both of these, so the second comes without its AMC heading, as in AMFI's files.
    Category("Gilt", "single", 13, "Gilt Fund Investment Plan"),
    Category("Growth", "single", 9, "Blended Plan"),
    Category(
        "Hybrid Scheme - Aggressive Hybrid Fund",
        "equity",
        185,
        "Equity Hybrid Fund",
        (f"{_HYBRID}Aggressive Hybrid Fund",),
    ),
    Category("Hybrid Scheme - Arbitrage Fund", "equity", 179, "Arbitrage Fund", (f"{_HYBRID}Arbitrage Fund",)),
    Category("Hybrid Scheme - Balanced Hybrid Fund", "equity", 12, "Balanced Hybrid Fund"),
    Category(
        "Hybrid Scheme - Conservative Hybrid Fund",
        "debt",
        132,
        "Conservative Hybrid Fund",
        (f"{_HYBRID}Conservative Hybrid Fund",),
    ),
    Category(
        "Hybrid Scheme - Dynamic Asset Allocation or Balanced Advantage",
        "equity",
        145,
        "Balanced Advantage Fund",
        (f"{_HYBRID}Balanced Advantage Fund/ Dynamic Asset Allocation",),
    ),
    Category(
        "Hybrid Scheme - Equity Savings", "equity", 163, "Equity Savings Fund", (f"{_HYBRID}Equity Savings Fund",)
    ),
    Category(
        "Hybrid Scheme - Multi Asset Allocation",
        "equity",
        118,
        "Multi Asset Allocation Fund",
        (f"{_HYBRID}Multi Asset Allocation Fund",),
    ),
    Category("Income", "single", 6, "Monthly Income Plan"),
    Category("Money Market", "single", 4, "Investor Education Pool"),
    Category("Other Scheme - FoF Domestic", "fund", 443, "Fund of Fund", (_DOMESTIC_FOF,)),
    Category("Other Scheme - FoF Overseas", "overseas", 182, "Overseas Equity Omni FoF", (_OVERSEAS_FOF,)),
    Category("Other Scheme - Gold ETF", "etf", 20, "Gold ETF", (f"{_ETF}Gold ETF",)),
    Category(
        "Other Scheme - Index Funds",
        "fund",
        1167,
        "Index Fund",
        ("Index Funds - Equity Funds", "Index Funds - Debt Funds", "Index Funds - Hybrid Fund"),
    ),
    # Two spaces, as AMFI writes it.
    Category(
        "Other Scheme - Other  ETFs",
        "etf",
        254,
        "ETF",
        tuple(
            _ETF + one
            for one in ("Equity ETF", "Debt ETF", "Other ETF", "Silver ETF", "Hybrid ETF", "ETFs investing overseas")
        ),
    ),
    Category("Solution Oriented Scheme - Children’s Fund", "equity", 39, "Children’s Fund"),
    Category("Solution Oriented Scheme - Retirement Fund", "equity", 106, "Retirement Fund"),
    Category("Income", "closed", 25, "Annual Interval Fund", (), "Interval Fund"),
    Category("ELSS", "closed", 40, "Long Term Advantage Fund", (), "Close Ended"),
    Category("Growth", "closed", 40, "Value Fund", (), "Close Ended"),
    Category(
        "Income",
        "closed",
        90,
        "Fixed Maturity Plan",
        (f"{_DEBT}Fixed Term Plan", f"{_DEBT}Other Debt Scheme"),
        "Close Ended",
    ),
)

NEW_ONLY: Final[tuple[Category, ...]] = (
    Category("Life Cycle Funds - Life Cycle Fund with Maturity of 10 Years", "equity", 4, "Life Cycle 2036 Fund"),
    Category("Life Cycle Funds - Life Cycle Fund with Maturity of 15 Years", "equity", 4, "Life Cycle 2041 Fund"),
)
"""Headings that the old taxonomy has nothing for: only schemes launched after it stand under them."""

DEAD: Final[dict[tuple[Structure, str], int]] = {
    ("Close Ended", "Income"): 4700,
    ("Close Ended", "Growth"): 220,
    ("Close Ended", "ELSS"): 60,
    ("Open Ended", "Income"): 170,
    ("Interval Fund", "Income"): 40,
    ("Open Ended", "Debt Scheme - Credit Risk Fund"): 75,
    ("Open Ended", "Debt Scheme - Low Duration Fund"): 35,
    ("Open Ended", "Debt Scheme - Short Duration Fund"): 35,
    ("Open Ended", "Debt Scheme - Liquid Fund"): 35,
    ("Open Ended", "Other Scheme - Index Funds"): 30,
}
"""Headings of the schemes whose last NAV is long past: mostly matured FMPs, and segregated portfolios."""


def latest_heading(structure: str, label: str) -> str:
    """Return a heading as NAVAll.txt writes it."""
    return f"{structure} Schemes({label})"


def history_heading(structure: str, label: str) -> str:
    """Return a heading as the history report writes it."""
    return f"{structure} Schemes ( {label} )"
