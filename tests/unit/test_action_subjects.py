"""NSE's wordings of corporate actions, as recorded and as known from its lists of many years."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.action_subjects import Action, read_subject
from tests.unit.equity_files import ABSENT, RECORDED

F = Fraction

SPLITS = {
    "Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 2/- Per Share": F(5),
    "FACE VALUE SPLIT (SUB-DIVISION) - FROM RS 2 PER SHARE TO RS 1 PER SHARE": F(2),
    "Face Value Split (Sub-Division) - From Rs10/- Per Share To Re 1/- Per Share": F(10),
    "Face Value Split From Rs.10/- To Re.1/-": F(10),
    "Fv Splt Frm Rs 10 To Re 1": F(10),
    "FVSPLT FRM RS 5 TO RS 2": F(5, 2),
    "Fv Split Rs.10/- To Rs.2/": F(5),
    "FV SPLIT- RS 10 TO RE 1": F(10),
    "SPL RS10-RS2": F(5),
    "Sub-Division w.e.f. 12-08-2024 From Rs.10/- To Re.1/-": F(10),
    "Face Value Split From Re 1/- To Re 0.50": F(2),
    "Consolidation Of Equity Shares From Re 1 Per Share To Rs 10 Per Share": F(1, 10),
    "CONSOLIDATION RE1 TO RS10": F(1, 10),
    "Face Value Split From Re 1 To Rs 10": F(1, 10),
    "Capital Reduction Rs 10 To Rs 3.30 / Consolidation Rs 3.30 To Rs.10": F(33, 100),
}
BONUSES = {
    "Bonus 1:1": F(1),
    " Bonus 1:2": F(1, 2),
    "Bonus-1:1": F(1),
    "BONUS - 3:1": F(3),
    "Bonus Issue 2:5": F(2, 5),
    "Bonus 1 : 34": F(1, 34),
    "Bonus Shares In The Ratio Of 1:1": F(1),
}
RIGHTS = {
    "Rights 1:5 @ Premium Rs 100/-": (F(1, 5), F(100)),
    "Rights 161:250 @ Premium Re 0.45 /-": (F(161, 250), F(45, 100)),
    "Rights 11: 50 @ Premium Rs 0/-": (F(11, 50), F(0)),
    "Rights 7:10 @ Prm Rs 102/-": (F(7, 10), F(102)),
    "Rights 1:9 @ Premium 91": (F(1, 9), F(91)),
    "Rights 1:19.07 @ Premium Rs 0": (F(100, 1907), F(0)),
    "Rights-Eq 1:5@Prem Rs1580": (F(1, 5), F(1580)),
    "Rights 87:38 @ Premium Of Rs 2.50 Per Share": (F(87, 38), F(5, 2)),
    "RHTS 5:12@PRM RS.35 PR SH": (F(5, 12), F(35)),
    "Rights At 2:1 At A Premium Of Rs.39.50 Per Share": (F(2), F(79, 2)),
    "Rights Issue": (None, None),
}
DIVIDENDS = {
    "Interim Dividend - Rs 11.70 Per Share": F(117, 10),
    "Interim Dividend - Rs  0.50 Per Share": F(1, 2),
    "Dividend - Re 0.40 Per Sh": F(2, 5),
    "Dividend - Rs 1,250 Per Share": F(1250),
    "Annual General Meeting/Dividend - Rs 17.50 Per Share": F(35, 2),
    "Annual General Meeting / Final Dividend Rs.8/- Per Ordinary Share": F(8),
    "Agm/Div-Rs.5/- Per Share": F(5),
    "Agm/Div-Re0.45 Per Share": F(9, 20),
    "INTDIV - RS 7 PER SH": F(7),
    "Interimdividend - Rs 1.30  Per Share": F(13, 10),
    "Dividend Rs - 9.40 Per Share": F(47, 5),
    "Annual General Meeting/Dividend Rs:- 6.50/- Per Share": F(13, 2),
    "Annual General Meeting/Dividend - Rs 62..50/- Per Share": F(125, 2),
    "Dividend - Rs 0 .70 Per Share": F(7, 10),
    "Dividend - Rs 4 Per Share & Special Dividend Rs 10 Per Share": F(14),
    "Interim Dividend - Rs 8 Per Share Special Dividend - Rs 67 Per Share": F(75),
    "Dividend Final Rs 16 + Special Rs 5 Per Share": F(21),
    "Agm/Dividend - 100%": None,
}
OTHERS = {
    "Buy Back": Action("buyback"),
    "Buyback": Action("buyback"),
    "Demerger": Action("demerger", shares=None),
    "Scheme Of Arrangement - Demerger": Action("demerger", shares=None),
    "Capital Reduction Pursuant To Nclt Order": Action("capital_reduction", shares=None),
    "Scheme of Arrangement": Action("amalgamation", shares=None),
    "Annual General Meeting": Action("meeting"),
    "Extra Ordinary General Meeting": Action("meeting"),
    "Interest Payment": Action("interest"),
    "Redemption Of Debentures": Action("redemption"),
    "Change In Name Of The Company": Action("other"),
    "": Action("other"),
    "Scheme Of Arrangement - Bonus Ncrps 46:1": Action("bonus_other"),
    "Sch Of Agmt- Bonus Deb1:1": Action("bonus_other"),
    "Bonus issue 28100": Action("bonus", shares=None),
    "Bonus 0:1": Action("bonus", shares=None),
    "Face Value Split - details in the notice": Action("split", shares=None),
    "FVSPLT FRM RS 2 TO RS 2": Action("split", shares=None),
    "Consolidation of Shares": Action("consolidation", shares=None),
    "Distribution - Rs 3 Per Unit Consist Of Rs 1.71 Per Unit As Interest/ Re 0.50 Per Unit As Dividend": Action(
        "distribution", amount_inr=F(3)
    ),
    "Distribution Rs 1.60 Consists Of Rs 1.44 Per Unit As Interest/ Re 0.16 Per Unit As Return Of Capital": Action(
        "distribution", amount_inr=F(8, 5)
    ),
    "Distribution Consists Of Rs 1.44 Per Unit As Interest/ Re 0.16 Per Unit As Return Of Capital": Action(
        "distribution", amount_inr=F(8, 5)
    ),
}
TOGETHER = {
    "Bonus 1:1/Face Value Split (Sub-Division) - From Rs 10/- Per Share To Rs 5/- Per Share": Action(
        "split", F(2), None, F(4)
    ),
    "Bonus - 1:1 And Face Value Split From Rs. 10 To Rs. 2": Action("split", F(5), None, F(10)),
    "BON 1:2/SPLIT RS.10TORS.2": Action("split", F(5), None, F(15, 2)),
    "Annual General Meeting/Dividend - Rs 10 Per Share/Face Value Split From Rs 10 To Rs 2": Action(
        "split", F(5), F(10), F(5)
    ),
    "Bonus 1:2 / Final Dividend - Rs 3 Per Share": Action("bonus", F(1, 2), F(3), F(3, 2)),
    "Interim Dividend - Rs 3 Per Share / Rights 1:16 @ Premium Rs 400 Per Share": Action(
        "rights", F(1, 16), F(3), F(1)
    ),
    "Rights - 4:25 Fully Paid Up Shares @ Premium Rs 500/- Per Share / 2:25 Partly Paid Up": Action(
        "rights", None, F(500), F(1)
    ),
}


@pytest.mark.parametrize("subject", SPLITS)
def test_a_split_is_shares_after_per_share_before(subject: str) -> None:
    ratio = SPLITS[subject]
    kind = "split" if ratio > 1 else "consolidation"
    shares = None if "Capital" in subject else ratio

    assert read_subject(subject) == Action(kind, ratio, None, shares)


@pytest.mark.parametrize("subject", BONUSES)
def test_a_bonus_is_new_shares_per_share_held_and_makes_that_many_more(subject: str) -> None:
    assert read_subject(subject) == Action("bonus", BONUSES[subject], None, 1 + BONUSES[subject])


@pytest.mark.parametrize("subject", RIGHTS)
def test_rights_are_a_ratio_and_a_premium_and_no_shares_for_nothing(subject: str) -> None:
    assert read_subject(subject) == Action("rights", *RIGHTS[subject])


@pytest.mark.parametrize("subject", DIVIDENDS)
def test_dividends_are_an_amount_a_share(subject: str) -> None:
    assert read_subject(subject) == Action("dividend", None, DIVIDENDS[subject])


@pytest.mark.parametrize("subject", [*OTHERS, *TOGETHER])
def test_other_kinds_and_several_in_one(subject: str) -> None:
    assert read_subject(subject) == (OTHERS | TOGETHER)[subject]


@given(st.text(max_size=60))
def test_no_subject_fails(subject: str) -> None:
    assert read_subject(subject).kind


@given(st.integers(1, 50), st.integers(1, 50))
def test_a_split_and_its_consolidation_undo_each_other(one: int, other: int) -> None:
    there, back = (
        read_subject(f"Face Value Split (Sub-Division) - From Rs {a}/- Per Share To Rs {b}/- Per Share").shares
        for a, b in ((one, other), (other, one))
    )

    assert (there is None) == (one == other)
    assert there is None or back is None or there * back == 1


@pytest.mark.skipif(not RECORDED.is_dir(), reason=ABSENT)
def test_every_recorded_subject_has_a_kind_and_its_figures() -> None:
    rows = json.loads((RECORDED / "corporate_actions_2026-05.json").read_text())
    read = [read_subject(row["subject"]) for row in rows]

    kinds = [action.kind for action in read]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "dividend": 13,
        "distribution": 2,
        "rights": 2,
        "buyback": 2,
        "interest": 1,
    }
    assert all(action.amount_inr is not None for action in read if action.kind not in {"buyback", "interest"})
