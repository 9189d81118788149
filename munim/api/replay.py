"""Asking again what was asked, as it was known then: is the answer the same?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from munim.api import canonical
from munim.api.draft import digest_of_no
from munim.api.wrong import unknown_question
from munim.core.errors import NotFound, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loaders.database import Connection
    from munim.readers.answer import Answer
    from munim.readers.answer_log import LoggedAnswer
    from munim.readers.question import Asked, Question


@dataclass(frozen=True)
class Replay:
    """What came of asking again: the answer or its no, and what of it differs from what was said."""

    equal: bool
    answer: Answer | None
    no: str | None
    differences: tuple[str, ...] = ()


def replay(connection: Connection, logged: LoggedAnswer, questions: Mapping[str, Question]) -> Replay:
    """Ask what was asked as it was known then, at the time of asking, and compare.

    A question that takes no known_at tells of the present: of it a load since then makes a difference, and that is
    said. Raises `NotFound` for a question that this version does not know.
    """
    question = questions.get(logged.question)
    if question is None:
        raise unknown_question(logged.question, questions)
    try:
        asked = question.parameters.model_validate(dict(logged.parameters))
        # The time of knowledge is taken a moment after the asking, and was not yet to come.
        answer = question.ask(connection, asked, lambda: _present(logged))
    except RequestWrong as error:
        outcome = "not_found" if isinstance(error, NotFound) else "refused"
        equal = digest_of_no(outcome) == logged.sha256
        return Replay(equal, None, str(error), () if equal else (f"outcome: {logged.outcome}, and now {outcome}",))
    equal = canonical.digest(canonical.lasting(answer)) == logged.sha256
    if equal:
        return Replay(equal=True, answer=answer, no=None)
    return Replay(equal=False, answer=answer, no=None, differences=tuple(_differences(logged, answer, asked)))


def _differences(logged: LoggedAnswer, answer: Answer, asked: Asked) -> list[str]:
    now = canonical.head(answer)
    if logged.outcome != "answered":
        found = [f"outcome: {logged.outcome}, and now answered"]
    else:
        found = [
            f"{name}: {logged.head.get(name)!r}, and now {now.get(name)!r}"
            for name in dict.fromkeys([*logged.head, *now])
            if name != "load_under_way" and logged.head.get(name) != now.get(name)
        ] or ["rows: as many, and others"]
    if not asked.is_of_a_time:
        asked_so = " asked so" if "known_at" in type(asked).model_fields else ""
        found.append(
            f"{logged.question}{asked_so} takes no known_at: it tells of the present, and loads since then make a "
            "difference"
        )
    if logged.head.get("load_under_way"):
        found.append("a load was at work when it was asked: what it had recorded by then was committed after")
    return found


def _present(logged: LoggedAnswer) -> datetime:
    return max(logged.asked_at, logged.known_at) if logged.outcome == "answered" else logged.asked_at
