"""Every scheme of a universe, in columns: what stands in the files, and the numbers that NAVs are made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
import pyarrow as pa

from munim.replica.families import NEVER, Family, Share, amc_names
from munim.replica.hashing import I64, U64, Bools, mix
from munim.replica.isin import issue
from munim.replica.labels import House, Label, contradict, label
from munim.replica.population import CUT_DAY, DIRECT_FROM
from munim.replica.taxonomy import STRUCTURES
from munim.replica.words import JUNK_ISINS

_CODE_FROM: Final = 100_027
_BLANK_ENDED, _BLANK_LIVING = 0.95, 0.06
"""Shares of families whose plan and option columns are blank, ended ones and living ones."""
_CONTRADICTED, _TABBED, _NO_ISIN, _JUNK, _SHARED = 14, 24, 120, 10, 5


@dataclass(frozen=True)
class Schemes:
    """One element a scheme, in the order of the codes. `*_day` are day numbers; headings index `headings`.

    Columns of pairs hold what stands before and after `isin_day` or `rename_day`.
    """

    code: pa.StringArray
    amc: I64
    amc_names: list[str]
    headings: list[tuple[str, str]]
    heading: I64
    next_heading: I64
    heading_day: I64
    first_day: I64
    last_day: I64
    vanish_day: I64
    isins: tuple[tuple[pa.StringArray, pa.StringArray], tuple[pa.StringArray, pa.StringArray]]
    isin_day: I64
    long_names: tuple[pa.StringArray, pa.StringArray]
    rename_day: I64
    name_rank: I64
    base: pa.StringArray
    plan: pa.StringArray
    option: pa.StringArray
    filled_day: I64
    hash: U64
    kind: list[str]
    idcw: Bools
    daily: Bools
    zero: Bools

    def __len__(self) -> int:
        """Return how many schemes there ever are."""
        return len(self.amc)


def build(seed: int, families: list[Family]) -> Schemes:
    """Return the columns of all schemes of the families."""
    random = Random(seed + 1)
    rows = [(family, share, _first_day(family, share)) for family in families for share in family.shares]
    rows.sort(key=lambda row: row[2])
    headings = _headings(families)
    count = len(rows)
    place = {heading: number for number, heading in enumerate(headings)}
    labels = _labels(random, rows)
    before, after = _isins(random, rows)
    rename_day = [random.randint(DIRECT_FROM, CUT_DAY + 1000) for _ in rows]
    numbers = np.array(_codes(random, count))
    return Schemes(
        code=pa.array([str(number) for number in numbers], pa.string()),
        amc=np.array([family.amc for family, _, _ in rows]),
        amc_names=amc_names(),
        headings=headings,
        heading=np.array([place[f.category.structure, f.category.label] for f, _, _ in rows]),
        next_heading=np.array([place[f.category.structure, f.heading or f.category.label] for f, _, _ in rows]),
        heading_day=_days(family.heading_day for family, _, _ in rows),
        first_day=_days(first for _, _, first in rows),
        last_day=_days(family.last_day for family, _, _ in rows),
        vanish_day=_days(family.vanish_day for family, _, _ in rows),
        isins=(_pair_arrays(before), _pair_arrays(after)),
        isin_day=_days(
            random.randint(DIRECT_FROM, CUT_DAY + 2000) if one != two else NEVER
            for one, two in zip(before, after, strict=True)
        ),
        long_names=(_text(one.long_name for one in labels), _text(one.renamed for one in labels)),
        rename_day=_days(rename_day),
        name_rank=np.argsort(np.argsort(np.array([one.long_name for one in labels]), kind="stable"), kind="stable"),
        base=_text(family.base for family, _, _ in rows),
        plan=_text(one.plan for one in labels),
        option=_text(one.option for one in labels),
        # AMFI filled a good tenth of the blank columns two days after the cut.
        filled_day=_days(CUT_DAY + (2 if random.random() < 0.08 else 0) for _ in rows),
        hash=mix(numbers.astype(np.uint64) + np.uint64(seed) * np.uint64(1_000_003)),
        kind=[family.category.kind for family, _, _ in rows],
        idcw=np.array([share.option == "idcw" for _, share, _ in rows]),
        daily=np.array([share.frequency == "Daily" for _, share, _ in rows]),
        zero=np.array([family.zero for family, _, _ in rows]),
    )


Row = tuple[Family, Share, int]


def _first_day(family: Family, share: Share) -> int:
    """Direct plans exist since 1 January 2013 (SEBI circular CIR/IMD/DF/21/2012)."""
    if share.plan == "Direct" and family.last_day > DIRECT_FROM + 30:
        return max(family.first_day, DIRECT_FROM)
    return family.first_day


def _headings(families: list[Family]) -> list[tuple[str, str]]:
    """Return (structure, label) of every heading in the order of AMFI's files."""
    both = {(one.category.structure, label) for one in families for label in (one.category.label, one.heading) if label}
    return sorted(both, key=lambda heading: (STRUCTURES.index(heading[0]), heading[1]))


