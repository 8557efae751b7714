"""The gate in front of the whole LangGraph server: what is neither Rebut's own route nor opened is not there."""

from collections.abc import Callable, Sequence

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.langgraph_server import routes


class Gate:
    """ASGI middleware that answers 404 to every route of the LangGraph server that `routes` does not open.

    Needed beside the server's authentication because some of its routes come before that: one empties all threads, one
    starts a deployment. `own` are the routes of Rebut's API, which authenticate for themselves; `edits` says whether a
    thread's state may be written.
    """

    def __init__(self, app: ASGIApp, *, own: Sequence[BaseRoute], edits: Callable[[], bool]) -> None:
        self._app, self._own, self._edits = app, own, edits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open; close a WebSocket, since none is."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http" and not self._is_open(scope):
            await problems.respond(404, "There is no such route, or Rebut keeps it closed.")(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return (
            _is_preflight(scope)
            or any(route.matches(scope)[0] is not Match.NONE for route in self._own)
            or routes.need_of(scope["method"], path, edits=self._edits()) is not None
        )


def _is_preflight(scope: Scope) -> bool:
    """Return whether a browser only asks whether it may ask; the server's CORS answers that, and nothing follows."""
    return scope["method"] == "OPTIONS" and {"origin", "access-control-request-method"} <= set(Headers(scope=scope))
