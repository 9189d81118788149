"""What was decided about a payload: refused by a check, forced in, or rows of it accepted by a person.

The archive keeps these beside the payloads, so that the tables can be made again from it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.archive import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loaders.batch import LoadContext
    from munim.core.payload import Payload
    from pipelines.tools import Tools

REFUSE, FORCE, ACCEPT, ACCEPT_ROWS = "refuse", "force", "accept", "accept-rows"


def decide(tools: Tools, payload: Payload, kind: str, by: str, **detail: object) -> None:
    """Archive a decision about a payload."""
    tools.archive.decide(
        Decision(kind, tools.clock(), by, payload.feed, payload.fetched_at, payload.sha256, detail)  # type: ignore[arg-type]
    )


def about(payload: Payload, decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions about a payload, oldest first."""
    return [
        one
        for one in decisions
        if (one.feed, one.fetched_at, one.sha256) == (payload.feed, payload.fetched_at, payload.sha256)
    ]


def verdict(decisions: Sequence[Decision]) -> str | None:
    """Return what holds of force, accept and refuse, in this order; None where nothing was decided: it counts.

    A check that refuses again, in another database, does not undo that a person forced it.
    """
    verdicts = {one.kind for one in decisions}
    return next((kind for kind in (FORCE, ACCEPT, REFUSE) if kind in verdicts), None)


def accepted_lines(decisions: Sequence[Decision]) -> set[int]:
    """Return the lines of a payload that a person accepted."""
    return {int(str(line)) for one in decisions if one.kind == ACCEPT_ROWS for line in _lines(one)}


def _lines(decision: Decision) -> list[object]:
    lines = decision.detail.get("lines", [])
    return list(lines) if isinstance(lines, list) else []


def settle(
    tools: Tools, payload: Payload, decisions: Sequence[Decision], context: LoadContext, *, failed: bool
) -> None:
    """Before a load commits, archive that it goes against an earlier verdict or a failed check."""
    if context.dry_run:
        return
    if failed:
        decide(tools, payload, FORCE, context.asked_by)
    elif verdict(decisions) == REFUSE:
        decide(tools, payload, ACCEPT, context.asked_by)
