"""What of an answer is the same whenever it is given again: its canonical JSON, and the hash of that."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from munim.readers.answer import Answer

OF_THE_MOMENT = ("freshness", "known_at")
"""What depends on when it was asked and not on what was known: it has columns of its own in the log."""


def lasting(answer: Answer) -> dict[str, object]:
    """Return an answer's record without what is of the moment."""
    return {name: value for name, value in answer.record().items() if name not in OF_THE_MOMENT}


def head(answer: Answer) -> dict[str, object]:
    """Return what is lasting of an answer, with the number of its rows in their place."""
    return {name: value for name, value in lasting(answer).items() if name != "rows"} | {"row_count": len(answer.rows)}


def digest(record: Mapping[str, object]) -> str:
    """Return the sha256 of a record as canonical JSON: names in order, no blanks, as UTF-8."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
