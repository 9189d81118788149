"""The HTTP API: GET /v1/{question} for each, in JSON, CSV or Parquet, with an ETag and a link to what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Query, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import HTMLResponse

from munim import __version__
from munim.api import canonical, formats
from munim.api.documented import documented, responses
from munim.api.draft import Caller
from munim.api.freshness_page import freshness_page
from munim.api.problems import Unauthorized, add_handlers, problem
from munim.api.tokens import TokenRefused
from munim.core.errors import RequestWrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from munim.api.desk import Desk
    from munim.api.tokens import Tokens
    from munim.readers.answer import Answer
    from munim.readers.question import Asked, Question

ABOUT = (
    "India's market data, each answer with its day, time of knowledge, unit, basis, source and freshness. Exact "
    "decimals are strings. A no says what would be right. Text in columns named in `untrusted` was written by sites."
)

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def http_app(desk: Desk, tokens: Tokens | None = None) -> FastAPI:
    """Return the app; with `tokens`, bearers alone are answered.

    /, /healthz, /readyz, /v1 and /openapi.json are open.
    """
    app = FastAPI(title="munim", version=__version__, description=ABOUT, docs_url=None, redoc_url=None)
    guard = _guard(tokens)
    for question in desk.questions.values():
        app.add_api_route(
            f"/v1/{question.name}",
            _endpoint(desk, question, guard),
            name=question.name,
            operation_id=question.name,
            summary=question.summary,
            description=question.description,
            methods=["GET"],
            response_class=Response,
            responses=responses(guarded=tokens is not None),
        )
    _add_pages(app, desk)
    add_handlers(app, desk.questions)
    documented(app, desk.questions)
    return app


def _endpoint(desk: Desk, question: Question, guard: Callable[..., Caller]) -> Callable[..., Any]:
    async def endpoint(request: Request, asked: Asked, caller: Caller) -> Response:
        media = formats.chosen(request.headers.get("accept"))
        if media is None:
            return problem(406, "No such format", "none of the accepted formats is served",
                           f"accept {formats.JSON}, {formats.CSV} or {formats.PARQUET}")  # fmt: skip
        _refuse_repeats(request)
        answer = await run_in_threadpool(desk.ask, question.name, asked, caller)
        return await run_in_threadpool(_response, request, answer, media, pinned=asked.keeps_its_moment)

    # FastAPI reads the parameters' models from the annotations; here they are values, one a question.
    endpoint.__annotations__ = {
        "request": Request,
        "asked": Annotated[question.parameters, Query()],
        "caller": Annotated[Caller, Depends(guard)],
        "return": Response,
    }
    return endpoint


def _response(request: Request, answer: Answer, media: str, *, pinned: bool) -> Response:
    etag = entity_tag(answer, media)
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization", **SAFE}
    if answer.next is not None:
        asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        if pinned and "known_at" not in request.query_params:
            # The pages that follow are of the same moment: what is loaded meanwhile moves nothing between them.
            asked.append(("known_at", answer.known_at.isoformat()))
        headers["Link"] = f'<{request.url.path}?{urlencode([*asked, ("cursor", answer.next)])}>; rel="next"'
    held = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    if media != formats.JSON:
        headers["Munim-Answer"] = formats.envelope(answer)
    return Response(formats.body(answer, media), headers=headers, media_type=media)


def entity_tag(answer: Answer, media: str) -> str:
    """Return the version of an answer: it changes with what the data say and how fresh they are, not with the clock.

    A weak one: `known_at` is later each time, and the rest is the same.
    """
    record = {name: value for name, value in answer.record().items() if name != "known_at"}
    return f'W/"{canonical.digest(record | {"media": media})[:32]}"'


def _refuse_repeats(request: Request) -> None:
    names = [name for name, _ in request.query_params.multi_items()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RequestWrong(f"{', '.join(twice)} is given more than once", advice="give each parameter once")


def _guard(tokens: Tokens | None) -> Callable[..., Caller]:
    if tokens is None:

        def anybody(request: Request) -> Caller:
            return Caller("http", f"anonymous@{request.client.host if request.client else 'unknown'}")

        return anybody

    scheme = HTTPBearer(auto_error=False, bearerFormat="JWT")

    def bearer(given: Annotated[HTTPAuthorizationCredentials | None, Security(scheme)]) -> Caller:
        if given is None:
            raise Unauthorized("no bearer token came with the request")
        try:
            return Caller("http", tokens.read(given.credentials).subject)
        except TokenRefused as error:
            raise Unauthorized(f"the token was refused: {error}") from None

    bearer.__annotations__ = {
        "given": Annotated[HTTPAuthorizationCredentials | None, Security(scheme)],
        "return": Caller,
    }
    return bearer


def _add_pages(app: FastAPI, desk: Desk) -> None:
    @app.get("/", include_in_schema=False)
    def page() -> HTMLResponse:
        return HTMLResponse(freshness_page(desk), headers=SAFE)

    @app.get("/healthz", include_in_schema=False)
    def alive() -> dict[str, str]:
        # A database that is out of reach is no reason to start this process again.
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def ready() -> dict[str, str]:
        desk.look(lambda connection: connection.execute("SELECT 1").fetchone())
        return {"status": "ok"}

    @app.get("/v1", include_in_schema=False)
    def questions() -> dict[str, str]:
        return {f"/v1/{one.name}": one.summary for one in desk.questions.values()}
