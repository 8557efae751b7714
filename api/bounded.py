"""Routes that read no more of a body than they were told to."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive


def bounded(most: int) -> type[APIRoute]:
    """Give a route class that answers 413 to a body of more than `most` bytes, announced or not."""

    class Bounded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def check(request: Request) -> Response:
                announced = request.headers.get("content-length", "")
                if announced.isdecimal() and (len(announced) > len(str(most)) or int(announced) > most):
                    raise _too_large(most)
                return await handle(Request(request.scope, _counted(request.receive, most)))

            return check

    return Bounded


def _counted(receive: Receive, most: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise _too_large(most)
        return message

    return counted


def _too_large(most: int) -> HTTPException:
    # FastAPI passes on this class alone when reading a body fails; any other becomes a 400.
    return HTTPException(413, f"The body is larger than the {most} bytes this route takes.")
