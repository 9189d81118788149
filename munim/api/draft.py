"""The entry of an answer in the log, drawn up when it is known what is said."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from loaders.answer_log import Answered
from munim.api import canonical
from munim.core.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from munim.core.errors import RequestWrong
    from munim.readers.answer import Answer
    from munim.readers.question import Asked


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and through which door; `name` is never a token."""

    door: Literal["mcp", "http"]
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that is being answered; the clock of how long it takes runs from when it is made."""

    question: str
    asked: Asked
    caller: Caller
    asked_at: datetime
    began: float = field(default_factory=time.monotonic)

    def answer(self, answer: Answer, *, loading: bool) -> Answered:
        """Return the entry of an answer; `loading`: a load was at work meanwhile."""
        record = answer.record()
        freshness = record["freshness"]
        return self._entry(
            answer.known_at,
            "answered",
            freshness if isinstance(freshness, dict) else None,
            canonical.head(answer) | ({"load_under_way": True} if loading else {}),
            canonical.digest(canonical.lasting(answer)),
        )

    def no(self, error: RequestWrong) -> Answered:
        """Return the entry of a no; its words may name the moment, and so its hash is of its kind alone."""
        outcome = "not_found" if isinstance(error, NotFound) else "refused"
        given = getattr(self.asked, "known_at", None)
        return self._entry(given or self.asked_at, outcome, None, {"no": str(error)}, digest_of_no(outcome))

    def _entry(
        self,
        known_at: datetime,
        outcome: str,
        freshness: dict[str, object] | None,
        head: dict[str, object],
        sha256: str,
    ) -> Answered:
        parameters = self.asked.model_dump(mode="json", exclude_none=True)
        if self.asked.is_of_a_time:
            parameters["known_at"] = known_at.isoformat()
        return Answered(
            door=self.caller.door,
            caller=self.caller.name,
            question=self.question,
            parameters=parameters,
            known_at=known_at,
            outcome=outcome,
            freshness=freshness,
            head=head,
            sha256=sha256,
            asked_at=self.asked_at,
            duration_ms=round((time.monotonic() - self.began) * 1000),
        )


def digest_of_no(outcome: str) -> str:
    """Return the hash of a no of a kind."""
    return canonical.digest({"outcome": outcome})
