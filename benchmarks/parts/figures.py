"""What a benchmark tells: a figure beside the one to reach, and how two sides are measured against each other."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line: what was measured, how often, and what it may be at most (or at least, where more is better)."""

    what: str
    values: tuple[float, ...]
    to_reach: float | None = None
    unit: str = "x"
    at_least: bool = False
    more: str = ""

    @property
    def reached(self) -> float:
        """The median of the rounds."""
        return median(self.values)

    @property
    def verdict(self) -> str:
        """`ok` or `MISSED`; nothing where there is nothing to reach."""
        if self.to_reach is None:
            return ""
        good = self.reached >= self.to_reach if self.at_least else self.reached <= self.to_reach
        return "ok" if good else "MISSED"

    def line(self) -> str:
        """Return it for a person to read."""
        digits = 0 if self.reached >= 100 else 2
        spread = f"({min(self.values):.{digits}f}..{max(self.values):.{digits}f})" if len(self.values) > 1 else ""
        goal = f"{'at least' if self.at_least else 'at most'} {self.to_reach:g}" if self.to_reach is not None else ""
        return (
            f"{self.what:<66} {self.reached:7.{digits}f} {self.unit:<3}{spread:<15} {goal:<13}{self.verdict:<7} "
            f"{self.more}"
        ).rstrip()

    def record(self) -> dict[str, object]:
        """Return it for a file."""
        return {
            "what": self.what, "reached": self.reached, "low": min(self.values), "high": max(self.values),
            "rounds": len(self.values), "unit": self.unit, "to_reach": self.to_reach, "verdict": self.verdict,
            "more": self.more,
        }  # fmt: skip


@dataclass
class Sides:
    """Seconds of two sides, measured round by round one after the other."""

    ours: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)

    def add(self, ours: Callable[[], object], other: Callable[[], object]) -> None:
        """Measure a round; the side that goes first changes with each."""
        if len(self.ours) % 2:
            self.ours.append(seconds(ours))
            self.other.append(seconds(other))
        else:
            self.other.append(seconds(other))
            self.ours.append(seconds(ours))

    def add_pair(self, ours: float, other: float) -> None:
        """Take a round that was measured in pieces."""
        self.ours.append(ours)
        self.other.append(other)

    @property
    def ratios(self) -> tuple[float, ...]:
        """How many times the other side's time ours took, a round."""
        return tuple(ours / other for ours, other in zip(self.ours, self.other, strict=True))

    def times(self) -> str:
        """Return both sides' median times in words."""
        return f"{_time(median(self.ours))} to {_time(median(self.other))}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work took; garbage of what went before is not on its bill."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _time(took: float) -> str:
    return f"{took:.2f} s" if took >= 1 else f"{took * 1000:.1f} ms"
