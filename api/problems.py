"""Error responses, always JSON: `{"error": "one sentence"}`, and `problems` where there are several."""

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

RETRY_AFTER = {"Retry-After": "5"}  # seconds
MAX_FRAMES = 6
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

log = structlog.get_logger()


class Problem(Exception):
    """Ends the request with this status and sentence."""

    def __init__(
        self, status: int, error: str, *, problems: Sequence[str] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.problems, self.headers = status, error, tuple(problems), headers


def respond(
    status: int, error: str, *, problems: Sequence[str] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Build the response for an error; the text is made safe to send, whatever it was made of."""
    body: dict[str, object] = {"error": text.line(error)}
    if problems:
        body["problems"] = [text.line(problem) for problem in problems]
    return JSONResponse(body, status, headers=dict(headers or {}))


def register(app: FastAPI) -> None:
    """Register a handler for every error that routes may raise; any other is a bug, left to `SecurityHeaders`."""
    app.add_exception_handler(Problem, _handle_problem)
    app.add_exception_handler(TryAgain, _handle_try_again)
    app.add_exception_handler(Invalid, _handle_invalid)
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(ClientDisconnect, _handle_disconnect)


def document(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's description of these error statuses."""
    return {status: {"model": ErrorBody, "description": HTTPStatus(status).phrase} for status in statuses}


COMMON_RESPONSES = document(429) | {"default": {"model": ErrorBody, "description": "Any other error"}}
"""The error responses of every route."""


def locate(error: BaseException) -> list[str]:
    """Return where an error arose, innermost last, without its message: that may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    return [f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno}" for frame in frames]


def _handle_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101  registered for this class; narrows the type
    return respond(error.status, error.error, problems=error.problems, headers=error.headers)


def _handle_try_again(_: Request, error: Exception) -> JSONResponse:
    log.warning("api.unavailable", error=type(error).__name__, where=locate(error))
    # The message may name hosts and ports; `/readyz` passes it on, the rest of the world need not know.
    return respond(503, "Something Rebut needs is away; try again.", headers=RETRY_AFTER)


def _handle_invalid(_: Request, error: Exception) -> JSONResponse:
    status = 409 if isinstance(error, Stale) else 401 if isinstance(error, Forged) else 400
    return respond(status, str(error) or "This cannot be used.")


def _handle_validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  as above
    details = error.errors()
    if any(detail["type"] == "json_invalid" for detail in details):
        return respond(400, "The body is not JSON.")
    # The offending input stays out of the response: it may be customer text, or not be text at all.
    return respond(422, "The request cannot be used.", problems=[_describe(detail) for detail in details])


def _describe(detail: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in detail["loc"] if part not in {"body", "query"})
    return f"{place}: {detail['msg']}." if place else f"{detail['msg']}."


def _handle_http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  as above
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    return respond(error.status_code, str(error.detail), headers=headers)


def _allowed_methods(request: Request) -> list[str]:
    """Return every method of a path; Starlette names those of the first route alone."""

    def allows(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

    return [method for method in METHODS if allows(method)]


def _handle_disconnect(_: Request, __: Exception) -> JSONResponse:
    return respond(400, "The body ended early.")
