"""The layouts of AMFI's two reports, and when each is served."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from munim.replica.timeline import CUT_AT

LatestLayout = Literal["latest-6", "latest-8-plan"]
HistoryLayout = Literal["history-8", "history-8-plan"]

_LATEST: Final = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name"
_HISTORY_ISINS: Final = "ISIN Div Payout/ISIN Growth;ISIN Div Reinvestment;Net Asset Value"
HEADERS: Final[dict[LatestLayout | HistoryLayout, str]] = {
    "latest-6": f"{_LATEST};Net Asset Value;Date",
    "latest-8-plan": f"{_LATEST};Plan;Option;Net Asset Value;Date",
    "history-8": f"Scheme Code;Scheme Name;{_HISTORY_ISINS};Repurchase Price;Sale Price;Date",
    "history-8-plan": f"Scheme Code;NAV Name;Plan;Option;{_HISTORY_ISINS};Date",
}


def latest_layout(at: datetime) -> LatestLayout:
    """Return the layout of NAVAll.txt at an instant."""
    return "latest-8-plan" if at >= CUT_AT else "latest-6"


def history_layout(at: datetime) -> HistoryLayout:
    """Return the layout of the history report at an instant, whatever dates it is asked for."""
    return "history-8-plan" if at >= CUT_AT else "history-8"
