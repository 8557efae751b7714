"""Routes that read a request's body up to a limit only."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def limit_body(max_bytes: int, route: type[APIRoute] = APIRoute) -> type[APIRoute]:
    """Return a route class like `route` that answers 413 to a body of more than `max_bytes`, announced or not.

    FastAPI's own `max_body_size` answers with plain text; here every error is JSON.
    """

    class LimitedRoute(route):  # type: ignore[misc, valid-type]  # the class to extend is a parameter
        def get_route_handler(self) -> Handler:
            return _limit(super().get_route_handler(), max_bytes)

    return LimitedRoute


def _limit(handle: Handler, max_bytes: int) -> Handler:
    async def handle_limited(request: Request) -> Response:
        limited = Request(request.scope, _count(request.receive, max_bytes))
        announced = limited.headers.get("content-length", "")
        if announced.isdecimal() and (len(announced) > len(str(max_bytes)) or int(announced) > max_bytes):
            raise _too_large(max_bytes)
        return await handle(limited)

    return handle_limited


def _count(receive: Receive, max_bytes: int) -> Receive:
    received = 0

    async def receive_counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_bytes:
            raise _too_large(max_bytes)
        return message

    return receive_counted


def _too_large(max_bytes: int) -> HTTPException:
    # FastAPI passes on this class alone when reading a body fails; any other becomes a 400.
    return HTTPException(413, f"The body is larger than the {max_bytes} bytes this route takes.")
