"""The routes of the LangGraph server that are open, each with the role it needs; every other one is closed.

Closed on purpose: assistants and threads are not changed, copied, pruned or deleted; a run is not cancelled or deleted,
since it may stand between a filing and its record; no run without a thread, no cron, no store, MCP or A2A. The second
transport (`/commands`, `/stream/events`, a WebSocket) brings `update` and `goto`, and a WebSocket knows no CORS.
`/deploy`, `/internal` and `/metrics` stand in front of the server's own authentication: only `gate` closes them.
"""

from typing import Literal

from starlette.routing import compile_path

from disputes.repositories.users import Role

Need = Role | Literal["nobody"]
"""The role a route needs; `nobody` where no token is asked for."""

_THREAD, _RUN = "/threads/{thread_id}", "/threads/{thread_id}/runs/{run_id}"
_ASSISTANT = "/assistants/{assistant_id}"

EDIT = ("POST", f"{_THREAD}/state")
"""Writes a thread's state; open only where `REBUT_STUDIO_EDITS` is on."""

OPENED: dict[tuple[str, str], Need] = {
    ("GET", "/"): "nobody",
    ("GET", "/ok"): "nobody",
    ("GET", "/info"): "nobody",
    ("POST", "/assistants/search"): "viewer",
    ("POST", "/assistants/count"): "viewer",
    ("GET", _ASSISTANT): "viewer",
    ("POST", f"{_ASSISTANT}/versions"): "viewer",
    ("GET", f"{_ASSISTANT}/graph"): "viewer",
    ("GET", f"{_ASSISTANT}/schemas"): "viewer",
    ("GET", f"{_ASSISTANT}/subgraphs"): "viewer",
    ("GET", f"{_ASSISTANT}/subgraphs/{{namespace}}"): "viewer",
    ("POST", "/threads/search"): "viewer",
    ("POST", "/threads/count"): "viewer",
    ("GET", _THREAD): "viewer",
    ("GET", f"{_THREAD}/state"): "viewer",
    ("GET", f"{_THREAD}/state/{{checkpoint_id}}"): "viewer",
    ("POST", f"{_THREAD}/state/checkpoint"): "viewer",
    ("GET", f"{_THREAD}/history"): "viewer",
    ("POST", f"{_THREAD}/history"): "viewer",
    ("GET", f"{_THREAD}/stream"): "viewer",
    ("GET", f"{_THREAD}/runs"): "viewer",
    ("GET", _RUN): "viewer",
    ("GET", f"{_RUN}/join"): "viewer",
    ("GET", f"{_RUN}/stream"): "viewer",
    ("POST", "/threads"): "reviewer",
    ("POST", f"{_THREAD}/runs"): "reviewer",
    ("POST", f"{_THREAD}/runs/stream"): "reviewer",
    ("POST", f"{_THREAD}/runs/wait"): "reviewer",
    EDIT: "reviewer",
}

_PATTERNS = [(method, compile_path(path)[0], need) for (method, path), need in OPENED.items()]
_EDIT = compile_path(EDIT[1])[0]


def need_of(method: str, path: str, *, edits: bool) -> Need | None:
    """Return the role that a route of the LangGraph server needs; None where it is closed or there is no such route.

    `edits` says whether a thread's state may be written.
    """
    method = "GET" if method == "HEAD" else method
    if method == EDIT[0] and _EDIT.match(path) and not edits:
        return None
    return next((need for verb, pattern, need in _PATTERNS if verb == method and pattern.match(path)), None)
