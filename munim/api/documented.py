"""What OpenAPI says beyond FastAPI's own: examples, the three formats, and every status that may come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from munim.api import formats, problems
from munim.api.answer_schema import AnswerRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

    from munim.readers.question import Question

EXAMPLE = {
    "as_of": "2026-08-20",
    "known_at": "2026-08-21T02:40:00Z",
    "unit": "₹ a unit",
    "basis": "net asset value as published by AMFI",
    "source": {
        "url": "https://www.amfiindia.com/spages/NAVAll.txt",
        "sha256": "0" * 64,
        "fetched_at": "2026-08-21T02:37:00Z",
        "run_id": 3,
    },
    "freshness": {"latest": "2026-08-20", "due": "2026-08-19", "status": "fresh"},
    "truncated": False,
    "next": None,
    "columns": ["nav_date", "nav"],
    "rows": [["2026-08-20", "70.4"]],
}


def responses(*, guarded: bool) -> dict[int | str, dict[str, Any]]:
    """Return what a question may be answered with, by status."""
    no = {"model": problems.ProblemRecord, "content": {problems.MEDIA: {}}}
    found: dict[int | str, dict[str, Any]] = {
        200: {
            "model": AnswerRecord,
            "description": "The answer. As CSV or Parquet: its rows, and the rest in the header Munim-Answer.",
            "content": {
                formats.JSON: {"example": EXAMPLE},
                formats.CSV: {"schema": {"type": "string"}},
                formats.PARQUET: {"schema": {"type": "string", "format": "binary"}},
            },
            "headers": {
                "ETag": {"schema": {"type": "string"}, "description": "Version of what the answer says."},
                "Link": {"schema": {"type": "string"}, "description": "rel=next: the rows that follow, where any do."},
            },
        },
        304: {"description": "What If-None-Match names still holds."},
        404: {"description": "There is none of what was asked for.", **no},
        406: {"description": "None of the accepted formats is served.", **no},
        422: {"description": "It can't be asked so; the problem says what would be right.", **no},
        503: {"description": "The database does not answer, or not in time.", **no},
    }
    if guarded:
        found[401] = {"description": "No bearer token, or one that does not hold.", **no}
    return found


def documented(app: FastAPI, questions: Mapping[str, Question]) -> None:
    """Let the app's OpenAPI show a question's example with its parameters, and problems as problem+json alone."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            for question in questions.values():
                _complete(schema["paths"][f"/v1/{question.name}"]["get"], question.example)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(operation: dict[str, Any], example: Mapping[str, object]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example:
            parameter["example"] = example[parameter["name"]]
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if status not in {"200", "304"} and "application/json" in content:
            content[problems.MEDIA] = content.pop("application/json")
