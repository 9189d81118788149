"""Errors over HTTP: problem+json (RFC 9457) that says what happened and what would be right."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from munim.api.wrong import ParametersWrong, problems_of, status_of, title_of, unknown_question
from munim.core.errors import MunimError, RequestWrong

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

    from munim.readers.question import Question

MEDIA = "application/problem+json"


class ParameterRecord(BaseModel):
    """What is wrong with a parameter."""

    parameter: str = Field(description="Its name; empty: what they say together.")
    reason: str = Field(description="What is wrong.")


class ProblemRecord(BaseModel):
    """A problem, as RFC 9457 has it."""

    title: str = Field(description="Its kind in words.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What happened.")
    advice: str | None = Field(default=None, description="What would be right.")
    parameters: list[ParameterRecord] = Field(default=[], description="Parameters that are wrong, each with why.")


class Unauthorized(Exception):
    """No token, or one that does not hold."""


def add_handlers(app: FastAPI, questions: Mapping[str, Question]) -> None:
    """Let the app tell every error as a problem."""

    async def wrong(_request: Request, error: Exception) -> Response:
        return _of_munim(error) if isinstance(error, MunimError) else _fault(error)

    async def invalid(request: Request, error: Exception) -> Response:
        question = questions.get(getattr(request.scope.get("route"), "name", ""))
        if question is None or not isinstance(error, RequestValidationError):
            return _fault(error)
        return _of_munim(ParametersWrong(problems_of(error.errors(), question), question))

    async def refused(_request: Request, error: Exception) -> Response:
        return problem(401, "A token is needed", str(error), "send Authorization: Bearer TOKEN, one that was made out "
                       "for this server", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})  # fmt: skip

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return _fault(error)
        if error.status_code == 404:  # noqa: PLR2004
            name = request.url.path.removeprefix("/v1/")
            return _of_munim(unknown_question(name, [f"/v1/{one}" for one in questions]))
        advice = "ask with GET" if error.status_code == 405 else None  # noqa: PLR2004
        return problem(error.status_code, error.detail, error.detail, advice, headers=error.headers)

    app.add_exception_handler(MunimError, wrong)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Unauthorized, refused)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, wrong)


def problem(
    status: int, title: str, detail: str, advice: str | None = None, *, headers: Mapping[str, str] | None = None,
    parameters: list[dict[str, str]] | None = None,
) -> Response:  # fmt: skip
    """Return a problem as a response."""
    record = {"title": title, "status": status, "detail": detail, "advice": advice, "parameters": parameters or []}
    return Response(json.dumps(record, ensure_ascii=False), status, dict(headers or {}), media_type=MEDIA)


def _of_munim(error: MunimError) -> Response:
    parameters = (
        [{"parameter": one.parameter, "reason": one.reason} for one in error.problems]
        if isinstance(error, ParametersWrong)
        else []
    )
    detail = " ".join(error.what.split())
    if not isinstance(error, RequestWrong):
        structlog.get_logger().warning("an answer failed", kind=error.kind, detail=detail)
    return problem(status_of(error), title_of(error), detail, error.advice, parameters=parameters)


def _fault(error: Exception) -> Response:
    structlog.get_logger().error("a fault of munim's own; please report it", exc_info=error)
    return problem(500, "A fault of munim's own", "the answer failed; the server's log says why", "report it")
