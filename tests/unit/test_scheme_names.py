"""Plan, option and payout: traps, spellings, precedence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.scheme_attributes import Attributes, read_attributes
from pipelines.scheme_names import classify

# Long names as published (two are shortened): plan, option, payout frequency.
NAMES = [
    ("Aditya Birla Sun Life Banking & PSU Debt Fund  - DIRECT - MONTHLY IDCW", "direct", "idcw", "monthly"),
    ("Aditya Birla Sun Life Banking & PSU Debt Fund - Regular Plan-Growth", "regular", "growth", None),
    ("HDFC Overnight Fund - Growth Option - Direct Plan", "direct", "growth", None),
    ("JM Arbitrage Fund (Regular) - Bonus Option- Principal Units", "regular", "bonus", None),
    (
        "JM Aggressive Hybrid Fund (Direct) - Half Yearly Bonus Option - Principal Units",
        "direct",
        "bonus",
        "half_yearly",
    ),
    (
        "ICICI Prudential Fixed Maturity Plan - Series 78 - 1190 Days Plan C Direct Plan Cumulative Option",
        *("direct", "growth", None),
    ),
    ("SBI Gilt Fund - Direct Paln - Growth", "direct", "growth", None),
    ("HSBC Flexi Debt Fund-Reg.Monthly Dividend", "regular", "idcw", "monthly"),
    ("UTI FTIF Series XXVI-IX (1113 Days)- Direct Plan - Annual Div Option", "direct", "idcw", "annual"),
    (
        "UTI Fixed Term Income Fund - Series XXIX - V (1113 DAYS) - Direct Plan - Maturity IDCW",
        *("direct", "idcw", "maturity"),
    ),
    # Regular is not always the plan.
    ("Axis Gilt Fund - Direct Plan - Regular IDCW", "direct", "idcw", None),
    ("Axis Gilt Fund - Regular Plan - Regular IDCW", "regular", "idcw", None),
    ("PGIM India Insta Cash Fund - Direct Plan -  Regular Bonus", "direct", "bonus", None),
    ("Kotak Gilt-Investment Regular-Growth - Direct", "direct", "growth", None),
    ("Kotak Gilt-Investment Regular-Growth", None, "growth", None),
    ("SBI GILT FUND -  GROWTH - PF (Regular) Option", None, "growth", None),
    ("ICICI Prudential Regular Savings Fund - Plan - Quarterly IDCW", None, "idcw", "quarterly"),
    ("ICICI Prudential Regular Gold Savings Fund (FOF) - Growth", None, "growth", None),
    (
        "LIC MF ULIS (10 Yrs. Regular Premium Reducing Cover Monthly)-Direct Plan-IDCW Reinvestment",
        *("direct", "idcw_reinvestment", None),
    ),
    (
        "LIC MF ULIS (10 Yrs. Regular Premium Reducing Cover Monthly)-Regular Plan-IDCW Reinvestment",
        *("regular", "idcw_reinvestment", None),
    ),
    ("BANK OF INDIA Large & Mid Cap Fund Eco Plan-Regular IDCW", None, "idcw", None),
    ("THE WEALTH COMPANY GOLD ETF FOF REGULAR IDCW", "regular", "idcw", None),
    ("JM Dynamic Bond Fund (Regular)- Premium Plan IDCW", "regular", "idcw", None),
    ("Indiabulls Gilt Fund - Indirect Plan - Growth Option", "regular", "growth", None),
    # Growth is not always the option.
    ("Kotak India Growth Fund Series 4 - Direct Plan - IDCW Option", "direct", "idcw", None),
    ("Franklin India High Growth Companies Fund - Direct - Dividend", "direct", "idcw", None),
    ("NIPPON INDIA GROWTH MID CAP FUND - DIRECT Plan - IDCW Option", "direct", "idcw", None),
    ("ICICI Prudential Growth Fund - Series 1", None, None, None),
    ("HDFC NIFTY GROWTH SECTORS 15 ETF - Growth Option", None, "growth", None),
    ("HSBC Managed Solutions - Growth - Dividend", None, "idcw", None),
    ("HSBC Managed Solutions - Growth - Growth", None, "growth", None),
    ("Nippon India Gilt  Fund- Direct Plan- Growth Plan- Bonus Option", "direct", "bonus", None),
    ("Escorts Income Bond-Dividend Option-Direct Plan Growth", "direct", None, None),
    ("Tata Short Term Bond Fund - Direct Plan - Dividend/Bonus", "direct", None, None),
    ("Tata Mid Cap Growth Fund Regular Plan  - Bonus (Growth)", "regular", None, None),
    # Dividend is not always the option.
    ("Baroda BNP Paribas Dividend Yield Fund - Direct Plan - Growth Option", "direct", "growth", None),
    ("HSBC Asia Pacific (Ex Japan) Dividend Yield Fund - Dividend", None, "idcw", None),
    ("Nippon India ETF Nifty Dividend Opportunities 50", None, None, None),
    ("Mirae Asset BSE 500 Dividend Leaders 50 ETF", None, None, None),
    ("Edelweiss BSE LargeMid (60:40) Stable Dividend 50 ETF", None, None, None),
    # The fund's own rhythm is not the payout's.
    ("NIPPON INDIA QUARTERLY INTERVAL FUND - SERIES II - Direct Plan - IDCW Option", "direct", "idcw", None),
    ("UTI FIIF Half Yearly Plan II - Regular Plan - IDCW", "regular", "idcw", None),
    ("Sundaram Monthly Income Plan AGGRESSIVE - Quarterly Dividend", None, "idcw", "quarterly"),
    ("ICICI Prudential FMP-Quarterly -Series 26-Dividend Plan", None, "idcw", None),
    ("Tata Flexi Cap Fund - Direct Plan - IDCW Payout", "direct", "idcw_payout", None),
    ("HSBC FTS 140 - IDCW Direct Plan - Tenure 1147 Days - Maturity: 15-Jun-2022", "direct", "idcw", None),
    # What it was called before.
    (
        "Sundaram Multi Cap Fund (Formerly Known as Principal Multi Cap Growth Fund)-Direct Plan - IDCW",
        *("direct", "idcw", None),
    ),
    (
        "Sundaram Ultra Short Term Regular Fortnightly Dividend (Formerly Super Institutional Plan)",
        *("regular", "idcw", "fortnightly"),
    ),
    (
        "Baroda BNP Paribas Credit Risk fund -Regular-Growth (erstwhile BBNPP Medium Duration Fund Regular Growth)",
        *("regular", "growth", None),
    ),
    # Unclaimed money: the word names where it came from.
    ("quant Liquid Fund-Unclaimed Dividend-Growth Option", None, "growth", None),
    ("BANDHAN LIQUID Fund - Unclaimed IDCW Less than 3 years", None, None, None),
    ("Bajaj Finserv Overnight Fund - Direct - Unclaimed less than 3 years IDCW Plan", "direct", None, None),
    # Neither is told.
    ("SBI Nifty Next 50 ETF", None, None, None),
    ("UTI Retirement Fund - Regular Plan", "regular", None, None),
    ("HDFC Flexi Cap Fund - Growth Option", None, "growth", None),
    (
        "Nippon India Gilt Fund - Direct Plan - P F Option - Automatic Capital Appreciation Payout Option",
        *("direct", None, None),
    ),
]

# The Option column as published: option, payout frequency.
SPELLINGS = [
    ("GROWTH", "growth", None),
    ("growth", "growth", None),
    ("Growth\t Option", "growth", None),
    ("Growth Option Option", "growth", None),
    ("(Growth)", "growth", None),
    ("Growth Plan - Growth Option\t", "growth", None),
    ("Cumulative", "growth", None),
    ("Investment Provident Fund and Trust-Growth", "growth", None),
    ("Discontinued PF Plan Growth", "growth", None),
    ("Bonus", "bonus", None),
    ("Discontinued Bonus", "bonus", None),
    ("Annual Bonus Option - Principal Units", "bonus", "annual"),
    ("IDCW", "idcw", None),
    ("IDWC Option", "idcw", None),
    ("DCW PAYOUT", "idcw_payout", None),
    ("MONTHLY DCW Payout", "idcw_payout", "monthly"),
    ("Periodic Payout of IDCWS Option", "idcw_payout", "periodic"),
    ("Weekkly IDCW (Reinvestment)", "idcw_reinvestment", "weekly"),
    ("IDCW-Re-investment", "idcw_reinvestment", None),
    ("IDCW Re-investment", "idcw_reinvestment", None),
    ("Daily IDCW - ReInvestment\t", "idcw_reinvestment", "daily"),
    ("Monthly IDCW Re-investment", "idcw_reinvestment", "monthly"),
    ("Dividend Reinvestment Option", "idcw_reinvestment", None),
    ("IDCW Monthly Dividend Reinvestment Option", "idcw_reinvestment", "monthly"),
    ("IDCW Periodic Reinvestment Option", "idcw_reinvestment", "periodic"),
    ("Reinvestment of Income Distribution cum capital withdrawal option", "idcw_reinvestment", None),
    ("STANDARD Reinvestment of Income Distribution cum capital withdrawal option", "idcw_reinvestment", None),
    ("Daily Reinvestment of IDCW", "idcw_reinvestment", "daily"),
    ("IDCW (Payout/ Reinvestment)", "idcw", None),
    ("IDCW - PAYOUT AND REINVESTMENT", "idcw", None),
    ("Fortnightly IDCW Payout / Reinvestment Option", "idcw", "fortnightly"),
    ("Weekly - Reinvestment & Payout of Income Distribution cum Capital Withdrawal Option", "idcw", "weekly"),
    ("IDCW - Payout & Re-investment of Income Distribution cum capital withdrawal optio", "idcw", None),
    ("IDCW-Payout", "idcw_payout", None),
    ("Payout of Income Distribution cum capital withdrawal option Option", "idcw_payout", None),
    ("ayout of Income Distribution cum capital withdrawal option", "idcw_payout", None),
    ("(Monthly Payout of Income Distribution cum capital withdrawal option)", "idcw_payout", "monthly"),
    ("Half Yearly IDCW Payout\t", "idcw_payout", "half_yearly"),
    ("Half Yearly Payout of IDCW Option", "idcw_payout", "half_yearly"),
    ("IDCW Quarterly Payout Option", "idcw_payout", "quarterly"),
    ("IDCW (Income Distribution CUM Capital Withdrawal)", "idcw", None),
    ("Standard Income Distribution cum capital withdrawal optio", "idcw", None),
    ("Half  Yearly IDCW", "idcw", "half_yearly"),
    ("HALF YEARLY - IDCW Option", "idcw", "half_yearly"),
    ("Half-yearly IDCW Option", "idcw", "half_yearly"),
    ("Half Yearly -Income Distribution cum capital withdrawal", "idcw", "half_yearly"),
    ("Semi Annual IDCW", "idcw", "half_yearly"),
    ("ANNUAL - IDCW Option", "idcw", "annual"),
    ("Annually IDCW Option", "idcw", "annual"),
    ("Yearly IDCW", "idcw", "annual"),
    ("Annual Dividend", "idcw", "annual"),
    ("Quaterly IDCW", "idcw", "quarterly"),
    ("Quarterly IDCW\tOption", "idcw", "quarterly"),
    ("IDCW Quarterly", "idcw", "quarterly"),
    ("Bi-Monthly IDCW", "idcw", "bimonthly"),
    ("IDCW Plan Weekly", "idcw", "weekly"),
    ("IDCW Option (Daily)", "idcw", "daily"),
    ("Daily - IDCW", "idcw", "daily"),
    ("Fornightly IDCW Option", "idcw", "fortnightly"),
    ("Fortnightly Income Distribution cum capital withdrawal option Option", "idcw", "fortnightly"),
    ("Flexi IDCW", "idcw", "flexi"),
    ("Discontinued Flexi Dividend", "idcw", "flexi"),
    ("Discretionary IDCW", "idcw", "discretionary"),
    ("Adhoc IDCW Option", "idcw", "discretionary"),
    ("Discontinued Periodic Dividend Plan", "idcw", "periodic"),
    ("RETAIL Plan - QUARTERLY IDCW OPTION", "idcw", "quarterly"),
    ("Super Institutional Plan Daily IDCW Reinvestment Option", "idcw_reinvestment", "daily"),
    ("50% IDCW Donation Option", "idcw", None),
    ("Normal IDCW", "idcw", None),
    ("IDCW Others", "idcw", None),
    ("Regular IDCW Option", "idcw", None),
    ("Unclaimed IDCW I.E.F - Growth Plan", "growth", None),
    ("Unclaimed IDCW Transitory Scheme\t", None, None),
    ("IDCW Up to 3 Yrs", None, None),
    ("IDCW Greater than 3 years", None, None),
    ("Redemption Up to 3 Yrs", None, None),
    ("Automatic Annual Reinvest Option", None, None),
    ("Defined Maturity Date Option", None, None),
    ("Monthly Payment Plan", None, None),
    ("Quarterly Option", None, None),
    ("Payout", None, None),
    ("Direct", None, None),
    ("\t", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("name", "plan", "option", "frequency"), NAMES)
def test_a_long_name_tells_plan_and_option(
    name: str, plan: str | None, option: str | None, frequency: str | None
) -> None:
    told = classify(name, None, None, None)
    assert (told.plan, told.option, told.payout_frequency) == (plan, option, frequency)
    assert told.plan_source == (plan and "name")
    assert told.option_source == (option and "name")
    assert told.payout_frequency_source == (frequency and "name")
    assert not told.conflict


@pytest.mark.parametrize(("spelling", "option", "frequency"), SPELLINGS)
def test_an_option_is_read_however_it_is_spelt(spelling: str, option: str | None, frequency: str | None) -> None:
    told = classify(None, "A Fund", "Direct Plan", spelling)
    assert (told.plan, told.plan_source) == ("direct", "column")
    assert (told.option, told.payout_frequency) == (option, frequency)
    assert told.option_source == (option and "column")


@pytest.mark.parametrize(
    ("name", "plan_class", "plan", "source"),
    [
        ("Axis Liquid Fund - Retail Plan - Weekly IDCW", "retail", "regular", "class"),
        ("SBI Liquid Fund - Institutional - Growth", "institutional", "regular", "class"),
        ("HSBC Cash Fund - Inst. Plus - Growth", "institutional_plus", "regular", "class"),
        ("HDFC Low Duration Fund- Wholesale- Growth", "wholesale", "regular", "class"),
        ("Franklin India Liquid Fund - Super Institutional - Direct - Growth", "super_institutional", "direct", "name"),
        ("JM Liquid Fund (Regular) - Super Institutional Plan - Growth", "super_institutional", "regular", "name"),
        ("BANK OF INDIA ELSS Tax Saver -ECO Plan-Growth", "eco", None, None),
        ("Nippon India Gilt  Fund -P F Option-Defined Maturity Date Option", "provident_fund", None, None),
        ("HSBC Overnight Fund - Unclaimed IDCW Above three years", "unclaimed", None, None),
        ("Principal Retail Money Manager Fund-Growth Option", None, None, None),
        ("SBI Magnum Institutional Income Fund - Savings - Growth", None, None, None),
    ],
)  # fmt: skip
def test_older_classes_are_kept_and_only_those_by_size_are_regular(
    name: str, plan_class: str | None, plan: str | None, source: str | None
) -> None:
    told = classify(name, None, None, None)
    assert (told.plan_class, told.plan, told.plan_source) == (plan_class, plan, source)


def test_a_former_name_is_not_read_even_with_parentheses_of_its_own() -> None:
    told = classify("X Fund (Formerly Y Growth (Direct) Bonus) - Regular Plan - IDCW", None, None, None)
    assert (told.plan, told.option) == ("regular", "idcw")


def test_the_column_comes_first_and_the_name_fills_what_it_leaves_blank() -> None:
    told = classify("X Fund - Direct Plan - Weekly IDCW Payout", "X Fund", "", "IDCW Option")
    assert (told.plan, told.plan_source) == ("direct", "name")
    assert (told.option, told.option_source) == ("idcw_payout", "name")
    assert (told.payout_frequency, told.payout_frequency_source) == ("weekly", "name")
    assert (told.conflict, told.conflict_detail) == (False, None)


@pytest.mark.parametrize(
    ("name", "option", "expected"),
    [
        ("X Fund - IDCW", "IDCW-Re-investment", ("idcw_reinvestment", "column")),
        ("X Fund - IDCW Payout", "IDCW", ("idcw_payout", "name")),
        ("X Fund - IDCW Payout & Reinvestment", "IDCW", ("idcw", "column")),
        ("X Fund - IDCW Payout", "IDCW (Payout/Reinvestment)", ("idcw", "column")),
        ("X Fund - Growth", "Quarterly Option", ("growth", "name")),
        ("X Fund", None, (None, None)),
    ],
)
def test_the_more_specific_of_column_and_name_is_kept_with_its_source(
    name: str, option: str | None, expected: tuple[str | None, str | None]
) -> None:
    told = classify(name, None, None, option)
    assert (told.option, told.option_source) == expected
    assert not told.conflict


@pytest.mark.parametrize(
    ("name", "plan", "option", "detail"),
    [
        ("HSBC Liquid Fund -  Growth Direct", "Regular Plan", "Growth", "plan: column says regular, name says direct"),
        ("X - Direct Plan - Growth", "Direct Plan", "IDCW", "option: column says idcw, name says growth"),
        ("X - Growth", "Regular Plan", "Growth - Direct", "plan: column says regular, Option column says direct"),
        ("X - IDCW Payout", "Regular Plan", "IDCW Reinvestment", "payout: column says reinvestment, name says payout"),
        ("X - Daily IDCW", "Direct Plan", "Weekly IDCW", "payout frequency: column says weekly, name says daily"),
    ],
)  # fmt: skip
def test_a_contradiction_is_told_and_the_column_stands(name: str, plan: str, option: str, detail: str) -> None:
    told = classify(name, "X", plan, option)
    column = classify(None, "X", plan, option)
    assert (told.conflict, told.conflict_detail) == (True, detail)
    assert (told.plan, told.option) == (column.plan, column.option)


def test_the_plain_idcw_of_a_direct_plan_is_no_contradiction() -> None:
    told = classify("Axis Gilt Fund - Direct Plan - Regular IDCW", "", "Direct Plan", "Regular IDCW Option")
    assert (told.plan, told.option, told.conflict) == ("direct", "idcw", False)


@pytest.mark.parametrize("blank", [None, "", " ", "-", "\t"])
def test_without_a_long_name_the_base_name_is_read(blank: str | None) -> None:
    told = classify(blank, "ANGEL ONE NIFTY 1D RATE LIQUID ETF - GROWTH", blank, blank)
    assert (told.plan, told.option, told.option_source) == (None, "growth", "name")


def test_a_long_name_stands_before_the_base_name() -> None:
    told = classify("X Fund - Direct Plan - IDCW", "X Fund - Growth", None, None)
    assert (told.plan, told.option) == ("direct", "idcw")


def test_nothing_said_is_nothing_known() -> None:
    told = classify(None, None, None, None)
    assert {told.plan, told.option, told.plan_class, told.payout_frequency} == {None}
    assert {told.plan_source, told.option_source, told.payout_frequency_source} == {None}


_LABELS = [name for name, *_ in NAMES] + [spelling for spelling, *_ in SPELLINGS]


@given(st.sampled_from(_LABELS), st.lists(st.booleans(), min_size=1))
def test_case_never_matters(label: str, uppers: list[bool]) -> None:
    changed = "".join(
        character.upper() if uppers[place % len(uppers)] else character.lower() for place, character in enumerate(label)
    )
    assert read_attributes(changed) == read_attributes(label)


@given(st.sampled_from(_LABELS), st.text(alphabet=" \t\r\n\u00a0", min_size=1, max_size=4))
def test_white_space_never_matters(label: str, blank: str) -> None:
    assert read_attributes(blank + label.replace(" ", blank) + blank) == read_attributes(label)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(read_attributes(text), Attributes)


@given(st.text(alphabet="0123456789 -&()XYZ"))
def test_what_says_nothing_is_never_guessed(text: str) -> None:
    told = classify(text, text, text, text)
    assert (told.plan, told.option, told.conflict) == (None, None, False)