def _codes(random: Random, count: int) -> list[int]:
    widest = max(1, min(4, 2 * 880_000 // max(1, count) - 1))
    codes = [_CODE_FROM]
    while len(codes) < count:
        codes.append(codes[-1] + random.randint(1, widest))
    return codes


def _labels(random: Random, rows: list[Row]) -> list[Label]:
    houses = [House(random) for _ in amc_names()]
    blank: dict[str, bool] = {}
    for family, _, _ in rows:
        blank.setdefault(family.base, random.random() < (_BLANK_ENDED if family.last_day < CUT_DAY else _BLANK_LIVING))
    labels = [label(random, houses[family.amc], family, share, blank=blank[family.base]) for family, share, _ in rows]
    filled = [
        number
        for number, one in enumerate(labels)
        if one.plan and rows[number][0].last_day == NEVER and rows[number][2] < CUT_DAY
    ]
    share = len(rows) / 19_000
    odd = random.sample(filled, min(len(filled), max(4, round((_CONTRADICTED + _TABBED) * share))))
    for number in odd[: round(_CONTRADICTED * share) or 2]:
        labels[number] = contradict(labels[number])
    for number in odd[round(_CONTRADICTED * share) or 2 :]:
        labels[number] = labels[number]._replace(option=labels[number].option + "\t")
    return labels


def _isins(random: Random, rows: list[Row]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the ISINs (payout or growth, reinvestment) of each scheme, before and after its change, if it has one."""
    serial: dict[int, int] = {}
    after = [_issued(serial, family, share) for family, share, _ in rows]
    share_of_all = len(rows) / 19_000
    # Among those that stay on file, so that a file shows them whenever it is asked for.
    staying = [number for number, (one, _, first) in enumerate(rows) if first < CUT_DAY and one.vanish_day == NEVER]
    odd = random.sample(staying, round((_NO_ISIN + _JUNK + 2 * _SHARED) * share_of_all) + 6)
    shared = odd[: 2 * max(1, round(_SHARED * share_of_all))]
    junk = odd[len(shared) : len(shared) + max(2, round(_JUNK * share_of_all))]
    for one, two in zip(shared[::2], shared[1::2], strict=True):
        after[two] = (after[one][0] or after[one][1], "")
    for number, word in zip(junk, JUNK_ISINS * 20, strict=False):
        after[number] = (word, "")
    for number in odd[len(shared) + len(junk) :]:
        after[number] = ("", "")
    before = list(after)
    fixed = set(odd)
    for number in random.sample(range(len(rows)), len(rows) // 5):
        if number not in fixed:
            before[number] = ("", "") if random.random() < 0.08 else _issued(serial, *rows[number][:2])
    return before, after


def _issued(serial: dict[int, int], family: Family, share: Share) -> tuple[str, str]:
    issuer = f"{chr(48 + family.amc // 10)}Z{chr(65 + family.amc % 10)}"

    def next_isin() -> str:
        serial[family.amc] = serial.get(family.amc, 0) + 1
        return issue(issuer, serial[family.amc])

    if share.payout == "reinvest":
        return "", next_isin()
    both = share.option == "idcw" and share.payout == "both"
    return next_isin(), next_isin() if both else ""


def _days(numbers: Iterable[int]) -> I64:
    return np.fromiter(numbers, np.int64)


def _text(words: Iterable[str]) -> pa.StringArray:
    return pa.array(list(words), pa.string())


def _pair_arrays(pairs: list[tuple[str, str]]) -> tuple[pa.StringArray, pa.StringArray]:
    return _text(one for one, _ in pairs), _text(two for _, two in pairs)
