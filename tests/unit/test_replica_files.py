"""The replica's files, byte for byte as AMFI lays them out."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from munim.core.clock import IST
from munim.core.errors import RequestWrong
from munim.replica.faults import FAULTS, Fault
from munim.replica.history import Filter
from munim.replica.spoiling import SPOILERS, spoil
from munim.replica.universe import Universe

OLD = datetime(2026, 8, 19, 8, 5, tzinfo=IST)
NEW = datetime(2026, 8, 20, 8, 5, tzinfo=IST)
LATEST_OLD = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
LATEST_NEW = (
    "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Plan;Option;Net Asset Value;Date"
)
HISTORY_OLD = (
    "Scheme Code;Scheme Name;ISIN Div Payout/ISIN Growth;ISIN Div Reinvestment;"
    "Net Asset Value;Repurchase Price;Sale Price;Date"
)
HISTORY_NEW = "Scheme Code;NAV Name;Plan;Option;ISIN Div Payout/ISIN Growth;ISIN Div Reinvestment;Net Asset Value;Date"
IS_CATEGORY = re.compile(r"(Open Ended|Close Ended|Interval Fund) Schemes ?\(.*\)")


@pytest.fixture(scope="module")
def universe() -> Universe:
    return Universe()


def read(body: bytes) -> pd.DataFrame:
    """Read a file as a careful reader would: headings carried forward, columns by position of the header."""
    lines = body.decode().split("\r\n")
    header = lines[0].split(";")
    category = amc = ""
    rows = []
    for line in lines[1:]:
        if ";" in line:
            rows.append([category, amc, *line.split(";")])
        elif IS_CATEGORY.fullmatch(line):
            category = line
        elif line.strip():
            amc = line
    return pd.DataFrame(rows, columns=["category", "amc", *header], dtype="str")


def test_the_latest_files_header_changes_on_20_august_2026(universe: Universe) -> None:
    assert universe.latest_file(OLD).startswith(f"{LATEST_OLD}\r\n \r\nOpen Ended Schemes(Debt Scheme - ".encode())
    assert universe.latest_file(NEW).startswith(f"{LATEST_NEW}\r\n \r\nOpen Ended Schemes(Debt Scheme - ".encode())
    assert universe.latest_file(OLD, layout="latest-8-plan").startswith(LATEST_NEW.encode())
    assert universe.latest_file(NEW, layout="latest-6").startswith(LATEST_OLD.encode())


def test_blank_lines_of_the_latest_file_are_a_space_but_for_the_last(universe: Universe) -> None:
    body = universe.latest_file(NEW)
    lines = body.split(b"\r\n")

    assert b"\n" not in body.replace(b"\r\n", b"")
    assert lines[-2:] == [b"", b""]
    assert b"" not in lines[:-2]
    assert lines.count(b" ") > 2_000
    assert not body.startswith(b"\xef\xbb\xbf")
    assert set(re.sub(r"[\t\r\n -~]", "", body.decode())) == {"’", "–"}


def test_the_latest_file_holds_exactly_what_the_truth_says(universe: Universe) -> None:
    for at, name in ((OLD, "long_name"), (NEW, "base_name")):
        rows = read(universe.latest_file(at)).set_index("Scheme Code")
        navs = universe.expected_navs(at).set_index("scheme_code").loc[rows.index]
        words = universe.expected_schemes(at).set_index("scheme_code").loc[rows.index]

        assert len(rows) == len(universe.expected_navs(at))
        assert rows["Net Asset Value"].tolist() == navs["nav"].tolist()
        assert rows["Date"].tolist() == navs["nav_date"].dt.strftime("%d-%b-%Y").tolist()
        assert rows["Scheme Name"].tolist() == words[name].tolist()
        assert rows["amc"].tolist() == words["amc"].tolist()
        assert rows["category"].tolist() == (words["structure"] + " Schemes(" + words["category"] + ")").tolist()
        assert rows["ISIN Div Reinvestment"].tolist() == words["isin_reinvestment"].replace("", "-").tolist()


def test_the_amc_heading_is_left_out_where_the_amc_closed_the_section_before(universe: Universe) -> None:
    lines = universe.latest_file(OLD).decode().split("\r\n")
    headings = [number for number, line in enumerate(lines) if IS_CATEGORY.fullmatch(line)]
    left_out = [number for number in headings if ";" in lines[number + 1]]

    assert [lines[number] for number in left_out] == ["Open Ended Schemes(Growth)"]
    assert all(lines[number + 1] == " " for number in headings if number not in left_out)
    rows = read(universe.latest_file(OLD))
    assert set(rows.loc[rows["category"] == "Open Ended Schemes(Growth)", "amc"]) == {"Jasmine Mutual Fund"}


def test_old_and_new_headings_stand_side_by_side_around_the_cut(universe: Universe) -> None:
    early = read(universe.latest_file(datetime(2025, 7, 16, 8, 5, tzinfo=IST)))["category"].unique()
    late = read(universe.latest_file(NEW))["category"].unique()

    assert len(early) == 51
    assert len(late) == 102
    assert {
        "Open Ended Schemes(Equity Scheme - Large Cap Fund)",
        "Open Ended Schemes(Equity Schemes - Large Cap Fund)",
    } <= set(late)
    assert "Open Ended Schemes(Exchange Traded Funds (ETFs) - Silver ETF)" in late
    assert "K&N Mutual Fund (IDF)" in set(read(universe.latest_file(NEW))["amc"])


def test_the_cut_takes_plan_and_option_out_of_the_name(universe: Universe) -> None:
    old, new = (read(universe.latest_file(at)) for at in (OLD, NEW))

    assert old["Scheme Name"].nunique() > 13_500
    assert new["Scheme Name"].nunique() == 3_000
    assert (new["Plan"] == "").sum() == 6_347
    assert new["Option"].nunique() == 189
    assert set(new["Plan"]) == {"", "Direct Plan", "Regular Plan"}
    assert new["Option"].str.endswith("\t").sum() == 22
    assert new["Option"].str.contains("DCW Payout").any()
    long_name = old.set_index("Scheme Code")["Scheme Name"].reindex(new["Scheme Code"]).to_numpy()
    says_direct = pd.Series(long_name).str.contains("direct", case=False, na=False)
    assert int((says_direct & (new["Plan"] == "Regular Plan")).sum()) in range(2, 15)


def test_history_is_scheme_by_scheme_in_the_layout_of_its_day(universe: Universe) -> None:
    window = (date(2026, 6, 1), date(2026, 6, 3))
    old, new = (universe.history_file(*window, at) for at in (OLD, NEW))

    assert old.startswith(f"{HISTORY_OLD}\r\n\r\nOpen Ended Schemes ( Debt Scheme - ".encode())
    assert re.search(rb"\r\n\r\nOpen Ended Schemes \( [^\r]+ \)\r\n\r\n\r\n[^\r;]+\r\n\d{6};", old)
    assert new.startswith(HISTORY_NEW.encode())
    assert universe.history_file(*window, NEW, layout="history-8").startswith(HISTORY_OLD.encode())
    rows = read(old)
    runs = (rows["Scheme Code"] != rows["Scheme Code"].shift()).sum()
    assert runs == rows["Scheme Code"].nunique()
    assert (rows["Repurchase Price"] == "").all()
    assert "-" not in set(rows["ISIN Div Reinvestment"])
    assert set(rows["Date"]) == {"01-Jun-2026", "02-Jun-2026", "03-Jun-2026"}


def test_history_holds_exactly_what_the_truth_says_under_todays_names(universe: Universe) -> None:
    window = (date(2019, 3, 1), date(2019, 3, 20))
    rows = read(universe.history_file(*window, OLD))
    truth = universe.expected_history(*window, OLD)
    words = universe.expected_schemes(OLD).set_index("scheme_code")

    found = rows.assign(nav_date=pd.to_datetime(rows["Date"], format="%d-%b-%Y"))
    both = truth.merge(found, left_on=["scheme_code", "nav_date"], right_on=["Scheme Code", "nav_date"])
    assert len(both) == len(truth) == len(rows)
    assert (both["nav"] == both["Net Asset Value"]).all()
    listed = rows[rows["Scheme Code"].isin(words.index)]
    today = words.loc[listed["Scheme Code"]]
    assert listed["Scheme Name"].tolist() == today["long_name"].tolist()
    assert listed["category"].tolist() == (today["structure"] + " Schemes ( " + today["category"] + " )").tolist()


def test_a_window_too_long_for_one_chunk_has_each_heading_once(universe: Universe) -> None:
    window = (date(2008, 1, 1), date(2008, 12, 31))
    body = universe.history_file(*window, OLD)

    lines = body.decode().split("\r\n")
    headings = [line for line in lines if IS_CATEGORY.fullmatch(line)]
    assert len(headings) == len(set(headings))
    assert len(read(body)) == len(universe.expected_history(*window, OLD))


def test_old_history_has_prices_and_words_where_a_number_is_due(universe: Universe) -> None:
    rows = read(universe.history_file(date(2006, 4, 3), date(2006, 4, 30), OLD))

    assert (rows["Repurchase Price"] == rows["Net Asset Value"]).all()
    assert {"#DIV/0!", "#N/A", "-"} <= set(rows["Net Asset Value"])


def test_a_window_without_navs_is_a_page(universe: Universe) -> None:
    future = universe.history_file(date(2026, 12, 1), date(2026, 12, 5), NEW)

    assert b"No data found on the basis of selected parameters" in future
    assert b";" not in future
    with pytest.raises(RequestWrong, match="before it starts"):
        universe.history_file(date(2026, 8, 2), date(2026, 8, 1), NEW)


def test_history_can_be_asked_for_one_structure_or_one_amc(universe: Universe) -> None:
    window = (date(2026, 6, 1), date(2026, 6, 1))
    parts = [read(universe.history_file(*window, OLD, only=Filter(structure=number))) for number in (1, 2, 3)]
    one_amc = read(universe.history_file(*window, OLD, only=Filter(amc=2)))

    assert [set(part["category"].str.split(" Schemes").str[0]) for part in parts] == [
        {"Open Ended"},
        {"Close Ended"},
        {"Interval Fund"},
    ]
    assert sum(map(len, parts)) == len(read(universe.history_file(*window, OLD)))
    assert set(one_amc["amc"]) == {"Aravalli Mutual Fund"}


def test_the_file_in_the_evening_has_a_part_of_the_days_navs(universe: Universe) -> None:
    day = datetime(2026, 8, 18, tzinfo=IST)
    at_night = universe.expected_navs(day + timedelta(hours=23, minutes=30))
    at_dusk = universe.expected_navs(day + timedelta(hours=18, minutes=30))

    assert (at_dusk["nav_date"] == pd.Timestamp(2026, 8, 18)).sum() == 0
    assert 5_000 < (at_night["nav_date"] == pd.Timestamp(2026, 8, 18)).sum() < 6_000


@pytest.mark.parametrize("name", sorted(SPOILERS))
@pytest.mark.parametrize("body", ["latest", "history"])
def test_every_spoiler_changes_a_file_the_same_way_each_time(name: str, body: str) -> None:
    small = Universe(3, 400)
    file = small.latest_file(NEW) if body == "latest" else small.history_file(date(2026, 8, 3), date(2026, 8, 4), NEW)

    spoilt = spoil(name, file)

    # A window's history may have no apostrophe to spoil.
    assert spoilt != file or (name in {"mojibake", "not-utf8"} and file.isascii())
    assert spoilt == spoil(name, file)


def test_the_replica_is_light_until_a_universe_is_made() -> None:
    script = (
        "import sys, munim.replica, munim.replica.faults, munim.replica.server\n"
        "print(sorted({'numpy', 'pandas', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_fault_is_one_of_the_named_ones_and_lasts_as_long_as_it_says() -> None:
    with pytest.raises(RequestWrong, match="no fault is called 'typo'"):
        Fault("typo")
    with pytest.raises(RequestWrong, match="times starts at 1"):
        Fault("html", times=0)
    assert Fault("html").after_one() == Fault("html")
    assert Fault("html", times=2).after_one() == Fault("html", times=1)
    assert Fault("html", times=1).after_one() is None
    assert set(SPOILERS) <= set(FAULTS)
