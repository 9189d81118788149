"""Net flows as bars in the terminal: a line for each class of a session, sold to the left and bought to the right."""

from __future__ import annotations

import shutil
from collections import defaultdict
from typing import TYPE_CHECKING

from munim.cli.flows_tables import CLASS_NAMES
from munim.cli.output import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from munim.readers.flows import FiiDii

Nets = dict[str, dict["date", dict[str, "Decimal"]]]
"""By source, basis and scope (what is never one figure): of each session the net of each class, ₹ crore."""

AXIS, BAR, SLIVER = "│", "█", "▏"

LEAST_SIDE = 8
"""Columns of a side of the axis, in however narrow a terminal."""


def nets_of(rows: Sequence[FiiDii]) -> Nets:
    """Return the net of each class by session, apart for each source, basis and scope; foreign ones first."""
    nets: Nets = defaultdict(lambda: defaultdict(dict))
    for one in sorted(rows, key=lambda one: (one.trade_date, one.investor_class != "fii_fpi", one.investor_class)):
        of = f"{one.source}, {one.basis}, {one.scope}"
        nets[of][one.trade_date][CLASS_NAMES.get(one.investor_class, one.investor_class)] = one.net_inr_crore
    return nets


def draw_nets(nets: Nets, width: int | None = None) -> str:
    """Return a drawing for each source, as wide as the terminal; all its bars are of one scale."""
    columns = width or shutil.get_terminal_size().columns
    return "\n\n".join("\n".join(_draw(of, sessions, columns)) for of, sessions in sorted(nets.items()))


def _draw(of: str, sessions: Mapping[date, Mapping[str, Decimal]], columns: int) -> Iterator[str]:
    figures = [(as_text(net), net) for nets in sessions.values() for net in nets.values()]
    figure_width = max(len(text) for text, _ in figures)
    name_width = max(len(name) for nets in sessions.values() for name in nets)
    side = max(LEAST_SIDE, (columns - len("2026-08-20  ") - name_width - figure_width - 5) // 2)
    most = max(abs(net) for _, net in figures)
    yield f"net, ₹ crore: {of}"
    for day, nets in sessions.items():
        for place, (name, net) in enumerate(nets.items()):
            when = as_text(day) if place == 0 else ""
            bar = _bar(net, most, side)
            left, right = (bar, "") if net < 0 else ("", bar)
            line = f"{when:<10}  {name:<{name_width}}  {as_text(net):>{figure_width}}  {left:>{side}}{AXIS}{right}"
            yield line.rstrip()


def _bar(net: Decimal, most: Decimal, side: int) -> str:
    """Return a bar; what is not zero is seen, however small it is beside the largest."""
    length = round(side * abs(net) / most) if most else 0
    return BAR * length if length or not net else SLIVER
