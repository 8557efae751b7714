"""The outermost layer: safe headers on every answer, and a plain 500 for a bug."""

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems

HEADERS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))

log = structlog.get_logger()


class SecurityHeaders:
    """ASGI middleware; logs the kind and place of an unexpected error, never its message."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answers 500 itself when nothing else has answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _secure(message)
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except Exception as error:
            route = getattr(scope.get("route"), "path", "")
            log.error("api.failed", route=route, error=type(error).__name__, where=problems.where(error))  # noqa: TRY400  a traceback would carry the message
            if started:
                raise
            await problems.answer(500, "Rebut made a mistake; it is in the log.")(scope, receive, guarded)


def _secure(message: Message) -> None:
    given = message["headers"]
    said = {name.lower() for name, _ in given}
    message["headers"] = [*given, *(header for header in HEADERS if header[0] not in said)]
