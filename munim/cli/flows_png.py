"""Net flows as a PNG. Imported when one is asked for: matplotlib costs a second, and not everybody has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from munim.cli.output import as_text
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from pathlib import Path

    from munim.cli.flows_drawing import Nets

COLOURS = {"FII/FPI": "#b4464b", "DII": "#3f6fa0"}
OTHER_COLOUR = "#777777"
BAR_WIDTH = 0.4
MOST_LABELS = 30
"""Sessions that are named below the bars, at most."""


def write_png(nets: Nets, path: Path) -> None:
    """Draw bars of FII/FPI and DII by session into a PNG: a panel for each source, basis and scope.

    Raises `RequestWrong` where matplotlib is not installed, for a file that is no PNG, and where none can be written.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise RequestWrong(
            "a PNG needs matplotlib, which is not installed",
            advice="install it (pip install 'munim[plot]'), or leave the file out to draw in the terminal",
        ) from error
    if path.suffix.casefold() != ".png":
        raise RequestWrong(f"{path} is no PNG", advice="end its name with .png")
    sessions = max(len(of) for of in nets.values())
    figure = Figure(figsize=(min(24, max(8, sessions * 0.35)), 4 * len(nets)), layout="constrained")
    panels = figure.subplots(len(nets), 1, squeeze=False)[:, 0]
    for axes, (of, by_session) in zip(panels, sorted(nets.items()), strict=True):
        days = list(by_session)
        names = list(dict.fromkeys(name for one in by_session.values() for name in one))
        for place, name in enumerate(names):
            drawn = [(at, one[name]) for at, one in enumerate(by_session.values()) if name in one]
            shift = (place - (len(names) - 1) / 2) * BAR_WIDTH
            # A float is near enough for a drawing.
            axes.bar([at + shift for at, _ in drawn], [float(net) for _, net in drawn], BAR_WIDTH, label=name,
                     color=COLOURS.get(name, OTHER_COLOUR))  # fmt: skip
        every = 1 + (len(days) - 1) // MOST_LABELS
        axes.set_xticks(range(0, len(days), every), [as_text(day) for day in days[::every]], rotation=90, fontsize=7)
        axes.axhline(0, color="black", linewidth=0.6)
        axes.set_title(f"net, ₹ crore: {of}", fontsize=9, loc="left")
        axes.legend(fontsize=8)
    try:
        figure.savefig(path, format="png", dpi=110)
    except OSError as error:
        raise RequestWrong(f"{path} can't be written: {error.strerror}") from error
