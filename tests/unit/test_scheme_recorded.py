"""Names, columns, headings and ISINs of AMFI's recorded files: exact counts."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from pipelines.isin import clean_isin
from pipelines.scheme_category import canonical_category
from pipelines.scheme_names import Classification, classify

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "nav"
LAST_LONG_NAMES = "NAVAll_2026-08-19T023538Z.txt"
FIRST_COLUMNS = "NAVAll_2026-08-20T023412Z.txt"

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded files are not here (../shared/data/nav)")

Row = dict[str, str]


@cache
def _rows(file_name: str) -> tuple[Row, ...]:
    """Return each row of a recorded file as {normalised column name: text}, with its heading."""
    return tuple(_read(RECORDED / file_name))


def _read(path: Path) -> Iterator[Row]:
    columns: list[str] = []
    heading = ""
    for line in path.read_text("utf-8").splitlines():
        fields = line.split(";")
        if fields[0].strip() == "Scheme Code":
            columns = [re.sub(r"\W+", "", field).lower() for field in fields]
        elif len(fields) > 1:
            yield {"heading": heading, **dict(zip(columns, fields, strict=True))}
        elif re.match(r"(?:Open|Close|Interval)\b.*Schemes", line):
            heading = line.strip()


def _isin_cells(file_name: str) -> list[str]:
    return [row[column] for row in _rows(file_name) for column in row if column.startswith("isin")]


def _headings() -> set[str]:
    names = [path.name for path in [*RECORDED.glob("NAVAll_*.txt"), *RECORDED.glob("history_*.csv")]]
    return {row["heading"] for name in names for row in _rows(name)}


@cache
def _active(file_name: str) -> set[str]:
    """Return the codes whose NAV is dated within 10 days of the file's commonest date."""
    dates = {row["schemecode"]: _date(row["date"]) for row in _rows(file_name)}
    [(modal, _)] = Counter(dates.values()).most_common(1)
    return {code for code, day in dates.items() if abs((day - modal).days) <= 10}


def _date(text: str) -> date:
    return datetime.strptime(text, "%d-%b-%Y").date()  # noqa: DTZ007 - a date has no zone


@cache
def _long_names() -> dict[str, str]:
    return {row["schemecode"]: row["schemename"] for row in _rows(LAST_LONG_NAMES)}


@cache
def _classified() -> dict[str, Classification]:
    """Return the schemes of the day the names were cut, with their last long names."""
    return {
        row["schemecode"]: classify(_long_names().get(row["schemecode"]), row["schemename"], row["plan"], row["option"])
        for row in _rows(FIRST_COLUMNS)
    }


def _is_full(told: Classification) -> bool:
    return told.plan is not None and told.option is not None


def test_plan_and_option_are_both_told_by_the_long_name_alone() -> None:
    active = _active(LAST_LONG_NAMES)
    told = {code: classify(name, None, None, None) for code, name in _long_names().items()}
    full = [told[code] for code in active if _is_full(told[code])]
    assert len(active) == 8_658
    assert len(full) == 7_303
    # NOTES.md counted 7,205; the rest is regular because of its class.
    assert Counter(one.plan_source for one in full) == {"name": 7_247, "class": 56}


def test_plan_and_option_are_both_told_by_the_columns_then_the_last_long_name() -> None:
    active = _active(FIRST_COLUMNS)
    full = [told for code, told in _classified().items() if code in active and _is_full(told)]
    assert len(active) == 8_661
    assert len(full) == 8_174
    assert Counter(told.plan_source for told in full) == {"column": 7_287, "name": 869, "class": 18}


def test_of_the_active_schemes_that_are_not_full_most_are_etfs_or_unclaimed_money() -> None:
    missing = {
        row["schemecode"]: row["heading"]
        for row in _rows(FIRST_COLUMNS)
        if row["schemecode"] in _active(FIRST_COLUMNS) and not _is_full(_classified()[row["schemecode"]])
    }
    etfs = {code for code, heading in missing.items() if canonical_category(heading).asset_class == "etf"}
    unclaimed = {code for code in missing if _classified()[code].plan_class == "unclaimed"}
    assert (len(missing), len(etfs), len(unclaimed)) == (487, 319, 69)


