"""The outermost middleware: safe headers on every response, and a plain 500 for a bug."""

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems

HEADERS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))

log = structlog.get_logger()


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS`; of an unexpected error it logs the type and place, never the message."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answer 500 when the app failed before its response started."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_secured(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(message)
            await send(message)

        try:
            await self._app(scope, receive, send_secured)
        except Exception as error:
            route = getattr(scope.get("route"), "path", "")
            log.error("api.failed", route=route, error=type(error).__name__, where=problems.locate(error))  # noqa: TRY400  a traceback would carry the message
            if started:
                raise
            await problems.respond(500, "Rebut made a mistake; it is in the log.")(scope, receive, send_secured)


def _add_headers(message: Message) -> None:
    headers = message["headers"]
    present = {name.lower() for name, _ in headers}
    message["headers"] = [*headers, *(header for header in HEADERS if header[0] not in present)]
