"""What the made market's flows are: buys and sells of FII/FPI and DII, and open interest by kind of participant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final, Literal

from munim.core.clock import IST
from munim.replica.draws import Draws

InvestorClass = Literal["DII", "FII/FPI"]
CLASSES: Final[tuple[InvestorClass, ...]] = ("DII", "FII/FPI")
"""In NSE's order."""

_LEVELS: Final = {"DII": (12_000, 18_500), "FII/FPI": (11_000, 17_500)}
"""₹ crore bought on a quiet day and on a busy one, as from May to August 2026."""
_OUTLIERS: Final = 1 / 60
"""29-May-2026, when an index was rebalanced, had six times the ordinary: 89,733.64 bought, 110,839.50 sold."""
_RESTATED: Final = 1 / 40
_RESTATED_AT: Final = time(21)
_UNEVEN: Final = 1 / 30
"""Days on which the net is one paisa of a crore off buy less sell: rounded apart."""

INSTRUMENTS: Final = ("index futures", "stock futures", "index calls", "index puts", "stock calls", "stock puts")
_COLUMNS: Final = ((0, 1), (2, 3), (4, 6), (5, 7), (8, 10), (9, 11))
"""Of each instrument: its long and its short column. Of options the file has both longs first, call before put."""
LONG: Final = tuple(long for long, _ in _COLUMNS)
SHORT: Final = tuple(short for _, short in _COLUMNS)
PARTICIPANTS: Final = ("Client", "DII", "FII", "Pro")
_SIZES: Final = (250_000, 1_800_000, 1_400_000, 1_600_000, 700_000, 400_000)
"""Contracts open in 2021."""
_SHARES: Final = {
    # Of each instrument, in order: DII, FII, Pro; clients hold the rest.
    "long": ((0.02, 0.35, 0.08), (0.01, 0.4, 0.1), (0, 0.2, 0.23), (0.01, 0.2, 0.22), (0, 0.06, 0.16), (0, 0.1, 0.4)),
    "short": ((0.2, 0.15, 0.14), (0.5, 0.3, 0.05), (0, 0.15, 0.3), (0, 0.13, 0.25), (0.03, 0.1, 0.4), (0, 0.1, 0.25)),
}
_OFF: Final[tuple[dict[int, int], ...]] = ({12: -1}, {4: -1, 5: -1, 12: -1}, {5: -1, 12: -1}, {4: -1, 12: -2, 13: -1})
"""How TOTAL was off in February to June 2021: column, contracts."""
_OFF_SHARE: Final = 57 / 155


@dataclass(frozen=True)
class Flow:
    """A class's buys, sells and net of a session, ₹ crore, exact to two places."""

    buy: Decimal
    sell: Decimal
    net: Decimal


def fii_dii(draws: Draws, day: date, at: datetime | None = None) -> dict[InvestorClass, Flow]:
    """Return the provisional figures of a session as they stand at an instant; None is for how they stay."""
    later = at is None or at >= restated_at(day)
    return {investor: _flow(draws, day, investor, restated=later) for investor in CLASSES}


def is_restated(draws: Draws, day: date) -> bool:
    """Return whether the session's FII/FPI figures are replaced by others at `restated_at`."""
    return draws.unit("restated", day) < _RESTATED


def restated_at(day: date) -> datetime:
    """Return the instant at which a session's figures are replaced, if they are: its evening, 21:00 IST."""
    return datetime.combine(day, _RESTATED_AT, IST)


def _flow(draws: Draws, day: date, investor: InvestorClass, *, restated: bool) -> Flow:
    low, high = _LEVELS[investor]
    level = low + (high - low) * draws.wave(day, 9, investor) + 900 * draws.spread(investor, "level", day)
    net = 2_400 * draws.spread(investor, "net", day)
    if draws.unit("outlier", day) < _OUTLIERS:
        level, net = level * 6, net * 6
    buy, sell = round(100 * (level + net / 2)), round(100 * (level - net / 2))
    if restated and investor == "FII/FPI" and is_restated(draws, day):
        buy += 1 + int(90_000 * draws.unit("restated by", day))
    uneven = int(draws.unit(investor, "uneven", day) < _UNEVEN)
    return Flow(_crore(buy), _crore(sell), _crore(buy - sell + uneven))


def _crore(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def participant_oi(draws: Draws, day: date) -> dict[str, tuple[int, ...]]:
    """Return the 14 columns of each participant and of TOTAL after a session, in contracts, in the file's order.

    TOTAL is as published: in a third of the files it is off by one or two.
    """
    rows = {participant: [0] * 14 for participant in PARTICIPANTS}
    growth = 1.09 ** (day.year - 2021)
    for number, size in enumerate(_SIZES):
        contracts = round(size * growth * (0.7 + draws.wave(day, 21, number)) * draws.between(0.95, 1.05, number, day))
        for side, column in zip(("long", "short"), _COLUMNS[number], strict=True):
            _divide(draws, (day, number, side), contracts, _SHARES[side][number], (rows, column))
    for row in rows.values():
        row[12:] = [sum(row[column] for column in LONG), sum(row[column] for column in SHORT)]
    total = [sum(column) for column in zip(*rows.values(), strict=True)]
    for column, off in _off(draws, day).items():
        total[column] += off
    return {**{participant: tuple(row) for participant, row in rows.items()}, "TOTAL": tuple(total)}


def _divide(
    draws: Draws,
    key: tuple[date, int, str],
    contracts: int,
    shares: tuple[float, float, float],
    into: tuple[dict[str, list[int]], int],
) -> None:
    """Set one column: a share of the contracts to each, moved a little by the day, and to clients what is left."""
    rows, column = into
    left = contracts
    for participant, share in zip(PARTICIPANTS[1:], shares, strict=True):
        held = round(contracts * share * draws.between(0.85, 1.15, *key, participant))
        rows[participant][column] = held
        left -= held
    rows["Client"][column] = left


def _off(draws: Draws, day: date) -> dict[int, int]:
    if draws.unit("off", day) >= _OFF_SHARE:
        return {}
    return _OFF[int(draws.unit("how", day) * len(_OFF))]