# The 14 of NOTES.md; 100794 and 100795 look swapped, 120038 is called direct.
CONTRADICTIONS = {
    "100604": "option: column says bonus, name says growth",
    "100794": "option: column says growth, name says idcw",
    "100795": "option: column says idcw, name says growth",
    "101084": "option: column says growth, name says idcw",
    "119588": "option: column says growth, name says idcw",
    "119767": "option: column says growth, name says idcw",
    "120038": "plan: column says regular, name says direct; plan: column says regular, Option column says direct",
    "122711": "option: column says growth, name says bonus",
    "148567": "option: column says idcw, name says growth",
    "151292": "option: column says growth, name says idcw",
    "152810": "plan: column says regular, name says direct",
    "153586": "plan: column says direct, name says regular",
    "153755": "plan: column says regular, Option column says direct; option: column says idcw, name says growth",
    "153756": "option: column says growth, name says idcw",
}
# Kotak's Option column says `... option- Direct` where the Plan column says regular.
COLUMNS_AGAINST_EACH_OTHER = {"100286", "112089", "123691"}
PAYOUT_AGAINST_REINVESTMENT = {"146072"}
# Nippon India's `Growth Plan - Bonus Option`, all of them `Growth Option` by the column.
BONUS_CALLED_GROWTH = set(
    re.findall(
        r"\d+",
        """
    100376 100379 100388 100859 101162 101263 101863 102432 102752 102847 103049 106238 106240
    108258 111743 111746 113178 113270 113297 118588 118633 118651 118665 118675 118679 118702
    118715 118722 118737 118742 118758 118762 118770 118777 118785 118807 130858 130861 133264
    133265 133628 133629 133630 133631 134546 134552 134595 134602 147691 147695 148273 148279
    """,
    )
)


def test_exactly_the_codes_are_flagged_whose_column_contradicts_the_name() -> None:
    flagged = {code: told.conflict_detail for code, told in _classified().items() if told.conflict}
    assert {code: flagged[code] for code in CONTRADICTIONS} == CONTRADICTIONS
    others = [COLUMNS_AGAINST_EACH_OTHER, PAYOUT_AGAINST_REINVESTMENT, BONUS_CALLED_GROWTH]
    assert set(flagged) == set(CONTRADICTIONS).union(*others)
    assert len(flagged) == 14 + 3 + 1 + 52


def test_a_conflict_keeps_what_the_columns_say() -> None:
    told = _classified()
    assert [told[code].option for code in ("100794", "100795")] == ["growth", "idcw"]
    assert [(told[code].plan, told[code].option) for code in ("120038", "152810")] == [
        ("regular", "growth"),
        ("regular", "growth"),
    ]
    assert {told[code].option for code in BONUS_CALLED_GROWTH} == {"growth"}


def test_column_and_name_agree_everywhere_else() -> None:
    """The name is read without the column: where both speak, they are two witnesses."""
    compared = Counter[tuple[str, bool]]()
    for row in _rows(FIRST_COLUMNS):
        column = classify(None, None, row["plan"], row["option"])
        named = classify(_long_names().get(row["schemecode"]), None, None, None)
        frequencies = (column.payout_frequency, named.payout_frequency)
        for what, one, other in (
            ("plan", column.plan, named.plan),
            ("option", column.option and column.option[:4], named.option and named.option[:4]),
            ("payout frequency", *frequencies),
        ):
            if one and other:
                compared[what, one == other] += 1
    assert compared["payout frequency", False] == 0
    assert compared["plan", False] == 3
    assert compared["option", False] == 63
    assert compared["plan", True] > 6_000
    assert compared["option", True] > 7_000
    assert compared["payout frequency", True] > 1_600


