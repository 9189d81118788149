"""Section headings: every one that was seen, and what must join."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.scheme_category import Category, canonical_category

# Every heading of the recorded files that is neither in JOINED nor in BEFORE_2017: by hand.
SEBI_2017 = {
    "Hybrid Scheme - Balanced Hybrid Fund": ("hybrid", "balanced_hybrid"),
    "Other Scheme - Index Funds": ("index", None),
    "Other Scheme - Other ETFs": ("etf", None),
    "Solution Oriented Scheme - Children’s Fund": ("solution", "childrens"),
    "Solution Oriented Scheme - Retirement Fund": ("solution", "retirement"),
}

SEBI_2026 = {
    "Exchange Traded Funds (ETFs) - Debt ETF": ("etf", "debt_etf"),
    "Exchange Traded Funds (ETFs) - ETFs investing overseas": ("etf", "overseas_etf"),
    "Exchange Traded Funds (ETFs) - Equity ETF": ("etf", "equity_etf"),
    "Exchange Traded Funds (ETFs) - Hybrid ETF": ("etf", "hybrid_etf"),
    "Exchange Traded Funds (ETFs) - Other ETF": ("etf", "other_etf"),
    "Exchange Traded Funds (ETFs) - Silver ETF": ("etf", "silver_etf"),
    "Index Funds - Debt Funds": ("index", "debt_index"),
    "Index Funds - Equity Funds": ("index", "equity_index"),
    "Index Funds - Hybrid Fund": ("index", "hybrid_index"),
    "Life Cycle Funds - Life Cycle Fund with Maturity of 10 Years": ("life_cycle", "life_cycle_10_years"),
    "Life Cycle Funds - Life Cycle Fund with Maturity of 15 Years": ("life_cycle", "life_cycle_15_years"),
    "Income/Debt Oriented Schemes - Fixed Term Plan": ("debt", "fixed_term_plan"),
    "Income/Debt Oriented Schemes - Other Debt Scheme": ("debt", "other_debt"),
}

# Old label, new label, and the one thing that both are.
JOINED = [
    ("Equity Scheme - Contra Fund", "Equity Schemes - Contra Fund", "equity", "contra"),
    ("Equity Scheme - Dividend Yield Fund", "Equity Schemes - Dividend Yield Fund", "equity", "dividend_yield"),
    ("Equity Scheme - ELSS", "Equity Schemes - ELSS- Tax Saver Fund", "equity", "elss"),
    ("Equity Scheme - Flexi Cap Fund", "Equity Schemes - Flexi Cap Fund", "equity", "flexi_cap"),
    ("Equity Scheme - Focused Fund", "Equity Schemes - Focused Fund", "equity", "focused"),
    ("Equity Scheme - Large & Mid Cap Fund", "Equity Schemes - Large & Mid Cap Fund", "equity", "large_and_mid_cap"),
    ("Equity Scheme - Large Cap Fund", "Equity Schemes - Large Cap Fund", "equity", "large_cap"),
    ("Equity Scheme - Mid Cap Fund", "Equity Schemes - Mid Cap Fund", "equity", "mid_cap"),
    ("Equity Scheme - Multi Cap Fund", "Equity Schemes - Multi Cap Fund", "equity", "multi_cap"),
    ("Equity Scheme - Sectoral/ Thematic", "Equity Schemes - Sectoral Fund", "equity", "sectoral_thematic"),
    ("Equity Scheme - Sectoral/ Thematic", "Equity Schemes - Thematic Fund", "equity", "sectoral_thematic"),
    ("Equity Scheme - Small Cap Fund", "Equity Schemes - Small Cap Fund", "equity", "small_cap"),
    ("Equity Scheme - Value Fund", "Equity Schemes - Value Fund", "equity", "value"),
    (
        "Debt Scheme - Banking and PSU Fund",
        "Income/Debt Oriented Schemes - Banking and PSU Debt Fund",
        *("debt", "banking_and_psu"),
    ),
    (
        "Debt Scheme - Corporate Bond Fund",
        "Income/Debt Oriented Schemes - Corporate Bond Fund",
        *("debt", "corporate_bond"),
    ),
    ("Debt Scheme - Credit Risk Fund", "Income/Debt Oriented Schemes - Credit Risk Fund", "debt", "credit_risk"),
    ("Debt Scheme - Dynamic Bond", "Income/Debt Oriented Schemes - Dynamic Term Fund", "debt", "dynamic_bond"),
    ("Debt Scheme - Floater Fund", "Income/Debt Oriented Schemes - Floating Interest Rates Fund", "debt", "floater"),
    (
        "Debt Scheme - Gilt Fund with 10 year constant duration",
        "Income/Debt Oriented Schemes - 10-year Constant Maturity Gilt Fund",
        *("debt", "gilt_10_year_constant"),
    ),
    ("Debt Scheme - Gilt Fund", "Income/Debt Oriented Schemes - Gilt Fund", "debt", "gilt"),
    ("Debt Scheme - Liquid Fund", "Income/Debt Oriented Schemes - Liquid Fund", "debt", "liquid"),
    ("Debt Scheme - Long Duration Fund", "Income/Debt Oriented Schemes - Long Term Fund", "debt", "long_duration"),
    (
        "Debt Scheme - Low Duration Fund",
        "Income/Debt Oriented Schemes - Ultra Short to Short Term Fund",
        *("debt", "low_duration"),
    ),
    (
        "Debt Scheme - Medium Duration Fund",
        "Income/Debt Oriented Schemes - Medium Term Fund",
        *("debt", "medium_duration"),
    ),
    (
        "Debt Scheme - Medium to Long Duration Fund",
        "Income/Debt Oriented Schemes - Medium to Long Term Fund",
        *("debt", "medium_to_long_duration"),
    ),
    ("Debt Scheme - Money Market Fund", "Income/Debt Oriented Schemes - Money Market Fund", "debt", "money_market"),
    ("Debt Scheme - Overnight Fund", "Income/Debt Oriented Schemes - Overnight Fund", "debt", "overnight"),
    ("Debt Scheme - Short Duration Fund", "Income/Debt Oriented Schemes - Short Term Fund", "debt", "short_duration"),
    (
        "Debt Scheme - Ultra Short Duration Fund",
        "Income/Debt Oriented Schemes - Ultra Short Term Fund",
        *("debt", "ultra_short_duration"),
    ),
    (
        "Hybrid Scheme - Aggressive Hybrid Fund",
        "Hybrid Schemes - Aggressive Hybrid Fund",
        *("hybrid", "aggressive_hybrid"),
    ),
    ("Hybrid Scheme - Arbitrage Fund", "Hybrid Schemes - Arbitrage Fund", "hybrid", "arbitrage"),
    (
        "Hybrid Scheme - Conservative Hybrid Fund",
        "Hybrid Schemes - Conservative Hybrid Fund",
        *("hybrid", "conservative_hybrid"),
    ),
    (
        "Hybrid Scheme - Dynamic Asset Allocation or Balanced Advantage",
        "Hybrid Schemes - Balanced Advantage Fund/ Dynamic Asset Allocation",
        *("hybrid", "balanced_advantage"),
    ),
    ("Hybrid Scheme - Equity Savings", "Hybrid Schemes - Equity Savings Fund", "hybrid", "equity_savings"),
    (
        "Hybrid Scheme - Multi Asset Allocation",
        "Hybrid Schemes - Multi Asset Allocation Fund",
        *("hybrid", "multi_asset_allocation"),
    ),
    (
        "Other Scheme - FoF Domestic",
        "Fund of Funds Scheme (Domestic) - Fund of Funds Scheme (Domestic)",
        *("fof", "fof_domestic"),
    ),
    (
        "Other Scheme - FoF Overseas",
        "Overseas Fund of Funds - Fund of Funds investing overseas",
        *("fof", "fof_overseas"),
    ),
    ("Other Scheme - Gold ETF", "Exchange Traded Funds (ETFs) - Gold ETF", "etf", "gold_etf"),
]

BEFORE_2017 = {
    "Balanced": ("hybrid", None),
    "ELSS": ("equity", "elss"),
    "Floating Rate": ("debt", "floater"),
    "Fund of Funds - Domestic": ("fof", "fof_domestic"),
    "Fund of Funds - Overseas": ("fof", "fof_overseas"),
    "GOLD ETFs": ("etf", "gold_etf"),
    "Gilt": ("debt", "gilt"),
    "Growth": ("equity", None),
    "Income": ("debt", None),
    "Liquid": ("debt", "liquid"),
    "Money Market": ("debt", "money_market"),
    "Other ETFs": ("etf", None),
}


def _facts(label: str) -> tuple[str | None, str | None, bool, str | None]:
    category = canonical_category(f"Open Ended Schemes({label})")
    assert category.structure == "open_ended"
    return category.asset_class, category.sub_category, category.known, category.taxonomy


@pytest.mark.parametrize(("old", "new", "asset_class", "sub_category"), JOINED)
def test_the_old_and_the_new_label_of_a_category_join(old: str, new: str, asset_class: str, sub_category: str) -> None:
    assert _facts(old) == (asset_class, sub_category, True, "sebi_2017")
    assert _facts(new) == (asset_class, sub_category, True, "sebi_2026")


@pytest.mark.parametrize(
    ("taxonomy", "label", "expected"),
    [
        *(("sebi_2017", label, expected) for label, expected in SEBI_2017.items()),
        *(("sebi_2026", label, expected) for label, expected in SEBI_2026.items()),
        *(("pre_2017", label, expected) for label, expected in BEFORE_2017.items()),
    ],
)
def test_a_label_has_its_canonical_category(taxonomy: str, label: str, expected: tuple[str, str | None]) -> None:
    assert _facts(label) == (*expected, True, taxonomy)


@pytest.mark.parametrize(
    ("heading", "structure"),
    [
        ("Open Ended Schemes(Income)", "open_ended"),
        ("Open Ended Schemes ( Income )", "open_ended"),
        ("Open-Ended Schemes(Income)", "open_ended"),
        ("Close Ended Schemes(Income)", "close_ended"),
        ("Closed Ended Schemes(Income)", "close_ended"),
        ("Interval Fund Schemes (Income)", "interval"),
        ("  OPEN   ENDED\tSCHEMES (  income ) ", "open_ended"),
    ],
)
def test_the_structure_is_read_however_it_is_spaced(heading: str, structure: str) -> None:
    category = canonical_category(heading)
    assert category.structure == structure
    assert (category.asset_class, category.known) == ("debt", True)


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Open Ended Schemes(Debt Scheme - Green Bond Fund)", ("open_ended", "debt", "sebi_2017")),
        ("Close Ended Schemes(Index Funds - Crypto Funds)", ("close_ended", "index", "sebi_2026")),
        ("Open Ended Schemes(Life Cycle Funds - Target Date)", ("open_ended", "life_cycle", "sebi_2026")),
        ("Open Ended Schemes(Other Scheme - New)", ("open_ended", None, "sebi_2017")),
        ("Interval Fund Schemes(New Kind - Long Short)", ("interval", None, None)),
        ("Open Ended Schemes(New)", ("open_ended", None, None)),
        ("Open Ended Schemes()", ("open_ended", None, None)),
        ("IL&FS Mutual Fund (IDF)", (None, None, None)),  # an AMC, not a category
        ("Openwave Mutual Fund", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_an_unknown_label_is_told_and_never_fatal(
    heading: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    category = canonical_category(heading)
    assert (category.structure, category.asset_class, category.taxonomy) == expected
    assert (category.sub_category, category.known) == (None, False)


@given(st.text())
def test_any_heading_gives_a_category(heading: str) -> None:
    assert isinstance(canonical_category(heading), Category)


@given(st.sampled_from([old for old, *_ in JOINED] + [new for _, new, *_ in JOINED]), st.data())
def test_case_and_blanks_never_matter(label: str, data: st.DataObject) -> None:
    heading = f"Open Ended Schemes({label})"
    blank = data.draw(st.sampled_from(["  ", "\t", " \u00a0", "\n"]))
    changed = data.draw(st.sampled_from([str.upper, str.lower, str.swapcase]))(heading)
    respaced = changed.replace(" ", blank).replace("(", " ( ", 1)
    assert canonical_category(respaced) == canonical_category(heading)
