"""Everything that goes wrong, as JSON: `{"error": "one sentence"}`, and `problems` where there are several."""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import PurePath
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from api.schemas import ErrorBody
from disputes import text
from disputes.errors import Forged, Invalid, Stale, TryAgain

RETRY = {"Retry-After": "5"}
DEEPEST = 6
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

log = structlog.get_logger()


class Problem(Exception):
    """The request ends here, with this status and sentence."""

    def __init__(
        self, status: int, error: str, *, problems: Sequence[str] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.problems, self.headers = status, error, tuple(problems), headers


def answer(
    status: int, error: str, *, problems: Sequence[str] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Give the response for a problem; the text is made safe to send, whatever it was made of."""
    body: dict[str, object] = {"error": text.line(error)}
    if problems:
        body["problems"] = [text.line(problem) for problem in problems]
    return JSONResponse(body, status, headers=dict(headers or {}))


def register(app: FastAPI) -> None:
    """Let an app answer every error the routes may raise; what is left is a bug and the guard's business."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(TryAgain, _try_again)
    app.add_exception_handler(Invalid, _invalid)
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Give OpenAPI's description of these error statuses."""
    return {status: {"model": ErrorBody, "description": HTTPStatus(status).phrase} for status in statuses}


ALWAYS = documented(429) | {"default": {"model": ErrorBody, "description": "Any other error"}}
"""What any route may answer."""


def where(error: BaseException) -> list[str]:
    """Tell where an error arose, innermost last, without its message: that may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return [f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno}" for frame in frames]


def _problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101  registered for this class; tells the type checker
    return answer(error.status, error.error, problems=error.problems, headers=error.headers)


def _try_again(_: Request, error: Exception) -> JSONResponse:
    log.warning("api.away", error=type(error).__name__, where=where(error))
    # The message may name hosts and ports; `/readyz` passes it on, the rest of the world need not know.
    return answer(503, "Something Rebut needs is away; try again.", headers=RETRY)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    status = 409 if isinstance(error, Stale) else 401 if isinstance(error, Forged) else 400
    return answer(status, str(error) or "This cannot be used.")


def _unusable(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  as above
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return answer(400, "The body is not JSON.")
    # The offending input stays out of the answer: it may be customer text, or not be text at all.
    return answer(422, "The request cannot be used.", problems=[_sentence(one) for one in found])


def _sentence(one: Mapping[str, Any]) -> str:
    place = ".".join(str(step) for step in one["loc"] if step not in {"body", "query"})
    return f"{place}: {one['msg']}." if place else f"{one['msg']}."


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  as above
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
    return answer(error.status_code, str(error.detail), headers=headers)


def _methods(request: Request) -> list[str]:
    """Give every method of a path; Starlette names those of the first route alone."""

    def takes(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return [method for method in METHODS if takes(method)]


def _gone(_: Request, __: Exception) -> JSONResponse:
    return answer(400, "The body ended early.")