def test_what_the_whole_first_day_with_columns_holds() -> None:
    told = _classified().values()
    assert Counter(one.plan for one in told) == {"direct": 6_699, "regular": 5_201, None: 2_383}
    assert Counter(one.option for one in told) == dict(
        zip(
            ["idcw", "growth", "idcw_payout", "idcw_reinvestment", "bonus", None],
            [6_268, 6_130, 1_000, 309, 143, 433],
            strict=True,
        )
    )


def test_every_recorded_heading_is_known() -> None:
    headings = _headings()
    unknown = {heading for heading in headings if not canonical_category(heading).known}
    assert len(headings) == 125
    assert unknown == set()


def test_two_spellings_of_a_recorded_heading_are_one_category() -> None:
    categories = {canonical_category(heading) for heading in _headings()}
    assert Counter(category.taxonomy for category in categories) == {"pre_2017": 16, "sebi_2017": 42, "sebi_2026": 50}
    canonical = {(category.asset_class, category.sub_category) for category in categories}
    assert len(canonical) == 58


def test_schemes_that_moved_to_the_new_taxonomy_kept_their_canonical_category() -> None:
    before = {row["schemecode"]: row["heading"] for row in _rows("NAVAll_2025-07-25T031329Z.txt")}
    after = {row["schemecode"]: row["heading"] for row in _rows(FIRST_COLUMNS)}
    moves = Counter[tuple[str | None, str | None]]()
    kept = 0
    for code in before.keys() & after.keys():
        old, new = canonical_category(before[code]), canonical_category(after[code])
        if old.taxonomy != "sebi_2017" or new.taxonomy != "sebi_2026":
            continue
        if old.asset_class == new.asset_class and old.sub_category in {None, new.sub_category}:
            kept += 1
        else:
            moves[old.sub_category, new.sub_category] += 1
    assert kept == 1_289
    assert moves == {("gold_etf", "equity_etf"): 1}  # a scheme's own move


@pytest.mark.parametrize(
    ("file_name", "neither", "notes"),
    [
        ("NAVAll_2017-04-13.txt", 269, {"isin_form": 15, "isin_check_digit": 3, "isin_lower_case": 2}),
        ("NAVAll_2025-07-21T031933Z.txt", 192, {"isin_form": 12}),
        ("NAVAll_2025-07-22T031316Z.txt", 192, {"isin_form": 12}),
        ("NAVAll_2025-07-23T031438Z.txt", 191, {"isin_form": 13}),
        ("NAVAll_2025-07-24T031324Z.txt", 191, {"isin_form": 13}),
        ("NAVAll_2025-07-25T031329Z.txt", 191, {"isin_form": 13}),
        ("NAVAll_2026-08-18T023237Z.txt", 180, {"isin_form": 10}),
        ("NAVAll_2026-08-19T023538Z.txt", 180, {"isin_form": 10}),
        ("NAVAll_2026-08-20T023412Z.txt", 180, {"isin_form": 10}),
        ("history_new8col_2026-08-23_EXCERPT.csv", 4, {}),
        ("history_old8col_2006-04-02_EXCERPT.csv", 14, {}),
        ("history_old8col_2026-06-01_EXCERPT.csv", 3, {}),
    ],
)
def test_isins_that_are_absent_and_that_are_junk(file_name: str, neither: int, notes: dict[str, int]) -> None:
    cells = [clean_isin(cell) for cell in _isin_cells(file_name)]
    pairs = zip(cells[::2], cells[1::2], strict=True)
    assert sum(pair == ((None, None), (None, None)) for pair in pairs) == neither
    assert Counter(note for _, note in cells if note) == notes


def test_the_junk_of_one_file_by_its_text() -> None:
    junk = Counter(cell for cell in _isin_cells(FIRST_COLUMNS) if clean_isin(cell)[1])
    assert junk == {"Redeemed": 9, "HDFCNIVODG": 1}
